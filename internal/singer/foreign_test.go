package singer_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/singer"
)

// The catalogs here have the form that other taps and tools leave behind, as people bring them when they change over.

func TestCatalogOfSingerPython(t *testing.T) {
	t.Parallel()
	c := catalog(t, fixture(t, "catalog_singer_io.json"))
	require.True(t, c.Entry("projects").Selected(false))
	require.True(t, c.Entry("issues").Selected(false))
	require.False(t, c.Entry("users").Selected(true), "absent means not selected once somebody chose")
	requireSelects(t, c.Entry("issues"), map[string]bool{
		"id": true, "key": false, "names": true, "fields": true,
		// singer-python's own Schema class loses patternProperties, so the four members it lists are not all there are.
		"fields.updated": true, "fields.summary": true, "fields.customfield_10001": true,
		"created": false, // a column that this catalog never had
	})
	require.Empty(t, c.Entry("projects").Method(), "FULL_TABLE is what that tap could do, not what its user asked for")
}

func TestCatalogOfTheSDK(t *testing.T) {
	t.Parallel()
	c := catalog(t, []byte(`{"streams":[
		{"tap_stream_id":"issues","replication_key":"updated","replication_method":"INCREMENTAL","key_properties":["id"],
		 "schema":{"properties":{"id":{"type":["string","null"]},"updated":{},"fields":{"properties":{"summary":{},"secret":{}}}},"type":"object"},
		 "is_view":false,"stream":"issues","metadata":[
			{"breadcrumb":["properties","id"],"metadata":{"inclusion":"automatic"}},
			{"breadcrumb":["properties","updated"],"metadata":{"inclusion":"automatic"}},
			{"breadcrumb":["properties","fields"],"metadata":{"inclusion":"available"}},
			{"breadcrumb":["properties","fields","properties","summary"],"metadata":{"inclusion":"available"}},
			{"breadcrumb":["properties","fields","properties","secret"],"metadata":{"inclusion":"available","selected":false}},
			{"breadcrumb":[],"metadata":{"inclusion":"available","selected":true,"selected-by-default":false,"table-key-properties":["id"],
				"replication-key":"updated","valid-replication-keys":["updated"],"forced-replication-method":"INCREMENTAL"}}]},
		{"tap_stream_id":"audit_records","stream":"audit_records","metadata":[{"breadcrumb":[],"metadata":{"inclusion":"available","selected-by-default":false}}]}]}`))
	require.True(t, c.Entry("issues").Selected(false))
	require.False(t, c.Entry("audit_records").Selected(true))
	requireSelects(t, c.Entry("issues"), map[string]bool{
		"id": true, "updated": true, "fields": true, "fields.summary": true, "fields.secret": false, "fields.new": false, "new": false,
	})
}

func TestCatalogWithoutMetadataMeansEverything(t *testing.T) {
	t.Parallel()
	c := catalog(t, []byte(`{"streams":[{"tap_stream_id":"issues","schema":{"properties":{"id":{}}}},{"tap_stream_id":"users"}]}`))
	for _, e := range c.Streams {
		require.True(t, e.Selected(false), e.TapStreamID)
		require.False(t, e.Chosen(), "it is the default, nobody wrote it")
	}
	requireSelects(t, c.Entry("issues"), map[string]bool{"id": true, "key": false})
	requireSelects(t, c.Entry("users"), map[string]bool{"accountId": true, "a.b.c": true})
}

func TestChosen(t *testing.T) {
	t.Parallel()
	c := catalog(t, fixture(t, "catalog_annotated.json"))
	require.True(t, c.Entry("issues").Chosen())
	require.True(t, c.Entry("users").Chosen())
	require.False(t, c.Entry("roles").Chosen())
	made := discovered()
	require.True(t, made.Entry("issues").Selected(false))
	require.False(t, made.Entry("issues").Chosen(), "selected by default is not chosen")
	made.Choose(patterns(t, "issue_comments"))
	require.True(t, made.Entry("issue_comments").Chosen())
	require.False(t, made.Entry("issues").Chosen(), "somebody chose, but against it")
}

