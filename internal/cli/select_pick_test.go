package cli

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jira"
	"tap-jira/internal/picker"
	"tap-jira/internal/singer"
)

// offered is what a small site offers: of issues a custom field is left out, and for roles the account lacks a permission.
func offered() *discovery {
	schema := json.RawMessage(`{"properties":{"id":{"type":"string"},"key":{"type":"string"},
		"fields":{"type":"object","properties":{"summary":{"type":"string"},"customfield_1":{"type":"number"}}},
		"raw":{"type":"object","properties":{"text":{"type":"string"}}}}}`)
	d := &discovery{deployment: jira.Cloud, catalog: &singer.Catalog{Streams: []singer.Entry{
		singer.NewEntry(singer.EntryOptions{
			Stream: "roles", Schema: schema, Keys: []string{"id"}, Extra: map[string]any{"tap-jira.missing": "Administer Jira; ask an admin"},
		}),
		singer.NewEntry(singer.EntryOptions{
			Stream: "issues", Schema: schema, Keys: []string{"id"}, Standard: true,
			Column: func(path ...string) map[string]any {
				switch path[len(path)-1] {
				case "customfield_1":
					return map[string]any{"tap-jira.name": "Story Points"}
				case "raw":
					return map[string]any{"selected-by-default": false}
				}
				return nil
			},
		}),
		singer.NewEntry(singer.EntryOptions{Stream: "issue_votes", Schema: schema, Keys: []string{"id"}}),
	}}}
	d.catalog.Entry("issues").Select(false, "fields", "customfield_1")
	return d
}

func TestPickGroups(t *testing.T) {
	t.Parallel()
	groups := pickGroups(offered())
	names := []string{}
	for _, group := range groups {
		for _, item := range group.Parts {
			names = append(names, group.Name+"/"+item.Name)
		}
	}
	require.Equal(t, []string{"Site/roles", "Issues/issues", "Issues/issue_votes"}, names, "families of one name are one group")
	require.Equal(t, "missing: Administer Jira; ask an admin", groups[0].Parts[0].Warning)
	require.False(t, groups[0].Parts[0].Chosen)

	issues := groups[1].Parts[0]
	require.True(t, issues.Chosen)
	require.Empty(t, issues.Warning)
	require.Equal(t, "a request per 100 issues", issues.Note)
	require.Equal(t, "View Voters and Watchers · a request per issue", groups[1].Parts[1].Note)
	require.Equal(t, []*picker.Item{
		{Name: "id", Chosen: true, Locked: true},
		{Name: "key", Chosen: true},
		{Name: "fields", Chosen: true, Parts: []*picker.Item{
			{Name: "summary", Chosen: true},
			{Name: "customfield_1", Title: "Story Points"},
		}},
		{Name: "raw", Optional: true, Parts: []*picker.Item{{Name: "text", Optional: true}}},
	}, issues.Parts)
}

func TestTakeChoice(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(issues *picker.Item)
		want   []string // changes
	}{
		"nothing":              {func(*picker.Item) {}, nil},
		"the stream":           {func(issues *picker.Item) { issues.Chosen = false }, []string{"deselected "}},
		"a column":             {func(issues *picker.Item) { issues.Parts[1].Chosen = false }, []string{"deselected key"}},
		"a custom field comes": {func(issues *picker.Item) { issues.Parts[2].Parts[1].Chosen = true }, []string{"selected fields.customfield_1"}},
		"what is locked stays": {func(issues *picker.Item) { issues.Parts[0].Chosen = false }, nil},
		"an object with all in it": {func(issues *picker.Item) {
			issues.Parts[2].Chosen, issues.Parts[2].Parts[0].Chosen = false, false
		}, []string{"deselected fields"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, after := offered(), offered()
			groups := pickGroups(after)
			tt.change(groups[1].Parts[0])
			for _, group := range groups {
				for _, item := range group.Parts {
					takeChoice(after.catalog.Entry(item.Name), item)
				}
			}
			var changes []string
			for _, row := range changeRows(after.catalog, singer.Compare(before.catalog, after.catalog)) {
				require.Equal(t, "issues", row.Stream)
				changes = append(changes, row.Change+" "+row.Column)
			}
			require.Equal(t, tt.want, changes)
		})
	}
}
