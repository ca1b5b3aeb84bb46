package jira

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/jsonread"
)

// wrapper makes an object of what is none by itself, or lacks its own name, and
// gives it to a Sink as any other record.
type wrapper struct {
	sink   Sink
	column []byte           // quoted
	record []byte           // the object, kept from one record to the next
	dec    jsonread.Decoder // of record
}

func newWrapper(column string, sink Sink) *wrapper {
	return &wrapper{sink: sink, column: quoted(nil, column)}
}

// quoted appends text as a JSON string.
func quoted(dst []byte, text string) []byte {
	dst, _ = jsontext.AppendQuote(dst, text) // broken UTF-8 is replaced, and is all that could fail
	return dst
}

// start opens the object with its first member's name.
func (w *wrapper) start() {
	w.record = append(w.record[:0], '{')
	w.record = append(w.record, w.column...)
	w.record = append(w.record, ':')
}

// plain gives the next value of dec, which stands in a list by itself.
func (w *wrapper) plain(dec *jsonread.Decoder) error {
	at := dec.PeekKind()
	if at != '"' && at != '0' && at != 't' && at != 'f' {
		return w.misfit(dec, "a plain value")
	}
	w.start()
	if err := w.value(dec); err != nil {
		return err
	}
	return w.give(dec)
}

// named gives the next value of dec, which stands in an object under name.
func (w *wrapper) named(dec *jsonread.Decoder, name string) error {
	w.start()
	w.record = quoted(w.record, name)
	if dec.PeekKind() != '{' {
		w.record = append(w.record, `,"value":`...)
		if err := w.value(dec); err != nil {
			return err
		}
		return w.give(dec)
	}
	named := len(w.record)
	if err := expect(dec, '{', "an object"); err != nil {
		return err
	}
	for dec.PeekKind() != '}' {
		if err := w.member(dec, w.record[len(w.column)+len(`{:`):named]); err != nil {
			return err
		}
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	return w.give(dec)
}

// member copies the next member of dec. One that repeats the record's name is
// left out, as no name may come twice; one that contradicts it is refused.
func (w *wrapper) member(dec *jsonread.Decoder, name []byte) error {
	before := len(w.record)
	w.record = append(w.record, ',')
	if err := w.value(dec); err != nil {
		return err
	}
	taken := bytes.Equal(w.record[before+1:], w.column)
	w.record = append(w.record, ':')
	value := len(w.record)
	if err := w.value(dec); err != nil || !taken {
		return err
	}
	if !bytes.Equal(w.record[value:], name) {
		return &shapeError{at: string(dec.StackPointer()), want: "the record's name " + clip(string(name), 40), got: clip(string(w.record[value:]), 40)}
	}
	w.record = w.record[:before]
	return nil
}

// value copies the next value of dec, which may be a member's name.
func (w *wrapper) value(dec *jsonread.Decoder) error {
	raw, err := dec.ReadValue()
	w.record = append(w.record, raw...)
	return err
}

// give hands the object over.
func (w *wrapper) give(dec *jsonread.Decoder) error {
	w.record = append(w.record, '}')
	w.dec.ResetBytes(w.record)
	if err := w.sink.Record(&w.dec); err != nil {
		return err
	}
	if w.dec.InputOffset() != int64(len(w.record)) {
		return &shapeError{at: string(dec.StackPointer()), want: "one record to be read", got: "a reader that reads less"}
	}
	return nil
}

func (w *wrapper) misfit(dec *jsonread.Decoder, want string) error {
	tok, err := dec.ReadToken()
	if err != nil {
		return err
	}
	return &shapeError{at: string(dec.StackPointer()), want: want, got: tok.Kind().String()}
}
