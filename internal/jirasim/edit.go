package jirasim

import (
	"errors"
	"maps"
	"slices"
	"strconv"
)

// EditKind is what a live edit does.
type EditKind int

// The live edits.
const (
	EditSummary EditKind = iota
	EditStatus
	AddComment
	ChangeComment // the newest one
	DeleteComment // the oldest one; Jira does not move the issue's updated
	AddWorklog
	ChangeWorklog // the newest one
	DeleteWorklog // the oldest one
	MoveIssue     // to another project, with a new key
	CreateIssue
	DeleteIssue
	RestrictIssue // by a security level that the account is not in: to the account it is as if deleted
	LiftIssue     // that level
	ArchiveIssue
	RestoreIssue // from the archive, where an edit put it
	HideIssue    // by who is in its security level, which changes nothing in the issue: as if deleted, too
	ShowIssue    // again
)

// Edit is one live edit.
type Edit struct {
	Kind  EditKind
	Issue string // id or key; CreateIssue takes a project's key, "" for the first project
	Text  string // new summary, comment or worklog text; "" is chosen by the site
}

// Reasons why an edit cannot be made.
var (
	errNoSuchIssue   = errors.New("no such issue")
	errNothingToEdit = errors.New("the issue has nothing of that kind")
	errUnknownEdit   = errors.New("unknown kind of edit")
)

// snapshot is all that live edits made of the base data. It is never changed, only replaced.
type snapshot struct {
	deltas  map[int]*delta
	added   []addedIssue
	tail    []tailEntry // issues that were edited or created, by updated
	keys    map[keyRef]int
	numbers []uint32 // last number given in each project

	projects map[int]projectLive // those that were changed as a whole

	comments map[uint64]int // issues of the comments and worklogs that edits made
	worklogs map[uint64]int
	moved    map[uint64]bool // worklogs that stand elsewhere in the feed than the base data says, or nowhere
	feed     []feedEntry     // sorted
	gone     []feedEntry     // deleted worklogs, sorted
	serial   int             // comments, worklogs and histories that edits made
}

// tailEntry is an issue that was edited, and when.
type tailEntry struct {
	ms    int64
	issue int
}

// addedIssue is an issue that a live edit created.
type addedIssue struct {
	key     keyRef
	created int64
	summary string
}

// delta is what edits changed in one issue. It is never changed, only replaced.
type delta struct {
	updated   int64 // 0 is as before
	summary   string
	status    int // -1 is as before
	statusAt  int64
	key       keyRef // number 0 is as before
	oldKeys   []keyRef
	deleted   bool
	archived  bool
	hidden    bool // by who is in its level
	secret    bool // by a level of its own
	comments  entries
	worklogs  entries
	histories []history
}

// textEdit is a changed text and when it was changed.
type textEdit struct {
	text string
	at   int64
}

// clone copies what the next edit may write to. Slices that only grow are shared: the longer one is the newer one.
func (n *snapshot) clone() *snapshot {
	c := *n
	c.deltas, c.keys, c.moved = cloneMap(n.deltas), cloneMap(n.keys), cloneMap(n.moved)
	c.comments, c.worklogs = cloneMap(n.comments), cloneMap(n.worklogs)
	c.numbers = slices.Clone(n.numbers)
	return &c
}

// clone copies what the next edit of the issue may write to; nil is an issue that was never edited.
func (d *delta) clone() *delta {
	c := delta{status: -1}
	if d != nil {
		c = *d
	}
	c.comments, c.worklogs = c.comments.clone(), c.worklogs.clone()
	return &c
}

// cloneMap is maps.Clone that gives a map to write to for nil.
func cloneMap[K comparable, V any](m map[K]V) map[K]V {
	if m == nil {
		return map[K]V{}
	}
	return maps.Clone(m)
}

// edit changes the site and moves the issue's updated to now, where Jira moves it. It gives the issue's id.
func (s *Site) edit(e Edit) (issueID uint64, err error) {
	s.editing.Lock()
	defer s.editing.Unlock()
	return s.editLocked(e)
}

// editLocked makes an edit on a copy of the snapshot and publishes it when it succeeded.
func (s *Site) editLocked(e Edit) (issueID uint64, err error) {
	t := &editor{s: s, snap: s.live.Load().clone(), text: e.Text}
	t.now = max(s.opt.Now().UnixMilli(), s.end)
	if n := len(t.snap.tail); n > 0 {
		t.now = max(t.now, t.snap.tail[n-1].ms)
	}
	if e.Kind == CreateIssue {
		t.create(e.Issue)
	} else if err := t.change(e); err != nil {
		return 0, err
	}
	s.live.Store(t.snap)
	return s.issueID(t.issue), nil
}

// find is issueByID or issueByKey.
func (s *Site) find(idOrKey string) (i int, ok bool) {
	if id, err := strconv.ParseUint(idOrKey, 10, 64); err == nil {
		return s.issueByID(id)
	}
	return s.issueByKey(idOrKey)
}

// editAny makes the next edit of a fixed sequence, on a live issue of its own choice.
func (s *Site) editAny() (issueID uint64, err error) {
	s.editing.Lock()
	defer s.editing.Unlock()
	kinds := []EditKind{
		EditSummary, AddComment, EditStatus, AddWorklog, CreateIssue, ChangeComment, MoveIssue, ChangeWorklog,
	}
	s.edits++
	e := Edit{Kind: kinds[s.edits%len(kinds)]}
	for try := 0; ; try++ {
		if e.Kind != CreateIssue {
			i, ok := s.anyIssue(try)
			if !ok {
				return 0, errNoSuchIssue
			}
			e.Issue = utoa(s.issueID(i))
		}
		id, err := s.editLocked(e)
		if !errors.Is(err, errNothingToEdit) || try > 50 {
			return id, err
		}
	}
}

// anyIssue chooses a visible issue.
func (s *Site) anyIssue(try int) (i int, ok bool) {
	snap, n := s.live.Load(), s.issueCount()
	for k := range 1000 {
		if n == 0 {
			break
		}
		i = below(s.hash(domBulk, -s.edits, try*1000+k), n)
		if s.visible(snap, i) {
			return i, true
		}
	}
	return 0, false
}
