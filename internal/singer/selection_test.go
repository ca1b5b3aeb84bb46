package singer_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/singer"
)

func TestSelected(t *testing.T) {
	t.Parallel()
	// Beside the entry under test stands one that somebody chose, so that the catalog is not as discovery left it.
	const chosen = `,{"stream":"other","metadata":[{"metadata":{"selected":true}}]}`
	const root = `"metadata":[{"breadcrumb":[],"metadata":{%s}}]`
	tests := map[string]struct {
		entry    string
		others   string
		standard bool
		want     bool
	}{
		"selected":                         {fmt.Sprintf(root, `"selected":true`), chosen, false, true},
		"selected as a string":             {fmt.Sprintf(root, `"selected":"True"`), chosen, false, true},
		"deselected beats the default":     {fmt.Sprintf(root, `"selected":false,"selected-by-default":true`), chosen, true, false},
		"deselected as a string":           {fmt.Sprintf(root, `"selected":"false"`), chosen, true, false},
		"null is absent":                   {fmt.Sprintf(root, `"selected":null,"selected-by-default":true`), chosen, false, true},
		"selected by default":              {fmt.Sprintf(root, `"selected-by-default":"true"`), chosen, false, true},
		"not by default":                   {fmt.Sprintf(root, `"selected-by-default":false`), chosen, true, false},
		"absent among chosen ones":         {fmt.Sprintf(root, `"inclusion":"available"`), chosen, true, false},
		"no metadata among chosen ones":    {`"schema":{}`, chosen, true, false},
		"legacy entry":                     {`"selected":true`, chosen, false, true},
		"legacy entry as a string":         {`"selected":"false"`, "", true, false},
		"legacy schema":                    {`"schema":{"selected":"true"}`, chosen, false, true},
		"metadata beats legacy":            {`"selected":true,"schema":{"selected":true},` + fmt.Sprintf(root, `"selected":false`), chosen, true, false},
		"entry beats schema":               {`"selected":false,"schema":{"selected":true}`, chosen, true, false},
		"legacy beats the default":         {`"selected":true,` + fmt.Sprintf(root, `"selected-by-default":false`), chosen, false, true},
		"untouched, standard":              {fmt.Sprintf(root, `"inclusion":"available"`), "", true, true},
		"untouched, not standard":          {fmt.Sprintf(root, `"inclusion":"available"`), "", false, false},
		"untouched, the default counts":    {fmt.Sprintf(root, `"selected-by-default":false`), "", true, false},
		"written by hand without metadata": {`"schema":{}`, "", false, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := catalog(t, []byte(`{"streams":[{"stream":"a",`+tt.entry+`}`+tt.others+`]}`))
			require.Equal(t, tt.want, c.Entry("a").Selected(tt.standard))
		})
	}
}

// requireSelects compares what an entry selects; columns are written with dots.
func requireSelects(t *testing.T, e *singer.Entry, want map[string]bool) {
	t.Helper()
	for column, chosen := range want {
		require.Equal(t, chosen, e.Selects(strings.Split(column, ".")...), column)
	}
}

func TestSelectsByMetadata(t *testing.T) {
	t.Parallel()
	e := catalog(t, fixture(t, "catalog_meltano.json")).Entry("issues")
	requireSelects(t, e, map[string]bool{
		"id":                   true,  // automatic, though somebody deselected it
		"updated":              true,  // automatic
		"key":                  false, // "false" as a string
		"fields":               true,
		"fields.summary":       true,
		"fields.summary.deep":  true, // below a chosen column, nobody listed its members
		"fields.customfield_1": false,
		"fields.customfield_2": false, // unknown at discovery, while its neighbours are listed
		"fields.status":        false,
		"fields.status.name":   false, // the parent takes it along
		"labels":               true,  // follows the stream
		"labels.x":             false, // an item's property, in singer-python's form
		"labels.y":             true,
		"strange":              false, // not a column of this catalog
	})
	require.True(t, e.Selects(), "the stream itself")
}

