package jira

import (
	"hash/fnv"
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
	records  int
	found    bool
	max      int
	total    int
	last     tri
	token    string
	first    uint64 // hash of the first record's bytes, 0 without a tape
	warnings []string
}

func newEnvelope() *envelope { return &envelope{max: -1, total: -1} }

// read reads a body and gives its records to sink.
func (e *envelope) read(rep *reply, p Pager, sink Sink) error {
	if p.kind == kindOne {
		e.records, e.found = 1, true
		return sink.Record(rep.dec)
	}
	record := func() error { return sink.Record(rep.dec) }
	if err := e.descend(rep, p.records, record); err != nil {
		return err
	}
	if !e.found {
		return &shapeError{at: "/" + strings.Join(p.records, "/"), want: "an array of records", got: "nothing"}
	}
	return nil
}

// descend follows the path to the records; members along it are looked at.
func (e *envelope) descend(rep *reply, path []string, record func() error) error {
	if len(path) == 0 {
		return e.array(rep, record)
	}
	return eachMember(rep.dec, func(name string) error {
		if name == path[0] {
			return e.descend(rep, path[1:], record)
		}
		return e.member(rep, name)
	})
}

// array reads the records.
func (e *envelope) array(rep *reply, record func() error) error {
	if e.found {
		return &shapeError{at: string(rep.dec.StackPointer()), want: "the records once", got: "them twice"}
	}
	e.found = true
	start := int64(-1)
	return eachElement(rep.dec, func() error {
		if start < 0 {
			start = rep.dec.InputOffset()
		}
		if err := record(); err != nil {
			return err
		}
		e.records++
		if e.records == 1 && rep.tape.on {
			e.first = hash(rep.tape.since(start, rep.dec.InputOffset()))
			rep.tape.stop()
		}
		return nil
	})
}

func hash(b []byte) uint64 {
	h := fnv.New64a()
	_, _ = h.Write(b) // documented never to fail
	return h.Sum64()
}

// member reads a member of the envelope.
func (e *envelope) member(rep *reply, name string) (err error) {
	switch name {
	case "maxResults":
		e.max, err = count(rep)
	case "total":
		e.total, err = count(rep)
	case "isLast":
		e.last, err = boolean(rep)
	case "last": // an address on some lists
		if k := rep.dec.PeekKind(); k != 't' && k != 'f' {
			return rep.dec.SkipValue()
		}
		e.last, err = boolean(rep)
	case "nextPageToken", "nextCursor", "nextPageCursor":
		e.token, err = text(rep)
	case "warningMessages":
		return readInto(rep.dec, &e.warnings)
	default:
		return rep.dec.SkipValue()
	}
	return err
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
