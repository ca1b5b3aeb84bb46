package shape

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	asString    = `{"type":["null","string"],"title":"F"}`
	asNumber    = `{"type":["null","number"],"title":"F"}`
	asMoment    = `{"type":["null","string"],"format":"date-time","title":"F"}`
	asObject    = `{"type":["null","object"],"title":"F"}`
	asStrings   = `{"type":["null","array"],"title":"F","items":{"type":["null","string"]}}`
	asMoments   = `{"type":["null","array"],"title":"F","items":{"type":["null","string"],"format":"date-time"}}`
	asNumbers   = `{"type":["null","array"],"title":"F","items":{"type":["null","number"]}}`
	asObjects   = `{"type":["null","array"],"title":"F","items":{"type":["null","object"]}}`
	usual       = "com.atlassian.jira.plugin.system.customfieldtypes:"
	greenhopper = "com.pyxis.greenhopper.jira:"
)

// TestFieldTypes goes through the types that GET /field names: what a custom field of each becomes on Cloud, and on Data
// Center where that differs.
func TestFieldTypes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		typ, items, custom string
		cloud, dataCenter  string
	}{
		{typ: "string", custom: usual + "textfield", cloud: asString},
		{typ: "string", custom: usual + "textarea", cloud: asString},
		{typ: "string", custom: usual + "url", cloud: asString},
		{typ: "string", custom: usual + "importid", cloud: asString},
		{typ: "number", cloud: asNumber},
		{typ: "date", cloud: asString},
		{typ: "datetime", cloud: asMoment},
		{typ: "option", cloud: asObject},
		{typ: "option-with-child", cloud: asObject},
		{typ: "array", items: "option", cloud: asObjects},
		{typ: "array", items: "string", cloud: asStrings},
		{typ: "array", items: "number", cloud: asNumbers},
		{typ: "array", items: "date", cloud: asStrings},
		{typ: "array", items: "datetime", cloud: asMoments},
		{typ: "boolean", cloud: `{"type":["null","boolean"],"title":"F"}`},
		{typ: "user", cloud: asObject},
		{typ: "array", items: "user", cloud: asObjects},
		{typ: "group", cloud: asObject},
		{typ: "array", items: "group", cloud: asObjects},
		{typ: "version", cloud: asObject},
		{typ: "array", items: "version", cloud: asObjects},
		{typ: "array", items: "component", cloud: asObjects},
		{typ: "priority", cloud: asObject},
		{typ: "status", cloud: asObject},
		{typ: "resolution", cloud: asObject},
		{typ: "issuetype", cloud: asObject},
		{typ: "project", cloud: asObject},
		{typ: "securitylevel", cloud: asObject},
		{typ: "issuelink", cloud: asObject},
		{typ: "array", items: "issuelinks", cloud: asObjects},
		{typ: "array", items: "attachment", cloud: asObjects},
		{typ: "comments-page", cloud: asObject},
		{typ: "progress", cloud: asObject},
		{typ: "timetracking", cloud: asObject},
		{typ: "votes", cloud: asObject},
		{typ: "watches", cloud: asObject},
		{
			typ: "array", items: "json", custom: greenhopper + "gh-sprint", dataCenter: asStrings,
			cloud: `{"type":["null","array"],"title":"F","items":{"type":["null","object"],"properties":{` +
				`"id":{"type":["null","integer"]},"name":{"type":["null","string"]},"state":{"type":["null","string"]},` +
				`"boardId":{"type":["null","integer"]},"goal":{"type":["null","string"]},` +
				`"startDate":{"type":["null","string"],"format":"date-time"},"endDate":{"type":["null","string"],"format":"date-time"},` +
				`"completeDate":{"type":["null","string"],"format":"date-time"}}}}`,
		},
		{typ: "any", custom: greenhopper + "gh-epic-link", cloud: asString},
		{typ: "string", custom: greenhopper + "gh-epic-label", cloud: asString},
		{typ: "option", custom: greenhopper + "gh-epic-status", cloud: asObject},
		{typ: "any", custom: greenhopper + "gh-lexo-rank", cloud: asString},
		{typ: "any", custom: greenhopper + "gh-global-rank", cloud: asNumber},
		{typ: "sd-customerrequesttype", cloud: asObject},
		{typ: "sd-servicelevelagreement", cloud: asObject},
		{typ: "array", items: "sd-customerorganization", cloud: asObjects},
		{typ: "sd-approvals", cloud: asObjects},
		{typ: "sd-request-feedback", cloud: asObject},
		{typ: "team", custom: usual + "atlassian-team", cloud: asString},
		{typ: "any", custom: "com.atlassian.jira.plugins.cmdb:devsummarycf", cloud: asString},
		{typ: "option2", cloud: asString},
		{typ: "object", cloud: asString},
		{typ: "json", cloud: asString},
		{typ: "any", cloud: asString},
		{typ: "array", items: "any", cloud: asString},
		{typ: "array", items: "json", cloud: asString},
		{typ: "something-new", cloud: asString},
		{typ: "", cloud: asString},
	}
	for _, test := range tests {
		t.Run(test.typ+" "+test.items+" "+test.custom, func(t *testing.T) {
			t.Parallel()
			f := Field{ID: "customfield_1", Name: "F", Custom: true, Type: test.typ, Items: test.items, CustomType: test.custom}
			requireField(t, f, Options{}, test.cloud)
			if test.dataCenter == "" {
				test.dataCenter = test.cloud
			}
			requireField(t, f, Options{DataCenter: true}, test.dataCenter)
		})
	}
}

