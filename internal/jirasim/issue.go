package jirasim

// issueMeta is what can be told of an issue without rendering it; it is cheap to make.
type issueMeta struct {
	Index    int    // 0..issueCount()-1, ascending by created
	ID       uint64 // ids ascend with the index and have gaps
	Project  int    // index of the project, see projectCount
	Number   uint32 // of the key: ALPHA-17 is 17
	Created  int64  // epoch ms
	Updated  int64  // epoch ms
	Type     string // id of the issue type
	Status   string // id of the status
	Priority string // id of the priority
	Resolved int64  // epoch ms, 0 when unresolved
	Assignee int    // index of the user, -1 when nobody
	Reporter int    // index of the user
	Parent   int    // index of the parent issue, -1 when none
	Archived bool   // not in search, but there by id
	Deleted  bool   // gone: answers 404
	OldKeys  []string
}

// issueCount is one more than the largest index; deleted and archived issues count.
func (s *Site) issueCount() int { return s.opt.Issues + len(s.live.Load().added) }

// issueMeta tells what issue i is now.
func (s *Site) issueMeta(i int) issueMeta { return s.issueMetaIn(s.live.Load(), i) }

// issueMetaIn tells what issue i was in a state of the site.
func (s *Site) issueMetaIn(snap *snapshot, i int) issueMeta {
	key := s.keyOf(snap, i)
	m := issueMeta{
		Index: i, ID: s.issueID(i), Project: key.project, Number: key.number,
		Created: s.createdAt(snap, i), Updated: s.updatedAt(snap, i),
		Type:     s.catalog.types[s.typeOf(snap, i)].id,
		Status:   s.catalog.statuses[s.statusOf(snap, i)].id,
		Priority: s.catalog.priorities[s.priorityOf(i)].id,
		Assignee: s.assigneeOf(i), Reporter: s.reporterOf(i), Parent: s.parentOf(snap, i),
		Archived: s.isArchived(snap, i), Deleted: s.isDeleted(snap, i),
	}
	if _, at, ok := s.resolutionOf(snap, i); ok {
		m.Resolved = at
	}
	for _, old := range s.oldKeys(snap, i) {
		m.OldKeys = append(m.OldKeys, s.keyText(old))
	}
	return m
}

// issueKey is the issue's present key.
func (s *Site) issueKey(i int) string { return s.keyText(s.keyOf(s.live.Load(), i)) }

// isDeleted reports whether a live edit deleted the issue, or hid it from the account, which cannot tell the two apart; the
// base data has none such, only gaps in its ids.
func (s *Site) isDeleted(snap *snapshot, i int) bool {
	d := snap.deltas[i]
	return d != nil && (d.deleted || d.hidden || d.secret)
}

// isArchived reports whether the issue was archived, by itself or with its project. The giant and the issues that ghosts
// worked on never are, so that a reader can find them.
func (s *Site) isArchived(snap *snapshot, i int) bool {
	if d := snap.deltas[i]; d != nil && d.archived || snap.projects[s.keyOf(snap, i).project].archived {
		return true
	}
	if i >= s.opt.Issues {
		return false
	}
	if step := s.ghostStep(); step > 0 && i%step == 0 || i == s.giant() {
		return false
	}
	return s.catalog.projects[s.base.project[i]].archived || s.hash(domShape, i, 1)%archivedOneIn == 0
}

// visible reports whether search and the listings show the issue.
func (s *Site) visible(snap *snapshot, i int) bool {
	return !s.isDeleted(snap, i) && !s.isArchived(snap, i) && !snap.projects[s.keyOf(snap, i).project].gone()
}

// bornIn is the project that issue i is from; live moves do not change it.
func (s *Site) bornIn(snap *snapshot, i int) int {
	if i < s.opt.Issues {
		return int(s.base.project[i])
	}
	return snap.added[i-s.opt.Issues].key.project
}

// firstType is the issue type that the dice gave, before it is known whether a subtask has a parent.
func (s *Site) firstType(snap *snapshot, i int) int {
	types := s.catalog.projects[s.bornIn(snap, i)].types
	h := s.hash(domType, i, 0)
	if i < s.opt.Issues && h%7 == 0 {
		return types[len(types)-1]
	}
	return types[below(mix(h), (len(types)-1)*2-1)/2] // the last of them, mostly epics, are rarer
}

// typeOf is the index of the issue's type: a subtask without a possible parent is an ordinary issue.
func (s *Site) typeOf(snap *snapshot, i int) int {
	t := s.firstType(snap, i)
	if s.catalog.types[t].subtask && s.parentOf(snap, i) < 0 {
		return s.catalog.projects[s.bornIn(snap, i)].types[0]
	}
	return t
}

// How far back an issue looks for its parent.
const (
	subtaskReach = 16
	epicReach    = 40
)

