package tap_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"github.com/stretchr/testify/require"
)

// message is a Singer message as a target reads it.
type message struct {
	Type          string                     `json:"type"`
	Stream        string                     `json:"stream"`
	Record        map[string]json.RawMessage `json:"record"`
	Schema        json.RawMessage            `json:"schema"`
	Keys          []string                   `json:"key_properties"`
	Bookmarks     []string                   `json:"bookmark_properties"`
	Value         json.RawMessage            `json:"value"`
	TimeExtracted string                     `json:"time_extracted"`
	Version       *int64                     `json:"version"`
}

// readMessages reads the lines of a run. Every line is whole.
func readMessages(t *testing.T, out []byte) []message {
	t.Helper()
	if len(out) == 0 {
		return nil
	}
	require.True(t, bytes.HasSuffix(out, []byte("\n")), "the last line has no end")
	var messages []message
	for line := range bytes.Lines(out) {
		var m message
		require.NoError(t, json.Unmarshal(line, &m), "%.200s", line)
		messages = append(messages, m)
	}
	return messages
}

// wholeLines are the messages of an output that may break off in a line.
func wholeLines(t *testing.T, out []byte) []message {
	t.Helper()
	return readMessages(t, out[:bytes.LastIndexByte(out, '\n')+1])
}

// records returns the records of a stream.
func (o outcome) records(stream string) []message {
	return slices.DeleteFunc(slices.Clone(o.messages), func(m message) bool { return m.Type != "RECORD" || m.Stream != stream })
}

// ids are the keys of the records of a stream, in the order printed.
func (o outcome) ids(stream string) []string {
	keys := map[string][]string{}
	var ids []string
	for _, m := range o.messages {
		if m.Type == "SCHEMA" {
			keys[m.Stream] = m.Keys
		}
		if m.Type == "RECORD" && m.Stream == stream {
			ids = append(ids, keyOf(stream, m.Record, keys[stream]))
		}
	}
	return ids
}

// target holds tables as a warehouse does: by key, the last row wins.
type target struct {
	keys map[string][]string
	rows map[string]map[string]map[string]json.RawMessage
}

// merged loads the messages of runs into empty tables.
func merged(runs ...[]message) *target {
	w := &target{keys: map[string][]string{}, rows: map[string]map[string]map[string]json.RawMessage{}}
	for _, messages := range runs {
		w.load(messages)
	}
	return w
}

func (w *target) load(messages []message) {
	for _, m := range messages {
		switch m.Type {
		case "SCHEMA":
			w.keys[m.Stream] = m.Keys
		case "RECORD":
			if w.rows[m.Stream] == nil {
				w.rows[m.Stream] = map[string]map[string]json.RawMessage{}
			}
			w.rows[m.Stream][keyOf(m.Stream, m.Record, w.keys[m.Stream])] = m.Record
		}
	}
}

// ids are the keys of a table, sorted.
func (w *target) ids(stream string) []string { return slices.Sorted(maps.Keys(w.rows[stream])) }

// keyOf joins a record's key as the ledger does.
func keyOf(stream string, record map[string]json.RawMessage, keys []string) string {
	if stream == "issue_transitions" {
		return text(record["issueId"]) + "/" + text(record["id"])
	}
	return joined(record, slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return key == "site" }))
}

// joined are the values of columns with slashes between them.
func joined(record map[string]json.RawMessage, columns []string) string {
	var parts []string
	for _, column := range columns {
		parts = append(parts, text(record[column]))
	}
	return strings.Join(parts, "/")
}

