package jirasim

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

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
	fetch(ids, append(make([]string, 100), "summary"), nil).status(400) // more than a hundred names are too many
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
	for _, edge := range []map[string]any{
		{"issueIdsOrKeys": make([]string, 1000)},
		{"issueIdsOrKeys": ids, "maxResults": 10_000},
		{"issueIdsOrKeys": ids, "maxResults": 1},
		{"issueIdsOrKeys": ids, "fieldIds": make([]string, 10)},
	} {
		c.post("/rest/api/3/changelog/bulkfetch", edge).status(200)
	}
	for _, bad := range []map[string]any{
		{"issueIdsOrKeys": []string{}},
		{"issueIdsOrKeys": make([]string, 1001)},
		{"issueIdsOrKeys": ids, "maxResults": 10_001},
		{"issueIdsOrKeys": ids, "maxResults": 0},
		{"issueIdsOrKeys": ids, "fieldIds": make([]string, 11)},
	} {
		c.post("/rest/api/3/changelog/bulkfetch", bad).status(400)
	}
	c.as("", "").post("/rest/api/3/changelog/bulkfetch", ask).status(401)
}
