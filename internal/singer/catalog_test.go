package singer_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
)

// catalog parses text, which must be a catalog.
func catalog(t *testing.T, text []byte) *singer.Catalog {
	t.Helper()
	c, err := singer.ParseCatalog(text)
	require.NoError(t, err)
	return c
}

// encoded is a catalog's text.
func encoded(t *testing.T, c *singer.Catalog) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, c.Encode(&out))
	return out.Bytes()
}

func TestParseCatalogMembers(t *testing.T) {
	t.Parallel()
	c := catalog(t, fixture(t, "catalog_meltano.json"))
	require.Len(t, c.Streams, 2)

	e := c.Entry("issues")
	require.Equal(t, "issues", e.Stream)
	require.Equal(t, []string{"id"}, e.KeyProperties)
	require.Equal(t, "updated", e.ReplicationKey)
	require.Equal(t, "FULL_TABLE", e.ReplicationMethod)
	require.Equal(t, json.Number("1.50"), e.Metadata[0].Metadata["x-priority"])
	require.Equal(t, []string{"id", "updated", "key", "fields", "labels"}, e.Columns(), "in the order of the schema")

	require.Equal(t, "users", c.Entry("users").Stream, "the name follows the identity")
	require.Nil(t, c.Entry("boards"))
}

func TestParseCatalogNameOnly(t *testing.T) {
	t.Parallel()
	c := catalog(t, []byte("\xef\xbb\xbf"+`{"streams":[{"stream":"issues","key_properties":null,"metadata":null,"schema":null}]}`))
	require.Equal(t, "issues", c.Entry("issues").TapStreamID)
	require.Empty(t, c.Entry("issues").Columns())
}

func TestCatalogEncodeGolden(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"catalog_meltano", "catalog_annotated"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := catalog(t, fixture(t, name+".json"))
			text := encoded(t, c)
			golden(t, name+".golden", text)
			require.Equal(t, string(text), string(encoded(t, catalog(t, text))), "reading it back changes nothing")
		})
	}
}

func TestCatalogEncodeEmpty(t *testing.T) {
	t.Parallel()
	exactly(t, "{\n  \"streams\": []\n}\n", string(encoded(t, &singer.Catalog{})))
	exactly(t, "{\n  \"streams\": []\n}\n", string(encoded(t, catalog(t, []byte(`{"streams":[]}`)))))
}

func TestCatalogEncodeLosesNothing(t *testing.T) {
	t.Parallel()
	before := fixture(t, "catalog_meltano.json")
	require.JSONEq(t, withoutDefaults(t, before), withoutDefaults(t, encoded(t, catalog(t, before))))
}

// withoutDefaults drops `stream`, which Encode adds where it was left out.
func withoutDefaults(t *testing.T, text []byte) string {
	t.Helper()
	var top map[string]any
	require.NoError(t, json.Unmarshal(text, &top))
	for _, e := range top["streams"].([]any) {
		delete(e.(map[string]any), "stream")
	}
	out, err := json.Marshal(top)
	require.NoError(t, err)
	return string(out)
}

// failingWriter refuses everything.
type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestCatalogEncodeErrors(t *testing.T) {
	t.Parallel()
	require.EqualError(t, new(singer.Catalog).Encode(failingWriter{}), "write the catalog: disk full")

	c := &singer.Catalog{Streams: []singer.Entry{{TapStreamID: "issues", Schema: json.RawMessage(`{"type"`)}}}
	require.ErrorContains(t, c.Encode(&bytes.Buffer{}), "encode the catalog's stream issues: encode schema")

	c.Streams[0] = singer.Entry{TapStreamID: "issues", Metadata: []singer.Metadata{{Metadata: map[string]any{"f": func() {}}}}}
	require.ErrorContains(t, c.Encode(&bytes.Buffer{}), "encode the metadata of the stream")
}

func TestParseCatalogRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, want string }{
		"empty":               {"", `the catalog is nothing, expected {"streams": [...]}`},
		"a list":              {`[]`, `the catalog is a list, expected {"streams": [...]}`},
		"broken":              {"{\n\"streams\": [\n  {,\n]}", "the catalog is not JSON: line 3, column 4"},
		"log lines before it": {"INFO hello\n{}", "the catalog is not JSON: line 1, column 1"},
		"a state":             {`{"bookmarks":{}}`, `the catalog's "streams" is nothing, expected a list`},
		"streams an object":   {`{"streams":{"issues":{}}}`, `"streams" is an object, expected a list`},
		"streams null":        {`{"streams":null}`, `"streams" is null, expected a list`},
		"entry a string":      {`{"streams":[{"stream":"a"},"b"]}`, "entry 2 of the catalog: it is a string, expected an object"},
		"no name":             {`{"streams":[{"schema":{}}]}`, "entry 1 of the catalog: it has no tap_stream_id"},
		"name a number":       {`{"streams":[{"tap_stream_id":7}]}`, "tap_stream_id is a number, expected a string"},
		"keys a string":       {`{"streams":[{"stream":"a","key_properties":"id"}]}`, "key_properties is a string, expected a list of strings"},
		"twice":               {`{"streams":[{"stream":"a"},{"tap_stream_id":"a"}]}`, "the catalog has the stream a twice"},
		"schema a list":       {`{"streams":[{"stream":"a","schema":[]}]}`, "stream a: read its schema: it is a list"},
		"metadata an object":  {`{"streams":[{"stream":"a","metadata":{}}]}`, "stream a: metadata is an object, expected a list"},
		"item a string":       {`{"streams":[{"stream":"a","metadata":["x"]}]}`, "item 1 of its metadata: it is a string"},
		"breadcrumb a string": {`{"streams":[{"stream":"a","metadata":[{"breadcrumb":"x"}]}]}`, `breadcrumb is "x", expected a list of strings`},
		"item's value a list": {`{"streams":[{"stream":"a","metadata":[{"metadata":[]}]}]}`, "metadata is a list, expected an object"},
		"selected yes":        {`{"streams":[{"stream":"a","metadata":[{"breadcrumb":["properties","b"],"metadata":{"selected":"yes"}}]}]}`, `selected of b is "yes", expected true or false`},
		"default a number":    {`{"streams":[{"stream":"a","metadata":[{"metadata":{"selected-by-default":1}}]}]}`, "selected-by-default of the stream is 1, expected true or false"},
		"entry selected":      {`{"streams":[{"stream":"a","selected":"on"}]}`, "stream a: selected is a string, expected true or false"},
		"schema selected":     {`{"streams":[{"stream":"a","schema":{"properties":{"b":{"selected":3}}}}]}`, "read its schema: selected is neither true nor false"},
		"unknown method":      {`{"streams":[{"stream":"a","metadata":[{"metadata":{"replication-method":"FULL"}}]}]}`, `replication-method is "FULL", expected FULL_TABLE or INCREMENTAL`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := singer.ParseCatalog([]byte(tt.text))
			require.ErrorContains(t, err, tt.want)
			require.Equal(t, fault.Usage, fault.KindOf(err))
			require.NotEmpty(t, fault.HintOf(err))
		})
	}
}

func TestCatalogRename(t *testing.T) {
	t.Parallel()
	c := catalog(t, []byte(`{"streams":[
		{"tap_stream_id":"acme_jira-issues","stream":"x"},
		{"tap_stream_id":"issue_history","metadata":[{"metadata":{"selected":false,"first":true}}]},
		{"tap_stream_id":"strange"},
		{"tap_stream_id":"changelogs","metadata":[{"metadata":{"selected":true}}]},
		{"tap_stream_id":"issue_changelogs","metadata":[{"metadata":{"selected":true,"third":true}}]}]}`))
	c.Rename(ourNames)

	var names []string
	for _, e := range c.Streams {
		names = append(names, e.TapStreamID)
	}
	require.Equal(t, []string{"issues", "changelogs", "strange"}, names)
	require.Equal(t, "issues", c.Streams[0].Stream)
	require.True(t, c.Entry("changelogs").Selected(false), "what was chosen under any of its names is chosen")
	require.NotContains(t, c.Entry("changelogs").Metadata[0].Metadata, "third", "of two chosen ones the first stays")
}

func FuzzParseCatalog(f *testing.F) {
	f.Add(fixture(f, "catalog_meltano.json"))
	f.Add(fixture(f, "catalog_annotated.json"))
	f.Add([]byte(`{"streams":[{"stream":"a","x":1e400,"schema":{"properties":{"a":{"items":{"properties":{"b":true}}},"c":null}},"metadata":[{"breadcrumb":null,"metadata":null,"y":[]}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := singer.ParseCatalog(data)
		if err != nil {
			require.Equal(t, fault.Usage, fault.KindOf(err))
			return
		}
		text := encoded(t, c)
		again := catalog(t, text)
		require.Equal(t, string(text), string(encoded(t, again)))
		for i := range c.Streams {
			one, two := &c.Streams[i], &again.Streams[i]
			require.Equal(t, one.Selected(true), two.Selected(true))
			require.Equal(t, one.Method(), two.Method())
			for _, column := range one.Columns() {
				require.Equal(t, one.Selects(column, "x"), two.Selects(column, "x"))
			}
		}
	})
}
