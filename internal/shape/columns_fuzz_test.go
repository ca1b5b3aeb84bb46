package shape

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jsonread"
)

// FuzzMemberOf holds the way through JSON text to the decoder's.
func FuzzMemberOf(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{ }`, `{"a":1}`, "{\r\n\t\"a\" : [1, {\"b\":\"]}\\\"\"} , 2 ] , \"b\":null}", `{"a":{"a":2},"b":"x"}`, `[]`, `[ 1 , "a,b", [], {"a":[]} ]`,
		`{"a`, `[1,`, `{"a":}`, `"`, `{"a" 1 "b"}`, `[}`, `{"\\":1,"a":"\\"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		memberOf(text, "a") // must end, whatever the text
		var items [][]byte
		for item, next := nextItem(text, 1); item != nil && len(items) <= len(text); item, next = nextItem(text, next) {
			items = append(items, item)
		}
		dec := jsonread.NewDecoder(bytes.NewReader(text))
		v, err := dec.ReadValue()
		if err != nil {
			return
		}
		switch v.Kind() {
		case '{':
			require.Equal(t, string(firstMember(t, v, "a")), string(memberOf(v, "a")))
		case '[':
			if len(bytes.TrimSpace(text)) == len(text) {
				var want []json.RawMessage
				require.NoError(t, json.Unmarshal(v, &want))
				require.Len(t, items, len(want))
				for i := range want {
					require.Equal(t, string(want[i]), string(items[i]))
				}
			}
		}
	})
}

// firstMember reads a member with the decoder.
func firstMember(t *testing.T, object []byte, name string) []byte {
	t.Helper()
	dec := jsonread.NewDecoder(bytes.NewReader(object))
	_, err := dec.ReadToken()
	require.NoError(t, err)
	for dec.PeekKind() != '}' {
		key, err := dec.ReadValue()
		require.NoError(t, err)
		key = key.Clone()
		value, err := dec.ReadValue()
		require.NoError(t, err)
		if string(key) == `"`+name+`"` {
			return value.Clone()
		}
	}
	return nil
}

// FuzzColumns reads any value into columns of every type: a record always comes out, and it fits its SCHEMA.
func FuzzColumns(f *testing.F) {
	for _, seed := range []string{
		`{"value":"A","child":{"value":"B"}}`, `[{"value":"A"},{"id":1}]`, `{"accountId":"a","displayName":"D"}`, `"x"`, `1e999`, `[[]]`,
		`{"name":{"a":[1]},"id":12345678901234567890,"votes":1e400}`, `["Sprint@1[id=3,name=x]","[id=]"]`, `{"type":"doc","content":[{"type":"text","text":"\ud800"}]}`,
		`{"value":"\u0000"}`, `true`, "{\"value\":\"\xff\"}", `[null,{"id":null}]`, `{"requestType":{"name":1}}`,
	} {
		f.Add([]byte(seed))
	}
	var fields []Field
	for i, typ := range []string{
		"string", "number", "date", "datetime", "option", "option-with-child", "user", "status", "project", "group", "votes",
		"sd-customerrequesttype", "team", "any", "progress", "boolean",
	} {
		id := "customfield_" + strings.Repeat("1", i+1)
		fields = append(fields, Field{ID: id, Name: typ, Custom: true, Type: typ}, Field{ID: id + "2", Name: typ + "s", Custom: true, Type: "array", Items: typ})
	}
	fields = append(fields, Field{ID: "customfield_5", Name: "sprint", Custom: true, Type: "array", CustomType: ":gh-sprint"}, Field{ID: "customfield_6", Name: "text", Custom: true, Type: "string", CustomType: ":textarea"})
	s := columnsOf(f, Options{DataCenter: true}, fields)
	plan := compile(f, s, PlanOptions{})
	validator, err := NewValidator(s)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, value []byte) {
		if _, err := jsonread.NewDecoder(bytes.NewReader(value)).ReadValue(); err != nil {
			return
		}
		record := []byte(`{"fields":{`)
		for i, field := range fields {
			if i > 0 {
				record = append(record, ',')
			}
			record = append(append(append(record, `"`+field.ID+`":`...), value...), ' ')
		}
		row := &Row{User: func(raw []byte) { require.True(t, json.Valid(raw)) }}
		out, err := plan.AppendMembers([]byte("{"), jsonread.NewDecoder(bytes.NewReader(append(record, "}}"...))), row)
		if err != nil { // more than one value
			return
		}
		out = append(out, '}')
		require.True(t, utf8.Valid(out))
		require.NotContains(t, string(out), "\n")
		require.True(t, json.Valid(out))
		if err := validator.Validate(out); err != nil {
			require.ErrorIs(t, err, ErrWildNumber)
		}
		requireColumns(t, s, out)
	})
}

// FuzzDocumentText never fails, and gives valid UTF-8.
func FuzzDocumentText(f *testing.F) {
	for _, seed := range []string{
		`{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"a"}]}]}`,
		`{"type":"doc","content":[{"type":"table","content":[{"type":"tableRow","content":[{"type":"tableCell","content":[{"type":"text","text":"b"}]},{"type":"x"}]}]}]}`,
		`{"type":"doc","content":[{"type":"orderedList","attrs":{"order":1e300},"content":[{"type":"listItem"}]},7,null,[]]}`,
		`{"type":"doc","content":{"type":"text"}}`, `{"type":"doc","attrs":[],"content":[{"type":"date","attrs":{"timestamp":"99999999999999999"}}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		text, ok := DocumentText(document)
		require.True(t, utf8.ValidString(text))
		if !ok {
			require.Empty(t, text)
		}
	})
}
