package jira

import (
	"strings"
)

// tri is a boolean that may be absent.
type tri int

const (
	unsaid tri = iota
	yes
	no
)

// envelope is what stands around the records of a page. Its members come in any
// order; the token of search/jql comes after the records.
type envelope struct {
	names names // of its members, in the listing's dialect

	records  int
	found    bool
	at       int // where the page says it starts, -1 when it does not
	max      int
	total    int
	last     tri
	next     bool // an address of a next page stands there
	token    string
	first    uint64 // hash of the first record's bytes, 0 when nobody asked
	content  uint64 // hash of all records' bytes in their order, 0 when nobody asked
	warnings []string
}

func newEnvelope() *envelope { return &envelope{at: -1, max: -1, total: -1} }

// silent says that the answer holds no word about pages.
func (e *envelope) silent() bool {
	return e.at < 0 && e.max < 0 && e.total < 0 && e.last == unsaid
}

// read reads a body and gives its records to sink.
func (e *envelope) read(rep *reply, p Pager, sink Sink) error {
	if p.kind == kindOne {
		e.records, e.found = 1, true
		return sink.Record(rep.dec)
	}
	switch p.kind {
	case kindLists:
		return e.lists(rep, p.lists, sink)
	case kindLimits:
		return e.limits(rep, sink)
	}
	e.names = p.kind.names()
	if err := e.descend(rep, p.records, e.reader(rep, p, sink)); err != nil {
		return err
	}
	if !e.found {
		want := "an array of records"
		if p.kind == kindMap {
			want = "an object of records"
		}
		return &shapeError{at: "/" + strings.Join(p.records, "/"), want: want, got: "nothing"}
	}
	return nil
}

// reader returns what reads the records of a page, wherever they stand.
func (e *envelope) reader(rep *reply, p Pager, sink Sink) func() error {
	if p.column == "" {
		return func() error { return e.array(rep, func() error { return sink.Record(rep.dec) }) }
	}
	w := newWrapper(p.column, sink)
	if p.kind == kindMap {
		return func() error { return e.members(rep, w) }
	}
	return func() error { return e.array(rep, func() error { return w.plain(rep.dec) }) }
}

// descend follows the path to the records; members along it are looked at.
func (e *envelope) descend(rep *reply, path []string, read func() error) error {
	if len(path) == 0 {
		return read()
	}
	return eachMember(rep.dec, func(name string) error {
		if name == path[0] {
			return e.descend(rep, path[1:], read)
		}
		return e.member(rep, name)
	})
}

// array reads the records.
func (e *envelope) array(rep *reply, record func() error) error {
	if err := e.once(rep); err != nil {
		return err
	}
	return eachElementOrNull(rep.dec, func() error {
		if rep.hash != nil {
			raw, err := rep.dec.PeekValue()
			if err != nil {
				return err
			}
			e.note(rep.hash(raw))
		}
		e.records++
		return record()
	})
}

// members reads records that stand in an object by their names.
func (e *envelope) members(rep *reply, w *wrapper) error {
	if err := e.once(rep); err != nil {
		return err
	}
	return eachMember(rep.dec, func(name string) error {
		e.records++
		return w.named(rep.dec, name)
	})
}

// once refuses a second place where records stand.
func (e *envelope) once(rep *reply) error {
	if e.found {
		return &shapeError{at: string(rep.dec.StackPointer()), want: "the records once", got: "them twice"}
	}
	e.found = true
	return nil
}

// note takes the hash of the next record.
func (e *envelope) note(record uint64) {
	if e.records == 0 {
		e.first = record
	}
	e.content = e.content*31 ^ record
}

// member reads a member of the envelope.
func (e *envelope) member(rep *reply, name string) (err error) {
	switch name {
	case "": // no part has this name, and parts that a dialect lacks have none
		return rep.dec.SkipValue()
	case e.names.at:
		e.at, err = count(rep)
	case e.names.size, "maxResults":
		e.max, err = count(rep)
	case "total":
		e.total, err = count(rep)
	case "isLast", e.names.last:
		e.last, err = boolean(rep)
	case "last": // an address on some lists
		if k := rep.dec.PeekKind(); k != 't' && k != 'f' {
			return rep.dec.SkipValue()
		}
		e.last, err = boolean(rep)
	case "nextPageToken", "nextCursor", "nextPageCursor":
		e.token, err = text(rep)
	case e.names.links:
		e.next, err = hasNext(rep)
	case "warningMessages":
		return readInto(rep.dec, &e.warnings)
	default:
		return rep.dec.SkipValue()
	}
	return err
}

// hasNext reads service management's addresses of other pages.
func hasNext(rep *reply) (next bool, err error) {
	if rep.dec.PeekKind() != '{' {
		return false, rep.dec.SkipValue()
	}
	err = eachMember(rep.dec, func(name string) error {
		if name != "next" {
			return rep.dec.SkipValue()
		}
		raw, err := rep.dec.ReadValue()
		next = len(raw) > len(`""`) && raw.Kind() == '"'
		return err
	})
	return next, err
}

// count reads a size; null and what is none is -1.
func count(rep *reply) (int, error) {
	if k := rep.dec.PeekKind(); k != '0' && k != '"' {
		return -1, rep.dec.SkipValue()
	}
	n, ok, err := readInt(rep.dec)
	if err != nil || !ok {
		return -1, err
	}
	return int(n), nil
}

func boolean(rep *reply) (tri, error) {
	tok, err := rep.dec.ReadToken()
	if err != nil {
		return unsaid, err
	}
	switch tok.Kind() {
	case 't':
		return yes, nil
	case 'f':
		return no, nil
	case 'n':
		return unsaid, nil
	}
	return unsaid, &shapeError{at: string(rep.dec.StackPointer()), want: "true or false", got: tok.Kind().String()}
}

// text reads a token, which may be a number on some lists.
func text(rep *reply) (string, error) {
	if rep.dec.PeekKind() == '0' {
		raw, err := rep.dec.ReadValue()
		return string(raw), err
	}
	return readString(rep.dec)
}
