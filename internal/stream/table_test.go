package stream

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"github.com/stretchr/testify/require"

	"tap-jira/internal/jira"
	"tap-jira/schemas"
)

// operations reads what Atlassian documents: "cloud GET /path" to its parameters.
func operations(t *testing.T) map[string][]string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "testdata", "openapi", "operations.txt"))
	require.NoError(t, err)
	documented := map[string][]string{}
	for line := range strings.Lines(string(raw)) {
		words := strings.Fields(line)
		if len(words) >= 3 && words[0] != "#" {
			documented[strings.Join(words[:3], " ")] = words[3:]
		}
	}
	require.NotEmpty(t, documented)
	return documented
}

func readSchema(t *testing.T, name string) (raw []byte, properties map[string]any, examples []any) {
	t.Helper()
	raw, err := fs.ReadFile(schemas.FS(), name+".json")
	require.NoError(t, err, "schemas/%s.json is missing", name)
	var schema struct {
		Properties map[string]any
		Examples   []any
	}
	require.NoError(t, json.Unmarshal(raw, &schema))
	return raw, schema.Properties, schema.Examples
}

func TestStreams(t *testing.T) {
	t.Parallel()
	documented := operations(t)
	var names []string
	for _, s := range All() {
		t.Run(s.Name, func(t *testing.T) {
			require.Regexp(t, `^[a-z][a-z0-9_]{1,62}$`, s.Name)
			require.NotContains(t, names, s.Name, "the name stands twice")
			require.Regexp(t, `^https://(developer|docs)\.atlassian\.com/`, s.Documented)
			checkSchema(t, s)
			for _, d := range deployments() {
				if s.Has(d) {
					checkParent(t, s.On(d), d, names)
				}
			}
			for _, a := range s.Absent {
				require.NotEmpty(t, a.Reason, "every tolerated answer has a reason")
			}
			checkEndpoints(t, s, documented)
		})
		names = append(names, s.Name)
	}
}

// checkSchema looks at the schema file: the keys and the bookmark are columns,
// and there is an example that has them.
func checkSchema(t *testing.T, s Stream) {
	t.Helper()
	raw, properties, examples := readSchema(t, s.Name)
	_, err := jsonschema.CompileString(s.Name+".json", string(raw))
	require.NoError(t, err)
	require.NotEmpty(t, s.Keys)
	for _, column := range slices.Concat(s.Keys, s.DataCenterKeys) {
		require.Contains(t, properties, column, "the key is no column")
	}
	if s.Bookmark != "" {
		require.Contains(t, properties, s.Bookmark, "the bookmark is no column")
	}
	for _, d := range deployments() {
		for column := range s.On(d).Lift {
			require.Contains(t, properties, column)
		}
	}
	require.NotEmpty(t, examples, "a record as Jira Cloud sends it is missing")
	example, ok := examples[0].(map[string]any)
	require.True(t, ok)
	d := jira.Cloud
	if !s.Has(d) {
		d = jira.DataCenter
	}
	there := s.On(d)
	for _, key := range s.KeysOn(d) {
		if _, lifted := there.Lift[key]; !lifted && !slices.Contains(there.Columns(), key) {
			require.NotNil(t, example[key], "the example lacks the key %s", key)
		}
	}
}

// deployments are both.
func deployments() []jira.Deployment { return []jira.Deployment{jira.Cloud, jira.DataCenter} }

// checkParent looks at the way from the parent to the child.
func checkParent(t *testing.T, s Stream, d jira.Deployment, before []string) {
	t.Helper()
	if s.Parent == nil {
		return
	}
	require.Contains(t, before, s.Parent.Stream, "parents stand before their children")
	above, _ := Find(s.Parent.Stream)
	require.True(t, above.Has(d), "%s lacks the parent of %s", d, s.Name)
	_, properties, _ := readSchema(t, s.Parent.Stream)
	field, _, _ := strings.Cut(s.Parent.Field, ".")
	require.Contains(t, properties, field)
	_, own, _ := readSchema(t, s.Name)
	for _, column := range s.Columns() {
		require.Contains(t, own, column, "a child carries its parents' ids")
	}
	if !s.Parent.Column && !s.Once { // a row of several parents is of none
		require.Contains(t, own, s.Parent.As, "a child carries its parent's id")
	}
}

