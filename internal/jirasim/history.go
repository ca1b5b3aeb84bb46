package jirasim

import "sort"

// change is what a history is about.
type change int

const (
	changeStatus change = iota
	changeAssignee
	changeSummary
	changeDescription
	changeLabels
	changeSprint
	changeFixVersion
	changeLink
	changeAttachment
	changePriority
	changeRank
	changePoints
	changeMove
	changeWork
	changeSecurity
)

// changeShares are the shares of the kinds in a hundred histories, in the order of the kinds.
var changeShares = []int{28, 14, 5, 9, 8, 9, 6, 5, 4, 4, 5, 3}

// history is a history that a live edit made.
type history struct {
	id      uint64
	created int64
	kind    change
	from    string // id, or the old text
	to      string
	fromTxt string
	toTxt   string
}

// firstHistoryID is below the id of every history; two ids are kept free for each, of which one is used.
const firstHistoryID = 100_000

// baseHistories is the number of histories of issue i in the base data.
func (s *Site) baseHistories(i int) int {
	if i >= s.opt.Issues {
		return 0
	}
	return int(s.base.histories[i+1] - s.base.histories[i])
}

// historyCount is the number of histories of issue i.
func (s *Site) historyCount(i int) int { return s.historyTotal(s.live.Load(), i) }

// historyTotal is historyCount on a snapshot.
func (s *Site) historyTotal(snap *snapshot, i int) int {
	n := s.baseHistories(i)
	if d := snap.deltas[i]; d != nil {
		n += len(d.histories)
	}
	return n
}

// historyMeta gives the id and the time (epoch ms) of history j of issue i, oldest first.
func (s *Site) historyMeta(i, j int) (id uint64, created int64) {
	return s.historyAt(s.live.Load(), i, j)
}

// historyAt is historyMeta on a snapshot.
func (s *Site) historyAt(snap *snapshot, i, j int) (id uint64, created int64) {
	if n := s.baseHistories(i); j >= n {
		h := &snap.deltas[i].histories[j-n]
		return h.id, h.created
	}
	return s.historyID(i, j), s.historyTime(i, j)
}

// historyID gives an id that is unique on the site. Ids ascend within an issue, not with time over the site.
func (s *Site) historyID(i, j int) uint64 {
	return firstHistoryID + 2*uint64(int(s.base.histories[i])+j) + s.hash(domHistory, i, j*4)&1
}

// historyTime spreads the histories between created and updated; the last one is the last update. One in eleven
// has the time of the one before it.
func (s *Site) historyTime(i, j int) int64 {
	h := s.hash(domHistory, i, j*4)
	if j > 0 && h%11 == 0 && s.hash(domHistory, i, (j-1)*4)%11 != 0 && j < s.baseHistories(i)-1 {
		j--
	}
	return s.spread(domHistory, i, j, s.baseHistories(i))
}

// spread gives event j of n between the creation and the last update of issue i; times ascend with j, and the last
// one is the update itself.
func (s *Site) spread(domain uint64, i, j, n int) int64 {
	from, to := s.base.created[i], s.base.updated[i]
	if j >= n-1 {
		return to
	}
	slot := (to - from) / int64(n)
	return from + slot*int64(j) + int64(below(s.hash(domain, i, j*4+1), int(slot)+1))
}

// changeOf is what history j of the base data is about.
func (s *Site) changeOf(i, j int) change {
	if _, moved := s.base.moved[i]; moved && j == 1 {
		return changeMove
	}
	p := below(s.hash(domHistory, i, j*4+2), 100)
	for kind, share := range changeShares {
		if p -= share; p < 0 {
			return change(kind)
		}
	}
	return changeStatus
}

// lastOf is the last history up to j that is about kind, -1 when none is.
func (s *Site) lastOf(i, j int, kind change) int {
	for ; j >= 0; j-- {
		if s.changeOf(i, j) == kind {
			return j
		}
	}
	return -1
}

// statusAfter is the status that the issue had after history j; -1 is before the first.
func (s *Site) statusAfter(snap *snapshot, i, j int) int {
	flow := s.catalog.projects[s.bornIn(snap, i)].workflow
	if k := s.lastOf(i, j, changeStatus); k >= 0 {
		return flow[below(s.hash(domHistory, i, k*4+3), len(flow))]
	}
	return flow[0]
}

// assigneeAfter is the assignee after history j, -1 for nobody.
func (s *Site) assigneeAfter(i, j int) int {
	h := s.hash(domPeople, i, 1)
	if k := s.lastOf(i, j, changeAssignee); k >= 0 {
		h = s.hash(domHistory, i, k*4+3)
	}
	if h%6 == 0 {
		return -1
	}
	return s.pick(mix(h))
}

// historyAuthor is who made a change; -1 when Jira does not know any more (automation, a deleted account).
func (s *Site) historyAuthor(i, j int) int {
	if ghost, ok := s.ghostAt(i); ok && j == 0 {
		return ghost
	}
	h := s.hash(domPeople, i, j*2+1001)
	if h%40 == 0 {
		return -1
	}
	return s.pick(mix(h))
}

// historyTouches reports whether history j of issue i changes one of the fields, by id (bulkfetch's fieldIds).
func (s *Site) historyTouches(i, j int, fieldIDs []string) bool {
	snap := s.live.Load()
	var kind change
	if n := s.baseHistories(i); j < n {
		kind = s.changeOf(i, j)
	} else {
		kind = snap.deltas[i].histories[j-n].kind
	}
	id := s.changedField(kind).id
	for _, wanted := range fieldIDs {
		if wanted == id || kind == changeMove && wanted == "project" {
			return true
		}
	}
	return false
}

// changedField names the field of a kind of change: the name in the item, its id and whether it is a custom field.
func (s *Site) changedField(kind change) (f struct {
	name, id string
	custom   bool
},
) {
	names := [...][2]string{
		changeStatus: {"status", "status"}, changeAssignee: {"assignee", "assignee"}, changeSummary: {"summary", "summary"},
		changeDescription: {"description", "description"}, changeLabels: {"labels", "labels"}, changeSprint: {"Sprint", ""},
		changeFixVersion: {"Fix Version", "fixVersions"}, changeLink: {"Link", "issuelinks"},
		changeAttachment: {"Attachment", "attachment"}, changePriority: {"priority", "priority"}, changeRank: {"Rank", ""},
		changePoints: {"Story Points", ""}, changeMove: {"Key", "issuekey"}, changeWork: {"timespent", "timespent"},
		changeSecurity: {"security", "security"},
	}
	f.name, f.id = names[kind][0], names[kind][1]
	if f.id == "" {
		f.custom = true
		k := sort.Search(len(s.fields), func(k int) bool { return s.fields[k].customID != 0 })
		for ; k < len(s.fields); k++ {
			if s.fields[k].name == f.name {
				f.id = s.fields[k].id
				break
			}
		}
	}
	return f
}
