package jirasim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPathsThatLeadNowhere(t *testing.T) {
	t.Parallel()
	cloud, dc := newClient(t, Options{}), newClient(t, Options{Deployment: DataCenter})
	for _, test := range []struct {
		client       *client
		method, path string
		status       int
	}{
		{cloud, "GET", "/rest/api/3/nope", 404}, {cloud, "GET", "/rest/api/4/status", 404}, {cloud, "GET", "/rest/api/02/status", 404},
		{cloud, "GET", "/rest/api/3/status/", 404}, {cloud, "POST", "/rest/api/3/status", 405}, {cloud, "GET", "/rest/api/3/issue/bulkfetch", 405},
		{cloud, "GET", "/rest/api/3/changelog/bulkfetch", 405}, {cloud, "PUT", "/rest/api/3/search/jql", 405}, {cloud, "GET", "/rest/api/3/user/list", 404},
		{dc, "GET", "/rest/api/3/serverInfo", 404}, {dc, "POST", "/rest/api/2/search/jql", 404}, {dc, "POST", "/rest/api/2/issue/bulkfetch", 405},
		{dc, "POST", "/rest/api/2/changelog/bulkfetch", 404}, {dc, "GET", "/rest/api/2/issue/10001/changelog", 404}, {dc, "GET", "/rest/api/2/users/search", 404},
		{dc, "GET", "/rest/api/2/project/search", 404}, {dc, "GET", "/rest/api/2/project/ALPHA/component", 404}, {dc, "GET", "/_edge/tenant_info", 404},
		{dc, "GET", "/rest/api/latest/serverInfo", 200}, {cloud, "GET", "/rest/api/latest/serverInfo", 200},
		{dc, "GET", "/secure/Dashboard.jspa", 404}, {cloud, "DELETE", "/rest/api/3/issue/10001", 405},
	} {
		answer := test.client.do(test.method, test.path, "")
		require.Equal(t, test.status, answer.code, "%s %s: %s", test.method, test.path, answer.body)
		if test.status == 405 {
			require.NotEmpty(t, answer.head.Get("Allow"))
		}
	}
	require.Equal(t, []string{"No project could be found with key 'search'."}, dc.get("/rest/api/2/project/search").messages())
	require.JSONEq(t, `{"message":"null for uri: /rest/api/3/nope","status-code":404}`, cloud.get("/rest/api/3/nope").body)
	require.Contains(t, dc.get("/secure/x").head.Get("Content-Type"), "text/html")

	w := httptest.NewRecorder()
	cloud.jira.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "https://h/rest/api/3/serverInfo", nil))
	require.Equal(t, 404, w.Code, "beside the context path there is nothing")
	require.Equal(t, 200, cloud.do("HEAD", "/rest/api/3/status", "").code)
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	t.Parallel()
	cloud, dc := newClient(t, Options{}), newClient(t, Options{Deployment: DataCenter})
	for _, path := range []string{"/rest/api/2/status", "/rest/api/2/nope"} {
		a, b := cloud.get(path), dc.get(path)
		require.Regexp(t, `^\d+x\d+x\d+$`, a.head.Get("X-AREQUESTID"))
		require.Len(t, a.head.Get("atl-traceid"), 32)
		require.Empty(t, a.head.Get("X-AUSERNAME"))
		require.NotEmpty(t, a.head.Get("X-RateLimit-Remaining"))
		require.NotEmpty(t, b.head.Get("X-ANODEID"))
		require.NotEmpty(t, b.head.Get("X-AUSERNAME"))
	}
	require.Equal(t, "demo", dc.get("/rest/api/2/status").head.Get("X-AUSERNAME"))
	require.Equal(t, "anonymous", dc.as("", "").get("/rest/api/2/status").head.Get("X-AUSERNAME"))
}

