package jirasim

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
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

func TestSearchOrders(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter, Issues: 300})
	rank := c.jira.names.rank
	byKey := func(a, b issueMeta) int {
		return cmp.Or(cmp.Compare(rank[a.Project], rank[b.Project]), cmp.Compare(a.Number, b.Number))
	}
	byCreated := func(a, b issueMeta) int { return cmp.Compare(a.Created, b.Created) }
	byUpdated := func(a, b issueMeta) int { return cmp.Compare(a.Updated, b.Updated) }
	for order, compare := range map[string]func(a, b issueMeta) int{
		"":                                 func(a, b issueMeta) int { return byKey(b, a) },
		" order by key":                    byKey,
		" order by id asc":                 byKey,
		" order by created asc, key asc":   func(a, b issueMeta) int { return cmp.Or(byCreated(a, b), byKey(a, b)) },
		" order by created, key":           func(a, b issueMeta) int { return cmp.Or(byCreated(b, a), byKey(a, b)) },
		" order by updated desc, key desc": func(a, b issueMeta) int { return cmp.Or(byUpdated(b, a), byKey(b, a)) },
		" order by assignee, key": func(a, b issueMeta) int {
			return cmp.Or(cmp.Compare(uint32(a.Assignee), uint32(b.Assignee)), byKey(a, b)) // -1, nobody, comes last
		},
		" order by project desc, created asc, key asc": func(a, b issueMeta) int {
			return cmp.Or(cmp.Compare(rank[b.Project], rank[a.Project]), byCreated(a, b), byKey(a, b))
		},
	} {
		var page searchPage
		c.post("/rest/api/2/search", map[string]any{"jql": "created > 0" + order, "maxResults": 1000, "fields": []string{"id"}}).status(200).into(&page)
		want := c.visible()
		slices.SortFunc(want, compare)
		ids := make([]string, len(want))
		for i, m := range want {
			ids[i] = fmt.Sprint(m.ID)
		}
		require.Equal(t, ids, page.ids(), order)
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

func TestCloudTokens(t *testing.T) {
	t.Parallel()
	now := testNow
	c := newClient(t, Options{Now: func() time.Time { return now }})
	body := map[string]any{"jql": "created > 0 order by created", "maxResults": 10}
	var page searchPage
	c.post("/rest/api/3/search/jql", body).status(200).into(&page)
	token := page.NextPageToken
	require.NotEmpty(t, token)
	require.NotContains(t, token, page.Issues[9].ID, "a token is opaque")

	refused := func(changes map[string]any) {
		t.Helper()
		ask := map[string]any{"jql": body["jql"], "maxResults": 10, "nextPageToken": token}
		for name, value := range changes {
			ask[name] = value
		}
		c.post("/rest/api/3/search/jql", ask).status(400)
	}
	refused(map[string]any{"jql": "created > 1 order by created"})
	refused(map[string]any{"fields": []string{"summary"}})
	refused(map[string]any{"nextPageToken": token[:len(token)-4]})
	refused(map[string]any{"nextPageToken": "AAAA" + token[4:]})
	refused(map[string]any{"nextPageToken": "10"})

	body["nextPageToken"] = token
	c.post("/rest/api/3/search/jql", body).status(200)
	now = now.Add(tokenLife + time.Second)
	c.post("/rest/api/3/search/jql", body).status(400)
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
	c.post("/rest/api/3/jql/parse", queries).status(400)
}

func TestOffsetSearch(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter, Issues: 1400})
	total := len(c.visible())
	var page searchPage
	for _, test := range []struct{ asked, echoed, count int }{{2000, 1000, 1000}, {-1, 1000, 1000}, {0, 0, 0}, {7, 7, 7}} {
		page = searchPage{}
		c.post("/rest/api/2/search", map[string]any{"jql": "", "maxResults": test.asked, "fields": []string{"id"}}).status(200).into(&page)
		require.Equal(t, []int{test.echoed, test.count, total}, []int{page.MaxResults, len(page.Issues), page.Total})
	}
	c.get("/rest/api/2/search?jql=order+by+key&startAt=1200&maxResults=1000&fields=summary").status(200).into(&page)
	require.Equal(t, total-1200, len(page.Issues))
	require.Equal(t, 1200, page.StartAt)
	page = searchPage{}
	c.get("/rest/api/2/search").status(200).into(&page)
	require.Len(t, page.Issues, 50)
	require.NotEmpty(t, page.Issues[0].Fields.Created, "the default is all navigable fields")
	page = searchPage{}
	c.get("/rest/api/2/search?startAt=5000").status(200).into(&page)
	require.Empty(t, page.Issues)
	require.Equal(t, total, page.Total)
	c.get("/rest/api/2/search?startAt=-1").status(400)
	c.get("/rest/api/3/search").status(404)
	c.post("/rest/api/2/search/jql", map[string]any{"jql": "created > 0"}).status(404)
}

func TestOffsetSearchWindow(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter})
	messages := c.get("/rest/api/2/search?startAt=9100&maxResults=1000").status(500).messages()
	require.Equal(t, "Search limit exceeded. We couldn't complete your search because it requests 10,100 results which exceeded the search platform limit of 10,000 results.", messages[0])
	c.get("/rest/api/2/search?startAt=9000&maxResults=1000").status(200)
	old := newClient(t, Options{Deployment: DataCenter, Version: "9.12.12"})
	old.get("/rest/api/2/search?startAt=50000&maxResults=1000").status(200)
	old.get("/rest/api/2/searchLimits/maxResultWindow").status(404)
	fresh := newClient(t, Options{Deployment: DataCenter, Version: "11.3.0", Basic: BasicOn})
	require.JSONEq(t, `{"maxResultWindow":10000}`, fresh.get("/rest/api/2/searchLimits/maxResultWindow").status(200).body)
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

// A tie that the query leaves open comes in another order from another node; one that it decides does not.
func TestTiesDifferBetweenNodes(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter, Issues: 400})
	ask := func(order string) string {
		var page searchPage
		c.post("/rest/api/2/search", map[string]any{"jql": "created > 0 order by " + order, "maxResults": 1000, "fields": []string{"id"}}).status(200).into(&page)
		return strings.Join(page.ids(), " ")
	}
	require.NotEqual(t, ask("status"), ask("status"))
	require.Equal(t, ask("status, key"), ask("status, key"))
}

// A large site is asked once and then remembered: pages of a walk do not cost a pass over all issues each.
func TestSelectionsAreKept(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Issues: 30_000})
	plan, bad := c.jira.plan(&request{caller: caller{identity: "demo"}}, "project != NOPE2 or created > 0 order by created asc, key asc", true)
	require.Nil(t, bad)
	first := c.jira.search.find(plan, searchScope{})
	second := c.jira.search.find(plan, searchScope{})
	require.Same(t, &first.rows[0], &second.rows[0])
	third := c.jira.search.find(plan, searchScope{generation: 1})
	require.NotSame(t, &first.rows[0], &third.rows[0], "an edit makes it ask again")
	require.Len(t, c.jira.search.kept, 2)
}

func TestWithinCutsRows(t *testing.T) {
	t.Parallel()
	rows := []row{{date: 1}, {date: 2}, {date: 2}, {date: 5}}
	require.Len(t, within(rows, allTime()), 4)
	require.Len(t, within(rows, dateRange{low: 2, high: 5}), 2)
	require.Len(t, within(rows, dateRange{low: 5, high: math.MaxInt64}), 1)
	require.Empty(t, within(rows, dateRange{low: 6, high: 5}))
}
