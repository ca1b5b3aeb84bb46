package shard

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// made is a site's issues by when they were created, in order, and counts how often it is asked.
type made struct {
	created []time.Time
	asked   []time.Time
}

func (m *made) before(_ context.Context, moment time.Time) (int, error) {
	m.asked = append(m.asked, moment)
	return sort.Search(len(m.created), func(i int) bool { return !m.created[i].Before(moment) }), nil
}

// pieces are how many issues really lie in the spans that the cuts make.
func (m *made) pieces(t *testing.T, cuts []time.Time) []int {
	t.Helper()
	counts := []int{}
	last := 0
	for _, cut := range cuts {
		upTo, err := m.before(t.Context(), cut)
		require.NoError(t, err)
		counts = append(counts, upTo-last)
		last = upTo
	}
	return append(counts, len(m.created)-last)
}

// createdAt are n moments that draw gives, in order.
func createdAt(n int, draw func(i int) time.Time) *made {
	m := &made{}
	for i := range n {
		m.created = append(m.created, draw(i))
	}
	slices.SortFunc(m.created, time.Time.Compare)
	return m
}

var cutNow = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// ago draws a moment up to so long ago, evenly.
func ago(rng *rand.Rand, most time.Duration) time.Time {
	return cutNow.Add(-time.Duration(rng.Int64N(int64(most))))
}

const cutYear = 365 * 24 * time.Hour

// sites are ways in which issues come.
func sites() map[string]*made {
	rng := rand.New(rand.NewPCG(5, 6))
	return map[string]*made{
		"evenly":           createdAt(5000, func(int) time.Time { return ago(rng, 10*cutYear) }),
		"more and more":    createdAt(5000, func(int) time.Time { return ago(rng, time.Duration(1+rng.Int64N(int64(10*cutYear)))) }),
		"in one afternoon": createdAt(5000, func(int) time.Time { return ago(rng, 3*time.Hour) }),
		"two heaps": createdAt(5000, func(i int) time.Time {
			return ago(rng, 5*time.Hour).Add(-time.Duration(i%2) * 5 * cutYear)
		}),
	}
}

// A piece has its due and at most an eighth of it more or less, as two cuts bound it, and takes few counts.
func TestPiecesHaveNearlyAsManyIssues(t *testing.T) {
	t.Parallel()
	most := map[string]int{"evenly": 20, "more and more": 20, "in one afternoon": 45, "two heaps": 55} // halving finds a minute of 24 years in 24
	for name, site := range sites() {
		for _, pieces := range []int{1, 2, 3, 8} {
			c := NewCutter(site.before)
			site.asked = nil
			cuts, err := c.Cut(t.Context(), cutNow, pieces)
			require.NoError(t, err)
			require.Len(t, cuts, pieces-1)
			require.LessOrEqual(t, len(site.asked), most[name], "%s in %d", name, pieces)
			require.True(t, slices.IsSortedFunc(cuts, time.Time.Compare))
			require.Equal(t, len(site.created), c.Total())
			due := len(site.created) / pieces
			for i, issues := range site.pieces(t, cuts) {
				require.InDelta(t, due, issues, float64(due/8+1), "%s in %d: piece %d", name, pieces, i)
				require.Equal(t, issues, c.Issues(cuts, i))
			}
		}
	}
}

// JQL knows minutes: nothing else is asked for, no moment twice, and the last count has what is made in this minute.
func TestCountsAreOfWholeMinutesAndOnce(t *testing.T) {
	t.Parallel()
	all := sites()
	rng := rand.New(rand.NewPCG(7, 8))
	for minutes := range 12 { // so close that guesses fall on what is known
		all[fmt.Sprint("in minutes: ", minutes)] = createdAt(500, func(int) time.Time { return ago(rng, time.Duration(minutes+1)*time.Minute) })
	}
	for name, site := range all {
		c := NewCutter(site.before)
		_, err := c.Cut(t.Context(), cutNow, 16)
		require.NoError(t, err)
		require.Equal(t, time.Date(2026, 3, 4, 5, 7, 0, 0, time.UTC), site.asked[0])
		seen := map[time.Time]bool{FirstMonday(): true}
		for _, moment := range site.asked {
			require.Equal(t, moment, moment.Truncate(time.Minute), name)
			require.Equal(t, time.UTC, moment.Location())
			require.False(t, seen[moment], "%s: %s was known", name, moment)
			require.False(t, moment.After(site.asked[0]), "%s: %s has not come", name, moment)
			seen[moment] = true
		}
	}
}