func TestRequestLog(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	c.get("/rest/api/3/issue/10001/comment?startAt=0")
	c.as("", "").get("/rest/api/3/serverInfo")
	c.do("GET", "/rest/api/3/status?oauth_token=secret&oauth_signature=x&a=b", "", "Authorization", "")
	log := c.jira.Requests()
	require.Len(t, log, 3)
	require.Equal(t, "/rest/api/{v}/issue/{issueIdOrKey}/comment", log[0].Template)
	require.Equal(t, "/rest/api/3/issue/10001/comment", log[0].Path)
	require.Equal(t, []string{"basic", "demo"}, []string{log[0].Auth, log[0].Identity})
	require.Equal(t, 200, log[0].Status)
	require.Equal(t, "none", log[1].Auth)
	require.Equal(t, url.Values{"a": {"b"}}, log[2].Query, "OAuth parameters are not logged")
	require.Equal(t, "oauth1", log[2].Auth)
	require.Equal(t, RequestCounts{Requests: 3, WithCredentials: 2, MaxInFlight: 1}, c.jira.Counts())
	c.jira.ForgetRequests()
	require.Empty(t, c.jira.Requests())
}

// offsetPage is a page of style 1.
type offsetPage struct {
	Self, NextPage             string
	StartAt, MaxResults, Total int
	IsLast                     bool
	Values                     []struct {
		ID, Key, Name, AccountID, Created string
	}
}

// pages reads a style 1 listing to its end by the numbers received, and returns what name says of each record.
func (c *client) pages(path string, name func(p offsetPage, i int) string) (names []string) {
	c.t.Helper()
	for {
		var page offsetPage
		at := "?"
		if strings.Contains(path, "?") {
			at = "&"
		}
		c.get(path + at + "startAt=" + strconv.Itoa(len(names))).status(200).into(&page)
		require.Equal(c.t, len(names), page.StartAt)
		for i := range page.Values {
			names = append(names, name(page, i))
		}
		require.Equal(c.t, page.IsLast, page.NextPage == "")
		require.Equal(c.t, page.IsLast, len(names) == page.Total)
		if page.IsLast {
			return names
		}
		require.NotEmpty(c.t, page.Values)
	}
}

func TestProjectSearch(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	status := func(wanted ...string) (keys []string) {
		for p := range c.jira.site.projectCount() {
			if slices.Contains(wanted, c.jira.site.projectStatus(p)) {
				keys = append(keys, c.jira.site.projectKey(p))
			}
		}
		slices.Sort(keys)
		return keys
	}
	key := func(p offsetPage, i int) string { return p.Values[i].Key }
	require.Equal(t, status("live"), c.pages("/rest/api/3/project/search", key))
	require.Equal(t, status("live", "archived", "deleted"), c.pages("/rest/api/3/project/search?status=live&status=archived&status=deleted", key))
	require.Equal(t, status("live", "archived"), c.pages("/rest/api/3/project/search?status=live,archived&maxResults=2", key))
	require.Equal(t, []string{"ALPHA"}, c.pages("/rest/api/3/project/search?keys=ALPHA", key))
	require.Equal(t, []string{"ALPHA"}, c.pages("/rest/api/3/project/search?id=10000", key))
	c.get("/rest/api/3/project/search?status=dead").status(400)
	var page offsetPage
	c.get("/rest/api/3/project/search?maxResults=500").status(200).into(&page)
	require.Equal(t, 100, page.MaxResults)
	dc := newClient(t, Options{Deployment: DataCenter})
	var live, all []struct{ Key string }
	dc.get("/rest/api/2/project").status(200).into(&live)
	dc.get("/rest/api/2/project?includeArchived=true").status(200).into(&all)
	require.Greater(t, len(all), len(live))
}

func TestDeletedProjectsAreNotThere(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	for p := range c.jira.site.projectCount() {
		want := 200
		if c.jira.site.projectStatus(p) == "deleted" {
			want = 404
		}
		for _, path := range []string{"", "/version", "/versions", "/component", "/components"} {
			c.get("/rest/api/3/project/" + c.jira.site.projectKey(p) + path).status(want)
		}
	}
	c.get("/rest/api/3/project/alpha").status(200)
	require.Equal(t, "No project could be found with id '77'.", c.get("/rest/api/3/project/77").status(404).messages()[0])
	c.as("", "").get("/rest/api/3/project/ALPHA").status(404)
}

func TestVersionsAndComponentsAgree(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	id := func(p offsetPage, i int) string { return p.Values[i].ID }
	for _, kind := range []string{"version", "component"} {
		var whole []struct{ ID string }
		c.get("/rest/api/3/project/ALPHA/" + kind + "s").status(200).into(&whole)
		var ids []string
		for _, record := range whole {
			ids = append(ids, record.ID)
		}
		require.Equal(t, ids, c.pages("/rest/api/3/project/ALPHA/"+kind+"?maxResults=2", id))
	}
}

