package bookmark

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/overlap"
	"tap-jira/internal/singer"
)

func TestIssueBookmarkSurvivesTheState(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]Issues{
		"first load": {
			Key: "updated", Value: "2025-01-01T00:00:00.000000Z", Scope: "ab",
			Loading: &Loading{Started: "2026-01-01T00:00:00.000000Z", Created: "2025-06-01T00:00:00.000000Z"},
		},
		"increment": {
			Key: "updated", Value: "2026-01-01T00:00:00.000000Z", Unread: []uint64{1 << 60, 7},
			Overlap: &overlap.Saved{From: "2026-01-01T00:00:00.000000Z", Until: 1_767_225_600_123, Width: 2, Data: "AAAA"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state := singer.NewState()
			b, err := Write(want)
			require.NoError(t, err)
			state.SetBookmark("issues", b)
			back, err := singer.ParseState(state.Encode(), nil)
			require.NoError(t, err)
			var got Issues
			require.NoError(t, Read("issues", back.Bookmark("issues"), &got))
			require.Equal(t, want, got)
			require.True(t, want.Same(got))
		})
	}
}

func TestIssueBookmarkWritesWhatIsNull(t *testing.T) {
	t.Parallel()
	state := singer.NewState()
	b, err := Write(Issues{Key: "updated", Value: "x"})
	require.NoError(t, err)
	state.SetBookmark("issues", b)
	require.Contains(t, string(state.Encode()), `"loading":null`, "a merge of states would bring back what is missing")
}

func TestBookmarksThatDiffer(t *testing.T) {
	t.Parallel()
	b := Issues{Value: "a", Loading: &Loading{Created: "1"}}
	for name, other := range map[string]Issues{
		"value":   {Value: "b", Loading: b.Loading},
		"loading": {Value: "a", Loading: &Loading{Created: "2"}},
		"loaded":  {Value: "a"},
		"scope":   {Value: "a", Loading: b.Loading, Scope: "x"},
		"unread":  {Value: "a", Loading: b.Loading, Unread: []uint64{1}},
	} {
		require.False(t, b.Same(other), name)
	}
	require.True(t, b.Same(Issues{Value: "a", Loading: &Loading{Created: "1"}, Key: "created"}), "the column's name is no place")
}

func TestParseMoment(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, text := range []string{"2026-03-01T12:00:00Z", "2026-03-01T12:00:00.000000Z", "2026-03-01T13:00:00+01:00", "2026-03-01T12:00:00", "2026-03-01 12:00:00"} {
		got, err := ParseTime(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	zero, err := ParseTime("")
	require.NoError(t, err)
	require.True(t, zero.IsZero())
	_, err = ParseTime("yesterday")
	require.ErrorContains(t, err, "yesterday")
}

func TestScopeHashTellsLimitsApart(t *testing.T) {
	t.Parallel()
	require.NotEqual(t, HashScope(""), HashScope(`project in ("A")`))
	require.Equal(t, "e3b0c44298fc", HashScope(""), "people's states hold it")
}

// A stream is read whole again once its last sweep is long enough ago, and a first load is never begun anew.
func TestASweepIsDue(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	now := time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC)
	swept := Issues{Key: "updated", Value: "2026-03-07T00:00:00.000000Z", Swept: "2026-03-01T00:00:00.000000Z"}
	for name, c := range map[string]struct {
		saved Issues
		sweep time.Duration
		due   bool
	}{
		"a week ago, weekly":        {swept, 7 * day, true},
		"a week ago, and more":      {swept, 7*day + 1, false},
		"never":                     {Issues{Value: swept.Value}, 7 * day, true},
		"nobody wants it":           {swept, 0, false},
		"a first load is under way": {Issues{Value: swept.Value, Swept: swept.Swept, Loading: &Loading{}}, day, false},
		"nothing was read yet":      {Issues{}, day, false},
	} {
		got, err := c.saved.Due(c.sweep, now)
		require.NoError(t, err, name)
		if !c.due {
			require.Equal(t, c.saved, got, name)
			continue
		}
		require.Equal(t, Issues{sweeping: true}, got, name)
	}
	broken := Issues{Value: swept.Value, Swept: "yesterday"}
	got, err := broken.Due(day, now)
	require.ErrorContains(t, err, "yesterday")
	require.Equal(t, broken, got)
}

// A bookmark that hands have spoilt is refused, by its stream's name.
func TestABookmarkThatCannotBeRead(t *testing.T) {
	t.Parallel()
	var got Issues
	err := Read("issues", singer.Bookmark{"unread": "x"}, &got)
	require.Equal(t, fault.Usage, fault.KindOf(err))
	require.ErrorContains(t, err, "bookmark of issues")
	require.Contains(t, fault.HintOf(err), "remove it from the state")
}
