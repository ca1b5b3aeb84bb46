package jirasim

import (
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

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
		maps.Copy(ask, changes)
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
