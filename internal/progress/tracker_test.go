package progress_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/progress"
)

func TestTrackerCounts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tracker := progress.NewTracker(time.Now)
		tracker.Printed("issues", 7) // before Begin, or of a stream that nobody selected
		tracker.Begin([]string{"projects", "boards", "issues", "users"})
		tracker.Snapshot()
		tracker.Printed("projects", 8)
		tracker.Ended("projects")
		tracker.Ended("boards") // has no rows
		tracker.Expect("issues", 1500, "issues")
		tracker.Expect("issues", 500, "issues")
		time.Sleep(10 * time.Second)
		tracker.Read("issues", 500)
		tracker.Printed("issues", 490)
		require.Equal(t, progress.Snapshot{
			Streams: 4, Ended: 2, Records: 498, Rate: 49.8, Seconds: 10,
			Running: []progress.Stream{{Stream: "issues", Records: 490, Pieces: 500, Expected: 2000, Kind: "issues", Left: 30}},
		}, tracker.Snapshot())
		require.Equal(t, []progress.Stream{
			{Stream: "projects", Records: 8},
			{Stream: "boards"},
			{Stream: "issues", Records: 490},
			{Stream: "users"},
		}, tracker.Records())
	})
}

func TestRatesAreOfLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tracker := progress.NewTracker(time.Now)
		tracker.Begin([]string{"issues"})
		tracker.Printed("issues", 0)
		tracker.Snapshot()
		var rates []float64
		for _, records := range []int64{100, 100, 0, 0, 0} {
			time.Sleep(5 * time.Second)
			tracker.Printed("issues", records)
			rates = append(rates, tracker.Snapshot().Running[0].Rate)
		}
		require.Equal(t, []float64{20, 20, 10, 5, 2.5}, rates, "it falls, and not at once")
		require.InDelta(t, 2.5, tracker.Snapshot().Rate, 0, "asked twice in one moment it stays")
	})
}

func TestWaitsEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tracker := progress.NewTracker(time.Now)
		until := time.Now().Add(time.Minute)
		tracker.Refused(until, "jira-burst-based")
		tracker.Refused(until.Add(-time.Second), "earlier")
		s := tracker.Snapshot()
		require.Equal(t, until, s.Until)
		require.Equal(t, "jira-burst-based", s.Reason)
		time.Sleep(time.Minute)
		s = tracker.Snapshot()
		require.True(t, s.Until.IsZero())
		require.Empty(t, s.Reason)
	})
}

func TestNothingIsLeftThatIsNotKnown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tracker := progress.NewTracker(time.Now)
		tracker.Begin([]string{"a", "b", "c"})
		tracker.Printed("a", 5)
		tracker.Expect("b", 10, "projects")
		tracker.Expect("c", 10, "issues")
		time.Sleep(time.Second)
		tracker.Read("c", 12) // more than Jira counted
		for _, one := range tracker.Snapshot().Running {
			require.Zero(t, one.Left, one.Stream)
		}
	})
}

func TestASnapshotPassesBetweenProcesses(t *testing.T) {
	t.Parallel()
	want := progress.Snapshot{
		Streams: 2, Records: 5, Rate: 1.5, Seconds: 3, Until: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Reason: "quota",
		Running: []progress.Stream{{Stream: "issues", Records: 5, Rate: 1.5, Pieces: 1, Expected: 2, Kind: "issues", Left: 9}},
	}
	text, err := json.Marshal(want)
	require.NoError(t, err)
	var got progress.Snapshot
	require.NoError(t, json.Unmarshal(text, &got))
	require.Equal(t, want, got)
	text, err = json.Marshal(progress.Snapshot{})
	require.NoError(t, err)
	require.NotContains(t, string(text), "until")
}

func TestText(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]progress.Stream{
		"users 12":                                {Stream: "users", Records: 12},
		"issues 1,234 (1,300 of 9,000 issues)":    {Stream: "issues", Records: 1234, Pieces: 1300, Expected: 9000, Kind: "issues"},
		"versions 3 (1 of 2 projects, 1m5s left)": {Stream: "versions", Records: 3, Pieces: 1, Expected: 2, Kind: "projects", Left: 65.2},
	} {
		require.Equal(t, want, progress.Text(s))
	}
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000", -999: "-999"} {
		require.Equal(t, want, progress.Count(n))
	}
}
