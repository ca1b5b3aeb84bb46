package main

import (
	"io"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSmallBench measures a small site with the real processes.
func TestSmallBench(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the binary")
	}
	tap := filepath.Join(t.TempDir(), "tap-jira")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-pgo=off", "-o", tap, "tap-jira/cmd/tap-jira").CombinedOutput()
	require.NoError(t, err, "%s", out)
	for _, deployment := range []string{"cloud", "datacenter"} {
		dir := t.TempDir()
		site, err := startSite(t.Context(), "-dir", dir, "-issues", "300", "-deployment", deployment)
		require.NoError(t, err)
		b := &bench{site: site, dir: dir, tap: tap, concurrency: 4, rounds: 2, issues: 300, log: io.Discard}
		results, err := b.measureAll(t.Context(), []setting{{plain: true}, {}}, "")
		require.NoError(t, err)
		again, err := b.secondRun(t.Context(), setting{})
		require.NoError(t, err)
		require.NoError(t, site.close())

		require.Len(t, results, 4)
		for i, r := range results {
			require.Positive(t, r.best.CPU, r.program)
			require.Zero(t, r.traffic.Rendered, "%s: the site answers from memory", r.program)
			require.Equal(t, results[i/2*2].traffic.Requests, r.traffic.Requests, "the floor asks what the tap asks")
		}
		for _, stream := range []string{"issues", "issue_comments", "changelogs", "worklogs", "users", "projects"} {
			require.Equal(t, b.ledger[stream].Keys, *results[0].found[stream], stream)
		}
		require.Less(t, results[2].traffic.Bytes, results[0].traffic.Bytes/2, "gzip")
		require.Empty(t, again.found["issues"], "nothing changed")
		require.NotEmpty(t, again.asked)
	}
}
