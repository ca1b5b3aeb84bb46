package jirasim

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSameOptionsGiveTheSameSite(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		a := testSite(t, SiteOptions{Deployment: d, Issues: 120})
		b := testSite(t, SiteOptions{Deployment: d, Issues: 120})
		other := testSite(t, SiteOptions{Deployment: d, Issues: 120, Seed: 2})
		o, same := everyField(a, 3), 0
		for i := range a.issueCount() {
			one := string(a.appendIssue(nil, i, o))
			require.Equal(t, one, string(b.appendIssue(nil, i, o)))
			if one == string(other.appendIssue(nil, i, o)) {
				same++
			}
		}
		require.Zero(t, same, "another seed must give other issues")
	}
}

func TestIdsAndKeysLeadBack(t *testing.T) {
	t.Parallel()
	s := testSite(t, SiteOptions{Issues: 3000})
	keys, gaps, moved := map[string]bool{}, 0, 0
	for i := range s.issueCount() {
		m := s.issueMeta(i)
		found, ok := s.issueByID(m.ID)
		require.True(t, ok)
		require.Equal(t, i, found)
		_, ok = s.issueByID(m.ID + 1)
		if !ok {
			gaps++
		}
		for _, key := range append(m.OldKeys, s.issueKey(i)) {
			found, ok = s.issueByKey(key)
			require.True(t, ok, key)
			require.Equal(t, i, found, key)
			require.False(t, keys[key], "key %s twice", key)
			keys[key] = true
		}
		moved += len(m.OldKeys)
	}
	require.Positive(t, gaps, "ids must have gaps")
	require.Positive(t, moved, "some issues must have moved")
}

func TestKeysThatAreNone(t *testing.T) {
	t.Parallel()
	s := testSite(t, SiteOptions{Issues: 50})
	for _, key := range []string{"", "ALPHA", "ALPHA-", "ALPHA-0", "ALPHA-x", "ALPHA-999999", "NOPE-1", "ALPHA-99999999999999"} {
		_, ok := s.issueByKey(key)
		require.False(t, ok, key)
	}
	for _, id := range []uint64{0, 9999, 10000, 10001 + 3*50} {
		_, ok := s.issueByID(id)
		require.False(t, ok, id)
	}
}

func TestTimesAscendAndTie(t *testing.T) {
	t.Parallel()
	s := testSite(t, SiteOptions{Issues: 6000})
	require.True(t, slices.IsSorted(s.base.created))
	created, updated := map[int64]int{}, map[int64]int{}
	seconds := map[int64]int{}
	for i := range s.issueCount() {
		m := s.issueMeta(i)
		require.LessOrEqual(t, m.Created, m.Updated)
		require.LessOrEqual(t, m.Updated, s.end)
		require.GreaterOrEqual(t, m.Created, s.start)
		created[m.Created]++
		seconds[m.Created/1000]++
		updated[m.Updated]++
	}
	largest := func(m map[int64]int) (n int) {
		for _, k := range m {
			n = max(n, k)
		}
		return n
	}
	require.Greater(t, largest(created), 1000, "an import larger than a page")
	require.Greater(t, largest(updated), 1000, "a bulk edit larger than a page")
	require.Greater(t, len(created), len(seconds), "different milliseconds in one second")
}

func TestOrdersAgreeWithTheIssues(t *testing.T) {
	t.Parallel()
	s := testSite(t, SiteOptions{Issues: 500})
	from, to := s.start+100*dayMS, s.start+400*dayMS
	for name, order := range map[string]struct {
		walk func(from, to int64) func(func(int) bool)
		time func(m issueMeta) int64
	}{
		"created": {
			walk: func(a, b int64) func(func(int) bool) { return s.byCreated(a, b) },
			time: func(m issueMeta) int64 { return m.Created },
		},
		"updated": {
			walk: func(a, b int64) func(func(int) bool) { return s.byUpdated(a, b) },
			time: func(m issueMeta) int64 { return m.Updated },
		},
	} {
		want := 0
		for i := range s.issueCount() {
			if at := order.time(s.issueMeta(i)); at >= from && at < to {
				want++
			}
		}
		got, last := 0, int64(0)
		for i := range order.walk(from, to) {
			at := order.time(s.issueMeta(i))
			require.GreaterOrEqual(t, at, max(from, last), name)
			require.Less(t, at, to, name)
			got, last = got+1, at
		}
		require.Equal(t, want, got, name)
		all := 0
		for range order.walk(0, 0) {
			all++
		}
		require.Equal(t, s.issueCount(), all, name)
	}
}

func TestGiant(t *testing.T) {
	t.Parallel()
	s := testSite(t, SiteOptions{Issues: 100, Giants: true, WorklogTie: 1200})
	i := s.giant()
	require.Equal(t, []int{6000, 5000, 5000}, []int{s.historyCount(i), s.commentCount(i), s.worklogCount(i)})
	m := s.issueMeta(i)
	require.False(t, m.Archived)
	tied := s.base.updated[i] + (s.end-s.base.updated[i])/2 // which the issue does not show
	entries, _ := s.worklogFeed(tied, tied+1, 10_000)
	require.GreaterOrEqual(t, len(entries), 1200)
	small := testSite(t, SiteOptions{Issues: 100})
	require.Equal(t, -1, small.giant())
}

func TestEmptySite(t *testing.T) {
	t.Parallel()
	s := testSite(t, SiteOptions{Issues: 0})
	require.Zero(t, s.issueCount())
	for range s.byUpdated(0, 0) {
		require.Fail(t, "no issue can be there")
	}
	entries, more := s.worklogFeed(0, s.end, 10)
	require.Empty(t, entries)
	require.False(t, more)
	_, err := s.editAny()
	require.ErrorIs(t, err, errNoSuchIssue)
	id, err := s.edit(Edit{Kind: CreateIssue})
	require.NoError(t, err)
	i, ok := s.issueByID(id)
	require.True(t, ok)
	require.Equal(t, "ALPHA-1", s.issueKey(i))
}

func TestUsersGrowWithTheSite(t *testing.T) {
	t.Parallel()
	require.Greater(t, testSite(t, SiteOptions{Issues: 20_000}).userCount(), 1000)
	require.Greater(t, testSite(t, SiteOptions{Issues: 2_000, Deployment: DataCenter}).userCount(), 100)
	require.Equal(t, 77, testSite(t, SiteOptions{UserCount: 77}).userCount())
	s := testSite(t, SiteOptions{Issues: 2000})
	kinds, ids := map[userKind]int{}, map[string]bool{}
	for u := range s.users {
		kinds[s.users[u].kind]++
		require.False(t, ids[s.users[u].id], "account %s twice", s.users[u].id)
		ids[s.users[u].id] = true
		found, ok := s.userBy(s.users[u].id)
		require.True(t, ok)
		require.Equal(t, u, found)
	}
	for kind := person; kind <= former; kind++ {
		require.Positive(t, kinds[kind], "users of kind %d", kind)
	}
}
