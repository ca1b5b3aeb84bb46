package schemas_test

import (
	"encoding/json"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/schemas"
)

// node is what every target takes of JSON Schema; a keyword beyond it fails to decode.
type node struct {
	Type       json.RawMessage   `json:"type"`
	Format     string            `json:"format"`
	Title      string            `json:"title"`
	Mark       string            `json:"x-jira"`
	Properties map[string]node   `json:"properties"`
	Items      *node             `json:"items"`
	Examples   []json.RawMessage `json:"examples"`
}

func read(t *testing.T) map[string]node {
	t.Helper()
	names, err := fs.Glob(schemas.FS(), "*.json")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	all := map[string]node{}
	for _, name := range names {
		text, err := fs.ReadFile(schemas.FS(), name)
		require.NoError(t, err)
		dec := json.NewDecoder(strings.NewReader(string(text)))
		dec.DisallowUnknownFields()
		var root node
		require.NoError(t, dec.Decode(&root), name)
		all[strings.TrimSuffix(name, ".json")] = root
	}
	return all
}

func TestEveryFileKeepsTheRules(t *testing.T) {
	t.Parallel()
	stream := regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)
	column := regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,62}$`)
	for name, root := range read(t) {
		require.Regexp(t, stream, name)
		require.JSONEq(t, `"object"`, string(root.Type), name)
		require.Len(t, root.Examples, 1, "%s: one record as Jira Cloud sends it", name)
		seen := map[string]string{}
		for c, n := range root.Properties {
			require.Regexp(t, column, c, name)
			require.Empty(t, seen[strings.ToLower(c)], "%s: %s differs from another column by case only", name, c)
			seen[strings.ToLower(c)] = c
			checkNode(t, name+"."+c, n)
		}
	}
}

// checkNode holds a column or nested member to what every target loads.
func checkNode(t *testing.T, path string, n node) {
	t.Helper()
	require.Regexp(t, `^\["null", ?"(string|integer|number|boolean|object|array)"\]$`, string(n.Type), path)
	require.Contains(t, []string{"", "date-time"}, n.Format, path)
	require.Contains(t, []string{"", "user", "richtext", "json", "date", "key", "fields"}, n.Mark, path)
	require.Empty(t, n.Examples, path)
	if n.Mark == "user" {
		require.Contains(t, string(n.Type), "object", path)
		require.Empty(t, n.Properties, "%s: user objects are copied whole", path)
	}
	if strings.Contains(string(n.Type), "array") {
		require.NotNil(t, n.Items, path)
		checkNode(t, path+"[]", *n.Items)
	}
	seen := map[string]bool{}
	for name, child := range n.Properties {
		require.False(t, seen[strings.ToLower(name)], "%s.%s differs from another member by case only", path, name)
		seen[strings.ToLower(name)] = true
		checkNode(t, path+"."+name, child)
	}
}

func TestDatesAreTyped(t *testing.T) {
	t.Parallel()
	all := read(t)
	for _, path := range []string{
		"issues.created", "issues.updated", "issues.fields.created", "issues.fields.updated", "issues.fields.resolutiondate",
		"issue_comments.created", "issue_comments.updated", "changelogs.created", "worklogs.started", "worklogs.updated",
		"projects.archivedDate", "server_info.serverTime",
	} {
		names := strings.Split(path, ".")
		n := all[names[0]]
		for _, name := range names[1:] {
			n = n.Properties[name]
		}
		require.Equal(t, "date-time", n.Format, path)
	}
}

func TestWhatUsersOfTheOldTapRelyOn(t *testing.T) {
	t.Parallel()
	all := read(t)
	for stream, columns := range map[string][]string{
		"projects":          {"id", "key", "lead", "components", "issueTypes", "roles", "projectCategory"},
		"versions":          {"id", "projectId", "operations", "remotelinks", "moveUnfixedIssuesTo"},
		"components":        {"id", "projectId", "componentBean", "issueCount"},
		"users":             {"accountId", "key", "name"},
		"issues":            {"id", "key", "fields", "renderedFields", "names", "schema", "fieldsToInclude"},
		"issue_comments":    {"id", "issueId", "body", "properties"},
		"changelogs":        {"id", "issueId", "items", "historyMetadata"},
		"issue_transitions": {"id", "issueId", "to", "fields"},
		"worklogs":          {"id", "issueId", "timeSpentSeconds"},
	} {
		for _, column := range columns {
			require.Contains(t, all[stream].Properties, column, stream)
		}
	}
	require.NotContains(t, all["issues"].Properties["fields"].Properties, "comment")
	require.NotContains(t, all["issues"].Properties["fields"].Properties, "worklog")
}
