package jirasim

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// walk reads a Cloud search to its end, page by page, and returns the ids in the order they came.
func (c *client) walk(body map[string]any) (ids []string, pages int) {
	c.t.Helper()
	for {
		var page searchPage
		c.post("/rest/api/3/search/jql", body).status(200).into(&page)
		ids = append(ids, page.ids()...)
		pages++
		require.NotNil(c.t, page.IsLast)
		require.Equal(c.t, page.NextPageToken == "", *page.IsLast)
		if page.NextPageToken == "" {
			return ids, pages
		}
		body["nextPageToken"] = page.NextPageToken
	}
}

func TestCloudWalkFindsEachIssueOnce(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Issues: 300})
	var want []string
	for _, m := range c.visible() {
		want = append(want, fmt.Sprint(m.ID))
	}
	for _, order := range []string{
		"", " order by created asc", " order by created desc, key asc", " order by updated asc, id desc", " order by key", " order by status, priority desc, updated",
	} {
		for _, size := range []int{3, 17, 100} {
			ids, pages := c.walk(map[string]any{"jql": "created > 0" + order, "maxResults": size, "fields": []string{"created"}})
			require.ElementsMatch(t, want, ids, order)
			require.Equal(t, (len(want)+size-1)/size, pages)
		}
	}
}

func TestCloudPageSizes(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Issues: 5300})
	for name, test := range map[string]struct {
		body map[string]any
		want int
	}{
		"default":       {map[string]any{}, 50},
		"ids":           {map[string]any{"maxResults": 9000}, 5000},
		"id and key":    {map[string]any{"maxResults": 9000, "fields": []string{"id", "key"}}, 5000},
		"a field":       {map[string]any{"maxResults": 5000, "fields": []string{"summary"}}, 100},
		"all fields":    {map[string]any{"maxResults": 100, "fields": []string{"*all"}}, 50},
		"changelog":     {map[string]any{"maxResults": 100, "expand": "changelog"}, 50},
		"less than cap": {map[string]any{"maxResults": 3, "fields": []string{"summary"}}, 3},
	} {
		test.body["jql"] = "created > 0"
		var page searchPage
		c.post("/rest/api/3/search/jql", test.body).status(200).into(&page)
		require.Equal(t, test.want, len(page.Issues), name) //nolint:testifylint // a page of thousands is not worth printing
	}
	c.post("/rest/api/3/search/jql", map[string]any{"jql": "created > 0", "maxResults": 0}).status(400)
}

// Each of the things that make an issue heavy halves the page by itself.
func TestCloudPagesOfHeavyIssues(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Issues: 150})
	for name, ask := range map[string]map[string]any{
		"all":         {"fields": []string{"*all"}},
		"navigable":   {"fields": []string{"*navigable"}},
		"transitions": {"expand": "transitions"},
		"changelog":   {"expand": "names,changelog"},
	} {
		ask["jql"], ask["maxResults"] = "created > 0", 100
		var page searchPage
		c.post("/rest/api/3/search/jql", ask).status(200).into(&page)
		require.Len(t, page.Issues, cloudHeavyPage, name)
		require.NotEmpty(t, page.Issues[0].Key, "%s: a bare id is not all", name)
	}
	refused := c.post("/rest/api/3/search/jql", map[string]any{"jql": "created > 0", "maxResults": -1}).status(400)
	require.Equal(t, []string{"The value of maxResults must be between 1 and 5000."}, refused.messages())
}

// What is expanded depends on the caller: one who may not move issues sees no transitions, wherever issues are written.
func TestTransitionsAreTheCallers(t *testing.T) {
	t.Parallel()
	type moving struct{ Transitions []any }
	for _, d := range []Deployment{Cloud, DataCenter} {
		c := newClient(t, Options{Deployment: d, Issues: 20, ReaderLacks: []string{"TRANSITION_ISSUES"}})
		id := fmt.Sprint(c.visible()[2].ID)
		read := map[string]func(c *client) moving{
			"issue": func(c *client) (m moving) {
				c.get("/rest/api/2/issue/" + id + "?expand=transitions").status(200).into(&m)
				return m
			},
		}
		listed := func(path string, ask map[string]any) func(c *client) moving {
			return func(c *client) moving {
				var page struct{ Issues []moving }
				c.post(path, ask).status(200).into(&page)
				return page.Issues[0]
			}
		}
		if d == Cloud {
			read["search"] = listed("/rest/api/3/search/jql", map[string]any{"jql": "id = " + id, "expand": "transitions"})
			read["bulkfetch"] = listed("/rest/api/3/issue/bulkfetch", map[string]any{"issueIdsOrKeys": []string{id}, "expand": []string{"transitions"}})
		} else {
			read["search"] = listed("/rest/api/2/search", map[string]any{"jql": "id = " + id, "expand": []string{"transitions"}})
		}
		for name, see := range read {
			require.NotEmpty(t, see(c).Transitions, "%s of %s", name, d)
			require.Empty(t, see(c.asReader()).Transitions, "%s of %s", name, d)
		}
	}
}

