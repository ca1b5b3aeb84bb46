package tap

import (
	"tap-jira/internal/jsonread"
)

// insideRows makes the rows of a child that stand in those of its parent, in one
// page, with those that stand in these again.
type insideRows struct {
	*recorder
	inside []*insideRows
}

// insideOf starts the page of all children whose rows stand in a table's.
func (r *run) insideOf(t *table) []*insideRows {
	var children []*insideRows
	for _, child := range t.inside {
		children = append(children, &insideRows{recorder: r.newRecorder(child), inside: r.insideOf(child)})
	}
	return children
}

// begin forgets what an earlier try of the page gave.
func (c *insideRows) begin() {
	c.Begin()
	for _, below := range c.inside {
		below.begin()
	}
}

// partsOf returns what the children collected, and starts anew.
func partsOf(children []*insideRows) []part {
	var parts []part
	for _, c := range children {
		parts = append(append(parts, c.part()), partsOf(c.inside)...)
	}
	return parts
}

// readInside makes the rows that stand in a row of the parent, which were
// captured last, in the order of the children.
func readInside(children []*insideRows, above parentRow, captured [][]byte) error {
	first := len(captured) - len(children)
	for i, c := range children {
		params, wanted := above.paramsFor(c.table.stream.Parent)
		if !wanted {
			continue
		}
		if err := c.read(params, captured[first+i]); err != nil {
			return err
		}
	}
	return nil
}

// read makes the rows of one value.
func (c *insideRows) read(params map[string]string, value []byte) error {
	added := c.table.added(params)
	return eachRow(value, func(row []byte) error {
		if err := c.append(jsonread.NewBytesDecoder(row), added); err != nil {
			return err
		}
		from := origin{params: params, columns: c.table.wanted}
		return readInside(c.inside, from.row(c.table.wantedOf(c.row.Captured)), c.row.Captured)
	})
}

// eachRow goes through the elements of an array, or the members of an object as
// objects of key and value. Anything else holds no rows.
func eachRow(value []byte, do func(row []byte) error) error {
	if len(value) == 0 || value[0] != '[' && value[0] != '{' {
		return nil
	}
	dec := jsonread.NewBytesDecoder(value)
	opened, err := dec.ReadToken()
	if err != nil {
		return err
	}
	for dec.PeekKind() != ']' && dec.PeekKind() != '}' {
		var row []byte
		if opened.Kind() == '{' {
			row, err = pair(dec)
		} else {
			row, err = dec.ReadValue()
		}
		if err != nil {
			return err
		}
		if err := do(row); err != nil {
			return err
		}
	}
	return nil
}

// pair reads a member of an object as an object of its name and value.
func pair(dec *jsonread.Decoder) ([]byte, error) {
	name, err := dec.ReadValue()
	if err != nil {
		return nil, err
	}
	row := append([]byte(`{"key":`), name...)
	value, err := dec.ReadValue()
	if err != nil {
		return nil, err
	}
	return append(append(append(row, `,"value":`...), value...), '}'), nil
}
