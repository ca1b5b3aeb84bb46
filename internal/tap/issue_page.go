package tap

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"time"

	"tap-jira/internal/derive"
	"tap-jira/internal/jsonread"
	"tap-jira/internal/overlap"
)

// issuePage takes the issues of one hydration: their own lines and those of the
// children that Jira embeds. It is a jira.Sink, used by one goroutine.
type issuePage struct {
	tree     *issueTree
	issues   *recorder
	children []*childRows // in the order of the output
	derived  []derived
	rows     *rowPage // made of the histories; nil when none are selected
	// presents are the issues as their histories need them, where those come apart.
	presents []*derive.Present
	// cut are the issues that came with fewer histories than they have.
	cut []uint64
	// reached is when the newest of the issues was created, epoch milliseconds;
	// Jira answers in the order of ids, not in that of the walk.
	reached int64
	// versions are the issues as they were read.
	versions []overlap.Version
	// asked is what the site's clock showed, or less, when the issues were asked for.
	asked time.Time
	// kin are the complete lists of children, of those streams whose deletions are
	// looked for.
	kin []kin
	// projects are those of the versions, 0 when Jira did not say.
	projects []uint64
	// projectTypes are those of the projects (software, service_desk, business), "" when Jira did not say. They are kept
	// where something is asked for of each issue.
	projectTypes []string
	// created are the versions' dates of creation, epoch milliseconds.
	created []int64
	// revealed are the issues that may have come in sight, where the page brings their histories.
	revealed *revealed
	// long lists the children whose embedded list is shorter than its total.
	long []longList
}

// longList is a list that must be read whole, because Jira embeds only its
// beginning, or nothing of it.
type longList struct {
	child *childRows
	issue string
	// absent tells that Jira embedded no list at all.
	absent bool
}

// newIssuePage starts the page of one hydration.
func (tree *issueTree) newIssuePage() *issuePage {
	p := &issuePage{tree: tree, issues: tree.run.newRecorder(tree.issues), asked: tree.run.siteTime(), revealed: tree.arrivals.revealed()}
	for _, embedded := range tree.embedded {
		child := &childRows{recorder: tree.run.newRecorder(embedded.table), list: embedded.list}
		if embedded.ofHistories() {
			child.revealed = p.revealed
		}
		p.children = append(p.children, child)
	}
	for _, d := range tree.derived {
		d.recorder = tree.run.newRecorder(d.table)
		p.derived = append(p.derived, d)
	}
	p.rows = tree.rows.newPage()
	p.issues.row.Divert = func(i int, dec *jsonread.Decoder) error {
		return p.children[i].divert(dec, p.issues.keySoFar())
	}
	return p
}

// Begin forgets what an earlier try of the page gave.
func (p *issuePage) Begin() {
	p.issues.Begin()
	for _, child := range p.children {
		child.recorder.Begin()
	}
	for _, d := range p.derived {
		d.recorder.Begin()
	}
	p.reached, p.versions, p.long = 0, p.versions[:0], p.long[:0]
	p.kin, p.projects, p.projectTypes, p.created = p.kin[:0], p.projects[:0], p.projectTypes[:0], p.created[:0]
	p.rows.begin()
	p.revealed.begin()
	p.presents, p.cut = nil, p.cut[:0]
}

// Record reads one issue.
func (p *issuePage) Record(dec *jsonread.Decoder) error {
	if p.rows == nil {
		return p.record(dec)
	}
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	if err := p.record(jsonread.NewBytesDecoder(raw)); err != nil {
		return err
	}
	return p.rowsOf(raw)
}

// record reads the issue and what is embedded in it.
func (p *issuePage) record(dec *jsonread.Decoder) error {
	for _, child := range p.children {
		child.clear()
	}
	if err := p.issues.Record(dec); err != nil {
		return err
	}
	id := p.issues.key()
	if err := p.remember(id); err != nil {
		return err
	}
	for _, child := range p.children {
		whole, err := child.end(id)
		if err != nil {
			return err
		}
		if !whole {
			p.long = append(p.long, longList{child: child, issue: id, absent: !child.came})
			child.revealed.doubt(id)
			continue
		}
		if child.recorder.table.notesIDs() {
			p.kin = append(p.kin, kin{table: child.recorder.table, issue: p.versions[len(p.versions)-1].ID, ids: slices.Clone(child.ids)})
		}
	}
	return p.readDerived(id)
}

// readDerived makes the rows that stand in the issue and stay there.
func (p *issuePage) readDerived(issue string) error {
	first := len(p.issues.row.Captured) - len(p.derived)
	key := string(bytes.Trim(p.issues.row.Captured[4], `"`))
	for i := range p.derived {
		if err := p.derived[i].read(issue, key, p.issues.row.Captured[first+i]); err != nil {
			return err
		}
	}
	return nil
}

// remember notes when the issue was created and updated. The captured values
// are those after the key, see issueCaptures.
func (p *issuePage) remember(id string) error {
	number, err := strconv.ParseUint(id, 10, 64)
	if err != nil {
		return fmt.Errorf("read the id of an issue: %w", err)
	}
	created := capturedTime(p.issues.row.Captured[1])
	p.reached, p.created = max(p.reached, created), append(p.created, created)
	p.versions = append(p.versions, overlap.Version{ID: number, Updated: capturedTime(p.issues.row.Captured[2])})
	p.projects = append(p.projects, idOf(string(bytes.Trim(p.issues.row.Captured[3], `"`))))
	if len(p.tree.extras) > 0 {
		p.projectTypes = append(p.projectTypes, string(bytes.Trim(p.issues.row.Captured[5], `"`)))
	}
	return nil
}

// capturedTime reads a date-time that the plan has written; 0 when there is none.
func capturedTime(value []byte) int64 {
	t, err := time.Parse(time.RFC3339Nano, string(bytes.Trim(value, `"`)))
	if err != nil {
		return 0
	}
	return t.UnixMilli()
}

// parts returns everything the page holds, in the order of the output.
func (p *issuePage) parts() []part {
	parts := []part{p.issues.part()}
	for _, child := range p.children {
		parts = append(parts, child.recorder.part())
	}
	for _, d := range p.derived {
		parts = append(parts, d.recorder.part())
	}
	if p.tree.bulkHistories() {
		return parts
	}
	return append(parts, p.rows.parts()...)
}
