package jira

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/jsonread"
)

// shapeError is sound JSON of another shape than Jira documents.
type shapeError struct{ at, want, got string }

// Error names the place in the answer as a JSON pointer.
func (e *shapeError) Error() string {
	return fmt.Sprintf("expected %s at %q, found %s", e.want, e.at, e.got)
}

// expect reads the token that opens or closes an object or array.
func expect(dec *jsonread.Decoder, kind jsontext.Kind, want string) error {
	tok, err := dec.ReadToken()
	if err != nil {
		return err
	}
	if tok.Kind() != kind {
		return &shapeError{at: string(dec.StackPointer()), want: want, got: tok.Kind().String()}
	}
	return nil
}

// eachMember reads an object; member is called with each name and reads exactly
// the value that follows.
func eachMember(dec *jsonread.Decoder, member func(name string) error) error {
	if err := expect(dec, '{', "an object"); err != nil {
		return err
	}
	for dec.PeekKind() != '}' {
		name, err := dec.ReadName()
		if err != nil {
			return err
		}
		if err := member(name); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

// eachElement reads an array; element is called before each element and reads
// exactly that.
func eachElement(dec *jsonread.Decoder, element func() error) error {
	if err := expect(dec, '[', "an array"); err != nil {
		return err
	}
	for dec.PeekKind() != ']' {
		before := dec.InputOffset()
		if err := element(); err != nil {
			return err
		}
		if dec.InputOffset() == before {
			return &shapeError{at: string(dec.StackPointer()), want: "a value to be read", got: "a reader that reads nothing"}
		}
	}
	_, err := dec.ReadToken()
	return err
}

// eachElementOrNull reads an array for which null may stand where it is empty, as
// some servers write a list that was never filled. What else the answer says of
// its size still holds.
func eachElementOrNull(dec *jsonread.Decoder, element func() error) error {
	if dec.PeekKind() == 'n' {
		return dec.SkipValue()
	}
	return eachElement(dec, element)
}

// readInt reads a whole number, also one written as a string; ok is false for null.
func readInt(dec *jsonread.Decoder) (n int64, ok bool, err error) {
	raw, err := dec.ReadValue()
	if err != nil || raw.Kind() == 'n' {
		return 0, false, err
	}
	text := bytes.Trim(raw, `"`)
	if n, err = strconv.ParseInt(string(text), 10, 64); err == nil {
		return n, true, nil
	}
	// Data Center writes large integers as 1.0E7.
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) >= 1<<53 {
		return 0, false, &shapeError{at: string(dec.StackPointer()), want: "a whole number", got: clip(string(raw), 40)}
	}
	return int64(f), true, nil
}

// readID reads an id, which Jira writes as a string in some places and as a
// number in others.
func readID(dec *jsonread.Decoder) (uint64, error) {
	n, ok, err := readInt(dec)
	if err != nil {
		return 0, err
	}
	if !ok || n <= 0 {
		return 0, &shapeError{at: string(dec.StackPointer()), want: "an id", got: strconv.FormatInt(n, 10)}
	}
	return uint64(n), nil
}

// readString reads a string; null reads as "".
func readString(dec *jsonread.Decoder) (string, error) {
	tok, err := dec.ReadToken()
	if err != nil {
		return "", err
	}
	switch tok.Kind() {
	case 'n':
		return "", nil
	case '"':
		return tok.String(), nil
	}
	return "", &shapeError{at: string(dec.StackPointer()), want: "a string", got: tok.Kind().String()}
}

// readInto reads one value into v, for answers that are small and rare.
func readInto(dec *jsonread.Decoder, v any) error {
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return &shapeError{at: string(dec.StackPointer()), want: "what Jira documents", got: clip(err.Error(), 120)}
	}
	return nil
}

// encodeBody writes a request's body; maps come out sorted, so the same request
// has the same bytes.
func encodeBody(body any) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		return nil, fmt.Errorf("encode the body: %w", err)
	}
	return bytes.TrimSpace(buf.Bytes()), nil
}
