package singer_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/singer"
)

// discovered is a catalog as discovery makes it, of an incremental stream, a child and one that needs a permission.
func discovered() *singer.Catalog {
	return &singer.Catalog{Streams: []singer.Entry{
		singer.NewEntry(singer.EntryOptions{
			Stream: "issues", Keys: []string{"id"}, ReplicationKey: "updated", Standard: true,
			Schema: json.RawMessage(`{"type":"object","properties":{"id":{"type":"string"},"updated":{"type":["null","string"],"format":"date-time"},` +
				`"fields":{"type":["null","object"],"properties":{"customfield_10016":{"type":["null","number"],"title":"Points"},` +
				`"status":{"type":["null","object"],"properties":{"id":{"type":["null","string"]}}}}},` +
				`"labels":{"type":["null","array"],"items":{"type":["null","object"],"properties":{"x":{"type":["null","string"]}}}}}}`),
			Column: func(path ...string) map[string]any {
				if strings.Join(path, ".") == "fields.customfield_10016" {
					return map[string]any{"tap-jira.name": "Points <& more>"}
				}
				return nil
			},
		}),
		singer.NewEntry(singer.EntryOptions{
			Stream: "issue_comments", Keys: []string{"id"}, Parent: "issues", Standard: true,
			Schema: json.RawMessage(`{"properties":{"id":{"type":"string"},"issueId":{"type":["null","string"]}}}`),
		}),
		singer.NewEntry(singer.EntryOptions{
			Stream: "audit_records", Keys: []string{"id"}, Schema: json.RawMessage(`{"properties":{"id":{"type":"integer"}}}`),
			Extra: map[string]any{"tap-jira.missing": "Administer Jira"},
		}),
	}}
}

func TestNewEntryGolden(t *testing.T) {
	t.Parallel()
	text := encoded(t, discovered())
	golden(t, "catalog_discovered.golden", text)
	require.NotContains(t, string(text), `"selected"`, "the choice is the user's")
	require.Equal(t, string(text), string(encoded(t, catalog(t, text))))
}

func TestNewEntryAnswersLikeItsText(t *testing.T) {
	t.Parallel()
	made := discovered()
	for _, c := range []*singer.Catalog{made, catalog(t, encoded(t, made))} {
		require.True(t, c.Entry("issues").Selected(false))
		require.True(t, c.Entry("issue_comments").Selected(false))
		require.False(t, c.Entry("audit_records").Selected(true), "selected-by-default false")
		require.Empty(t, c.Entry("issues").Method(), "what the tap says it can do is no wish of the user")
		require.Empty(t, c.Entry("issue_comments").Method())
		requireSelects(t, c.Entry("issues"), map[string]bool{
			"id": true, "updated": true, "fields": true, "fields.customfield_10016": true, "fields.status.id": true,
			"fields.customfield_99": false, "labels": true, "labels.x": true, "new": false,
		})
	}
}

func TestNewEntryMetadata(t *testing.T) {
	t.Parallel()
	e := discovered().Entry("issues")
	require.Equal(t, map[string]any{
		"inclusion": "available", "selected-by-default": true, "table-key-properties": []string{"id"},
		"forced-replication-method": "INCREMENTAL", "valid-replication-keys": []string{"updated"},
	}, e.Metadata[0].Metadata)

	var crumbs []string
	for _, item := range e.Metadata[1:] {
		crumbs = append(crumbs, strings.Join(item.Breadcrumb, "/"))
	}
	require.Equal(t, []string{
		"properties/id", "properties/updated", "properties/fields", "properties/fields/properties/customfield_10016",
		"properties/fields/properties/status", "properties/fields/properties/status/properties/id", "properties/labels",
	}, crumbs, "every column and nested property, in the order of the schema")
	require.Equal(t, "automatic", e.Metadata[1].Metadata["inclusion"])
	require.Equal(t, "available", e.Metadata[6].Metadata["inclusion"], "only a column at the top is a key")

	child := discovered().Entry("issue_comments").Metadata[0].Metadata
	require.Equal(t, "issues", child["parent-tap-stream-id"])
	require.NotContains(t, child, "valid-replication-keys")
	require.NotContains(t, e.Metadata[0].Metadata, "parent-tap-stream-id")
}

func TestNewEntryWithABrokenSchema(t *testing.T) {
	t.Parallel()
	for _, schema := range []string{"", "{", `{"properties":[]}`, `{"properties":{"a":`} {
		e := singer.NewEntry(singer.EntryOptions{Stream: "a", Keys: []string{"id"}, Schema: json.RawMessage(schema)})
		require.Len(t, e.Metadata, 1, schema)
	}
}

func BenchmarkSelects(b *testing.B) {
	var properties strings.Builder
	for i := range 1700 {
		fmt.Fprintf(&properties, `"customfield_%d":{"type":["null","string"]},`, i)
	}
	e := singer.NewEntry(singer.EntryOptions{
		Stream: "issues", Keys: []string{"id"},
		Schema: json.RawMessage(`{"properties":{"fields":{"properties":{` + properties.String() + `"id":{}}}}}`),
	})
	b.ReportAllocs()
	for b.Loop() {
		if !e.Selects("fields", "customfield_1699") {
			b.Fatal("not selected")
		}
	}
}
