package jirasim

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// A large site is asked once and then remembered: pages of a walk do not cost a pass over all issues each.
func TestSelectionsAreKept(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Issues: 30_000})
	plan, bad := c.jira.plan(&request{zone: c.jira.zone, caller: caller{identity: "demo"}}, "project != NOPE2 or created > 0 order by created asc, key asc", true)
	require.Nil(t, bad)
	first := c.jira.search.find(plan, searchScope{})
	second := c.jira.search.find(plan, searchScope{})
	require.Same(t, &first.rows[0], &second.rows[0])
	third := c.jira.search.find(plan, searchScope{generation: 1})
	require.NotSame(t, &first.rows[0], &third.rows[0], "an edit makes it ask again")
	require.Len(t, c.jira.search.kept, 2)
}

func TestWithinCutsRows(t *testing.T) {
	t.Parallel()
	rows := []row{{date: 1}, {date: 2}, {date: 2}, {date: 5}}
	require.Len(t, within(rows, allTime()), 4)
	require.Len(t, within(rows, dateRange{low: 2, high: 5}), 2)
	require.Len(t, within(rows, dateRange{low: 5, high: math.MaxInt64}), 1)
	require.Empty(t, within(rows, dateRange{low: 6, high: 5}))
}