func TestIssueChildrenArePaged(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Giants: true})
	giant := "/rest/api/3/issue/" + c.giant()
	ids := c.pages(giant+"/changelog?maxResults=1000", func(p offsetPage, i int) string {
		require.Equal(t, 100, p.MaxResults)
		return p.Values[i].ID
	})
	require.Len(t, ids, 6000)
	slices.Sort(ids)
	require.Len(t, slices.Compact(ids), 6000)

	var page struct {
		StartAt, MaxResults, Total int
		Comments                   []struct{ ID, Created string }
		Worklogs                   []struct{ ID string }
	}
	c.get(giant + "/comment?maxResults=5000&startAt=4950").status(200).into(&page)
	require.Equal(t, []int{100, 5000, 50}, []int{page.MaxResults, page.Total, len(page.Comments)})
	last := page.Comments[49].ID
	c.get(giant + "/comment?orderBy=-created&maxResults=1").status(200).into(&page)
	require.Equal(t, last, page.Comments[0].ID)
	c.get(giant + "/comment?orderBy=updated").status(400)
	c.get(giant + "/comment?startAt=-1").status(400)
	c.get(giant + "/comment?startAt=x").status(404)
	c.get(giant + "/worklog").status(200).into(&page)
	require.Len(t, page.Worklogs, 5000)

	dc := newClient(t, Options{Deployment: DataCenter, Giants: true})
	dc.get("/rest/api/2/issue/" + dc.giant() + "/worklog").status(200).into(&page)
	require.Equal(t, []int{20, 20, 5000}, []int{page.MaxResults, len(page.Worklogs), page.Total})
	dc.get("/rest/api/2/issue/" + dc.giant() + "/comment").status(200).into(&page)
	require.Equal(t, 50, len(page.Comments))
}

func TestIssuesByIDAndKey(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		c := newClient(t, Options{Deployment: d})
		m := c.visible()[7]
		var byID, byKey map[string]json.RawMessage
		c.get(fmt.Sprintf("/rest/api/2/issue/%d", m.ID)).status(200).into(&byID)
		c.get("/rest/api/2/issue/" + strings.ToLower(c.jira.site.issueKey(m.Index)) + "?expand=changelog,transitions").status(200).into(&byKey)
		require.Equal(t, byID["id"], byKey["id"])
		require.Contains(t, byKey, "changelog")
		require.Contains(t, byKey, "transitions")
		require.NotContains(t, byID, "changelog")
		c.get(fmt.Sprintf("/rest/api/2/issue/%d/transitions", m.ID)).status(200)
		_, err := c.jira.Edit(Edit{Kind: DeleteIssue, Issue: fmt.Sprint(m.ID)})
		require.NoError(t, err)
		for _, path := range []string{"", "/comment", "/worklog", "/transitions"} {
			gone := c.get(fmt.Sprintf("/rest/api/2/issue/%d%s", m.ID, path)).status(404)
			require.Equal(t, []string{"Issue does not exist or you do not have permission to see it."}, gone.messages())
		}
		want := map[Deployment]int{Cloud: 404, DataCenter: 401}[d]
		c.as("", "").get(fmt.Sprintf("/rest/api/2/issue/%d", c.visible()[8].ID)).status(want)
	}
}

func TestArchivedIssuesAreThereByIDOnly(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter})
	m := c.visible()[7]
	_, err := c.jira.Edit(Edit{Kind: ArchiveIssue, Issue: fmt.Sprint(m.ID)})
	require.NoError(t, err)
	c.get(fmt.Sprintf("/rest/api/2/issue/%d", m.ID)).status(200)
	require.Empty(t, c.searchIDs(fmt.Sprintf("id = %d", m.ID)))
}

func TestMovedIssuesAnswerToTheirOldKey(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	m := c.visible()[7]
	old := c.jira.site.issueKey(m.Index)
	_, err := c.jira.Edit(Edit{Kind: MoveIssue, Issue: old})
	require.NoError(t, err)
	var issue struct{ ID, Key string }
	c.get("/rest/api/3/issue/" + old).status(200).into(&issue)
	require.Equal(t, fmt.Sprint(m.ID), issue.ID)
	require.NotEqual(t, old, issue.Key)
}

