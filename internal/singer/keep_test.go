package singer_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/singer"
)

// freshSchema is what discovery finds of issues.
const freshSchema = `{"type":"object","properties":{
	"id":{"type":"string"},
	"key":{"type":["null","string"]},
	"updated":{"type":["null","string"],"format":"date-time"},
	"fields":{"type":["null","object"],"properties":{
		"summary":{"type":["null","string"]},
		"votes":{"type":["null","integer"]},
		"customfield_1":{"type":["null","number"],"title":"Story Points"}}}}}`

// fresh is a catalog as discovery makes it: issues are standard, boards are not.
func fresh() *singer.Catalog {
	return &singer.Catalog{Streams: []singer.Entry{
		singer.NewEntry(singer.EntryOptions{
			Stream: "issues", Schema: json.RawMessage(freshSchema), Keys: []string{"id"}, ReplicationKey: "updated", Standard: true,
			Extra: map[string]any{"tap-jira.missing": "Browse projects"},
		}),
		singer.NewEntry(singer.EntryOptions{
			Stream: "boards", Schema: json.RawMessage(`{"properties":{"id":{"type":"integer"},"name":{"type":"string"}}}`), Keys: []string{"id"},
		}),
		singer.NewEntry(singer.EntryOptions{
			Stream: "projects", Schema: json.RawMessage(`{"properties":{"id":{"type":"string"},"name":{"type":"string"}}}`), Keys: []string{"id"}, Standard: true,
		}),
	}}
}

// kept is a fresh catalog with what an earlier one, written as JSON, says.
func kept(t *testing.T, earlier string) *singer.Catalog {
	t.Helper()
	c := fresh()
	c.Keep(catalog(t, []byte(earlier)))
	return catalog(t, encoded(t, c)) // what counts is what a run reads from the file
}

func TestKeepOfAnUntouchedCatalogIsTheDefault(t *testing.T) {
	t.Parallel()
	c := fresh()
	before := encoded(t, c)
	c.Keep(catalog(t, before))
	require.Equal(t, string(before), string(encoded(t, c)))
}

func TestKeepCarriesChoices(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		earlier string
		streams map[string]bool
		columns map[string]bool // of issues
	}{
		"marked streams, new ones by default": {
			`{"streams":[{"stream":"issues","metadata":[{"metadata":{"selected":false}}]}]}`,
			map[string]bool{"issues": false, "boards": false, "projects": true},
			nil,
		},
		"unmarked among marked ones": {
			`{"streams":[{"stream":"boards","metadata":[{"metadata":{"selected":true}}]},{"stream":"issues","metadata":[{"metadata":{}}]}]}`,
			map[string]bool{"issues": false, "boards": true, "projects": true},
			nil,
		},
		"legacy member": {
			`{"streams":[{"stream":"issues","selected":"false"},{"stream":"boards","selected":true}]}`,
			map[string]bool{"issues": false, "boards": true},
			nil,
		},
		"legacy schema": {
			`{"streams":[{"stream":"boards","schema":{"selected":true}},{"stream":"issues","schema":{"selected":true,
				"properties":{"key":{"selected":false},"fields":{"properties":{"votes":{"selected":"false"}}}}}}]}`,
			map[string]bool{"issues": true, "boards": true},
			map[string]bool{"id": true, "key": false, "fields": true, "fields.votes": false, "fields.summary": true},
		},
		"columns": {
			`{"streams":[{"stream":"issues","metadata":[{"metadata":{"selected":true}},
				{"breadcrumb":["properties","fields","properties","summary"],"metadata":{"selected":false}},
				{"breadcrumb":["properties","gone"],"metadata":{"selected":true}},
				{"breadcrumb":["properties","id"],"metadata":{"selected":false}}]}]}`,
			map[string]bool{"issues": true},
			map[string]bool{"id": true, "key": true, "fields.summary": false, "fields.votes": true, "fields.customfield_1": true, "gone": false},
		},
		"a column above": {
			`{"streams":[{"stream":"issues","metadata":[{"metadata":{"selected":true}},
				{"breadcrumb":["properties","fields"],"metadata":{"selected":false}},
				{"breadcrumb":["properties","fields","properties","votes"],"metadata":{"selected":true}}]}]}`,
			map[string]bool{"issues": true},
			map[string]bool{"key": true, "fields": false, "fields.votes": false, "fields.summary": false},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := kept(t, tt.earlier)
			for stream, want := range tt.streams {
				require.Equal(t, want, c.Entry(stream).Selected(false), stream)
			}
			requireSelects(t, c.Entry("issues"), tt.columns)
		})
	}
}

