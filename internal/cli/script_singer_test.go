package cli_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// singerMessage is a line of a Singer stream.
type singerMessage struct {
	Type          string          `json:"type"`
	Stream        string          `json:"stream"`
	Record        map[string]any  `json:"record"`
	KeyProperties []string        `json:"key_properties"`
	Value         json.RawMessage `json:"value"`
	Schema        struct {
		Properties map[string]any `json:"properties"`
	} `json:"schema"`
}

// parseMessages reads every line of a Singer stream.
func parseMessages(ts *testscript.TestScript, name string) []singerMessage {
	content := ts.ReadFile(name)
	if !strings.HasSuffix(content, "\n") {
		ts.Fatalf("%s does not end with a line break", name)
	}
	var messages []singerMessage
	for i, line := range strings.Split(strings.TrimSuffix(content, "\n"), "\n") {
		var m singerMessage
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			ts.Fatalf("%s line %d is no message: %v", name, i+1, err)
		}
		messages = append(messages, m)
	}
	return messages
}

// assertSinger is `singer FILE`: the stream begins and ends with a STATE, every record comes after the one SCHEMA of its
// stream, holds each of its columns and no other, and has its keys.
func assertSinger(ts *testscript.TestScript, _ bool, args []string) {
	messages := parseMessages(ts, args[0])
	if messages[0].Type != "STATE" || messages[len(messages)-1].Type != "STATE" {
		ts.Fatalf("the stream goes from %s to %s, not from STATE to STATE", messages[0].Type, messages[len(messages)-1].Type)
	}
	schemas := map[string]singerMessage{}
	for i, m := range messages {
		switch m.Type {
		case "STATE":
			if len(m.Value) == 0 || string(m.Value) == "null" || string(m.Value) == "{}" {
				ts.Fatalf("line %d: STATE is empty", i+1)
			}
		case "SCHEMA":
			if _, again := schemas[m.Stream]; again || len(m.KeyProperties) == 0 {
				ts.Fatalf("line %d: SCHEMA of %s comes again or has no keys", i+1, m.Stream)
			}
			schemas[m.Stream] = m
		case "RECORD":
			assertRecord(ts, i+1, m, schemas)
		default:
			ts.Fatalf("line %d: unexpected %s", i+1, m.Type)
		}
	}
}

func assertRecord(ts *testscript.TestScript, line int, m singerMessage, schemas map[string]singerMessage) {
	schema, ok := schemas[m.Stream]
	if !ok {
		ts.Fatalf("line %d: RECORD of %s before its SCHEMA", line, m.Stream)
	}
	got, want := slices.Sorted(maps.Keys(m.Record)), slices.Sorted(maps.Keys(schema.Schema.Properties))
	if !slices.Equal(got, want) {
		ts.Fatalf("line %d: RECORD of %s has %v, its SCHEMA %v", line, m.Stream, got, want)
	}
	for _, key := range schema.KeyProperties {
		if m.Record[key] == nil {
			ts.Fatalf("line %d: RECORD of %s has no %s", line, m.Stream, key)
		}
	}
}

// assertRecords is `records FILE STREAM N|ledger|covered`: so many records of the stream came, or exactly the keys of the
// site's ledger, each once, or (covered) at least once.
func assertRecords(ts *testscript.TestScript, _ bool, args []string) {
	name, stream, want := args[0], args[1], args[2]
	var keys []string
	got := map[string]int{}
	for _, m := range parseMessages(ts, name) {
		if m.Stream != stream {
			continue
		}
		if m.Type == "SCHEMA" {
			keys = ledgerOrder(m.KeyProperties)
		}
		if m.Type == "RECORD" {
			got[recordKey(m.Record, keys)]++
		}
	}
	if want != "ledger" && want != "covered" {
		if fmt.Sprint(len(got)) != want {
			ts.Fatalf("%d records of %s, want %s", len(got), stream, want)
		}
		return
	}
	expected := slices.Sorted(sessionOf(ts).site.Ledger().Keys(stream))
	if found := slices.Sorted(maps.Keys(got)); !slices.Equal(found, expected) {
		ts.Fatalf("records of %s: %v, the site has %v", stream, found, expected)
	}
	for key, times := range got {
		if want == "ledger" && times != 1 {
			ts.Fatalf("record %s of %s came %d times", key, stream, times)
		}
	}
}

// ledgerOrder puts a parent's id before the row's own, as the ledger does.
func ledgerOrder(columns []string) []string {
	ordered := slices.Clone(columns)
	slices.SortStableFunc(ordered, func(a, b string) int {
		switch {
		case a == b:
			return 0
		case a == "id":
			return 1
		case b == "id":
			return -1
		}
		return 0
	})
	return ordered
}

func recordKey(record map[string]any, columns []string) string {
	var parts []string
	for _, column := range columns {
		parts = append(parts, fmt.Sprint(record[column]))
	}
	return strings.Join(parts, "/")
}