func TestBulkFetch(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Issues: 1200})
	all := c.visible()
	var ids []string
	for _, m := range all[:101] {
		ids = append(ids, fmt.Sprint(m.ID))
	}
	fetch := func(ids, fields, expand []string) answer {
		return c.post("/rest/api/3/issue/bulkfetch", map[string]any{"issueIdsOrKeys": ids, "fields": fields, "expand": expand})
	}
	var page searchPage
	mixed := []string{ids[9], c.jira.site.issueKey(all[3].Index), "1", ids[9], "NOPE-1"}
	answer := fetch(mixed, []string{"summary"}, nil).status(200).into(&page)
	require.Equal(t, []string{ids[3], ids[9]}, page.ids(), "each once, by id; what is gone is in neither list")
	require.Contains(t, answer.body, `"issueErrors":[]`)
	fetch(ids[:100], []string{"*all"}, nil).status(200)
	fetch(ids, []string{"*all"}, nil).status(400)
	fetch(ids, []string{"summary", "comment"}, nil).status(400)
	fetch(ids, []string{"-summary"}, nil).status(400)
	fetch(ids, nil, nil).status(400)
	fetch(ids, []string{"summary"}, []string{"changelog"}).status(400)
	fetch(ids, []string{"summary"}, []string{"names"}).status(200)
	fetch(nil, []string{"summary"}, nil).status(400)
	c.do("POST", "/rest/api/3/issue/bulkfetch", `{"issueIdsOrKeys":["10001"],"expand":"names"}`).status(400)
}

// changelogPage is a page of changelog/bulkfetch.
type changelogPage struct {
	IssueChangeLogs []struct {
		IssueID         string
		ChangeHistories []struct {
			ID      string
			Created int64
			Items   []struct{ FieldID string }
		}
	}
	NextPageToken string
}

func TestBulkChangelogs(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Issues: 60, Giants: true})
	want := 0
	var ids []string
	for _, m := range c.visible() {
		ids = append(ids, fmt.Sprint(m.ID))
		want += c.jira.site.historyCount(m.Index)
	}
	ask := map[string]any{"issueIdsOrKeys": append(ids, "1"), "maxResults": 500}
	seen, entries, newest := map[string]bool{}, map[string]int{}, int64(0)
	for {
		var page changelogPage
		c.post("/rest/api/3/changelog/bulkfetch", ask).status(200).into(&page)
		oldest, count := int64(1<<62), 0
		latest := int64(0)
		for _, entry := range page.IssueChangeLogs {
			entries[entry.IssueID]++
			for _, history := range entry.ChangeHistories {
				require.False(t, seen[history.ID])
				seen[history.ID] = true
				oldest, latest = min(oldest, history.Created), max(latest, history.Created)
				count++
			}
		}
		require.GreaterOrEqual(t, oldest, newest, "pages are in the order of time")
		require.LessOrEqual(t, count, 500)
		newest = latest
		if page.NextPageToken == "" {
			break
		}
		ask["nextPageToken"] = page.NextPageToken
	}
	require.Len(t, seen, want)
	require.Greater(t, entries[c.giant()], 10, "one issue is split over pages")
	ask["fieldIds"] = []string{"status"}
	c.post("/rest/api/3/changelog/bulkfetch", ask).status(400) // the token belongs to another question
	delete(ask, "nextPageToken")
	var page changelogPage
	c.post("/rest/api/3/changelog/bulkfetch", ask).status(200).into(&page)
	for _, history := range page.IssueChangeLogs[0].ChangeHistories {
		require.True(t, slices.ContainsFunc(history.Items, func(item struct{ FieldID string }) bool { return item.FieldID == "status" }))
	}
	for _, bad := range []map[string]any{
		{"issueIdsOrKeys": []string{}}, {"issueIdsOrKeys": make([]string, 1001)}, {"issueIdsOrKeys": ids, "maxResults": 10_001},
		{"issueIdsOrKeys": ids, "maxResults": 0}, {"issueIdsOrKeys": ids, "fieldIds": make([]string, 11)},
	} {
		c.post("/rest/api/3/changelog/bulkfetch", bad).status(400)
	}
	c.as("", "").post("/rest/api/3/changelog/bulkfetch", ask).status(401)
}

