package shape

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/jsonread"
)

// ErrNotObject is returned for a record that is not a JSON object.
var ErrNotObject = errors.New("the record is not a JSON object")

// AppendMembers reads one object from dec and appends its members to dst, without the braces: `"id":"1","name":null`.
// Every column of the schema stands there exactly once, but for those of PlanOptions.Added. After an error the new part
// of dst is to be dropped; io.ErrUnexpectedEOF in its chain tells of a body that was cut.
func (p *Plan) AppendMembers(dst []byte, dec *jsonread.Decoder, row *Row) ([]byte, error) {
	row.begin(p)
	kind, start := dec.PeekKind(), len(dst)
	if _, err := dec.ReadToken(); err != nil {
		return dst, fmt.Errorf("read record: %w", err)
	}
	if kind != '{' {
		return dst, fmt.Errorf("read record at %s: %w", dec.StackPointer(), ErrNotObject)
	}
	w := walk{dec: dec, row: row}
	dst, err := w.members(dst, p.root)
	if err != nil {
		return dst, fmt.Errorf("read record: %w", err)
	}
	for _, l := range p.lifts {
		dst = append(appendComma(dst, start), l.head...)
		if s := row.spans[l.slot]; s.to > s.from {
			dst = append(dst, row.kept[s.from:s.to]...)
		} else {
			dst = append(dst, "null"...)
		}
	}
	row.end(p.captured)
	return dst, nil
}

// walk is the state of one AppendMembers.
type walk struct {
	dec *jsonread.Decoder
	row *Row
}

// members copies the members of the object whose brace was just read, up to and with the closing one, and fills in those
// that did not come.
func (w walk) members(dst []byte, o *object) ([]byte, error) {
	start, bits := len(dst), w.row.open(len(o.members))
	after, last := w.row.order(o), 0
	for {
		dst, last = w.run(dst, start, bits, o, after, last)
		i, name, err := w.name(o, after[last]-1)
		switch {
		case err != nil:
			return dst, err
		case i >= 0:
			after[last], last = i+1, i+1
			dst, err = w.known(dst, start, bits, o.members[i], i)
		case name != nil:
			dst, err = w.unknown(dst, start, o, name)
		default:
			return w.end(dst, start, bits, o)
		}
		if err != nil {
			return dst, err
		}
	}
}

// end fills in the members that did not come and goes out of the object.
func (w walk) end(dst []byte, start, bits int, o *object) ([]byte, error) {
	if o.fill {
		dst = o.appendAbsent(dst, start, w.row.seen[bits:])
	}
	w.row.close(bits)
	_, err := w.dec.ReadToken()
	return dst, err
}

// name reads the next name of an object and returns which planned member it means, at best the one that is guessed: comparing
// costs a fraction of reading and looking up. A name that none has is returned as it stands; at the end there is none.
func (w walk) name(o *object, guess int) (i int, unknown jsontext.Value, err error) {
	if guess >= 0 && w.dec.SkipName(o.members[guess].head) {
		return guess, nil, nil
	}
	if w.dec.PeekKind() == '}' {
		return -1, nil, nil
	}
	name, err := w.dec.ReadValue()
	if err != nil {
		return -1, nil, err
	}
	if i = o.find(name, w.row); i >= 0 {
		name = nil
	}
	return i, name, nil
}

// known copies the planned member i, unless it came before.
func (w walk) known(dst []byte, start, bits int, s *step, i int) ([]byte, error) {
	if w.row.mark(bits, i) {
		// Of a text that says two things one is told as lost; refusing it would lose the record.
		w.row.repair(s.path, Twice)
		return dst, w.dec.SkipValue()
	}
	return w.member(dst, start, s)
}

// member copies one planned member.
func (w walk) member(dst []byte, start int, s *step) ([]byte, error) {
	if s.divert >= 0 && w.row.Divert != nil {
		return dst, w.divert(s)
	}
	if s.columns != nil && len(s.columns.picks) > 0 {
		again, err := w.pickAll(s)
		if err != nil || s.skip {
			return dst, err
		}
		w = again
	}
	if s.skip || s.divert >= 0 {
		return dst, w.dec.SkipValue()
	}
	before := len(dst)
	if s.out {
		dst = append(appendComma(dst, start), s.head...)
	}
	from := len(dst)
	dst, err := w.value(dst, s)
	if err == nil && len(s.slots) > 0 {
		w.row.keep(s.slots, dst[from:])
	}
	if err == nil && s.columns != nil {
		w.keepTexts(s.columns.texts, dst[from:])
	}
	if !s.out {
		dst = dst[:before]
	}
	return dst, err
}

// divert hands one value over, and makes sure that just this one was read.
func (w walk) divert(s *step) error {
	depth := w.dec.StackDepth()
	_, before := w.dec.StackIndex(depth)
	if err := w.row.Divert(s.divert, w.dec); err != nil {
		return fmt.Errorf("read %s: %w", s.path, err)
	}
	if now := w.dec.StackDepth(); now != depth {
		return fmt.Errorf("read %s: its reader stopped at depth %d, not %d", s.path, now, depth)
	}
	if _, now := w.dec.StackIndex(depth); now != before+1 {
		return fmt.Errorf("read %s: its reader took %d values, not one", s.path, now-before)
	}
	return nil
}

// unknown copies a member that no schema declares, or leaves it out.
func (w walk) unknown(dst []byte, start int, o *object, name jsontext.Value) ([]byte, error) {
	if !o.open {
		if o.tell {
			w.row.repair(o.path+"."+string(w.row.text), Unknown)
		}
		return dst, w.dec.SkipValue()
	}
	dst = w.raw(appendComma(dst, start), o.path, name)
	v, err := w.dec.ReadValue()
	if err != nil {
		return dst, err
	}
	return w.raw(append(dst, ':'), o.path, v), nil
}

// find returns the planned member that a raw name means, -1 for none. A plain name is looked up as it stands; one with
// escapes or broken UTF-8 by the text that the record would hold. The text of an unknown name is left in row.text.
func (o *object) find(name jsontext.Value, row *Row) int {
	text := []byte(name[1 : len(name)-1])
	if i, known := o.index[string(text)]; known {
		return i
	}
	if plain(text) {
		row.text = append(row.text[:0], text...)
		return -1
	}
	row.text = appendText(row.text[:0], name)
	if i, known := o.index[string(row.text)]; known {
		return i
	}
	return -1
}

// plain is true for text that stands in JSON as it is.
func plain(text []byte) bool {
	for _, c := range text {
		if c == '\\' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// appendComma separates members: the first one of an object that starts at start needs none.
func appendComma(dst []byte, start int) []byte {
	if len(dst) > start {
		return append(dst, ',')
	}
	return dst
}
