package runlog_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/runlog"
)

// number reads an attribute of a drawing.
func (e element) number(t *testing.T, name string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(e.attr[name], 64)
	require.NoError(t, err, name)
	return n
}

// TestBarsStandSideBySide: the newest at the right, each in the middle of its place, on the ground, and high enough to be seen.
func TestBarsStandSideBySide(t *testing.T) {
	t.Parallel()
	for count, place := range map[int]float64{3: 1000. / 12, 12: 1000. / 12, 40: 25, 120: 1000. / 120} {
		runs := someRuns(count)
		runs[1].Seconds = 0.001
		page, err := runlog.HTML(runs, noon())
		require.NoError(t, err)
		bars := named(elements(t, page), "rect", "bar")[:count]
		for k, bar := range bars {
			middle := bar.number(t, "x") + bar.number(t, "width")/2
			require.InDelta(t, 1000-place*(float64(count-k)-0.5), middle, 0.02, "bar %d of %d", k, count)
			require.InDelta(t, 0.7*place, bar.number(t, "width"), 0.01)
			require.InDelta(t, 100, bar.number(t, "y")+bar.number(t, "height"), 0.001)
		}
		require.Equal(t, "1.50", bars[1].attr["height"], "a thousandth of a second is not nothing")
	}
}

// TestTheTableSaysWhatRunsTook in the words of people.
func TestTheTableSaysWhatRunsTook(t *testing.T) {
	t.Parallel()
	runs := []runlog.Run{{
		Started: noon(), Seconds: 3725.4, WaitsSeconds: 59.96, Requests: 1234567,
		Streams: []runlog.Stream{{Stream: "issues", Records: 7654321}},
	}}
	page, err := runlog.HTML(runs, noon().Add(25*time.Hour))
	require.NoError(t, err)
	for _, text := range []string{"1h2m5s", "60 s", "1,234,567", "7,654,321", "2026-11-22 12:00 UTC", "2026-11-23 13:00 UTC", "Duration", ">1 run, 0 failed", "Waits for Jira&#39;s limits"} {
		require.Contains(t, string(page), text)
	}
}

// TestAHalfWrittenSummaryIsNotLeft where it cannot be finished, and is told of.
func TestAHalfWrittenSummaryIsNotLeft(t *testing.T) {
	t.Parallel()
	for name, inTheWay := range map[string]string{"no room for a part": ".json.part", "no room for the whole": ".json"} {
		folder := runlog.Folder{Path: t.TempDir()}
		entry, err := folder.Begin(noon())
		require.NoError(t, err)
		blocked := filepath.Join(folder.Path, "2026-11-22T12-00-00.000Z"+inTheWay)
		require.NoError(t, os.MkdirAll(filepath.Join(blocked, "below"), 0o700))
		require.ErrorContains(t, entry.Finish(runlog.Run{}), "write a summary: ", name)
	}
}

// TestNothingIsRemovedWithoutALimit.
func TestNothingIsRemovedWithoutALimit(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{0, -1, 3} {
		folder := runlog.Folder{Path: t.TempDir(), Keep: limit}
		for k := range 3 {
			keep(t, folder, noon().Add(time.Duration(k)*time.Minute), runlog.Run{})
		}
		runs, err := folder.List()
		require.NoError(t, err)
		require.Len(t, runs, 3)
	}
}