func TestChangelogAndCommentsByID(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Giants: true})
	var some offsetPage
	c.get("/rest/api/3/issue/" + c.giant() + "/changelog?maxResults=3").status(200).into(&some)
	wanted, err := strconv.Atoi(some.Values[1].ID)
	require.NoError(t, err)
	var list struct{ Histories []struct{ ID string } }
	c.post("/rest/api/3/issue/"+c.giant()+"/changelog/list", map[string]any{"changelogIds": []int{wanted, 1}}).status(200).into(&list)
	require.Len(t, list.Histories, 1)
	var comments struct{ Comments []struct{ ID string } }
	c.get("/rest/api/3/issue/" + c.giant() + "/comment?maxResults=1").status(200).into(&comments)
	id, err := strconv.Atoi(comments.Comments[0].ID)
	require.NoError(t, err)
	var page offsetPage
	c.post("/rest/api/3/comment/list", map[string]any{"ids": []int{id, 3}}).status(200).into(&page)
	require.Len(t, page.Values, 1)
	c.post("/rest/api/3/comment/list", map[string]any{"ids": []int{}}).status(400)
}

// feedAnswer is a page of a worklog feed.
type feedAnswer struct {
	Values []struct {
		WorklogID   uint64 `json:"worklogId"`
		UpdatedTime int64  `json:"updatedTime"`
	}
	Since, Until int64
	NextPage     string
	LastPage     bool
}

func TestWorklogFeed(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Giants: true, Issues: 200})
	seen := map[uint64]bool{}
	since := int64(0)
	for {
		var page feedAnswer
		c.get(fmt.Sprintf("/rest/api/3/worklog/updated?since=%d", since)).status(200).into(&page)
		require.Equal(t, since, page.Since)
		require.LessOrEqual(t, len(page.Values), 1000)
		for i, value := range page.Values {
			seen[value.WorklogID] = true
			require.GreaterOrEqual(t, value.UpdatedTime, since)
			require.True(t, i == 0 || page.Values[i-1].UpdatedTime <= value.UpdatedTime)
			require.Less(t, value.UpdatedTime, testNow.UnixMilli()-60_000, "the last minute is withheld")
		}
		if page.LastPage {
			require.Empty(t, page.NextPage)
			break
		}
		require.Equal(t, fmt.Sprintf("https://demo.atlassian.net/jira/rest/api/3/worklog/updated?since=%d", page.Until), page.NextPage)
		require.Greater(t, page.Until, since)
		since = page.Until
	}
	require.Greater(t, len(seen), 5000)
	var ids []uint64
	for id := range seen {
		ids = append(ids, id)
	}
	var worklogs []struct{ ID, IssueID string }
	c.post("/rest/api/3/worklog/list", map[string]any{"ids": ids[:1000]}).status(200).into(&worklogs)
	require.NotEmpty(t, worklogs)
	require.LessOrEqual(t, len(worklogs), 1000)
	c.post("/rest/api/3/worklog/list", map[string]any{"ids": ids[:1001]}).status(400)
	c.post("/rest/api/3/worklog/list", map[string]any{"ids": []int{}}).status(400)
	var none feedAnswer
	c.get("/rest/api/3/worklog/deleted?since=9999999999999").status(200).into(&none)
	require.True(t, none.LastPage)
	require.Equal(t, none.Since, none.Until)
	c.get("/rest/api/3/worklog/updated?since=x").status(404)
}

// More than a page of worklogs with one time: the feed cannot pass them, as in Jira.
func TestWorklogFeedStandsStillAtATie(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Giants: true, WorklogTie: 1500})
	var page feedAnswer
	for since := int64(0); ; since = page.Until {
		page = feedAnswer{}
		c.get(fmt.Sprintf("/rest/api/3/worklog/updated?since=%d", since)).status(200).into(&page)
		require.False(t, page.LastPage)
		if page.Until == since {
			return
		}
	}
}