// A query that is refused is told in the form of the deployment (jira-api.md F.1).
func TestRefusalsHaveTheFormOfTheDeployment(t *testing.T) {
	t.Parallel()
	for d, want := range map[Deployment]string{
		Cloud:      `{"errorMessages":["The value 'NOPE' does not exist for the field 'project'."],"errors":{}}`,
		DataCenter: `{"errorMessages":["The value 'NOPE' does not exist for the field 'project'."],"warningMessages":[]}`,
	} {
		path := map[Deployment]string{Cloud: "/rest/api/3/search/jql", DataCenter: "/rest/api/2/search"}[d]
		refused := newClient(t, Options{Deployment: d}).post(path, map[string]any{"jql": "project = NOPE"}).status(400)
		require.JSONEq(t, want, refused.body)
	}
}

func TestCloudSearchWithoutFieldsGivesIDsOnly(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	var page struct{ Issues []map[string]json.RawMessage }
	c.post("/rest/api/3/search/jql", map[string]any{"jql": "created > 0"}).status(200).into(&page)
	require.Len(t, page.Issues[0], 1)
	require.Contains(t, page.Issues[0], "id")
	c.get("/rest/api/2/search/jql?jql=created+%3E+0&fields=summary,created&maxResults=1").status(200).into(&page)
	require.Contains(t, page.Issues[0], "fields")
	require.Contains(t, page.Issues[0], "key")
}

func TestCloudSearchExpandsNamesAndSchema(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	var page searchPage
	c.post("/rest/api/3/search/jql", map[string]any{"jql": "created > 0", "fields": []string{"summary"}, "expand": "names,schema"}).status(200).into(&page)
	require.Equal(t, "Summary", page.Names["summary"])
	require.Contains(t, page.Schema, "summary")
}

// An issue that is edited during a walk by updated leaves its place and comes again at the end; nothing else moves.
func TestCloudWalkGoesOnWhileIssuesChange(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	body := map[string]any{"jql": "updated > 0 order by updated asc, key asc", "maxResults": 50}
	var page searchPage
	c.post("/rest/api/3/search/jql", body).status(200).into(&page)
	seen, edited := page.ids(), page.ids()[49]
	_, err := c.jira.Edit(Edit{Kind: EditSummary, Issue: edited})
	require.NoError(t, err)
	_, err = c.jira.Edit(Edit{Kind: DeleteIssue, Issue: page.ids()[3]})
	require.NoError(t, err)
	body["nextPageToken"] = page.NextPageToken
	rest, _ := c.walk(body)
	require.Equal(t, edited, rest[len(rest)-1])
	all := append(seen, rest...)
	slices.Sort(all)
	require.Len(t, slices.Compact(all), len(seen)+len(rest)-1)
}

func TestCloudRefusesUnboundedQueries(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	for _, jql := range []string{"", "order by key"} {
		for _, path := range []string{"/rest/api/3/search/jql", "/rest/api/2/search/approximate-count"} {
			messages := c.post(path, map[string]any{"jql": jql}).status(400).messages()
			require.Equal(t, []string{"Unbounded JQL queries are not allowed here. Please add a search restriction to your query."}, messages)
		}
	}
	messages := c.post("/rest/api/3/search/jql", map[string]any{"jql": "created > 0 order by key,id,created,updated,status,project,priority,assignee"}).status(400).messages()
	require.Equal(t, []string{"JQL can be ordered by at most 7 fields."}, messages)
}

func TestCloudSearchIsStrictAboutItsBody(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	c.do("POST", "/rest/api/3/search/jql", `{"jql":"created > 0"}`, "Content-Type", "text/plain").status(415)
	c.do("POST", "/rest/api/3/search/jql", `{"jql":"created > 0","startAt":0}`).status(400)
	c.do("POST", "/rest/api/3/search/jql", `{"jql":"created > 0","expand":["names"]}`).status(400)
	c.do("POST", "/rest/api/3/search/jql", `{"jql":`).status(400)
	c.do("POST", "/rest/api/3/search/jql", `{"jql":"created > 0","properties":["a","b","c","d","e","f"]}`).status(400)
	c.get("/rest/api/3/search/jql?jql=created>0&maxResults=x").status(404)
}

// The search by GET is the one by POST, as far as an address reaches.
func TestCloudSearchByGet(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Issues: 60})
	want, _ := c.walk(map[string]any{"jql": "created > 0 order by created, key", "maxResults": 7, "fields": []string{"created"}})
	var ids []string
	token := ""
	for {
		query := url.Values{"jql": {"created > 0 order by created, key"}, "maxResults": {"7"}, "fields": {"created"}}
		if token != "" {
			query.Set("nextPageToken", token)
		}
		var page searchPage
		c.get("/rest/api/3/search/jql?" + query.Encode()).status(200).into(&page)
		ids = append(ids, page.ids()...)
		if token = page.NextPageToken; token == "" {
			break
		}
	}
	require.Equal(t, want, ids)

	ask := func(name, value string) answer {
		return c.get("/rest/api/3/search/jql?" + url.Values{"jql": {"created > 0"}, name: {value}}.Encode())
	}
	ask("reconcileIssues", "x").status(400)
	ask("reconcileIssues", strings.Repeat("10001,", 50)).status(200)
	ask("reconcileIssues", strings.Repeat("10001,", 51)).status(400)
	ask("properties", "a,b,c,d,e").status(200)
	ask("properties", "a,b,c,d,e,f").status(400)
	ask("nextPageToken", "made-up").status(400)
	long := "created > 0 and id in (" + strings.Repeat("10001,", 400) + "10001)"
	require.Contains(t, c.get("/rest/api/3/search/jql?jql="+url.QueryEscape(long)).status(414).head.Get("Content-Type"), "text/html")
	c.post("/rest/api/3/search/jql", map[string]any{"jql": long}).status(200)
	c.get("/rest/api/3/field?x=" + strings.Repeat("y", maxQueryBytes)).status(414)
}

