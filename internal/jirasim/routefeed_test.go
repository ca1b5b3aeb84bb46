package jirasim

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// feedValue is one line of it.
type feedValue struct {
	WorklogID   uint64 `json:"worklogId"`
	UpdatedTime int64  `json:"updatedTime"`
}

// feedAnswer is a page of a worklog feed.
type feedAnswer struct {
	Values       []feedValue
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

// Deleted worklogs come oldest first, page by page, and are in no other answer; one that is deleted now comes last, a minute later.
func TestDeletedWorklogs(t *testing.T) {
	t.Parallel()
	now := testNow
	c := newClient(t, Options{Giants: true, Issues: 300, Now: func() time.Time { return now }})
	var all feedAnswer
	c.get("/rest/api/3/worklog/deleted").status(200).into(&all)
	require.True(t, all.LastPage)
	require.Greater(t, len(all.Values), 50)
	require.True(t, slices.IsSortedFunc(all.Values, func(a, b feedValue) int { return cmp.Compare(a.UpdatedTime, b.UpdatedTime) }))
	var listed []uint64
	for _, value := range all.Values {
		listed = append(listed, value.WorklogID)
	}
	require.Equal(t, "[]", c.post("/rest/api/3/worklog/list", map[string]any{"ids": listed}).status(200).body)
	cut, more := c.jira.site.worklogDeletedFeed(0, now.UnixMilli(), 10)
	require.True(t, more)
	require.Equal(t, all.Values[9].WorklogID, cut[9].ID)

	var worklogs struct{ Worklogs []struct{ ID string } }
	c.get("/rest/api/3/issue/" + c.giant() + "/worklog").status(200).into(&worklogs)
	_, err := c.jira.Edit(Edit{Kind: DeleteWorklog, Issue: c.giant()})
	require.NoError(t, err)
	var later feedAnswer
	c.get("/rest/api/3/worklog/deleted").status(200).into(&later)
	require.Len(t, later.Values, len(all.Values), "the last minute is withheld")
	now = now.Add(2 * time.Minute)
	c.get("/rest/api/3/worklog/deleted").status(200).into(&later)
	require.Len(t, later.Values, len(all.Values)+1)
	newest := later.Values[len(all.Values)]
	require.Equal(t, testNow.UnixMilli(), newest.UpdatedTime)
	require.True(t, slices.ContainsFunc(worklogs.Worklogs, func(w struct{ ID string }) bool { return w.ID == fmt.Sprint(newest.WorklogID) }))
	c.get(fmt.Sprintf("/rest/api/3/worklog/deleted?since=%d", newest.UpdatedTime+1)).status(200).into(&later)
	require.Empty(t, later.Values)
}
