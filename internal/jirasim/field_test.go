package jirasim

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// fieldIDs lists the ids of a set.
func fieldIDs(s *Site, set fieldSet) []string {
	var ids []string
	for k := range s.fields {
		if set.has(k) {
			ids = append(ids, s.fields[k].id)
		}
	}
	return ids
}

func TestParseFields(t *testing.T) {
	t.Parallel()
	s := testSite(t, SiteOptions{})
	for name, c := range map[string]struct {
		names     []string
		otherwise string
		has, not  []string
		idOnly    bool
	}{
		"nothing on Cloud's search": {otherwise: "id", not: []string{"summary"}, idOnly: true},
		"nothing elsewhere":         {otherwise: "*navigable", has: []string{"summary"}, not: []string{"comment", "worklog"}},
		"all":                       {names: []string{"*all"}, otherwise: "id", has: []string{"comment", "customfield_10001"}, not: []string{"issuekey"}},
		"all but":                   {names: []string{"*all", "-comment"}, otherwise: "id", has: []string{"worklog"}, not: []string{"comment"}},
		"only but":                  {names: []string{"-summary"}, otherwise: "*all", has: []string{"status"}, not: []string{"summary"}},
		"named":                     {names: []string{"summary", " updated ", ""}, otherwise: "id", has: []string{"summary", "updated"}, not: []string{"status"}},
		"id and key":                {names: []string{"id", "key"}, otherwise: "*all", not: []string{"summary"}},
		"id":                        {names: []string{"id"}, otherwise: "*all", not: []string{"summary"}, idOnly: true},
		"unknown":                   {names: []string{"nonsense"}, otherwise: "*all", not: []string{"summary"}},
	} {
		set, idOnly := s.parseFields(c.names, c.otherwise)
		require.Equal(t, c.idOnly, idOnly, name)
		ids := fieldIDs(s, set)
		for _, id := range c.has {
			require.Contains(t, ids, id, name)
		}
		for _, id := range c.not {
			require.NotContains(t, ids, id, name)
		}
	}
}

func TestFieldsAreOfEveryKind(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		s := testSite(t, SiteOptions{Deployment: d})
		custom, types, names := 0, map[string]bool{}, map[string]int{}
		for _, record := range s.fieldRecords() {
			var f struct {
				ID, Key, Name string
				Custom        bool
				Schema        struct {
					Type, Items, Custom, System string
					CustomID                    int `json:"customId"`
				}
			}
			require.NoError(t, json.Unmarshal(record, &f))
			require.Equal(t, d == Cloud, f.Key != "", "only Cloud names a key")
			types[f.Schema.Type+"/"+f.Schema.Items] = true
			names[f.Name]++
			if f.Custom {
				custom++
				require.NotZero(t, f.Schema.CustomID)
				require.NotEmpty(t, f.Schema.Custom)
			}
		}
		require.GreaterOrEqual(t, custom, 60)
		require.Greater(t, names["Severity"], 1, "names repeat")
		for _, want := range []string{
			"string/", "number/", "date/", "datetime/", "option/", "array/option", "option-with-child/", "array/string", "user/",
			"array/user", "group/", "array/group", "version/", "array/version", "project/", "array/json", "any/", "json/",
			"option2/", "array/any", "sd-customerrequesttype/", "sd-servicelevelagreement/", "team/", "comments-page/",
			"array/worklog", "securitylevel/", "timetracking/", "/",
		} {
			require.True(t, types[want], "%s lacks type %q", d, want)
		}
	}
}

func TestFieldNamesAndSchemas(t *testing.T) {
	t.Parallel()
	s := testSite(t, SiteOptions{})
	set, _ := s.parseFields([]string{"summary", "parent", "customfield_10001"}, "id")
	var names map[string]string
	require.NoError(t, json.Unmarshal(s.appendFieldNames(nil, set), &names))
	require.Equal(t, map[string]string{"summary": "Summary", "parent": "Parent", "customfield_10001": "Sprint"}, names)
	var schemas map[string]map[string]any
	require.NoError(t, json.Unmarshal(s.appendFieldSchemas(nil, set), &schemas))
	require.Equal(t, map[string]any{"type": "string", "system": "summary"}, schemas["summary"])
	require.NotContains(t, schemas, "parent", "Jira has no schema for it")
}

func TestCustomFieldsAreMostlyNullOrAbsent(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		s := testSite(t, SiteOptions{Deployment: d, Issues: 400})
		all, set, null, custom := 0, map[string]int{}, 0, 0
		for _, f := range s.fields {
			if f.customID != 0 {
				custom++
			}
		}
		for i := range s.issueCount() {
			var issue struct{ Fields map[string]json.RawMessage }
			require.NoError(t, json.Unmarshal(s.appendIssue(nil, i, everyField(s, 3)), &issue))
			all += custom
			for _, f := range s.fields {
				value, there := issue.Fields[f.id]
				if f.customID == 0 || !there {
					continue
				}
				if string(value) == "null" {
					null++
					continue
				}
				set[f.id]++
			}
		}
		filled := 0
		for _, n := range set {
			filled += n
		}
		require.Len(t, set, custom, "every field must be set somewhere")
		require.Less(t, filled*100, all*10, "%s: %d of %d are set", d, filled, all)
		require.Less(t, filled+null, all, "fields out of their context must be absent")
	}
}

// A field that is renamed is called so from then on, in every list of fields; issues and histories stay as they are.
func TestRenamedFields(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter, Issues: 30})
	name := func(id string) string {
		var fields []struct{ ID, Name string }
		c.get("/rest/api/2/field").status(200).into(&fields)
		for _, f := range fields {
			if f.ID == id {
				return f.Name
			}
		}
		return ""
	}
	issue := fmt.Sprint(c.visible()[1].ID)
	whole := c.get("/rest/api/2/issue/" + issue + "?expand=changelog").status(200).body
	sprint, rank := c.jira.site.fieldOf(valueSprint), c.jira.site.fieldOf(valueRank)
	require.NoError(t, c.jira.RenameField(sprint.id, "Iteration"))
	require.NoError(t, c.jira.RenameField(rank.id, "Order"))
	require.Equal(t, []string{"Iteration", "Order", "Summary"}, []string{name(sprint.id), name(rank.id), name("summary")})
	var page searchPage
	c.get("/rest/api/2/search?maxResults=1&expand=names&fields=" + sprint.id).status(200).into(&page)
	require.Equal(t, map[string]string{sprint.id: "Iteration"}, page.Names)
	require.Equal(t, whole, c.get("/rest/api/2/issue/"+issue+"?expand=changelog").status(200).body)
	require.ErrorIs(t, c.jira.RenameField("summary", "Title"), errNoSuchField, "system fields keep their names")
	require.ErrorIs(t, c.jira.RenameField("customfield_1", "Nothing"), errNoSuchField)
}
