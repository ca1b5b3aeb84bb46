package jirasim

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestBasicOnCloud(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	c.get("/rest/api/3/myself").status(200)
	wrong := c.as("demo@example.com", "old-token")
	strictly := wrong.get("/rest/api/3/myself").status(401)
	require.Equal(t, "AUTHENTICATED_FAILED", strictly.head.Get("X-Seraph-LoginReason"))
	require.Contains(t, strictly.head.Get("WWW-Authenticate"), "OAuth realm=")

	// What anonymous callers may ask answers 200, with nothing in it: the trap of B.2 and F.5.
	for path, empty := range map[string]string{"/rest/api/3/status": "[]", "/rest/api/2/project": "[]", "/rest/api/3/issueLinkType": `{"issueLinkTypes":[]}`} {
		answer := wrong.get(path).status(200)
		require.Equal(t, empty, answer.body)
		require.Equal(t, "AUTHENTICATED_FAILED", answer.head.Get("X-Seraph-LoginReason"))
	}
	var page searchPage
	wrong.post("/rest/api/3/search/jql", map[string]any{"jql": "created > 0"}).status(200).into(&page)
	require.Empty(t, page.Issues)
	require.True(t, *page.IsLast)
	wrong.post("/rest/api/3/search/jql", map[string]any{"jql": "project = ALPHA"}).status(400)
	var projects struct {
		Total  int
		IsLast bool
	}
	wrong.get("/rest/api/3/project/search").status(200).into(&projects)
	require.Zero(t, projects.Total)
	wrong.get("/rest/api/3/serverInfo").status(200)
	wrong.get("/rest/api/3/users/search").status(401)
	for range 5 {
		wrong.get("/rest/api/3/myself").status(401)
	}
	c.get("/rest/api/3/myself").status(200)
	c.as("DEMO@example.com", "demo-token").get("/rest/api/3/myself").status(200)
}

func TestAnonymousSeesSystemFieldsOnly(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	var all, system []struct{ Custom bool }
	c.get("/rest/api/3/field").status(200).into(&all)
	c.as("", "").get("/rest/api/3/field").status(200).into(&system)
	require.Greater(t, len(all), len(system))
	for _, field := range system {
		require.False(t, field.Custom)
	}
}

func TestCaptchaOnDataCenter(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter})
	wrong := c.as("Demo", "nope")
	for range captchaAfter {
		answer := wrong.get("/rest/api/2/serverInfo").status(401)
		require.Equal(t, "AUTHENTICATED_FAILED", answer.head.Get("X-Seraph-LoginReason"))
		require.Contains(t, answer.head.Get("Content-Type"), "text/html")
	}
	locked := c.get("/rest/api/2/myself").status(403)
	require.Equal(t, "AUTHENTICATION_DENIED", locked.head.Get("X-Seraph-LoginReason"))
	require.Equal(t, "CAPTCHA_CHALLENGE; login-url=https://jira.example.com/jira/login.jsp", locked.head.Get("X-Authentication-Denied-Reason"))
	c.jira.SolveCaptcha("demo")
	c.get("/rest/api/2/myself").status(200)
}

func TestARightPasswordClearsTheCount(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter})
	for range 4 {
		c.as("demo", "nope").get("/rest/api/2/myself").status(401)
		c.get("/rest/api/2/myself").status(200)
	}
}

func TestBasicIsOffFromEleven(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter, Version: "11.0.1"})
	require.Contains(t, c.get("/rest/api/2/myself").status(403).body, "Basic Authentication has been disabled on this instance.")
	newClient(t, Options{Deployment: DataCenter, Version: "11.0.1", Basic: BasicOn}).get("/rest/api/2/myself").status(200)
	newClient(t, Options{Deployment: DataCenter, Version: "10.7.0"}).get("/rest/api/2/myself").status(200)
}

func TestLockedDownSite(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter, LockedDown: true})
	answer := c.as("", "").get("/rest/api/2/serverInfo").status(401)
	require.Equal(t, "anonymous", answer.head.Get("X-AUSERNAME"))
	require.Equal(t, "demo", c.get("/rest/api/2/serverInfo").status(200).head.Get("X-AUSERNAME"))
}