// Issues of one minute are not parted: an import is one piece, and its neighbours are empty.
func TestAnImportOfOneMinuteIsOnePiece(t *testing.T) {
	t.Parallel()
	imported := cutNow.Add(-40 * 24 * time.Hour)
	for name, early := range map[string]int{"alone": 0, "a few before": 7} {
		site := createdAt(1000, func(i int) time.Time {
			if i < early {
				return imported.Add(-time.Duration(i+1) * cutYear)
			}
			return imported.Add(time.Duration(i%20) * time.Second)
		})
		c := NewCutter(site.before)
		cuts, err := c.Cut(t.Context(), cutNow, 4)
		require.NoError(t, err)
		got := site.pieces(t, cuts)
		require.GreaterOrEqual(t, slices.Max(got), 1000-early, name)
		require.True(t, slices.IsSortedFunc(cuts, time.Time.Compare))
	}
}

// What is older than the start date is no piece's due.
func TestCutsSinceADateLeaveOutWhatIsOlder(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 6))
	site := createdAt(8000, func(int) time.Time { return ago(rng, 8*cutYear) })
	c := NewCutter(site.before)
	_, err := c.Cut(t.Context(), cutNow, 1)
	require.NoError(t, err)
	start := cutNow.Add(-2 * cutYear)
	cuts, err := c.CutSince(t.Context(), start, 4)
	require.NoError(t, err)
	require.Equal(t, start.Truncate(time.Minute), c.Begins())
	older, err := site.before(t.Context(), c.Begins())
	require.NoError(t, err)
	got := site.pieces(t, cuts)
	got[0] -= older
	for _, issues := range got {
		require.InDelta(t, 500, issues, 80)
	}
}

// With a start date older than everything all is cut, from the first Monday on, and nothing is asked for it.
func TestCutsSinceTheBeginningAreThoseOfAll(t *testing.T) {
	t.Parallel()
	for _, start := range []time.Time{{}, FirstMonday()} {
		site := sites()["evenly"]
		c := NewCutter(site.before)
		cuts, err := c.Cut(t.Context(), cutNow, 4)
		require.NoError(t, err)
		asked := len(site.asked)
		again, err := c.CutSince(t.Context(), start, 4)
		require.NoError(t, err)
		require.Equal(t, cuts, again)
		require.Len(t, site.asked, asked)
		require.False(t, c.Begins().Before(FirstMonday()))
		require.True(t, c.Begins().Before(site.created[0]))
	}
}

// An empty site has empty pieces and takes one count.
func TestNothingIsCutIntoEmptyPieces(t *testing.T) {
	t.Parallel()
	site := &made{}
	c := NewCutter(site.before)
	cuts, err := c.Cut(t.Context(), cutNow, 3)
	require.NoError(t, err)
	require.Len(t, cuts, 2)
	require.Len(t, site.asked, 1)
	require.Zero(t, c.Total())
}

// A count that fails ends the cutting, whichever it is.
func TestAFailedCountEndsTheCut(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for fails := range 4 {
		site := sites()["evenly"]
		c := NewCutter(func(ctx context.Context, moment time.Time) (int, error) {
			if len(site.asked) == fails {
				return 0, broken
			}
			return site.before(ctx, moment)
		})
		_, err := c.Cut(t.Context(), cutNow, 8)
		require.ErrorIs(t, err, broken)
	}
	c := NewCutter(func(context.Context, time.Time) (int, error) { return 0, broken })
	_, err := c.CutSince(t.Context(), cutNow, 2)
	require.ErrorIs(t, err, broken)
}

func TestSpansBetweenCuts(t *testing.T) {
	t.Parallel()
	at := func(day int) time.Time { return time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC) }
	cuts := []time.Time{at(3), at(9)}
	require.Equal(t, []Span{
		{Before: "2026-01-03T00:00:00.000000Z"},
		{From: "2026-01-03T00:00:00.000000Z", Before: "2026-01-09T00:00:00.000000Z"},
		{From: "2026-01-09T00:00:00.000000Z"},
	}, []Span{SpanBetween(cuts, 0), SpanBetween(cuts, 1), SpanBetween(cuts, 2)})
	require.Equal(t, Span{}, SpanBetween(nil, 0))
}