func TestUsersOnCloud(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{UserCount: 2500})
	seen, short := map[string]bool{}, 0
	for start := 0; ; start += 1000 {
		var users []struct{ AccountID string }
		c.get(fmt.Sprintf("/rest/api/3/users/search?startAt=%d&maxResults=5000", start)).status(200).into(&users)
		if len(users) == 0 {
			break
		}
		if len(users) < 1000 {
			short++
		}
		for _, user := range users {
			require.False(t, seen[user.AccountID])
			seen[user.AccountID] = true
		}
	}
	require.Len(t, seen, 2500)
	require.Equal(t, 3, short, "every page is short: some are left out after the cut")

	query := "/rest/api/3/user/bulk?"
	for u := range 12 {
		account, _, _, _ := c.jira.site.userIDs(u)
		query += "accountId=" + url.QueryEscape(account) + "&"
	}
	var page offsetPage
	c.get(query).status(200).into(&page)
	require.Equal(t, []int{10, 12}, []int{len(page.Values), page.Total})
	c.get(query + "maxResults=50").status(200).into(&page)
	require.Len(t, page.Values, 12)
	c.get("/rest/api/3/user/bulk").status(400)
	c.get("/rest/api/3/user/search").status(400)
	var found []struct{ AccountID string }
	c.get("/rest/api/3/user/search?query=.&maxResults=1000").status(200).into(&found)
	require.Len(t, found, 1000)
}

func TestUsersOnDataCenter(t *testing.T) {
	t.Parallel()
	fresh := newClient(t, Options{Deployment: DataCenter, UserCount: 2500})
	old := newClient(t, Options{Deployment: DataCenter, UserCount: 2500, Version: "9.12.12"})
	count := func(c *client, path string) int {
		var users []struct{ Key string }
		c.get("/rest/api/2/user/search?" + path).status(200).into(&users)
		return len(users)
	}
	require.Equal(t, 100, count(fresh, "username=.&includeInactive=true&maxResults=1000"))
	require.Zero(t, count(fresh, "username=.&includeInactive=true&maxResults=1000&startAt=100"))
	require.Equal(t, 1000, count(old, "username=.&includeInactive=true&maxResults=1000"))
	require.Equal(t, 50, count(old, "username=%25"))
	require.Equal(t, 1, count(old, "username=user17@"))
	old.get("/rest/api/2/user/search").status(400)
	old.get("/rest/api/2/user/list").status(404)

	seen, path := map[string]bool{}, "/rest/api/2/user/list?maxResults=5000"
	for path != "" {
		var page struct {
			Values     []struct{ Key string }
			IsLast     bool
			NextCursor int
			NextPage   string
		}
		fresh.get(path).status(200).into(&page)
		require.LessOrEqual(t, len(page.Values), 2000)
		for _, user := range page.Values {
			require.False(t, seen[user.Key])
			seen[user.Key] = true
		}
		path = ""
		if !page.IsLast {
			path = fmt.Sprintf("/rest/api/2/user/list?cursor=%d", page.NextCursor)
		}
	}
	require.Len(t, seen, 2500)
	require.Contains(t, fresh.get("/rest/api/2/user/list?cursor=999999").status(200).body, `"isLast":true,"values":[]`)
	fresh.get("/rest/api/2/user?username=demo").status(200)
	fresh.get("/rest/api/2/user?key=nobody").status(404)
}

func TestGroupListings(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{UserCount: 300})
	name := func(p offsetPage, i int) string { return p.Values[i].Name }
	require.Equal(t, c.jira.site.groupNames(), c.pages("/rest/api/3/group/bulk?maxResults=2", name))
	group := c.jira.site.groupNames()[1]
	members, _ := c.jira.site.groupMembers(group)
	account := func(p offsetPage, i int) string { return p.Values[i].AccountID }
	path := "/rest/api/3/group/member?groupId=" + c.jira.site.groupID(group)
	require.Len(t, c.pages(path+"&includeInactiveUsers=true&maxResults=1000", account), len(members))
	require.Less(t, len(c.pages(path, account)), len(members))
	c.get("/rest/api/3/group/member").status(400)
	c.get("/rest/api/3/group/member?groupname=nope").status(404)
	c.get("/rest/api/3/group/member?groupId=nope").status(404)
	dc := newClient(t, Options{Deployment: DataCenter})
	var picked struct {
		Total  int
		Groups []struct{ Name string }
	}
	dc.get("/rest/api/2/groups/picker?maxResults=2").status(200).into(&picked)
	require.Len(t, picked.Groups, 2)
	require.Equal(t, len(dc.jira.site.groupNames()), picked.Total)
}