func TestSelectsByAnnotatedSchema(t *testing.T) {
	t.Parallel()
	c := catalog(t, fixture(t, "catalog_annotated.json"))
	requireSelects(t, c.Entry("issues"), map[string]bool{
		"id": true, "key": true, "self": false, "secret": false, "absent": false,
		"fields": true, "fields.summary": true, "fields.votes": false, "fields.votes.count": false,
		"fields.customfield_1": true, // without metadata nobody said that the members are complete
	})
	require.True(t, c.Entry("issues").Selected(false))
	require.True(t, c.Entry("users").Selected(false))
	require.False(t, c.Entry("roles").Selected(true), "not marked, while others are")
}

func TestSelectsWhatAnOpenObjectDoesNotList(t *testing.T) {
	t.Parallel()
	// As the Meltano SDK writes it: sent is what the schema lists, and the rest where it has additionalProperties.
	const entry = `{"streams":[{"stream":"a","schema":{"additionalProperties":true,"properties":{
		"fields":{"additionalProperties":%s,"properties":{"summary":{},"votes":{}}}}},"metadata":[
		{"breadcrumb":["properties","fields"],"metadata":{"selected":%t}},
		{"breadcrumb":["properties","fields","properties","summary"],"metadata":{"selected":true}},
		{"breadcrumb":["properties","fields","properties","votes"],"metadata":{"selected":false}}]}]}`
	for additional, want := range map[string]bool{"true": true, "false": false, "{}": false, "null": false} {
		e := catalog(t, fmt.Appendf(nil, entry, additional, true)).Entry("a")
		requireSelects(t, e, map[string]bool{"fields.summary": true, "fields.votes": false, "fields.customfield_1": want, "strange": false})
		require.Equal(t, want, e.Knows("fields", "customfield_1"), additional)
		e = catalog(t, fmt.Appendf(nil, entry, additional, false)).Entry("a")
		requireSelects(t, e, map[string]bool{"fields": false, "fields.customfield_1": false})
	}
}

func TestSelectsByAnnotationsBesideItems(t *testing.T) {
	t.Parallel()
	e := catalog(t, []byte(`{"streams":[{"stream":"a","selected":true,"schema":{"properties":{
		"list":{"type":"array","items":{"properties":{"b":{}}},"selected":false},
		"keys":{"type":"array","items":{"properties":{"b":{}}},"inclusion":"automatic"},
		"rest":{"type":"array","items":{"properties":{"b":{}}},"inclusion":"unsupported"}}}}]}`)).Entry("a")
	requireSelects(t, e, map[string]bool{"list": false, "list.b": false, "keys": true, "rest": false})
}

func TestBreadcrumbsThatLeadNowhereSayNothing(t *testing.T) {
	t.Parallel()
	for _, crumbs := range []string{`["properties"]`, `["properties","a","properties"]`, `["a"]`, `["items","a"]`, `["properties","a","b"]`} {
		e := catalog(t, []byte(`{"streams":[{"stream":"s","selected":true,"schema":{"properties":{"a":{"properties":{"b":{}}}}},
			"metadata":[{"breadcrumb":`+crumbs+`,"metadata":{"selected":false}}]}]}`)).Entry("s")
		requireSelects(t, e, map[string]bool{"a": true, "a.b": true})
		require.Equal(t, [][]string{{"a"}, {"a", "b"}}, e.Paths(), crumbs)
	}
}

func TestSelectsKeysWhateverTheCatalogSays(t *testing.T) {
	t.Parallel()
	e := catalog(t, []byte(`{"streams":[{"stream":"a","key_properties":["k"],"replication_key":"r","schema":{"properties":{"x":{}}},"metadata":[
		{"breadcrumb":[],"metadata":{"table-key-properties":["tk"],"valid-replication-keys":["vr"],"replication-key":"mr"}},
		{"breadcrumb":["properties","k"],"metadata":{"inclusion":"unsupported","selected":false}}]}]}`)).Entry("a")
	requireSelects(t, e, map[string]bool{"k": true, "r": true, "tk": true, "vr": true, "mr": true, "x": true, "y": false, "x.k": true})
}