func TestKnows(t *testing.T) {
	t.Parallel()
	listed := catalog(t, fixture(t, "catalog_meltano.json")).Entry("issues")
	for column, want := range map[string]bool{"key": true, "new": false, "strange": false} {
		require.Equal(t, want, listed.Knows(column), column)
	}
	require.True(t, listed.Knows("fields", "customfield_1"), "deselected is known all the same")
	require.False(t, listed.Knows("fields", "customfield_2"))
	require.True(t, listed.Knows("labels", "x"))

	cut := catalog(t, fixture(t, "catalog_singer_io.json")).Entry("issues")
	require.True(t, cut.Knows("fields", "customfield_2"), "that catalog does not list nested properties")
	require.False(t, cut.Knows("created"))
}

func TestLists(t *testing.T) {
	t.Parallel()
	catalog, err := singer.ParseCatalog([]byte(`{"streams":[{"tap_stream_id":"issues",
		"schema":{"properties":{"fields":{"properties":{"summary":{}}},"key":{}}},
		"metadata":[{"breadcrumb":["properties","later"],"metadata":{"selected":true}}]}]}`))
	require.NoError(t, err)
	issues := catalog.Entry("issues")
	for path, want := range map[string]bool{"key": true, "fields": true, "fields/summary": true, "later": true, "fields/labels": false, "summary": false} {
		require.Equal(t, want, issues.Lists(strings.Split(path, "/")...), path)
	}
}

func TestPaths(t *testing.T) {
	t.Parallel()
	e := catalog(t, fixture(t, "catalog_meltano.json")).Entry("issues")
	require.Equal(t, [][]string{
		{"id"},
		{"updated"},
		{"key"},
		{"fields"},
		{"fields", "summary"},
		{"fields", "customfield_1"},
		{"fields", "status"},
		{"fields", "status", "name"},
		{"fields", "status", "id"},
		{"labels"},
		{"labels", "x"},
	}, e.Paths())
}

func TestSchemasOfAnyForm(t *testing.T) {
	t.Parallel()
	e := catalog(t, []byte(`{"streams":[{"stream":"a","schema":{"properties":{"yes":true,"none":null,"list":{"items":[{"properties":{"x":{}}}]},
		"deep":{"items":{"items":{"properties":{"x":{"selected":false},"y":{}}}}},"odd":{"inclusion":7,"properties":[],"items":true}}}}]}`)).Entry("a")
	requireSelects(t, e, map[string]bool{
		"yes": true, "yes.a": true, "list": true, "list.x": true, "deep.x": false, "deep.y": true, "odd": true, "other": false,
	})
	require.Equal(t, []string{"yes", "none", "list", "deep", "odd"}, e.Columns())
}

func TestMeltanoRulesRoundTrip(t *testing.T) {
	t.Parallel()
	// Meltano first deselects everything at every depth, then selects what its patterns name, then leaves the result to us.
	c := discovered()
	for i := range c.Streams {
		for _, item := range c.Streams[i].Metadata {
			item.Metadata["selected"] = false
		}
	}
	issues := c.Entry("issues")
	issues.Metadata[0].Metadata["selected"] = true
	issues.Metadata[3].Metadata["selected"] = true // fields
	issues.Metadata[4].Metadata["selected"] = true // fields.customfield_10016
	issues.Metadata[0].Metadata["replication-method"] = singer.FullTable

	for _, read := range []*singer.Catalog{c, catalog(t, encoded(t, c))} {
		require.True(t, read.Entry("issues").Selected(true))
		require.False(t, read.Entry("issue_comments").Selected(true))
		require.Equal(t, singer.FullTable, read.Entry("issues").Method())
		requireSelects(t, read.Entry("issues"), map[string]bool{
			"id": true, "updated": true, "fields": true, "fields.customfield_10016": true, "fields.status": false,
			"fields.status.id": false, "labels": false,
		})
	}
}
