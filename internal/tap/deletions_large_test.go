package tap_test

import (
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
)

// largeFlag is as few as the four projects that are shut hold issues with; soak does 100,000.
var largeFlag = flag.Int("large", 1_500, "issues in TestDeletesOnALargeSite")

// TestDeletesOnALargeSite is what a year does to a large site, at once: one issue in a hundred is deleted, twenty are
// moved, three projects are archived and one may no longer be browsed. Each reason is right, nothing that is there gets
// a tombstone, and neither the state nor the census grows with the site's history.
func TestDeletesOnALargeSite(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = *largeFlag
		f := newSite(t, o).plain().follow(t, withProject("issues"))
		dice := rand.New(rand.NewPCG(uint64(*largeFlag), uint64(o.Deployment)))
		f.run(t)
		f.requireSame(t, "issues")
		before := f.keys()
		alpha, leaving := f.in(t, "ALPHA"), f.in(t, "MKT")
		f.clock.pass(2 * time.Hour)

		// Deleted are issues of a project that stays; moved, those that leave a project for it before that is archived.
		deletes, moved := *largeFlag/100, []string{}
		for _, i := range dice.Perm(len(alpha))[:deletes] {
			f.edit(t, jirasim.Edit{Kind: jirasim.DeleteIssue, Issue: alpha[i]})
		}
		for _, i := range dice.Perm(len(leaving))[:20] {
			moved = append(moved, f.edit(t, jirasim.Edit{Kind: jirasim.MoveIssue, Issue: leaving[i]}))
		}
		for _, project := range []string{"BETA", "MKT", "R2_D"} {
			f.change(t, project, jirasim.ArchiveProject)
		}
		f.change(t, "OPS", jirasim.WithdrawProject)

		changed := f.run(t)
		f.requireReasons(t, before)
		for _, id := range moved {
			require.NotNil(t, f.rows.rows["issues"][id], "an issue that was moved is lost")
		}
		counts := map[string]int{}
		for _, reason := range f.tombs["issues"] {
			counts[reason]++
		}
		t.Logf("%d issues, tombstones %v, %d requests, state of %d bytes, census of %d bytes",
			*largeFlag, counts, changed.summary.Requests, len(f.options.State.Encode()), folderSize(t, f.options.CensusDir))
		require.Equal(t, deletes, counts["deleted"])
		require.Positive(t, counts["archived"])
		require.Positive(t, counts["access_lost"])
		f.requireSame(t, "issues")
		require.Less(t, len(f.options.State.Encode()), 8_000)
		require.Less(t, folderSize(t, f.options.CensusDir), int64(20**largeFlag))

		f.run(t)
		require.Empty(t, f.tombs["issues"], "each is told once")
		require.Empty(t, f.run(t).incremental())
	})
}

// requireSame compares the ids of a stream in the target with the ledger's: rows by the hundred thousand are not all
// looked into.
func (f *follower) requireSame(t *testing.T, stream string) {
	t.Helper()
	rows, missing, extra := f.rows.rows[stream], 0, len(f.rows.rows[stream])
	for id := range f.Ledger().Keys(stream) {
		if rows[id] == nil {
			missing++
			continue
		}
		extra--
	}
	require.Zero(t, missing, "rows of %s are lost", stream)
	require.Zero(t, extra, "rows of %s are there that Jira does not have", stream)
}

// folderSize is how many bytes the files of a folder hold.
func folderSize(t *testing.T, folder string) (size int64) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(folder, func(_ string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		size += info.Size()
		return err
	}))
	return size
}
