package tap

import (
	"strconv"

	"tap-jira/internal/jsonread"
)

// embeddedList names where Jira embeds a child's rows in an issue.
type embeddedList struct {
	path    string // of the list's object in the issue, dotted
	records string // the member of that object with the rows; "" when path is the array
	// whole tells that Jira embeds all rows whatever the list says.
	whole bool
}

// childRows writes the rows that are embedded in an issue as lines of their own stream.
type childRows struct {
	recorder *recorder
	list     embeddedList
	revealed *revealed // looks at histories; nil where nobody asks
	issue    string
	added    []byte   // the issue's id and the like, before the members of each row
	ids      []uint64 // noted where deletions are looked for
	count    int
	total    int  // -1 when Jira does not say
	came     bool // the rows stood in the issue, if only as an empty list
	// before is where the issue's lines begin, which are taken back when the list turns out to be cut.
	before recorderEnd
	// early is a list that came before its issue's id, whose rows cannot be written yet; Jira promises no order of members.
	early []byte
}

// clear starts the next issue.
func (c *childRows) clear() {
	c.count, c.total, c.came, c.ids, c.early = 0, -1, false, c.ids[:0], c.early[:0]
	c.before = c.recorder.end()
}

// divert takes the list out of its issue, whose id is empty when it did not come yet.
func (c *childRows) divert(dec *jsonread.Decoder, issue string) error {
	if issue != "" {
		return c.readList(dec, issue)
	}
	raw, err := dec.ReadValue()
	c.early = append(c.early[:0], raw...)
	return err
}

// end ends the issue, and tells whether all its rows were embedded. Lines of some of them are taken back.
func (c *childRows) end(issue string) (whole bool, err error) {
	if len(c.early) > 0 {
		if err := c.readList(jsonread.NewBytesDecoder(c.early), issue); err != nil {
			return false, err
		}
	}
	if c.cut() {
		c.recorder.takeBack(c.before)
		return false, nil
	}
	return true, nil
}

// cut tells that Jira embedded fewer rows than there are. A list that is not
// there says nothing of what it would hold: a value that could not be loaded is
// left out (Cloud's failFast=false), and so is a field that a project hides. A
// list that comes without a total is doubted when it is as long as a known cap.
func (c *childRows) cut() bool {
	switch {
	case c.list.whole:
		return false
	case c.total >= 0:
		return c.count < c.total
	case !c.came:
		return true
	}
	switch c.count {
	case 20, 40, 50, 100:
		return true
	}
	return false
}

// readList reads the object around the embedded rows, or the array itself.
func (c *childRows) readList(dec *jsonread.Decoder, issue string) error {
	c.issue, c.added = issue, c.recorder.table.childOf(issue)
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
	name, err := dec.ReadName()
	if err != nil {
		return err
	}
	switch name {
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

// readRows writes the rows of the array.
func (c *childRows) readRows(dec *jsonread.Decoder) error {
	if dec.PeekKind() != '[' {
		return dec.SkipValue()
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	c.came = true
	for dec.PeekKind() != ']' {
		row, err := c.revealed.look(c.issue, dec)
		if err != nil {
			return err
		}
		if err := c.recorder.append(row, c.added); err != nil {
			return err
		}
		c.count++
		if c.recorder.table.notesIDs() {
			c.ids = append(c.ids, idOf(c.recorder.key()))
		}
	}
	_, err := dec.ReadToken()
	return err
}
