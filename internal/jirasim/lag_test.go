package jirasim

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Each change reaches the index after its own time; until then search finds the issue where it was, and shows it as it is.
func TestTheIndexLearnsLate(t *testing.T) {
	t.Parallel()
	now := testNow
	c := newClient(t, Options{Deployment: DataCenter, Now: func() time.Time { return now }})
	var lag time.Duration
	c.jira.LagIndex(func(uint64) time.Duration { return lag })
	old := c.visible()[5]
	edit := func(e Edit, after time.Duration) uint64 {
		lag = after
		id, err := c.jira.Edit(e)
		require.NoError(t, err)
		return id
	}
	issue := edit(Edit{Kind: EditSummary, Issue: fmt.Sprint(old.ID)}, 5*time.Minute)
	born := edit(Edit{Kind: CreateIssue}, time.Minute)
	before := fmt.Sprintf("updated <= %d", old.Updated)
	since := fmt.Sprintf("updated >= %d order by updated", testNow.UnixMilli())

	require.Contains(t, c.searchIDs(before), issue, "found where it was")
	require.Empty(t, c.searchIDs(since))
	require.Equal(t, []uint64{issue}, c.searchIDs(fmt.Sprint("id = ", issue)))
	require.Empty(t, c.searchIDs(fmt.Sprint("id = ", born)))
	c.get(fmt.Sprint("/rest/api/2/issue/", born)).status(200)

	now = now.Add(2 * time.Minute)
	require.Equal(t, []uint64{born}, c.searchIDs(since), "the later change is known earlier")
	edit(Edit{Kind: EditStatus, Issue: fmt.Sprint(issue)}, time.Minute)
	now = now.Add(90 * time.Second)
	require.Equal(t, []uint64{issue, born}, c.searchIDs(since), "with a change the index knows all before it")
	require.NotContains(t, c.searchIDs(before), issue)
	require.Empty(t, c.jira.stale.docs, "what was learned is forgotten")

	edit(Edit{Kind: DeleteIssue, Issue: fmt.Sprint(issue)}, time.Hour)
	require.Equal(t, []uint64{born}, c.searchIDs(since), "a deletion is known at once")
}

func TestTheLedgerTellsOfChildren(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	id, err := c.jira.Edit(Edit{Kind: AddComment, Issue: fmt.Sprint(c.visible()[3].ID)})
	require.NoError(t, err)
	for _, stream := range []string{"issue_comments", "changelogs", "worklogs"} {
		var keys []string
		for child := range c.jira.Ledger().Children(stream) {
			keys = append(keys, child.ID)
			require.False(t, child.Updated.After(testNow))
		}
		require.ElementsMatch(t, keys, slices.Collect(c.jira.Ledger().Keys(stream)), stream)
	}
	var newest Child
	for child := range c.jira.Ledger().Children("issue_comments") {
		if child.Updated.After(newest.Updated) {
			newest = child
		}
	}
	require.Equal(t, fmt.Sprint(id), newest.Issue)
	require.Equal(t, testNow, newest.Updated)
	for range c.jira.Ledger().Children("boards") {
		t.Fatal("the ledger knows no boards")
	}
}
