package shape

import (
	"bytes"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// pick is the plan of a column that is made of a part of a field's value.
type pick struct {
	take take
	path []string
	slot int
	bare bool
	// first tells that the field's value must have this part.
	first bool
	// value says how the part, or an item of the array, is brought to the column's type.
	value *step
}

func newPick(column member, slot int) pick {
	part, value := column.node.source.part, column.node
	if value.items != nil {
		value = value.items
	}
	return pick{
		take: part.take, path: part.path, slot: slot, bare: part.bare, first: part.name == "",
		value: &step{path: column.name, form: formOf(value)},
	}
}

// pickAll reads the value of a field and makes its columns. When somebody wants the field itself too, it returns the walk
// that reads the same value again.
func (w walk) pickAll(s *step) (again walk, err error) {
	v, err := w.dec.ReadValue()
	if err != nil || v.Kind() == 'n' && s.skip {
		return w, err
	}
	for i := range s.columns.picks {
		w.pick(&s.columns.picks[i], v)
	}
	if s.skip {
		w.showUsers(s, v)
		return w, nil
	}
	w.row.inner.ResetBytes(v)
	return walk{dec: &w.row.inner, row: w.row}, nil
}

// pick keeps one column.
func (w walk) pick(p *pick, v []byte) {
	from := len(w.row.kept)
	if v[0] != 'n' {
		w.row.kept = w.pickValue(w.row.kept, p, v)
	}
	if string(w.row.kept[from:]) == "null" {
		w.row.kept = w.row.kept[:from]
	}
	w.row.spans[p.slot] = span{from: from, to: len(w.row.kept)}
}

func (w walk) pickValue(dst []byte, p *pick, v []byte) []byte {
	if p.take == takeMember {
		return w.pickMember(dst, p, v)
	}
	if v[0] != '[' { // fields that took several values and now take one
		w.row.repair(p.value.path, Converted)
		return append(w.pickItem(append(dst, '['), p, v), ']')
	}
	dst = append(dst, '[')
	start := len(dst)
	for item, next := nextItem(v, 1); item != nil; item, next = nextItem(v, next) {
		dst = w.pickItem(appendComma(dst, start), p, item)
	}
	return append(dst, ']')
}

// pickItem takes the part out of an item of an array.
func (w walk) pickItem(dst []byte, p *pick, item []byte) []byte {
	if p.take == takeSprints && item[0] == '"' {
		if id, ok := sprintID(item); ok {
			return strconv.AppendUint(dst, id, 10)
		}
		return w.mismatch(dst, p.value)
	}
	return w.pickMember(dst, p, item)
}

// pickMember takes the part out of an object. What is no object counts as the part itself, in the column that is meant
// for that.
func (w walk) pickMember(dst []byte, p *pick, v []byte) []byte {
	if item, next := nextItem(v, 1); v[0] == '[' {
		if rest, _ := nextItem(v, next); item != nil && item[0] != '[' && rest == nil {
			w.row.repair(p.value.path, Converted)
			return w.pickMember(dst, p, item)
		}
	}
	if v[0] == '[' {
		return w.mismatch(dst, p.value)
	}
	if v[0] != '{' {
		if !p.bare {
			return append(dst, "null"...)
		}
		return w.pickedWhole(dst, p, v)
	}
	at := v
	for _, name := range p.path {
		if len(at) == 0 || at[0] != '{' {
			break
		}
		at = memberOf(at, name)
	}
	switch {
	case len(at) > 0:
		return w.pickedWhole(dst, p, at)
	case p.first: // a person without a key, an option without a value
		return w.mismatch(dst, p.value)
	}
	return append(dst, "null"...)
}

// pickedWhole brings a part to the type of its column.
func (w walk) pickedWhole(dst []byte, p *pick, v []byte) []byte {
	kind := jsontext.Value(v).Kind()
	if kind == 'n' {
		return append(dst, "null"...)
	}
	return w.whole(dst, p.value, kind, v)
}

// showUsers shows the people in a value that is not copied itself.
func (w walk) showUsers(s *step, v []byte) {
	if w.row.User == nil {
		return
	}
	if s.user && v[0] == '{' {
		w.row.text = w.raw(w.row.text[:0], s.path, v)
		w.row.User(w.row.text)
	}
	if s.items == nil || !s.items.user || v[0] != '[' {
		return
	}
	for item, next := nextItem(v, 1); item != nil; item, next = nextItem(v, next) {
		w.showUsers(s.items, item)
	}
}

// sprintID reads the id in the text that Data Center has for a sprint:
// com.atlassian.greenhopper.service.sprint.Sprint@428da144[id=3,rapidViewId=1,…], where older versions have the id in the
// middle and name and goal may hold anything.
func sprintID(text []byte) (id uint64, ok bool) {
	at := bytes.Index(text, []byte("[id="))
	if at < 0 {
		at = bytes.Index(text, []byte(",id="))
	}
	if at < 0 {
		return 0, false
	}
	digits := text[at+len("[id="):]
	digits = digits[:digitRun(digits)]
	id, err := strconv.ParseUint(string(digits), 10, 63)
	return id, err == nil
}
