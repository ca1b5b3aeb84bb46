package progress

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTextBehindABar(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]Stream{
		"0 records  0/s":                         {},
		"999 records  5.2/s":                     {Records: 999, Rate: 5.25},
		"1,000 records  9.9/s":                   {Records: 1000, Rate: 9.94},
		"7 records  10/s":                        {Records: 7, Rate: 10},
		"7 records  11/s":                        {Records: 7, Rate: 10.5},
		"5/20 pages  7 records  0/s":             {Records: 7, Pieces: 5, Expected: 20, Kind: "pages"},
		"5/20 pages  7 records  0/s  1m30s left": {Records: 7, Pieces: 5, Expected: 20, Kind: "pages", Left: 90.4},
		"7 records  0/s  2s left":                {Records: 7, Left: 2},
	} {
		require.Equal(t, want, barText(s))
	}
}

func TestTextOfAWait(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	until := Snapshot{Until: now.Add(90 * time.Second)}
	require.Equal(t, "waiting for Jira's rate limit until 12:01:30 (1m30s)", waitText(until, now))
	until.Reason = "quota"
	require.Equal(t, "waiting for Jira's rate limit until 12:01:30 (1m0s), quota", waitText(until, now.Add(30*time.Second)))
	require.Empty(t, waitText(until, until.Until), "it is over")
	require.Empty(t, waitText(Snapshot{}, now))
}

// TestWhatIsLeft is known only of a stream of which a part is done and the end is known.
func TestWhatIsLeft(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		stream Stream
		want   float64
	}{
		"half":              {stream: Stream{Pieces: 10, Expected: 20}, want: 60},
		"the last of three": {stream: Stream{Pieces: 2, Expected: 3}, want: 30},
		"all":               {stream: Stream{Pieces: 20, Expected: 20}},
		"more than thought": {stream: Stream{Pieces: 21, Expected: 20}},
		"not begun":         {stream: Stream{Expected: 20}},
		"no end":            {stream: Stream{Pieces: 10}},
		"a negative end":    {stream: Stream{Pieces: -10, Expected: -5}},
	} {
		require.InDelta(t, c.want, left(c.stream, time.Minute), 1e-9, name)
	}
}

func TestPaceForgetsWhatIsLongAgo(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	var p pace
	require.Zero(t, p.at(at, 100), "one count is no rate")
	require.InDelta(t, 10, p.at(at.Add(time.Second), 110), 1e-9, "the first rate is taken as it is")
	require.InDelta(t, 10, p.at(at.Add(time.Second), 500), 1e-9, "no time passed")
	require.InDelta(t, 10+(20-10)*0.1, p.at(at.Add(2*time.Second), 130), 1e-9, "a second is a tenth of what counts")
	require.InDelta(t, 5, p.at(at.Add(12*time.Second), 180), 1e-9, "ten seconds are all that counts")
	require.InDelta(t, 1, p.at(at.Add(112*time.Second), 280), 1e-9, "and more than that too")
}