func TestMyPermissions(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	var body struct {
		Permissions map[string]struct{ HavePermission bool }
	}
	c.get("/rest/api/3/mypermissions?permissions=BROWSE_PROJECTS,ADMINISTER").status(200).into(&body)
	require.Len(t, body.Permissions, 2)
	require.True(t, body.Permissions["ADMINISTER"].HavePermission)
	c.get("/rest/api/3/mypermissions").status(400)
	c.get("/rest/api/3/mypermissions?permissions=NOPE").status(400)
	body.Permissions = nil
	c.as("", "").get("/rest/api/3/mypermissions?permissions=BROWSE_PROJECTS").status(200).into(&body)
	require.False(t, body.Permissions["BROWSE_PROJECTS"].HavePermission)
	newClient(t, Options{Deployment: DataCenter}).get("/rest/api/2/mypermissions").status(200).into(&body)
	require.Greater(t, len(body.Permissions), 5)
}

func TestListsInBothForms(t *testing.T) {
	t.Parallel()
	id := func(p offsetPage, i int) string { return p.Values[i].ID }
	cloud, dc := newClient(t, Options{}), newClient(t, Options{Deployment: DataCenter})
	for name, test := range map[string]struct {
		client      *client
		whole, page string
	}{
		"cloud resolutions": {cloud, "/rest/api/3/resolution", "/rest/api/3/resolution/search?maxResults=1"},
		"cloud priorities":  {cloud, "/rest/api/3/priority", "/rest/api/3/priority/search?maxResults=2"},
		"resolutions":       {dc, "/rest/api/2/resolution", "/rest/api/2/resolution/page?maxResults=1"},
		"priorities":        {dc, "/rest/api/2/priority", "/rest/api/2/priority/page"},
		"statuses":          {dc, "/rest/api/2/status", "/rest/api/2/status/page?maxResults=3"},
		"issue types":       {dc, "/rest/api/2/issuetype", "/rest/api/2/issuetype/page"},
	} {
		var whole []struct{ ID string }
		test.client.get(test.whole).status(200).into(&whole)
		ids := test.client.pages(test.page, id)
		require.Len(t, ids, len(whole), name)
	}
	for _, path := range []string{"/rest/api/2/projectCategory", "/rest/api/2/role", "/rest/api/2/project/type", "/rest/api/2/field"} {
		cloud.get(path).status(200)
		dc.get(path).status(200)
	}
	require.Regexp(t, `^{"cloudId":"[0-9a-f-]{36}"}$`, cloud.as("", "").get("/_edge/tenant_info").status(200).body)
}

func TestManyCallersWhileTheSiteChanges(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Issues: 100})
	var callers sync.WaitGroup
	for range 4 {
		callers.Go(func() {
			for range 10 {
				// Only the race detector judges here: assertions belong to the test's own goroutine.
				c.do("POST", "/rest/api/3/search/jql", `{"jql":"updated > 0 order by updated","fields":["*all"]}`)
				c.get("/rest/api/3/worklog/updated")
				_, _ = c.jira.EditAny()
			}
		})
	}
	callers.Wait()
	require.Equal(t, 80, c.jira.Counts().Requests)
	require.Zero(t, c.jira.Counts().InFlight)
	c.post("/rest/api/3/search/jql", map[string]any{"jql": "updated > 0 order by updated", "fields": []string{"*all"}}).status(200)
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]Options{
		"time zone": {TimeZone: "Mars/Olympus"}, "version": {Version: "x"}, "not of the form": {Version: "1.2.3.4"},
	} {
		_, err := New(o)
		require.ErrorContains(t, err, want)
	}
	empty := newClient(t, Options{Issues: -1})
	ids, _ := empty.walk(map[string]any{"jql": "created > 0"})
	require.Empty(t, ids)
	require.Equal(t, "cloud", Cloud.String())
	require.Equal(t, "datacenter", DataCenter.String())
	again := newClient(t, Options{BasePath: "jira/"})
	again.get("/rest/api/3/serverInfo").status(200)
}