// text is the plain text of a JSON string or of a number.
func text(value any) string {
	raw, isRaw := value.(json.RawMessage)
	if !isRaw {
		return fmt.Sprint(value)
	}
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

// requireLedger compares tables with the truth about the site.
func requireLedger(t *testing.T, s *site, w *target, streams ...string) {
	t.Helper()
	for _, stream := range streams {
		want := slices.Sorted(s.Ledger().Keys(stream))
		got := []string{}
		for _, row := range w.rows[stream] {
			got = append(got, joined(row, s.Ledger().Columns(stream)))
		}
		slices.Sort(got)
		requireSame(t, want, got, stream)
	}
}

// requireSame compares two sorted lists and tells only the differences, as
// there may be thousands.
func requireSame(t *testing.T, want, got []string, what string) {
	t.Helper()
	if slices.Equal(want, got) {
		return
	}
	require.Fail(t, what+" differ", "%d wanted, %d there, missing %.300q, too many %.300q", len(want), len(got), minus(want, got), minus(got, want))
}

// minus returns what is in a and not in b.
func minus(a, b []string) []string {
	in := map[string]bool{}
	for _, x := range b {
		in[x] = true
	}
	return slices.DeleteFunc(slices.Clone(a), func(x string) bool { return in[x] })
}

// requireFresh compares the issues' rows with the times of their last updates.
func requireFresh(t *testing.T, s *site, w *target) {
	t.Helper()
	for id, at := range s.Ledger().Updated() {
		row := w.rows["issues"][id]
		require.NotNil(t, row, "issue %s is missing", id)
		var updated time.Time
		require.NoError(t, json.Unmarshal(row["updated"], &updated))
		require.True(t, at.Equal(updated), "issue %s was updated %s, its row says %s", id, at, updated)
	}
}

// protocol checks what a target relies on: SCHEMA before RECORD and once a
// stream, a STATE at either end, every record whole, valid and with its key,
// and none twice.
type protocol struct {
	t       *testing.T
	schemas map[string]*jsonschema.Schema
	columns map[string][]string
	keys    map[string][]string
	seen    map[string]bool
	// sample is how many records of a stream are validated; all else is looked at in every record.
	sample int
	valids map[string]int
}

// requireProtocol checks a run; few records are validated, because that takes most of the time.
func requireProtocol(t *testing.T, o outcome) {
	t.Helper()
	requireProtocolOf(t, o, 20)
}

func requireProtocolOf(t *testing.T, o outcome, sample int) {
	t.Helper()
	require.NotEmpty(t, o.messages)
	require.Equal(t, "STATE", o.messages[0].Type, "the first line")
	require.Equal(t, "STATE", o.messages[len(o.messages)-1].Type, "the last line")
	p := &protocol{t: t, schemas: map[string]*jsonschema.Schema{}, columns: map[string][]string{}, keys: map[string][]string{}, seen: map[string]bool{}, sample: sample, valids: map[string]int{}}
	for _, m := range o.messages {
		switch m.Type {
		case "SCHEMA":
			p.schema(m)
		case "RECORD":
			p.record(m)
		default:
			require.Contains(t, []string{"STATE", "ACTIVATE_VERSION"}, m.Type)
		}
	}
}

func (p *protocol) schema(m message) {
	require.NotContains(p.t, p.schemas, m.Stream, "a second SCHEMA of %s", m.Stream)
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat = true
	require.NoError(p.t, compiler.AddResource(m.Stream, bytes.NewReader(m.Schema)))
	compiled, err := compiler.Compile(m.Stream)
	require.NoError(p.t, err)
	p.schemas[m.Stream], p.keys[m.Stream] = compiled, m.Keys
	p.columns[m.Stream] = slices.Sorted(maps.Keys(compiled.Properties))
	require.NotEmpty(p.t, m.Keys)
	for _, column := range slices.Concat(m.Keys, m.Bookmarks) {
		require.Contains(p.t, p.columns[m.Stream], column, "%s names a column that it lacks", m.Stream)
	}
}

// mayBeEmpty are columns of keys that Jira leaves out: of a context that is for
// all projects, or all issue types.
var mayBeEmpty = []string{"custom_field_context_project_mappings.projectId", "custom_field_context_issue_type_mappings.issueTypeId"}

func (p *protocol) record(m message) {
	require.Contains(p.t, p.schemas, m.Stream, "a RECORD of %s before its SCHEMA", m.Stream)
	requireSame(p.t, p.columns[m.Stream], slices.Sorted(maps.Keys(m.Record)), "columns of "+m.Stream)
	extracted, err := time.Parse(time.RFC3339, m.TimeExtracted)
	require.NoError(p.t, err)
	require.Equal(p.t, time.UTC, extracted.Location())
	key := m.Stream
	for _, column := range p.keys[m.Stream] {
		require.NotEqual(p.t, "null", string(m.Record[column]), "%s has no %s", m.Stream, column)
		require.True(p.t, text(m.Record[column]) != "" || slices.Contains(mayBeEmpty, m.Stream+"."+column), "%s has no %s", m.Stream, column)
		key += "/" + strconv.Quote(text(m.Record[column]))
	}
	require.False(p.t, p.seen[key], "%s stands twice", key)
	p.seen[key] = true
	if p.valids[m.Stream]++; p.valids[m.Stream] <= p.sample {
		p.valid(m)
	}
}

// valid validates the record by a means of the test's own.
func (p *protocol) valid(m message) {
	raw, err := json.Marshal(m.Record)
	require.NoError(p.t, err)
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var record any
	require.NoError(p.t, dec.Decode(&record))
	require.NoError(p.t, p.schemas[m.Stream].Validate(record), "%s: %s", m.Stream, raw)
}
