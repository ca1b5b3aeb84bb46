package main

import (
	"io"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestSmallLoads measures a small site in one and in two pieces.
func TestSmallLoads(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the binary")
	}
	tap := filepath.Join(t.TempDir(), "tap-jira")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-pgo=off", "-o", tap, "tap-jira/cmd/tap-jira").CombinedOutput()
	require.NoError(t, err, "%s", out)
	dir := t.TempDir()
	site, err := startSite(t.Context(), "-dir", dir, "-issues", "300")
	require.NoError(t, err)
	b := &shardsBench{
		bench: bench{
			site: site, dir: dir, tap: tap, concurrency: 4, rounds: 1, issues: 300, log: io.Discard,
			streams: []string{"issues", "issue_comments", "changelogs", "worklogs"},
		},
		pieces: 2, limit: 50, delay: time.Millisecond,
	}
	loads, err := b.measureLoads(t.Context())
	require.NoError(t, err)
	require.NoError(t, site.close())

	require.Len(t, loads, 4)
	for i, load := range loads {
		require.Len(t, load.workers, 1+i%2)
		require.Positive(t, load.wall)
		require.Equal(t, i%2 == 1, load.plan > 0, "only pieces need a plan")
		for _, stream := range b.streams {
			require.Equal(t, b.ledger[stream].Keys, *load.found[stream], "%s by %d", stream, 1+i%2)
		}
		require.Contains(t, b.complete(load.found), ", all")
	}
	sent := loads[2].traffic.Requests
	require.Greater(t, sent, 1)
	require.GreaterOrEqual(t, loads[2].wall, float64(sent-1)/float64(b.limit), "no machine is fast enough to send them sooner within the limit")
}

func TestLoadsAreRendered(t *testing.T) {
	t.Parallel()
	b := &shardsBench{bench: bench{issues: 100, rounds: 2, concurrency: 8}, delay: 100 * time.Millisecond}
	text := b.renderLoads([]string{"-issues", "100"}, []*sharded{
		{name: "one process", wall: 9, workers: []usage{{CPU: 2, PeakMB: 40, Wall: 9}}, traffic: traffic{Requests: 70, MostInASecond: 33, MaxInFlight: 8}},
		{name: "2 shards", plan: 1.5, wall: 3, workers: []usage{{CPU: 1, PeakMB: 30, Wall: 3}, {CPU: 2, PeakMB: 35, Wall: 2.5}}},
		{name: "one process", limit: 20, wall: 20},
	})
	require.Contains(t, text, "# go run ./internal/bench shards -issues 100\n")
	require.Contains(t, text, "| one process | none | 9.00 | 1.00 | 9.0 | 0.00 | 2.00 | 40 | 70 | 33 | 8 |")
	require.Contains(t, text, "| 2 shards | none | 3.00 | 3.00 | 3.0, 2.5 | 1.50 | 3.00 | 35 |")
	require.Contains(t, text, "| one process | 20 | 20.00 | 1.00 |")
}

func TestTheFastestRoundIsTaken(t *testing.T) {
	t.Parallel()
	var load sharded
	load.take(nil)
	for _, wall := range []float64{3, 2, 4} {
		load.take(&sharded{wall: wall, found: found{"issues": {Records: int64(wall)}}, traffic: traffic{Requests: int(wall)}})
	}
	require.InDelta(t, 2, load.wall, 0)
	require.Equal(t, 2, load.traffic.Requests)
	require.Equal(t, found{"issues": {Records: 2}}, load.found)
}

func TestMostRequestsInASecond(t *testing.T) {
	t.Parallel()
	var sent traffic
	at := time.Now()
	for _, after := range []time.Duration{0, 999, 1000, 1500, 1999, 2000, 4000} {
		sent.count(at.Add(after * time.Millisecond))
	}
	require.Equal(t, 7, sent.Requests)
	require.Equal(t, 3, sent.MostInASecond, "a second ends before the moment a second after its first")
	require.Len(t, sent.lately, 1)
}

func TestTalliesOfWorkersAreJoined(t *testing.T) {
	t.Parallel()
	one, other, both := sumOf("1", "2"), sumOf("3"), sumOf("1", "2", "3")
	all := found{}
	all.join(found{"issues": &one})
	all.join(found{"issues": &other})
	require.Equal(t, both, *all["issues"])
	require.Equal(t, sumOf("1", "2"), one, "what a worker printed stays what it is")
}
