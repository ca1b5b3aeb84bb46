package jirasim

import (
	"cmp"
	"slices"
	"sort"
)

// firstWorklogID is below the id of every worklog; two ids are kept free for each. One of the pair is the worklog, the
// other is at times a worklog that is deleted, or one that the account may not see.
const firstWorklogID = 30_000

// One in so many pairs holds a deleted worklog, and one in so many a hidden one.
const (
	goneOneIn   = 50
	hiddenOneIn = 97
)

// baseWorklogs is the number of worklogs of issue i in the base data.
func (s *Site) baseWorklogs(i int) int {
	if i >= s.opt.Issues {
		return 0
	}
	return int(s.base.worklogs[i+1] - s.base.worklogs[i])
}

// worklogCount is the number of worklogs of issue i.
func (s *Site) worklogCount(i int) int { return s.worklogTotal(s.live.Load(), i) }

// worklogTotal is worklogCount on a snapshot.
func (s *Site) worklogTotal(snap *snapshot, i int) int {
	n := s.baseWorklogs(i)
	if d := snap.deltas[i]; d != nil {
		n += d.worklogs.change()
	}
	return n
}

// worklogAt is worklog j of issue i, oldest first, as it is now.
func (s *Site) worklogAt(snap *snapshot, i, j int) entry {
	d := snap.deltas[i]
	if d == nil {
		return s.baseWorklog(i, j)
	}
	return d.worklogs.at(seeded{count: s.baseWorklogs(i), at: func(k int) entry { return s.baseWorklog(i, k) }}, j)
}

// baseWorklog makes worklog j of issue i of the base data.
func (s *Site) baseWorklog(i, j int) entry {
	h := s.hash(domWorklog, i, j*4)
	ordinal := int(s.base.worklogs[i]) + j
	created := s.spread(domWorklog, i, j, s.baseWorklogs(i)+1)
	made := entry{
		id: s.worklogID(i, j), ordinal: ordinal, created: created, updated: s.worklogUpdated(i, j, created),
		started: created - int64(h>>20%(3*dayMS)), seconds: 60 * (1 + int(h>>40%(10*60))), author: s.pick(h >> 1),
	}
	made.editor = made.author
	if p := h >> 8 % 25; p < 2 {
		made.visibility = int(p) + 1
	}
	return made
}

// worklogID gives one of the two ids that are kept for the worklog.
func (s *Site) worklogID(i, j int) uint64 {
	return firstWorklogID + 2*uint64(int(s.base.worklogs[i])+j) + s.hash(domWorklog, i, j*4)&1
}

// worklogUpdated is when a worklog was last touched: one in four by an import, which leaves many with one millisecond.
func (s *Site) worklogUpdated(i, j int, created int64) int64 {
	if i == s.giant() && j < s.opt.WorklogTie { // an import need not touch the issue
		return s.base.updated[i] + (s.end-s.base.updated[i])/2
	}
	h := s.hash(domWorklog, i, j*4+2)
	if h%4 != 0 {
		return created
	}
	imports := 1 + int(s.base.worklogs[s.opt.Issues])/2000
	at := s.start + (s.end-s.start)/int64(imports+1)*int64(1+below(mix(h), imports))
	if at < s.base.created[i] || at > s.base.updated[i] {
		return created
	}
	return at
}

// worked finds the issue of a worklog, whether or not either is there still.
func (s *Site) worked(snap *snapshot, id uint64) (i int, ok bool) {
	if i, ok = snap.worklogs[id]; ok {
		return i, true
	}
	return ownerOf(s.base.worklogs, id, firstWorklogID)
}

// worklogByID finds a worklog that the account may see; the feed also names others.
func (s *Site) worklogByID(id uint64) (i, j int, ok bool) {
	snap := s.live.Load()
	i, ok = s.worked(snap, id)
	if !ok || !s.visible(snap, i) {
		return 0, 0, false
	}
	for j := range s.worklogTotal(snap, i) {
		if s.worklogAt(snap, i, j).id == id {
			return i, j, true
		}
	}
	return 0, 0, false
}

// feedEntry is a line of the worklog feeds.
type feedEntry struct {
	ID      uint64
	Updated int64 // epoch ms
}

// makeFeed sorts the worklogs of the base data by updated, with those that the account may not see.
func (s *Site) makeFeed() {
	s.feed = make([]uint64, 0, s.base.worklogs[s.opt.Issues])
	s.eachWorklog(func(i, j int) {
		id := s.worklogID(i, j)
		at := s.worklogUpdated(i, j, s.spread(domWorklog, i, j, s.baseWorklogs(i)+1))
		s.feed = append(s.feed, s.packTime(at, int(id-firstWorklogID)))
		if ordinal := int(id-firstWorklogID) / 2; ordinal%hiddenOneIn == 1 {
			s.feed = append(s.feed, s.packTime(at, int(id-firstWorklogID)^1))
		}
	})
	slices.Sort(s.feed)
}

// eachWorklog visits all worklogs of the base data.
func (s *Site) eachWorklog(visit func(i, j int)) {
	for i := range s.opt.Issues {
		for j := range s.baseWorklogs(i) {
			visit(i, j)
		}
	}
}