func TestBearerIsNoWayIn(t *testing.T) {
	t.Parallel()
	cloud, dc := newClient(t, Options{}).as("", ""), newClient(t, Options{Deployment: DataCenter}).as("", "")
	cloud.do("GET", "/rest/api/3/myself", "", "Authorization", "Bearer x").status(403)
	dc.do("GET", "/rest/api/2/myself", "", "Authorization", "Bearer x").status(401)
	dc.do("GET", "/rest/api/2/serverInfo", "", "Authorization", "Bearer x").status(200)
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	now := testNow
	c := newClient(t, Options{RateLimit: 3, Now: func() time.Time { return now }})
	for left := range 3 {
		answer := c.get("/rest/api/3/status").status(200)
		require.Equal(t, []string{"3", string(rune('2' - left))}, []string{answer.head.Get("X-RateLimit-Limit"), answer.head.Get("X-RateLimit-Remaining")})
	}
	refused := c.get("/rest/api/3/status").status(http.StatusTooManyRequests)
	require.Equal(t, "1", refused.head.Get("Retry-After"))
	require.Equal(t, "jira-burst-based", refused.head.Get("RateLimit-Reason"))
	require.Equal(t, "2026-11-22T01:02:04Z", refused.head.Get("X-RateLimit-Reset"))
	c.get("/rest/api/3/priority").status(200) // another endpoint has a limit of its own
	for _, m := range c.visible()[:3] {
		c.get(fmt.Sprintf("/rest/api/3/issue/%d", m.ID)).status(200)
	}
	c.get(fmt.Sprintf("/rest/api/3/issue/%d", c.visible()[3].ID)).status(429) // another issue is the same endpoint
	now = now.Add(time.Second)
	c.get("/rest/api/3/status").status(200)
}

func TestRateLimitOnDataCenter(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter, RateLimit: 2})
	first := c.get("/rest/api/2/status").status(200)
	require.Equal(t, "0", first.head.Get("Retry-After"))
	require.Equal(t, "2", first.head.Get("X-RateLimit-FillRate"))
	require.Equal(t, "1", first.head.Get("X-RateLimit-Interval-Seconds"))
	c.get("/rest/api/2/priority").status(200)
	require.Contains(t, c.get("/rest/api/2/role").status(429).head.Get("Content-Type"), "text/html")
	c.as("", "").get("/rest/api/2/serverInfo").status(200)
	require.Empty(t, newClient(t, Options{Deployment: DataCenter}).get("/rest/api/2/status").head.Get("X-RateLimit-Limit"))
}

// Limits of which nothing is told refuse when they are reached, and not before; each endpoint of Cloud has its own.
func TestHiddenLimits(t *testing.T) {
	t.Parallel()
	now := testNow.Truncate(time.Hour)
	for name, tt := range map[string]struct {
		site   Options
		served int
		wait   string // Retry-After
		free   time.Duration
		other  int // status of another endpoint
	}{
		"burst on Cloud":       {Options{Hidden: HiddenLimits{Burst: 3, PerSecond: 0.25}}, 3, "4", 4 * time.Second, 200},
		"burst on Data Center": {Options{Deployment: DataCenter, Hidden: HiddenLimits{Burst: 2, PerSecond: 0.5}}, 2, "2", 2 * time.Second, 429},
		"quota":                {Options{Hidden: HiddenLimits{Hourly: 5}}, 5, "3600", time.Hour, 429},
		"unsaid":               {Options{Hidden: HiddenLimits{Burst: 1, PerSecond: 1, Unsaid: true}}, 1, "", time.Second, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			passed := time.Duration(0)
			tt.site.Now = func() time.Time { return now.Add(passed) }
			c := newClient(t, tt.site)
			for range tt.served {
				told := c.get("/rest/api/2/status").status(200).head
				require.NotContains(t, []string{"0", "1", "2"}, told.Get("X-RateLimit-Remaining"))
				require.Empty(t, told.Get("X-RateLimit-FillRate"))
			}
			require.Equal(t, tt.wait, c.get("/rest/api/2/status").status(429).head.Get("Retry-After"))
			c.get("/rest/api/2/priority").status(tt.other)
			passed = tt.free - time.Millisecond
			c.get("/rest/api/2/status").status(429)
			passed = tt.free
			c.get("/rest/api/2/status").status(200)
		})
	}
}