// placeholdersOf are the names that the addresses of a stream may hold: those
// of its parents, up to the first, and its fixed values.
func placeholdersOf(s Stream, d jira.Deployment) []string {
	var names []string
	if s.Values != nil {
		names = append(names, s.Values.As)
	}
	if s.Part == PerIssue {
		names = append(names, "issueId") // whatever hangs on what hangs on an issue
	}
	if s.Window {
		names = append(names, "from", "to")
	}
	for p := s.On(d).Parent; p != nil; {
		names = append(names, p.As)
		above, _ := Find(p.Stream)
		p = above.On(d).Parent
	}
	return names
}

// checkEndpoints looks at the addresses of a stream that has any.
func checkEndpoints(t *testing.T, s Stream, documented map[string][]string) {
	t.Helper()
	if s.Source != Listed && s.Part != PerIssue {
		return
	}
	for d, e := range map[jira.Deployment]Endpoint{jira.Cloud: s.Cloud, jira.DataCenter: s.DataCenter} {
		if e.Within != "" {
			checkWithin(t, s, d)
			continue
		}
		if e.Path == "" {
			require.NotEmpty(t, s.NotOn, "it must be said why %s lacks the stream", d)
			continue
		}
		checkEndpoint(t, s, d, e, documented)
	}
}

// checkWithin looks at rows that stand in those of their parent: it must be a
// list, and hold them.
func checkWithin(t *testing.T, s Stream, d jira.Deployment) {
	t.Helper()
	above, _ := Find(s.On(d).Parent.Stream)
	require.Equal(t, Listed, above.Source)
	_, properties, _ := readSchema(t, above.Name)
	require.Contains(t, properties, s.Endpoint(d).Within)
}

var placeholder = regexp.MustCompile(`\{([^}]*)\}`)

// checkEndpoint looks at one address: it is documented with its parameters, and
// what it needs of the parent is declared.
func checkEndpoint(t *testing.T, s Stream, d jira.Deployment, e Endpoint, documented map[string][]string) {
	t.Helper()
	general := placeholder.ReplaceAllStringFunc(e.Path, func(p string) string {
		if p == "{v}" {
			return p
		}
		require.Contains(t, placeholdersOf(s, d), strings.Trim(p, "{}"), "nothing fills %s in %s", p, e.Path)
		return "{}"
	})
	published := d
	if strings.HasPrefix(e.Path, "/rest/servicedeskapi/") {
		published = jira.Cloud // there is no document of Data Center's
	}
	operation := published.String() + " " + e.Method() + " " + general
	_, known := documented[operation]
	require.True(t, known, "no document has %s", operation)
	if e.Body != "" {
		require.Contains(t, documented[operation], "body."+e.Body)
		require.Positive(t, s.On(d).Parent.Batch, "a POST takes a batch")
	}
	for parameter, values := range e.Query {
		require.Contains(t, documented[operation], parameter, "%s has no such parameter", operation)
		for _, found := range placeholder.FindAllStringSubmatch(strings.Join(values, " "), -1) {
			require.Contains(t, placeholdersOf(s, d), strings.TrimSuffix(found[1], "*"), "nothing fills the parameter %s", parameter)
		}
	}
	if e.Successor != nil {
		checkEndpoint(t, s, d, *e.Successor, documented)
	}
}

func TestEverySchemaBelongsToAStream(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(schemas.FS(), "*.json")
	require.NoError(t, err)
	for _, file := range files {
		_, known := Find(strings.TrimSuffix(file, ".json"))
		require.True(t, known, "%s belongs to no stream", file)
	}
	require.Len(t, files, len(All()))
}

func TestCanonical(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"issues": "issues", "issue_changelog": "changelogs", "made_up": "", "": "",
		"stitch_jira-issues": "issues", "stitch_jira-issue_changelog": "changelogs", "stitch_jira-": "", "other-issues": "",
	} {
		require.Equal(t, want, Canonical("stitch_jira-")(name), name)
	}
	require.Empty(t, Canonical("")("stitch_jira-issues"))
	for theirs, ours := range aliases() {
		_, known := Find(ours)
		require.True(t, known, "%s is mapped to %s, which does not exist", theirs, ours)
		_, clash := Find(theirs)
		require.False(t, clash, "%s is a stream of ours", theirs)
	}
}

