package jirasim

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestFaultsMatchAndCount(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	c.jira.Script(
		Fault{Name: "second status", Template: "/rest/api/{v}/status", From: 2, Times: 2, Status: 503, Header: map[string]string{"Retry-After": "3"}, Body: "<html>starting</html>"},
		Fault{Method: "POST", Contains: "created > 5", Status: 500},
		Fault{Path: "/rest/api/3/issue/10001/comment", Status: 403, Times: -1},
	)
	var codes []int
	for range 4 {
		codes = append(codes, c.get("/rest/api/3/status").code)
	}
	require.Equal(t, []int{200, 503, 503, 200}, codes)
	require.Equal(t, "second status", c.jira.Requests()[1].Fault)
	c.post("/rest/api/3/search/jql", map[string]any{"jql": "created > 4"}).status(200)
	c.post("/rest/api/3/search/jql", map[string]any{"jql": "created > 5"}).status(500)
	c.post("/rest/api/3/search/jql", map[string]any{"jql": "created > 5"}).status(200)
	for range 3 {
		c.get("/rest/api/3/issue/10001/comment").status(403)
	}
	c.get("/rest/api/2/issue/10001/comment").status(200)
	c.jira.ClearScript()
	c.get("/rest/api/3/issue/10001/comment").status(200)
}

// A fault is found by a piece of the query or of the body, however an encoder wrote it, and changes answers as it is told.
func TestFaultsFindPiecesAndRewrite(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter})
	c.jira.Script(
		Fault{Contains: "created < 7", Status: 500, Times: -1},
		Fault{Contains: `status = "Done"`, Status: 502, Times: -1},
		Fault{Path: "/rest/api/2/priority", Rewrite: func(body []byte) []byte { return append([]byte("x"), body...) }},
		Fault{Path: "/rest/api/2/resolution"},
	)
	c.get("/rest/api/2/search?jql=created+%3C+7").status(500)
	c.get("/rest/api/2/search?jql=created+%3C+8").status(200)
	c.do("POST", "/rest/api/2/search", `{"jql":"created \u003c 7"}`).status(500)
	c.post("/rest/api/2/search", map[string]any{"jql": `status = "Done"`}).status(502)
	plain := c.as("demo", "demo-password").get("/rest/api/2/resolution").status(200)
	require.Equal(t, "fault", c.jira.Requests()[len(c.jira.Requests())-1].Fault, "one of which nothing is said changes nothing, but is told")
	require.True(t, strings.HasPrefix(plain.body, "["))
	require.True(t, strings.HasPrefix(c.get("/rest/api/2/priority").status(200).body, "x["))
	require.True(t, strings.HasPrefix(c.get("/rest/api/2/priority").status(200).body, "["), "it plays once")
}

func TestRateLimitVariants(t *testing.T) {
	t.Parallel()
	for variant, want := range map[RateLimitVariant][2]string{
		WaitSeconds: {"Retry-After", "90"}, WaitDate: {"Retry-After", "Sun, 22 Nov 2026 01:03:33 GMT"},
		WaitReset: {"X-RateLimit-Reset", "2026-11-22T01:03:33Z"}, WaitResetMinutes: {"X-RateLimit-Reset", "2026-11-22T01:03Z"},
		WaitUnsaid: {"Retry-After", ""}, WaitDataCenter: {"X-RateLimit-FillRate", "1"},
	} {
		c := newClient(t, Options{})
		c.jira.Script(RateLimited(variant, testNow, 90*time.Second))
		require.Equal(t, want[1], c.get("/rest/api/3/status").status(429).head.Get(want[0]))
		c.get("/rest/api/3/status").status(200)
	}
}

func TestLoginPage(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter})
	c.jira.Script(Fault{LoginPage: true})
	page := c.get("/rest/api/2/myself").status(200)
	require.Contains(t, page.head.Get("Content-Type"), "text/html")
	require.Contains(t, page.body, "<title>Log in")
}

func TestAnonymousFromThenOn(t *testing.T) {
	t.Parallel()
	for _, quiet := range []bool{false, true} {
		c := newClient(t, Options{})
		c.jira.Script(Fault{Anonymous: true, Quiet: quiet, From: 3, Times: -1})
		require.NotEqual(t, "[]", c.get("/rest/api/3/status").body)
		c.get("/rest/api/3/status")
		lost := c.get("/rest/api/3/status").status(200)
		require.Equal(t, "[]", lost.body)
		require.Equal(t, quiet, lost.head.Get("X-Seraph-LoginReason") == "")
		c.get("/rest/api/3/myself").status(401)
		require.Equal(t, []string{"demo", "anonymous"}, []string{c.jira.Requests()[1].Identity, c.jira.Requests()[2].Identity})
	}
}