func TestKeepCarriesWhatPeopleWrote(t *testing.T) {
	t.Parallel()
	c := kept(t, `{"mine":1,"streams":[{"stream":"issues","tap_stream_id":"issues","table_name":"jira","metadata":[
		{"remark":"why","metadata":{"selected":true,"replication-method":"FULL_TABLE","view-key-properties":["key"],"note":7,
			"valid-replication-keys":["created"],"inclusion":"automatic","tap-jira.missing":"old","row-count":3}},
		{"breadcrumb":["properties","key"],"metadata":{"inclusion":"automatic","mask":true,"tap-jira.name":"old"}},
		{"breadcrumb":["properties","fields","properties","votes"],"metadata":{"inclusion":"unsupported"}}]}]}`)
	text := string(encoded(t, c))
	require.Contains(t, text, `"mine": 1`)
	require.Contains(t, text, `"table_name": "jira"`)
	require.Contains(t, text, `"remark":"why"`)
	e := c.Entry("issues")
	require.Equal(t, singer.FullTable, e.Method())
	require.Equal(t, true, e.Value("mask", "key"))
	require.NotNil(t, e.Value("view-key-properties"))
	require.Equal(t, json.Number("7"), e.Value("note"))

	require.Equal(t, []any{"updated"}, e.Value("valid-replication-keys"), "discovery knows better")
	require.Equal(t, "available", e.Value("inclusion"))
	require.Equal(t, "available", e.Value("inclusion", "key"))
	require.Equal(t, "Browse projects", e.Value("tap-jira.missing"))
	require.Nil(t, e.Value("tap-jira.name", "key"), "a custom field that lost its name")
	require.Nil(t, e.Value("row-count"))
	require.True(t, e.Selects("fields", "votes"), "what could not be read was nobody's choice")
}

func TestKeepTheLegacyReplicationMethod(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ stream, member, want string }{
		"whole instead of incremental":   {"issues", `"replication_method":"FULL_TABLE"`, singer.FullTable},
		"as discovery says":              {"issues", `"replication_method":"INCREMENTAL"`, ""},
		"nothing said":                   {"issues", `"key_properties":["id"]`, ""},
		"incremental cannot be made":     {"boards", `"replication_method":"INCREMENTAL"`, ""},
		"whole, as the other tap forced": {"issues", `"replication_method":"FULL_TABLE","metadata":[{"metadata":{"forced-replication-method":"FULL_TABLE"}}]`, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := kept(t, `{"streams":[{"stream":"`+tt.stream+`",`+tt.member+`}]}`)
			require.Equal(t, tt.want, c.Entry(tt.stream).Method())
		})
	}
}

func TestKeepTwiceIsKeepOnce(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"catalog_meltano.json", "catalog_annotated.json", "catalog_singer_io.json"} {
		once := fresh()
		once.Keep(catalog(t, fixture(t, name)))
		twice := fresh()
		twice.Keep(catalog(t, encoded(t, once)))
		require.Equal(t, string(encoded(t, once)), string(encoded(t, twice)), name)
		require.Empty(t, singer.Compare(once, twice), name)
	}
}

func TestAdjust(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		first, then string
		streams     map[string]bool
		columns     map[string]bool // of issues
	}{
		"a stream comes in": {
			"issues.key", "boards",
			map[string]bool{"issues": true, "boards": true, "projects": false},
			map[string]bool{"id": true, "key": true, "fields": false, "fields.votes": false},
		},
		"a stream goes": {
			"issues boards", "!boards",
			map[string]bool{"issues": true, "boards": false, "projects": false},
			map[string]bool{"key": true, "fields.votes": true},
		},
		"a column comes in": {
			"issues.key", "issues.fields.votes",
			map[string]bool{"issues": true},
			map[string]bool{"key": true, "fields": true, "fields.votes": true, "fields.summary": false},
		},
		"a column goes": {
			"issues", "!issues.fields.customfield_*",
			map[string]bool{"issues": true},
			map[string]bool{"key": true, "fields.votes": true, "fields.customfield_1": false},
		},
		"all columns": {
			"issues.key", "issues",
			map[string]bool{"issues": true},
			map[string]bool{"key": true, "fields.votes": true, "fields.summary": true},
		},
		"a stream comes in by a column": {
			"boards", "issues.fields.votes",
			map[string]bool{"issues": true, "boards": true},
			map[string]bool{"id": true, "key": false, "fields.votes": true, "fields.summary": false},
		},
		"everything goes": {"issues boards", "!*", map[string]bool{"issues": false, "boards": false}, nil},
		"nothing":         {"boards", "", map[string]bool{"issues": false, "boards": true, "projects": false}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := fresh()
			c.Choose(patterns(t, tt.first))
			c.Adjust(patterns(t, tt.then))
			for stream, want := range tt.streams {
				require.Equal(t, want, c.Entry(stream).Selected(false), stream)
			}
			requireSelects(t, c.Entry("issues"), tt.columns)
		})
	}
}

func TestChooseByExclusionsIsTakenOffTheDefault(t *testing.T) {
	t.Parallel()
	c := fresh()
	c.Choose(patterns(t, "!projects !issues.key"))
	require.True(t, c.Entry("issues").Selected(false))
	require.False(t, c.Entry("projects").Selected(true))
	require.False(t, c.Entry("boards").Selected(false), "it was not in the default set")
	requireSelects(t, c.Entry("issues"), map[string]bool{"id": true, "key": false, "fields.votes": true})
}
