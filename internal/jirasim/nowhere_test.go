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