func TestEndpointsByDeployment(t *testing.T) {
	t.Parallel()
	users, _ := Find("users")
	require.Equal(t, []string{"accountId"}, users.KeysOn(jira.Cloud))
	require.Equal(t, []string{"key"}, users.KeysOn(jira.DataCenter))
	projects, _ := Find("projects")
	require.Equal(t, "/rest/api/{v}/project/search", projects.Endpoint(jira.Cloud).Path)
	require.Equal(t, "/rest/api/{v}/project", projects.Endpoint(jira.DataCenter).Path)
	require.Equal(t, FullTable, projects.Method())
}

func TestStreamsWithoutDatesOfChange(t *testing.T) {
	t.Parallel()
	var undated []string
	for _, s := range All() {
		if s.Undated() {
			undated = append(undated, s.Name)
		}
	}
	require.Equal(t, []string{
		"issue_transitions", "issue_watchers", "issue_votes", "issue_remote_links", "issue_property_keys", "issue_properties",
		"issue_pinned_comments", "issue_comment_property_keys", "issue_comment_properties", "issue_worklog_properties", "issue_sla_cycles",
		"requests", "request_slas", "request_approvals", "request_participants", "request_feedback",
	}, undated, "transitions change with the workflow and the account's permissions, the others without a trace in the issue")
}

func TestTolerates(t *testing.T) {
	t.Parallel()
	s := Stream{Absent: []Absence{On(404, "gone")}}
	absence, ok := s.Tolerates(404, nil)
	require.True(t, ok)
	require.Equal(t, "gone", absence.Reason)
	_, ok = s.Tolerates(403, nil)
	require.False(t, ok)

	s.Absent = []Absence{On(400, "a board without sprints").Saying("does not support sprints")}
	_, ok = s.Tolerates(400, []string{"The board does not Support Sprints."})
	require.True(t, ok)
	_, ok = s.Tolerates(400, []string{"The query is wrong."})
	require.False(t, ok, "no status is tolerated as a class where a text is told")
}

func TestOnOneDeployment(t *testing.T) {
	t.Parallel()
	s := Stream{
		Cloud: Get("/a", jira.Whole("")), DataCenter: Get("/b", jira.Whole("")).Each(Parent{Stream: "projects"}).Lifting(map[string]string{"a": "b"}),
		Parent: &Parent{Stream: "users"},
	}
	require.Equal(t, "users", s.On(jira.Cloud).Parent.Stream)
	require.Nil(t, s.On(jira.Cloud).Lift)
	require.Equal(t, "projects", s.On(jira.DataCenter).Parent.Stream)
	require.Equal(t, map[string]string{"a": "b"}, s.On(jira.DataCenter).Lift)
	for _, d := range deployments() {
		for _, s := range AllOn(d) {
			require.True(t, s.Hidden || s.Offered(d), s.Name)
		}
	}
}

func TestOffered(t *testing.T) {
	t.Parallel()
	both := Stream{Cloud: Get("/a", jira.Whole("")), DataCenter: Get("/b", jira.Whole(""))}
	require.True(t, both.Offered(jira.Cloud) && both.Offered(jira.DataCenter))
	both.DataCenter = Endpoint{}
	require.False(t, both.Offered(jira.DataCenter))
	require.True(t, Stream{Source: IssueTree}.Offered(jira.DataCenter))
	both.DataCenter = Within("rows")
	require.True(t, both.Offered(jira.DataCenter))
	both.Hidden = true
	require.False(t, both.Offered(jira.Cloud))
}

func TestColumnsOfParents(t *testing.T) {
	t.Parallel()
	require.Empty(t, Stream{}.Columns())
	require.Empty(t, Stream{Parent: &Parent{As: "projectId"}}.Columns())
	require.Equal(t, []string{"screenId", "tabId"}, Stream{Parent: &Parent{As: "tabId", Column: true, Inherit: []string{"screenId"}}}.Columns())
}

func TestGet(t *testing.T) {
	t.Parallel()
	e := Get("/a", jira.Whole(""), "status", "live", "status", "archived")
	require.Equal(t, []string{"live", "archived"}, e.Query["status"])
	require.Equal(t, "/b", e.Or(Get("/b", jira.Whole(""))).Successor.Path)
	require.Nil(t, e.Successor)
}
