package singer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"tap-jira/internal/fault"
)

// member is one name and value of a JSON object, in the order of the text.
type member struct {
	name  string
	value json.RawMessage
}

// document checks that data is one JSON document in UTF-8 and returns it without a byte order mark and white space around.
// what names the document in errors, which are of kind Usage. An empty result means an empty file.
func document(what string, data []byte) ([]byte, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return nil, fault.New(fault.Usage, "save it as UTF-8 (PowerShell's > writes UTF-16; use | Out-File -Encoding utf8)",
			"the %s is UTF-16 text", what)
	}
	if !utf8.Valid(data) {
		return nil, fault.New(fault.Usage, "save it as UTF-8", "the %s is not UTF-8 text", what)
	}
	data = bytes.TrimSpace(data)
	if len(data) == 0 || json.Valid(data) {
		return data, nil
	}
	return nil, explainSyntax(what, data)
}

// explainSyntax says where data stops being JSON, and recognises several documents in one file.
func explainSyntax(what string, data []byte) error {
	var any json.RawMessage
	dec := json.NewDecoder(bytes.NewReader(data))
	err := dec.Decode(&any)
	if err == nil {
		return fault.New(fault.Usage, "keep one; of the lines of a run or a target the last one is the state (tail -n 1)",
			"the %s holds more than one JSON document", what)
	}
	offset := int64(len(data))
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = syntax.Offset
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the text ends too early")
	}
	before := data[:max(0, min(offset-1, int64(len(data))))]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return fault.New(fault.Usage, "correct it, or make the file anew", "the %s is not JSON: line %d, column %d: %w", what, line, column, err)
}

// members splits a JSON object into its members in their order. It fails on anything but an object.
func members(raw []byte) ([]member, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	if token != json.Delim('{') {
		return nil, errors.New("not an object")
	}
	var list []member
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		m := member{name: fmt.Sprint(name)}
		if err := dec.Decode(&m.value); err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

// object is members for callers to whom the order means nothing; of duplicates the last one counts.
func object(raw []byte) (map[string]json.RawMessage, error) {
	list, err := members(raw)
	if err != nil {
		return nil, err
	}
	byName := make(map[string]json.RawMessage, len(list))
	for _, m := range list {
		byName[m.name] = m.value
	}
	return byName, nil
}

// isNull says whether a member is absent or null; both mean the same to every Singer tool.
func isNull(raw json.RawMessage) bool {
	return len(raw) == 0 || string(raw) == "null"
}

// decode reads one JSON value with its numbers kept as they are written.
func decode(raw []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	return dec.Decode(into)
}

// encode writes v as compact JSON with sorted object keys and without escaping <, > and &.
func encode(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(buf.Bytes(), "\n"), nil
}

// quote writes s as a JSON string. Bytes that are not UTF-8 become U+FFFD.
func quote(s string) []byte {
	text, err := encode(s)
	if err != nil {
		panic("singer: encode a string: " + err.Error()) // encoding/json has no such error
	}
	return text
}

// kindOfJSON names the type of a JSON value for messages.
func kindOfJSON(raw json.RawMessage) string {
	if len(raw) == 0 {
		return "nothing"
	}
	switch raw[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}