// worklogFeed gives at most limit entries with since <= updated < before, oldest first, and whether there are more.
func (s *Site) worklogFeed(since, before int64, limit int) (entries []feedEntry, more bool) {
	s.feedOnce.Do(s.makeFeed)
	snap := s.live.Load()
	first := sort.Search(len(s.feed), func(k int) bool { ms, _ := s.unpackTime(s.feed[k]); return ms >= since })
	for _, packed := range s.feed[first:] {
		ms, ordinal := s.unpackTime(packed)
		id := firstWorklogID + uint64(ordinal)
		if ms >= before {
			break
		}
		if snap.moved[id] || s.goneWithIssue(snap, id) {
			continue
		}
		if len(entries) == limit {
			return entries, true
		}
		entries = append(entries, feedEntry{ID: id, Updated: ms})
	}
	return takeFeed(entries, snap.feed, since, before, limit)
}

// goneWithIssue reports whether a worklog's issue was deleted, and the worklog with it.
func (s *Site) goneWithIssue(snap *snapshot, id uint64) bool {
	if len(snap.deltas) == 0 {
		return false
	}
	i, ok := s.worked(snap, id)
	d := snap.deltas[i]
	return ok && d != nil && d.deleted // those of a hidden issue are in the feed, and in no list
}

// takeFeed adds the entries of live edits, which are sorted, behind those of the base data.
func takeFeed(entries, live []feedEntry, since, before int64, limit int) ([]feedEntry, bool) {
	for _, e := range live {
		if e.Updated < since || e.Updated >= before {
			continue
		}
		if len(entries) == limit {
			return entries, true
		}
		entries = append(entries, e)
	}
	return entries, false
}

// worklogDeletedFeed is worklogFeed for deleted worklogs; their ids are in no other answer.
func (s *Site) worklogDeletedFeed(since, before int64, limit int) (entries []feedEntry, more bool) {
	s.eachWorklog(func(i, j int) {
		id := s.worklogID(i, j)
		if ordinal := int(id-firstWorklogID) / 2; ordinal%goneOneIn != 0 || ordinal%hiddenOneIn == 1 {
			return
		}
		if at := s.spread(domWorklog, i, j, s.baseWorklogs(i)+1); at >= since && at < before {
			entries = append(entries, feedEntry{ID: id ^ 1, Updated: at}) // the other id of the pair
		}
	})
	slices.SortFunc(entries, func(a, b feedEntry) int { return cmp.Or(cmp.Compare(a.Updated, b.Updated), cmp.Compare(a.ID, b.ID)) })
	if len(entries) > limit {
		return entries[:limit], true
	}
	return takeFeed(entries, s.live.Load().gone, since, before, limit)
}

// timeSpent is the sum of the issue's worklogs, in seconds.
func (s *Site) timeSpent(snap *snapshot, i int) int {
	sum := 0
	for j := range s.worklogTotal(snap, i) {
		sum += s.worklogAt(snap, i, j).seconds
	}
	return sum
}

// appendWorklog appends worklog j of issue i, oldest first.
func (s *Site) appendWorklog(dst []byte, i, j int, o renderOptions) []byte {
	w := s.writer(dst, o)
	w.worklog(i, s.worklogAt(w.snap, i, j))
	return w.b
}

// worklog writes a worklog. Without a text Cloud leaves the comment out, Data Center sends an empty one.
func (w *writer) worklog(i int, l entry) {
	w.open("")
	w.text("self", w.base, w.api, "issue/", utoa(w.s.issueID(i)), "/worklog/", utoa(l.id))
	w.user("author", l.author)
	w.user("updateAuthor", l.editor)
	switch r := w.s.rng(domText, i, -1-l.ordinal); {
	case l.text != "":
		w.plainText("comment", l.text)
	case r.oneIn(3): // logged without a word
		if !w.s.cloud() {
			w.str("comment", "")
		}
	default:
		w.richText("comment", r, 1)
	}
	w.date("created", l.created)
	w.date("updated", l.updated)
	w.visibility(l.visibility)
	w.date("started", l.started)
	w.str("timeSpent", spentText(l.seconds))
	w.num("timeSpentSeconds", int64(l.seconds))
	w.id("id", l.id)
	w.id("issueId", w.s.issueID(i))
	w.close()
}

// spentText writes a duration as Jira does with days of eight hours: "1d 3h 20m".
func spentText(seconds int) string {
	minutes := seconds / 60
	text := ""
	for _, unit := range []struct {
		name    string
		minutes int
	}{{name: "d", minutes: 8 * 60}, {name: "h", minutes: 60}, {name: "m", minutes: 1}} {
		if n := minutes / unit.minutes; n > 0 {
			if text != "" {
				text += " "
			}
			text += itoa(n) + unit.name
			minutes -= n * unit.minutes
		}
	}
	if text == "" {
		return "0m"
	}
	return text
}

// embeddedWorklogs writes the worklog field: the oldest worklogs up to the cap. Jira names its page size, 20, even
// when all are there.
func (w *writer) embeddedWorklogs(key string, i int) {
	total := w.s.worklogTotal(w.snap, i)
	n, size := total, max(total, 20)
	if w.opt.Worklogs >= 0 {
		n, size = min(n, w.opt.Worklogs), w.opt.Worklogs
	}
	w.open(key)
	w.num("startAt", 0)
	w.num("maxResults", int64(size))
	w.num("total", int64(total))
	w.list("worklogs")
	for j := range n {
		w.worklog(i, w.s.worklogAt(w.snap, i, j))
	}
	w.end()
	w.close()
}