func TestPoisonIssue(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	poison := c.visible()[2]
	c.jira.Script(Fault{Poison: poison.ID, PoisonField: "description", Times: -1})
	jql := fmt.Sprintf("created <= %d order by created", c.visible()[5].Created)
	ask := map[string]any{"jql": jql, "fields": []string{"*all"}}
	c.post("/rest/api/3/search/jql", ask).status(500)
	ask["fields"] = []string{"summary"}
	c.post("/rest/api/3/search/jql", ask).status(200)
	c.post("/rest/api/3/search/jql", map[string]any{"jql": jql}).status(200)
	fetch := func(ids ...uint64) int {
		names := make([]string, len(ids))
		for i, id := range ids {
			names[i] = fmt.Sprint(id)
		}
		return c.post("/rest/api/3/issue/bulkfetch", map[string]any{"issueIdsOrKeys": names, "fields": []string{"*all"}}).code
	}
	require.Equal(t, []int{500, 500, 200}, []int{fetch(c.visible()[1].ID, poison.ID), fetch(poison.ID), fetch(c.visible()[1].ID)})
	c.get(fmt.Sprintf("/rest/api/3/issue/%d", poison.ID)).status(500)
}

func TestCloudSearchFaults(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Issues: 60})
	ask := map[string]any{"jql": "created > 0 order by created, key", "maxResults": 10}
	next := func() searchPage {
		var page searchPage
		c.post("/rest/api/3/search/jql", ask).status(200).into(&page)
		ask["nextPageToken"] = page.NextPageToken
		return page
	}
	c.jira.Script(
		Fault{From: 2, EmptyPage: true}, Fault{From: 3, NoIsLast: true}, Fault{From: 4, RepeatToken: true},
	)
	first := next()
	empty := next()
	require.Empty(t, empty.Issues)
	require.NotEmpty(t, empty.NextPageToken)
	require.NotEmpty(t, first.NextPageToken)
	third := next()
	require.Len(t, third.Issues, 10, "the issues of the empty page come with its token")
	require.NotContains(t, third.ids(), first.ids()[9])
	require.Nil(t, third.IsLast)
	before := ask["nextPageToken"]
	repeated := next()
	require.Equal(t, before, repeated.NextPageToken)
	require.Len(t, repeated.Issues, 10)
}

func TestResets(t *testing.T) {
	t.Parallel()
	w := newWire(t, Options{})
	w.jira.Script(Fault{Name: "before", Reset: ResetBefore, Path: "/rest/api/3/status"}, Fault{Reset: ResetMidBody, Path: "/rest/api/3/field"})
	// net/http sends a GET again when a kept connection dies; a new connection shows the break.
	w.http.Transport.(*http.Transport).DisableKeepAlives = true
	_, _, err := w.get("/rest/api/3/status")
	require.Error(t, err)
	require.Equal(t, "before", w.jira.Requests()[0].Fault)
	status, _, err := w.get("/rest/api/3/field")
	require.Equal(t, 200, status)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	for _, path := range []string{"/rest/api/3/status", "/rest/api/3/field"} {
		status, _, err = w.get(path)
		require.NoError(t, err)
		require.Equal(t, 200, status)
	}
}

func TestCutBody(t *testing.T) {
	t.Parallel()
	w := newWire(t, Options{})
	w.jira.Script(Fault{CutBody: true})
	_, body, err := w.get("/rest/api/3/field")
	require.ErrorIs(t, err, io.ErrUnexpectedEOF, "the gzip stream ends early")
	require.NotEmpty(t, body)
}

func TestSlowBodies(t *testing.T) {
	t.Parallel()
	w := newWire(t, Options{})
	release := make(chan struct{})
	w.jira.Script(Fault{Hold: release}, Fault{HoldHeader: release, From: 2})
	answer, err := w.http.Do(w.request(t.Context(), "/rest/api/3/field"))
	require.NoError(t, err)
	require.Equal(t, 1, w.jira.Counts().InFlight)

	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() {
		second, err := w.http.Do(w.request(ctx, "/rest/api/3/field"))
		if err == nil {
			_ = second.Body.Close()
		}
		failed <- err
	}()
	require.Eventually(t, func() bool { return w.jira.Counts().InFlight == 2 }, 5*time.Second, time.Millisecond)
	cancel()
	require.ErrorIs(t, <-failed, context.Canceled)
	require.Eventually(t, func() bool { return w.jira.Counts().InFlight == 1 }, 5*time.Second, time.Millisecond, "a caller who gives up is not held")

	close(release)
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.True(t, strings.HasSuffix(string(body), "]"))
	require.Equal(t, 2, w.jira.Counts().MaxInFlight)
}
