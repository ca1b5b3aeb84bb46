package tap

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"time"

	"tap-jira/internal/derive"
	"tap-jira/internal/jsonread"
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
	versions []version
	// kin are the complete lists of children, of those streams whose deletions are
	// looked for.
	kin []kin
	// projects are those of the versions, 0 when Jira did not say.
	projects []uint64
	// created are the versions' dates of creation, epoch milliseconds.
	created []int64
	// long lists the children whose embedded list is shorter than its total.
	long []longList
}

// longList is a list that must be read whole, because Jira embeds only its
// beginning.
type longList struct {
	child *childRows
	issue string
}

// newIssuePage starts the page of one hydration.
func (tree *issueTree) newIssuePage() *issuePage {
	p := &issuePage{tree: tree, issues: tree.run.newRecorder(tree.issues)}
	for _, embedded := range tree.embedded {
		p.children = append(p.children, &childRows{recorder: tree.run.newRecorder(embedded.table), list: embedded.list})
	}
	for _, d := range tree.derived {
		d.recorder = tree.run.newRecorder(d.table)
		p.derived = append(p.derived, d)
	}
	p.rows = tree.rows.newPage()
	p.issues.row.Divert = func(i int, dec *jsonread.Decoder) error {
		return p.children[i].readList(dec)
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
	p.kin, p.projects, p.created = p.kin[:0], p.projects[:0], p.created[:0]
	p.rows.begin()
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
		if child.cut() {
			p.long = append(p.long, longList{child: child, issue: id})
			continue
		}
		if err := child.write(id); err != nil {
			return err
		}
		if child.recorder.table.notesIDs() {
			p.kin = append(p.kin, kin{table: child.recorder.table, issue: p.versions[len(p.versions)-1].id, ids: slices.Clone(child.ids)})
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
	p.versions = append(p.versions, version{id: number, updated: capturedTime(p.issues.row.Captured[2])})
	p.projects = append(p.projects, idOf(string(bytes.Trim(p.issues.row.Captured[3], `"`))))
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

// embeddedList names where Jira embeds a child's rows in an issue.
type embeddedList struct {
	path    string // of the list's object in the issue, dotted
	records string // the member of that object with the rows; "" when path is the array
	// whole tells that Jira embeds all rows whatever the list says.
	whole bool
}

// childRows collects the rows of one issue until its id and the list's total
// are known, because Jira promises no order of members.
type childRows struct {
	recorder *recorder
	list     embeddedList
	bodies   []byte
	ends     []int
	ids      []uint64 // noted where deletions are looked for
	total    int      // -1 when Jira does not say
}

// clear starts the next issue.
func (c *childRows) clear() {
	c.bodies, c.ends, c.total = c.bodies[:0], c.ends[:0], -1
	c.ids = c.ids[:0]
}

// cut tells that Jira embedded fewer rows than there are. A list that comes
// without a total is doubted when it is as long as one of the known caps.
func (c *childRows) cut() bool {
	if c.list.whole {
		return false
	}
	if c.total >= 0 {
		return len(c.ends) < c.total
	}
	switch len(c.ends) {
	case 20, 40, 50, 100:
		return true
	}
	return false
}

// readList reads the object around the embedded rows, or the array itself.
func (c *childRows) readList(dec *jsonread.Decoder) error {
	c.clear()
	if c.list.records == "" {
		return c.readRows(dec)
	}
	if dec.PeekKind() != '{' {
		return dec.SkipValue()
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != '}' {
		if err := c.readMember(dec); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

// readMember reads one member of the list's object.
func (c *childRows) readMember(dec *jsonread.Decoder) error {
	name, err := dec.ReadToken()
	if err != nil {
		return err
	}
	switch name.String() {
	case c.list.records:
		return c.readRows(dec)
	case "total":
		value, err := dec.ReadValue()
		if total, bad := strconv.Atoi(string(value)); bad == nil {
			c.total = total
		}
		return err
	default:
		return dec.SkipValue()
	}
}

// readRows reads the array of rows into bodies that lack only their parent.
func (c *childRows) readRows(dec *jsonread.Decoder) error {
	if dec.PeekKind() != '[' {
		return dec.SkipValue()
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != ']' {
		body, err := c.recorder.table.plan.AppendMembers(c.bodies, dec, &c.recorder.row)
		if err != nil {
			return fmt.Errorf("read a record of %s: %w", c.recorder.table.stream.Name, err)
		}
		c.recorder.note()
		if c.recorder.table.notesIDs() {
			c.ids = append(c.ids, idOf(c.recorder.key()))
		}
		c.bodies = body
		c.ends = append(c.ends, len(body))
	}
	_, err := dec.ReadToken()
	return err
}

// write turns the collected bodies into lines of the issue.
func (c *childRows) write(issue string) error {
	added := c.recorder.table.childOf(issue)
	from := 0
	for _, end := range c.ends {
		line := c.recorder.frame.AppendStart(c.recorder.lines.open())
		start := len(line)
		line = append(line, added...)
		line = append(line, c.bodies[from:end]...)
		if err := c.recorder.finish(line, start); err != nil {
			return err
		}
		from = end
	}
	return nil
}
