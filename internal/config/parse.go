package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// member is one key of a config file. Values are what encoding/json gives, numbers as json.Number.
type member struct {
	name  string
	value any
}

// syntaxError is JSON that cannot be read. Its text quotes nothing of the file but punctuation and known key names, since
// whatever stands at the fault may be a secret.
type syntaxError struct {
	line, column int // from 1; column counts characters
	near         string
	fix          string
}

// Error tells what is wrong and where.
func (e *syntaxError) Error() string {
	where := fmt.Sprintf("is not valid JSON at line %d, column %d", e.line, e.column)
	if e.near != "" {
		where += fmt.Sprintf(" (near %q)", e.near)
	}
	return where
}

// parseObject reads a config file's members in their order; a name that stands twice is there twice.
func parseObject(data []byte, known func(string) bool) ([]member, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) // the byte order mark that Windows editors write
	dec := jsontext.NewDecoder(bytes.NewReader(data), jsontext.AllowDuplicateNames(true))
	if kind := dec.PeekKind(); kind != '{' || isUTF16(data) {
		return nil, explainStart(data)
	}
	members, err := readMembers(dec)
	if err != nil {
		return nil, explainSyntax(data, dec, err, lastKnown(members, known))
	}
	rest := bytes.TrimLeft(data[dec.InputOffset():], " \t\r\n")
	if len(rest) == 0 {
		return members, nil
	}
	e := &syntaxError{fix: "nothing may follow the closing }, remove it"}
	e.line, e.column = position(data, len(data)-len(rest))
	return nil, e
}

// lastKnown is the last key before the fault, "" if it is none of ours.
func lastKnown(members []member, known func(string) bool) string {
	if len(members) == 0 || !known(members[len(members)-1].name) {
		return ""
	}
	return members[len(members)-1].name
}

// readMembers reads the object up to its end or the first fault; the members then include the one at fault.
func readMembers(dec *jsontext.Decoder) ([]member, error) {
	if _, err := dec.ReadToken(); err != nil {
		return nil, err
	}
	var members []member
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			return members, err
		}
		members = append(members, member{name: name.String()})
		raw, err := dec.ReadValue()
		if err != nil {
			return members, err
		}
		if members[len(members)-1].value, err = decodeValue(raw); err != nil {
			return members, err
		}
	}
	_, err := dec.ReadToken()
	return members, err
}

// decodeValue reads exactly one JSON value.
func decodeValue(raw []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var value any
	if err := dec.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one value")
	}
	return value, nil
}

// explainStart is for a file that does not even begin as an object.
func explainStart(data []byte) error {
	e := &syntaxError{line: 1, column: 1, fix: `write an object such as {"base_url": "https://acme.atlassian.net", …}`}
	trimmed := bytes.TrimSpace(data)
	switch {
	case len(trimmed) == 0:
		e.fix = `it is empty, ` + e.fix
	case isUTF16(data):
		e.fix = "it is saved as UTF-16, save it as UTF-8"
	default:
		e.line, e.column = position(data, len(data)-len(bytes.TrimLeft(data, " \t\r\n")))
		e.fix = "a config is one JSON object, " + e.fix
	}
	return e
}

// isUTF16 tells the other encoding in which editors and shells of Windows save text: by the mark at its start, or without one by
// the zero byte beside an object's bracket.
func isUTF16(data []byte) bool {
	return slices.ContainsFunc([]string{"\xff\xfe", "\xfe\xff", "{\x00", "\x00{"}, func(start string) bool {
		return bytes.HasPrefix(data, []byte(start))
	})
}

// explainSyntax says where the JSON breaks and, for the usual slips, which it is.
func explainSyntax(data []byte, dec *jsontext.Decoder, err error, near string) error {
	offset := int(dec.InputOffset())
	if s, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		offset = int(s.ByteOffset)
	}
	offset = min(max(offset, 0), len(data))
	e := &syntaxError{near: near, fix: slip(data, offset)}
	e.line, e.column = position(data, offset)
	return e
}

// danglingComma tells whether the text begins with a comma and a closing bracket.
func danglingComma(rest []byte) bool {
	after, ok := bytes.CutPrefix(rest, []byte(","))
	after = bytes.TrimLeft(after, " \t\r\n")
	return ok && len(after) > 0 && (after[0] == '}' || after[0] == ']')
}

// position counts lines and characters from 1.
func position(data []byte, offset int) (line, column int) {
	before := data[:min(offset, len(data))]
	lineStart := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[lineStart:]) + 1
}

// slip names the mistake that people usually make where JSON breaks at offset. It looks at punctuation only.
func slip(data []byte, offset int) string {
	if offset >= len(data) {
		return `it ends too early, a closing quote or } is missing`
	}
	rest := data[offset:]
	begins := func(marks ...string) bool {
		return slices.ContainsFunc(marks, func(mark string) bool { return bytes.HasPrefix(rest, []byte(mark)) })
	}
	afterComma := bytes.HasSuffix(bytes.TrimRight(data[:offset], " \t\r\n"), []byte(","))
	for _, s := range []struct {
		made bool
		fix  string
	}{
		{begins("\n", "\r"), `a text may not run over the end of its line, close the quote or write \n for a line break`},
		{rest[0] < ' ', "remove the control character, or write \\t for a tab"},
		{begins("//", "/*", "#"), "JSON has no comments, remove it"},
		{begins("}", "]") && afterComma || danglingComma(rest), "remove the comma before the closing bracket"},
		{begins("'", "\u201c", "\u201d"), `use plain double quotes (")`},
		{begins(`\`), `write \\ for a backslash, or / in a path`},
		{!utf8.Valid(data), "save the file as UTF-8"},
		{begins(`"`) && !afterComma, "a comma or colon is missing before it"},
		{begins("True", "False", "None"), "write true, false and null in small letters"},
	} {
		if s.made {
			return s.fix
		}
	}
	return "look for a missing quote, comma, colon or bracket there"
}
