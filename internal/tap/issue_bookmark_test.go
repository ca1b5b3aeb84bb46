package tap

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/overlap"
	"tap-jira/internal/singer"
)

func TestIssueBookmarkSurvivesTheState(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]issueBookmark{
		"first load": {
			Key: "updated", Value: "2025-01-01T00:00:00.000000Z", Scope: "ab",
			Loading: &loading{Started: "2026-01-01T00:00:00.000000Z", Created: "2025-06-01T00:00:00.000000Z"},
		},
		"increment": {
			Key: "updated", Value: "2026-01-01T00:00:00.000000Z", Unread: []uint64{1 << 60, 7},
			Overlap: &overlap.Saved{From: "2026-01-01T00:00:00.000000Z", Until: 1_767_225_600_123, Width: 2, Data: "AAAA"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state := singer.NewState()
			b, err := toBookmark(want)
			require.NoError(t, err)
			state.SetBookmark("issues", b)
			back, err := singer.ParseState(state.Encode(), nil)
			require.NoError(t, err)
			var got issueBookmark
			require.NoError(t, fromBookmark("issues", back.Bookmark("issues"), &got))
			require.Equal(t, want, got)
			require.True(t, want.same(got))
		})
	}
}

func TestIssueBookmarkWritesWhatIsNull(t *testing.T) {
	t.Parallel()
	state := singer.NewState()
	b, err := toBookmark(issueBookmark{Key: "updated", Value: "x"})
	require.NoError(t, err)
	state.SetBookmark("issues", b)
	require.Contains(t, string(state.Encode()), `"loading":null`, "a merge of states would bring back what is missing")
}

func TestBookmarksThatDiffer(t *testing.T) {
	t.Parallel()
	b := issueBookmark{Value: "a", Loading: &loading{Created: "1"}}
	for name, other := range map[string]issueBookmark{
		"value":   {Value: "b", Loading: b.Loading},
		"loading": {Value: "a", Loading: &loading{Created: "2"}},
		"loaded":  {Value: "a"},
		"scope":   {Value: "a", Loading: b.Loading, Scope: "x"},
		"unread":  {Value: "a", Loading: b.Loading, Unread: []uint64{1}},
	} {
		require.False(t, b.same(other), name)
	}
	require.True(t, b.same(issueBookmark{Value: "a", Loading: &loading{Created: "1"}, Key: "created"}), "the column's name is no place")
}

func TestParseMoment(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, text := range []string{"2026-03-01T12:00:00Z", "2026-03-01T12:00:00.000000Z", "2026-03-01T13:00:00+01:00", "2026-03-01T12:00:00", "2026-03-01 12:00:00"} {
		got, err := parseMoment(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	zero, err := parseMoment("")
	require.NoError(t, err)
	require.True(t, zero.IsZero())
	_, err = parseMoment("yesterday")
	require.ErrorContains(t, err, "yesterday")
}

func TestScopeHashTellsLimitsApart(t *testing.T) {
	t.Parallel()
	require.NotEqual(t, scopeHash(""), scopeHash(`project in ("A")`))
	require.Equal(t, `project in ("A", "B\"C") AND (status = Done OR x = 1)`, joinScope([]string{"A", `B"C`}, "status = Done OR x = 1"))
	require.Empty(t, joinScope(nil, "  "))
}
