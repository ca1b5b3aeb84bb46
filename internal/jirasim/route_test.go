package jirasim

import (
	"net/http"
	"net/http/httptest"
	"net/url"
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
		{cloud, "GET", "/rest/api/3/nope", 404},
		{cloud, "GET", "/rest/api/4/status", 404},
		{cloud, "GET", "/rest/api/02/status", 404},
		{cloud, "GET", "/rest/api/3/status/", 404},
		{cloud, "POST", "/rest/api/3/status", 405},
		{cloud, "GET", "/rest/api/3/issue/bulkfetch", 405},
		{cloud, "GET", "/rest/api/3/changelog/bulkfetch", 405},
		{cloud, "PUT", "/rest/api/3/search/jql", 405},
		{cloud, "GET", "/rest/api/3/user/list", 404},
		{dc, "GET", "/rest/api/3/serverInfo", 404},
		{dc, "POST", "/rest/api/2/search/jql", 404},
		{dc, "POST", "/rest/api/2/issue/bulkfetch", 405},
		{dc, "POST", "/rest/api/2/changelog/bulkfetch", 404},
		{dc, "GET", "/rest/api/2/issue/10001/changelog", 404},
		{dc, "GET", "/rest/api/2/users/search", 404},
		{dc, "GET", "/rest/api/2/project/search", 404},
		{dc, "GET", "/rest/api/2/project/ALPHA/component", 404},
		{dc, "GET", "/_edge/tenant_info", 404},
		{dc, "GET", "/rest/api/latest/serverInfo", 200},
		{cloud, "GET", "/rest/api/latest/serverInfo", 200},
		{dc, "GET", "/secure/Dashboard.jspa", 404},
		{cloud, "DELETE", "/rest/api/3/issue/10001", 405},
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
