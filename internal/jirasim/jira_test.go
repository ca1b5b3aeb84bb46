package jirasim

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

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
