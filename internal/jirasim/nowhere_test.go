package jirasim

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestALoginCountsWhereNothingIs(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter, Version: "8.20.30"})
	for _, path := range []string{"/rest/api/2/user/list", "/rest/nothing"} {
		require.Equal(t, "demo", c.get(path).status(http.StatusNotFound).head.Get("X-AUSERNAME"), path)
		require.Equal(t, "anonymous", c.as("", "").get(path).status(http.StatusNotFound).head.Get("X-AUSERNAME"), path)
		c.as("demo", "wrong").get(path).status(http.StatusUnauthorized)
		c.jira.SolveCaptcha("demo")
	}
}

func TestAScriptedAnswerKnowsTheCaller(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter})
	c.jira.Script(
		Fault{Template: "/rest/api/{v}/field", Status: http.StatusForbidden},
		Fault{Template: "/rest/api/{v}/status", Status: http.StatusUnauthorized},
	)
	forbidden := c.get("/rest/api/2/field").status(http.StatusForbidden)
	require.Equal(t, "demo", forbidden.head.Get("X-AUSERNAME"))
	require.Equal(t, testNow.Format(http.TimeFormat), forbidden.head.Get("Date"))
	require.Equal(t, "anonymous", c.get("/rest/api/2/status").status(http.StatusUnauthorized).head.Get("X-AUSERNAME"))
}