func TestOldSearchIsGoneFromCloud(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	for _, version := range []string{"2", "3", "latest"} {
		require.Contains(t, c.get("/rest/api/" + version + "/search?jql=created>0").status(410).messages()[0], "has been removed")
		c.post("/rest/api/"+version+"/search", map[string]any{}).status(410)
	}
}

func TestApproximateCount(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	var body struct{ Count int }
	c.post("/rest/api/3/search/approximate-count", map[string]any{"jql": "created > 0"}).status(200).into(&body)
	require.Equal(t, len(c.visible()), body.Count)
}

// The index lags: a fresh edit is not found by search unless it is reconciled, though bulkfetch and the count know it.
func TestIndexLag(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{IndexLag: time.Minute})
	id, err := c.jira.Edit(Edit{Kind: EditSummary, Issue: fmt.Sprint(c.visible()[5].ID), Text: "fresh"})
	require.NoError(t, err)
	jql := map[string]any{"jql": fmt.Sprintf("id = %d", id), "fields": []string{"summary"}}
	var page searchPage
	c.post("/rest/api/3/search/jql", jql).status(200).into(&page)
	require.Empty(t, page.Issues)
	jql["reconcileIssues"] = []uint64{id}
	c.post("/rest/api/3/search/jql", jql).status(200).into(&page)
	require.Len(t, page.Issues, 1)
	c.post("/rest/api/3/issue/bulkfetch", map[string]any{"issueIdsOrKeys": []string{fmt.Sprint(id)}, "fields": []string{"summary"}}).status(200).into(&page)
	require.Equal(t, "fresh", page.Issues[0].Fields.Summary)
}

func TestParseEndpoint(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	var body struct {
		Queries []struct {
			Query  string
			Errors []string
		}
	}
	queries := map[string]any{"queries": []string{"project = ALPHA", "project = NOPE", "x y"}}
	c.post("/rest/api/3/jql/parse?validation=strict", queries).status(200).into(&body)
	require.Empty(t, body.Queries[0].Errors)
	require.Len(t, body.Queries[1].Errors, 1)
	require.Contains(t, body.Queries[2].Errors[0], "Expecting operator")
	for mode, wrong := range map[string]int{"warn": 1, "none": 0} {
		body.Queries = nil
		c.post("/rest/api/3/jql/parse?validation="+mode, queries).status(200).into(&body)
		require.Len(t, body.Queries[1].Errors, wrong, mode)
		require.NotEmpty(t, body.Queries[2].Errors, "%s does not overlook what is no query", mode)
	}
	c.post("/rest/api/3/jql/parse", queries).status(400)
	c.post("/rest/api/3/jql/parse?validation=strict", map[string]any{"queries": []string{}}).status(400)
}

// What search embeds: Cloud cuts comments, worklogs and histories, Data Center only worklogs.
func TestEmbeddedCaps(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		c := newClient(t, Options{Deployment: d, Giants: true})
		giant := c.giant()
		ask := map[string]any{"jql": "id = " + giant, "fields": []string{"comment", "worklog"}}
		path := "/rest/api/2/search"
		if d == Cloud {
			path, ask["expand"] = "/rest/api/3/search/jql", "changelog"
		} else {
			ask["expand"] = []string{"changelog"}
		}
		var page searchPage
		c.post(path, ask).status(200).into(&page)
		issue := page.Issues[0]
		require.Equal(t, 5000, issue.Fields.Comment.Total)
		require.Equal(t, 5000, issue.Fields.Worklog.Total)
		require.Equal(t, 6000, issue.Changelog.Total)
		require.Len(t, issue.Fields.Worklog.Worklogs, 20)
		if d == Cloud {
			require.Len(t, issue.Fields.Comment.Comments, 20)
			require.Len(t, issue.Changelog.Histories, 40)
			require.Greater(t, issue.Changelog.Histories[0].Created, issue.Changelog.Histories[39].Created, "newest first")
			continue
		}
		require.Len(t, issue.Fields.Comment.Comments, 5000)
		require.Len(t, issue.Changelog.Histories, 6000)
	}
}

// giant is the id of the issue with thousands of children.
func (c *client) giant() string {
	c.t.Helper()
	for _, m := range c.visible() {
		if c.jira.site.commentCount(m.Index) >= 5000 {
			return fmt.Sprint(m.ID)
		}
	}
	require.Fail(c.t, "no giant on this site")
	return ""
}