func TestSelectsColumnDefaults(t *testing.T) {
	t.Parallel()
	e := catalog(t, []byte(`{"streams":[{"stream":"a","metadata":[
		{"breadcrumb":["properties","off"],"metadata":{"selected-by-default":false}},
		{"breadcrumb":["properties","chosen"],"metadata":{"selected-by-default":false,"selected":true}},
		{"breadcrumb":["properties","never"],"metadata":{"inclusion":"unsupported","selected":true}},
		{"breadcrumb":["properties","plain"],"metadata":{}}]}]}`)).Entry("a")
	requireSelects(t, e, map[string]bool{"off": false, "chosen": true, "never": false, "plain": true, "unlisted": false})
}

func TestSelectsWithoutSchemaAndMetadata(t *testing.T) {
	t.Parallel()
	e := catalog(t, []byte(`{"streams":[{"stream":"a","metadata":[{"metadata":{"selected":true}}]}]}`)).Entry("a")
	requireSelects(t, e, map[string]bool{"anything": true, "any.thing": true})
}

func TestSelectsFollowsChangedMetadata(t *testing.T) {
	t.Parallel()
	e := catalog(t, fixture(t, "catalog_meltano.json")).Entry("issues")
	require.False(t, e.Selects("key"))
	e.Metadata[3].Metadata["selected"] = true
	require.True(t, e.Selects("key"))
	e.Metadata = append(e.Metadata, singer.Metadata{Breadcrumb: []string{"properties", "new"}, Metadata: map[string]any{}})
	require.True(t, e.Selects("new"))
}

func TestMethod(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"metadata":[{"metadata":{"replication-method":"full_table"}}]`:                                           singer.FullTable,
		`"replication_method":"INCREMENTAL","metadata":[{"metadata":{"replication-method":"FULL_TABLE"}}]`:        singer.FullTable,
		`"replication_method":"full_table"`:                                                                       singer.FullTable,
		`"replication_method":"FULL_TABLE","metadata":[{"metadata":{"forced-replication-method":"INCREMENTAL"}}]`: singer.FullTable,
		`"metadata":[{"metadata":{"replication-method":null,"forced-replication-method":"INCREMENTAL"}}]`:         "",
	} {
		require.Equal(t, want, catalog(t, []byte(`{"streams":[{"stream":"a",`+text+`}]}`)).Entry("a").Method(), text)
	}
	for _, text := range []string{
		`"replication_method":null`,
		`"replication_method":"FULL_TABLE","metadata":[{"metadata":{"forced-replication-method":"FULL_TABLE"}}]`,
	} {
		require.Empty(t, catalog(t, []byte(`{"streams":[{"stream":"a",`+text+`}]}`)).Entry("a").Method(), text)
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	c := catalog(t, fixture(t, "catalog_meltano.json"))
	c.Choose(patterns(t, "issues.key issues.fields.status.* !*.fields.status.id users"))

	require.True(t, c.Entry("issues").Selected(false))
	require.True(t, c.Entry("users").Selected(false))
	requireSelects(t, c.Entry("issues"), map[string]bool{
		"id": true, "updated": true, "key": true, "fields": true, "fields.summary": false, "fields.customfield_1": false,
		"fields.status": true, "fields.status.name": true, "fields.status.id": false, "labels": false,
	})
	require.NotContains(t, c.Entry("issues").Metadata[2].Metadata, "selected", "what is automatic is nobody's choice")
	golden(t, "catalog_chosen.golden", encoded(t, c))

	c.Choose(patterns(t, "users"))
	require.False(t, c.Entry("issues").Selected(true))
	require.False(t, catalog(t, encoded(t, c)).Entry("issues").Selected(true), "nor by the legacy member")
}

func TestChooseAnnotatedCatalog(t *testing.T) {
	t.Parallel()
	c := catalog(t, fixture(t, "catalog_annotated.json"))
	c.Choose(patterns(t, "roles issues !issues.fields.summary"))
	c = catalog(t, encoded(t, c))
	require.True(t, c.Entry("roles").Selected(false))
	require.False(t, c.Entry("users").Selected(true))
	requireSelects(t, c.Entry("issues"), map[string]bool{
		"id": true, "key": true, "self": true, "secret": false, "fields": true, "fields.votes": true, "fields.summary": false,
	})
}
