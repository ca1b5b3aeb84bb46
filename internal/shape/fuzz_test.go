package shape

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jsonread"
)

// FuzzTime holds the quick way to the standard library's.
func FuzzTime(f *testing.F) {
	for _, seed := range []string{
		"2024-03-01T09:30:00.000+0000", "2024-02-29T23:59:59Z", "2023-02-29T00:00:00Z", "1900-02-29T00:00:00.1Z",
		"0000-12-31T23:00:00-0200", "0001-01-01T00:00:00+0100", "9999-12-31T23:59:59.999999999-00:01", "2024-03-01T09:30:60Z",
		"2024-03-01T9:30:00Z", "2024-03-01T09:30:00,5Z", "2024-03-01T09:30:00.+0000", "2024-13-01T09:30:00Z", "2024-03-01", "",
		"2024-03-01T24:00:00Z", "2024-03-01T09:30:00.0000000001Z", "2024-03-01T09:30:00+24:00", "2024-03-01T09:30:00+0560",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		quick, ok := appendQuick(nil, []byte(text))
		thorough, want := appendParsed(nil, []byte(text))
		if ok {
			require.True(t, want, "the quick way reads what is no date-time")
			require.Equal(t, string(thorough), string(quick))
		}
		got, fine := appendTime(nil, []byte(text))
		require.Equal(t, want, fine)
		require.Equal(t, string(thorough), string(got))
		if fine {
			_, err := time.Parse(layoutUTC, string(got))
			require.NoError(t, err)
		}
	})
}

// seeds are records with something of everything in them.
func seeds(f *testing.F) {
	f.Helper()
	for _, name := range []string{"fields", "issue_link_types", "versions"} {
		for _, example := range load(f, name, Options{}).Examples() {
			f.Add([]byte(example))
		}
	}
	for _, seed := range []string{
		`{"text":1,"day":2,"moment":"x","open":{"a":[1]},"int":"3","num":1e999,"bool":"true","obj":[],"doc":"x","words":"x","things":{},"any":[[]]}`,
		"{\"obj\":{\"\\ud800\":\"\\u0000\",\"a\":\"\xff\"},\r\n \"unknown\":[1,2 ,3],\"words\":[null,1,{}]}",
		`{"fields":{"customfield_1":"\ud83d\ude00","created":1709285400,"labels":"one"},"id":12345678901234567890}`,
		`{"obj":{"a":0.000000000000000000012,"b":1e-999,"c":12345678901234567890e-400,"d":-0}}`,
		`{"id":"1","id":"2"}`, `[{}]`, `{"a":`, `{"int":0e9999999}`,
	} {
		f.Add([]byte(seed))
	}
}

// FuzzRecord sends any bytes through plans. What comes out is one line of valid JSON with every column once, valid
// against the schema; and what encoding/json reads is not refused.
func FuzzRecord(f *testing.F) {
	seeds(f)
	issues := load(f, "issues", Options{ADF: true}).WithFields([]Field{
		{ID: "customfield_1", Type: "any"}, {ID: "customfield_2", Type: "array", Items: "datetime"},
	})
	type target struct {
		schema    *Schema
		plan      *Plan
		validator *Validator
	}
	var targets []target
	for _, s := range []*Schema{schemaOf(f, columns), issues, load(f, "changelogs", Options{})} {
		v, err := NewValidator(s)
		require.NoError(f, err)
		plan := compile(f, s, PlanOptions{Capture: []string{"id", "fields.status.name"}})
		targets = append(targets, target{schema: s, plan: plan, validator: v})
	}
	f.Fuzz(func(t *testing.T, record []byte) {
		for _, to := range targets {
			var row Row
			members, err := to.plan.AppendMembers([]byte("{"), jsonread.NewDecoder(bytes.NewReader(record)), &row)
			if err != nil {
				requireBroken(t, record, err)
				continue
			}
			out := append(members, '}')
			var plain any
			require.NoError(t, json.Unmarshal(out, &plain), "also with every number as a double")
			require.True(t, utf8.Valid(out))
			require.False(t, bytes.ContainsAny(out, "\n\r"))
			require.False(t, hasBadText(out))
			require.NoError(t, to.validator.Validate(out))
			requireColumns(t, to.schema, out)
			for _, v := range row.Captured {
				require.True(t, v == nil || json.Valid(v))
			}
			remembering := Row{Memo: NewMemo()}
			for range 3 { // the third time all is remembered that can be
				again, err := to.plan.AppendMembers([]byte("{"), jsonread.NewBytesDecoder(record), &remembering)
				require.NoError(t, err)
				require.Equal(t, string(members), string(again))
				require.Equal(t, row.Repairs, remembering.Repairs)
				require.Equal(t, row.Captured, remembering.Captured)
			}
		}
	})
}

// requireBroken says that a record was refused for a reason.
func requireBroken(t *testing.T, record []byte, err error) {
	t.Helper()
	if errors.Is(err, ErrNotObject) || strings.Contains(err.Error(), "depth") {
		return
	}
	var value any
	theirs := json.NewDecoder(bytes.NewReader(record)).Decode(&value)
	if syntax := new(json.UnmarshalTypeError); errors.As(theirs, &syntax) { // a number that encoding/json cannot hold
		return
	}
	require.Error(t, theirs, "refused: %v", err)
	if errors.Is(theirs, io.ErrUnexpectedEOF) && utf8.Valid(record) {
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	}
}

// FuzzClean compares a cleaned value with what encoding/json understands of it.
func FuzzClean(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, value []byte) {
		if !json.Valid(value) {
			return
		}
		clean, _ := appendClean(nil, value)
		want, unique := normal(t, decode(t, value))
		got, _ := normal(t, decode(t, clean))
		require.False(t, hasLineBreak(clean) || hasBadText(clean))
		if unique { // names that differ by U+0000 only become one
			require.Equal(t, want, got)
		}
		raw := copied(t, &Row{}, string(value))
		require.False(t, hasLineBreak(raw))
		again, left := appendClean(nil, raw)
		require.Zero(t, left, "the look before the copy misses something")
		require.Equal(t, string(clean), string(again))
	})
}

// hasLineBreak finds white space between tokens: a JSON string holds no raw line break.
func hasLineBreak(v []byte) bool { return bytes.ContainsAny(v, "\r\n") }

// hasBadText finds broken UTF-8, and escapes of U+0000 and of lone surrogates.
func hasBadText(v []byte) bool { return !utf8.Valid(v) || hasBadEscape(v) }

func decode(t *testing.T, text []byte) (value any) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	require.NoError(t, dec.Decode(&value))
	return value
}

// normal brings a decoded value to what the output may hold of it; unique is false when two names become one.
func normal(t *testing.T, value any) (out any, unique bool) {
	t.Helper()
	unique = true
	switch value := value.(type) {
	case string:
		return strings.ReplaceAll(value, "\x00", ""), true
	case json.Number:
		number, problem := appendNumber(nil, []byte(value))
		if problem == Overflow {
			return nil, true
		}
		digits, shift, negative := decimal(number)
		return []any{string(digits), shift, negative}, true
	case []any:
		items := make([]any, len(value))
		for i, item := range value {
			n, fine := normal(t, item)
			items[i], unique = n, unique && fine
		}
		return items, unique
	case map[string]any:
		members := map[string]any{}
		for name, item := range value {
			n, fine := normal(t, item)
			members[strings.ReplaceAll(name, "\x00", "")] = n
			unique = unique && fine
		}
		return members, unique && len(members) == len(value)
	}
	return value, true
}
