package jsonread

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// errNest is told of values that are nested deeper than maxNest.
var errNest = errors.New("exceeded max depth")

// ended tells why no more comes.
func (d *Decoder) ended() error {
	switch {
	case d.err != io.EOF: //nolint:errorlint // the bare one is the end
		return fmt.Errorf("read on: %w", d.err)
	case len(d.outer) == 0 && len(bytes.TrimLeft(d.buf[d.pos:], " \t\r\n")) == 0:
		return io.EOF
	}
	return d.problem(io.ErrUnexpectedEOF)
}

// misplaced tells of a byte where another was expected.
func (d *Decoder) misplaced(c byte) error {
	where := "at start of value"
	switch {
	case d.in.kind == '{' && d.in.count%2 != 0 && d.ready:
	case d.in.kind == '{' && d.in.count%2 != 0:
		where = "after object name (expecting ':')"
	case d.in.kind == '{' && d.in.count > 0 && !d.ready:
		where = "after object value (expecting ',' or '}')"
	case d.in.kind == '[' && d.in.count > 0 && !d.ready:
		where = "after array element (expecting ',' or ']')"
	}
	return d.problem(fmt.Errorf("invalid character %s %s", strconv.QuoteRune(rune(c)), where))
}

// broken tells what is wrong with the value or name at pos. It asks the other decoder, which has words for it.
func (d *Decoder) broken() error {
	if d.in.isName() && d.buf[d.pos] != '"' {
		return d.problem(jsontext.ErrNonStringName)
	}
	told := jsontext.NewDecoder(bytes.NewReader(d.buf[d.pos:]), Lenient())
	_, err := told.ReadValue()
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		problem := *syntax
		problem.ByteOffset += d.InputOffset()
		problem.JSONPointer = d.StackPointer() + syntax.JSONPointer
		return &problem
	}
	return d.problem(errNest)
}

// problem says where something is wrong.
func (d *Decoder) problem(err error) error {
	return &jsontext.SyntacticError{ByteOffset: d.InputOffset(), JSONPointer: d.StackPointer(), Err: err}
}

// StackPointer says what was read last, as a JSON pointer (RFC 6901).
func (d *Decoder) StackPointer() jsontext.Pointer {
	var at jsontext.Pointer
	for i := 1; i <= len(d.outer); i++ {
		l := &d.in
		if i < len(d.outer) {
			l = &d.outer[i]
		}
		switch {
		case l.count == 0 && i == len(d.outer):
			return at
		case l.kind == '{':
			at = at.AppendToken(Token{raw: d.name(l)}.String())
		default:
			last := l.count
			if i == len(d.outer) {
				last-- // what was read, not what is open
			}
			at = at.AppendToken(strconv.FormatInt(last, 10))
		}
	}
	return at
}