// parentOf is the index of the parent: the nearest earlier ordinary issue of the project for a subtask, the nearest
// epic for one in three others; -1 for none.
func (s *Site) parentOf(snap *snapshot, i int) int {
	if i >= s.opt.Issues {
		return -1
	}
	t := &s.catalog.types[s.firstType(snap, i)]
	switch {
	case t.subtask:
		return s.nearest(snap, i, subtaskReach, 0)
	case t.level == 0 && s.hash(domLink, i, 5)%3 == 0:
		return s.nearest(snap, i, epicReach, 1)
	default:
		return -1
	}
}

// nearest is the closest earlier issue of the project with a hierarchy level.
func (s *Site) nearest(snap *snapshot, i, reach, level int) int {
	for k := i - 1; k >= max(0, i-reach); k-- {
		if s.base.project[k] != s.base.project[i] {
			continue
		}
		if t := &s.catalog.types[s.firstType(snap, k)]; t.level == level {
			return k
		}
	}
	return -1
}

// subtasksOf are the indexes of the issue's subtasks.
func (s *Site) subtasksOf(snap *snapshot, i int) []int {
	var found []int
	if s.catalog.types[s.firstType(snap, i)].level != 0 {
		return nil
	}
	for k := i + 1; k <= min(i+subtaskReach, s.opt.Issues-1); k++ {
		if s.base.project[k] != s.base.project[i] || !s.catalog.types[s.firstType(snap, k)].subtask {
			continue
		}
		if s.parentOf(snap, k) == i && s.visible(snap, k) {
			found = append(found, k)
		}
	}
	return found
}

// statusOf is the index of the issue's status: what its last status change led to.
func (s *Site) statusOf(snap *snapshot, i int) int {
	if d := snap.deltas[i]; d != nil && d.status >= 0 {
		return d.status
	}
	return s.statusAfter(snap, i, s.baseHistories(i)-1)
}

// resolutionOf is the issue's resolution and when it was taken; ok is false for an open issue.
func (s *Site) resolutionOf(snap *snapshot, i int) (resolution int, at int64, ok bool) {
	if s.catalog.statuses[s.statusOf(snap, i)].category != catDone {
		return 0, 0, false
	}
	at = s.updatedAt(snap, i)
	if d := snap.deltas[i]; d != nil && d.status >= 0 {
		at = d.statusAt
	} else if j := s.lastOf(i, s.baseHistories(i)-1, changeStatus); j >= 0 {
		at = s.historyTime(i, j)
	}
	return below(s.hash(domPeople, i, 6), len(s.catalog.resolutions)), at, true
}

// priorityOf is the issue's priority.
func (s *Site) priorityOf(i int) int {
	return below(s.hash(domPeople, i, 2), len(s.catalog.priorities))
}

// reporterOf is who reported the issue; creatorOf, who is often the same, who created it.
func (s *Site) reporterOf(i int) int { return s.pick(s.hash(domPeople, i, 3)) }

func (s *Site) creatorOf(i int) int {
	if h := s.hash(domPeople, i, 4); h%5 == 0 {
		return s.pick(mix(h))
	}
	return s.reporterOf(i)
}

// assigneeOf is whom the last change of assignee named, -1 for nobody.
func (s *Site) assigneeOf(i int) int {
	if i >= s.opt.Issues {
		return -1
	}
	return s.assigneeAfter(i, s.baseHistories(i)-1)
}

// summaryOf is the issue's summary. Jira allows 255 characters and no line breaks.
func (s *Site) summaryOf(snap *snapshot, i int) string {
	if d := snap.deltas[i]; d != nil && d.summary != "" {
		return d.summary
	}
	if i >= s.opt.Issues {
		return snap.added[i-s.opt.Issues].summary
	}
	r := s.rng(domText, i, 0)
	return sentence(&r, 4+r.intn(7))
}

// link is one link between two issues, seen from one of them.
type link struct {
	id    uint64
	kind  int
	other int
	out   bool // this issue is the source
}

// linkReach is how far from its source a link's target lies at most.
const linkReach = 9

// linkFrom gives the target of the link that starts at issue i, if one does.
func (s *Site) linkFrom(i int) (other int, ok bool) {
	h := s.hash(domLink, i, 0)
	other = i + 1 + below(mix(h), linkReach)
	return other, h%4 == 0 && other < s.opt.Issues
}

// linksOf are the links of the issue: each link stands in both of its issues with the same id.
func (s *Site) linksOf(snap *snapshot, i int) []link {
	var found []link
	if i >= s.opt.Issues {
		return nil
	}
	for k := max(0, i-linkReach); k <= i; k++ {
		other, ok := s.linkFrom(k)
		if !ok || k != i && other != i {
			continue
		}
		made := link{id: 10000 + uint64(k), kind: below(s.hash(domLink, k, 1), len(s.catalog.linkTypes)), other: k}
		if k == i {
			made.other, made.out = other, true
		}
		if s.visible(snap, made.other) {
			found = append(found, made)
		}
	}
	return found
}
