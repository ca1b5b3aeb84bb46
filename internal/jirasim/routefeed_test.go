package jirasim

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

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