func requireField(t *testing.T, f Field, o Options, want string) {
	t.Helper()
	s := load(t, "issues", o).WithFields([]Field{f})
	n := s.root.child("fields").child(f.ID)
	require.NotNil(t, n)
	require.Equal(t, want, string(n.appendJSON(nil)))
}

// TestTeams are numbers on Data Center and, on Cloud, ids or whole objects: there a column of plain text would lose those.
func TestTeams(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"atlassian-team", "rm-teams-custom-field-team"} {
		f := Field{Custom: true, Type: "any", CustomType: "com.atlassian.teams:" + kind}
		require.Equal(t, &node{typ: typeString, mark: markJSON}, f.customNode(Options{}), kind)
		require.Equal(t, &node{typ: typeString}, f.customNode(Options{DataCenter: true}), kind)
	}
}

func TestDocumentsOfTextAreas(t *testing.T) {
	t.Parallel()
	requireField(t, Field{ID: "customfield_1", Name: "F", Type: "string", CustomType: usual + "textarea"}, Options{ADF: true}, asObject)
	requireField(t, Field{ID: "environment", Name: "F", Type: "string", System: "environment"}, Options{ADF: true}, asObject)
}

func TestFieldsOfASite(t *testing.T) {
	t.Parallel()
	s := load(t, "issues", Options{}).WithFields([]Field{
		{ID: "created", Name: "Erstellt", Type: "datetime", System: "created"},
		{ID: "comment", Name: "Comment", Type: "comments-page"},
		{ID: "worklog", Name: "Log Work", Type: "array", Items: "worklog"},
		{ID: "issuekey", Name: "Key"},
		{ID: "thumbnail", Name: "Images"},
		{ID: "customfield_1", UntranslatedName: "Points", Custom: true, Type: "number"},
		{ID: "customfield_1", Name: "Points again", Custom: true, Type: "number"},
		{ID: ""},
	})
	members := s.Members("fields")
	for _, name := range []string{"comment", "worklog", "issuekey", "thumbnail", ""} {
		require.NotContains(t, members, name)
	}
	require.Equal(t, "Erstellt", s.root.child("fields").child("created").title)
	require.Equal(t, formatDateTime, s.root.child("fields").child("created").format)
	require.Equal(t, "Points again", s.root.child("fields").child("customfield_1").title)
	require.Len(t, members, len(load(t, "issues", Options{}).Members("fields"))+1)

	other := load(t, "projects", Options{})
	require.Equal(t, other, other.WithFields([]Field{{ID: "x"}}), "only issues have fields")
}
