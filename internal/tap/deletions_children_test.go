package tap_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// talkative is an issue with comments and worklogs in the target.
func (f *follower) talkative(t *testing.T) string {
	t.Helper()
	has := func(stream string) map[string]bool {
		issues := map[string]bool{}
		for _, row := range f.rows.rows[stream] {
			issues[text(row["issueId"])] = true
		}
		return issues
	}
	comments, worklogs := has("issue_comments"), has("worklogs")
	for _, id := range f.keys() {
		if comments[id] && worklogs[id] {
			return id
		}
	}
	t.Fatal("no issue has both")
	return ""
}

// bothModes follows a site whose worklogs come from the feed, and one whose
// worklogs come from the issues.
func bothModes(t *testing.T, test func(t *testing.T, f *follower)) {
	t.Helper()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		for _, jql := range []string{"", `created >= "2001-01-01"`} {
			o.Issues = 120
			options := light(trackedStreams...)
			options.JQL = jql
			test(t, newSite(t, o).plain().follow(t, options))
		}
	})
}

func TestDeletedCommentsAndWorklogs(t *testing.T) {
	t.Parallel()
	bothModes(t, func(t *testing.T, f *follower) {
		f.run(t)
		f.requireTruth(t)
		id := f.talkative(t)
		f.clock.pass(2 * time.Hour)
		f.edit(t, jirasim.Edit{Kind: jirasim.AddComment, Issue: id})
		f.edit(t, jirasim.Edit{Kind: jirasim.AddWorklog, Issue: id})
		f.clock.pass(2 * time.Hour)
		f.run(t)
		f.requireTruth(t)
		f.edit(t, jirasim.Edit{Kind: jirasim.DeleteComment, Issue: id})
		f.edit(t, jirasim.Edit{Kind: jirasim.DeleteWorklog, Issue: id})
		f.clock.pass(2 * time.Hour)
		f.run(t)
		require.Len(t, f.tombs["issue_comments"], 1, "deleting the worklog updated the issue")
		require.Len(t, f.tombs["worklogs"], 1)
		f.requireTruth(t)
		require.Empty(t, f.run(t).incremental())
	})
}

// A giant's lists come in pages of their own.
func TestDeletedCommentsOfAGiant(t *testing.T) {
	large(t)
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues, o.Giants = 20, true
		options := light(trackedStreams...)
		options.Projects = []string{"ALPHA", "OPS", "BETA", "MKT", "R2_D"}
		f := newSite(t, o).plain().follow(t, options)
		f.run(t)
		f.requireTruth(t)
		counts := map[string]int{}
		for _, row := range f.rows.rows["issue_comments"] {
			counts[text(row["issueId"])]++
		}
		giant := slices.MaxFunc(f.keys(), func(a, b string) int { return counts[a] - counts[b] })
		require.Greater(t, counts[giant], 1000)
		for range 3 {
			f.edit(t, jirasim.Edit{Kind: jirasim.DeleteComment, Issue: giant})
			f.edit(t, jirasim.Edit{Kind: jirasim.DeleteWorklog, Issue: giant})
		}
		f.clock.pass(2 * time.Hour)
		f.run(t)
		require.Len(t, f.tombs["issue_comments"], 3)
		require.Len(t, f.tombs["worklogs"], 3)
		f.requireTruth(t)
	})
}

// What was logged on an issue while it was out of sight comes with it.
func TestWorklogsComeBackWithTheirIssue(t *testing.T) {
	t.Parallel()
	bothModes(t, func(t *testing.T, f *follower) {
		f.run(t)
		id := f.talkative(t)
		f.edit(t, jirasim.Edit{Kind: jirasim.ArchiveIssue, Issue: id})
		f.clock.pass(2 * time.Hour)
		f.run(t)
		require.Equal(t, map[string]string{id: "archived"}, f.tombs["issues"])
		f.edit(t, jirasim.Edit{Kind: jirasim.AddWorklog, Issue: id})
		f.edit(t, jirasim.Edit{Kind: jirasim.AddComment, Issue: id})
		f.clock.pass(2 * time.Hour)
		f.run(t)
		f.edit(t, jirasim.Edit{Kind: jirasim.RestoreIssue, Issue: id})
		f.clock.pass(2 * time.Hour)
		f.run(t)
		f.requireTruth(t)
		f.edit(t, jirasim.Edit{Kind: jirasim.DeleteWorklog, Issue: id})
		f.clock.pass(2 * time.Hour)
		f.run(t)
		require.Len(t, f.tombs["worklogs"], 1)
		f.requireTruth(t)
	})
}

// A run may break off after any byte, and start again from any STATE that the
// target handed back: each tombstone comes, and none that is not true.
func TestKillsLoseNoTombstoneAndInventNone(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 650
		s := newSite(t, o).plain()
		f := s.follow(t, withProject(trackedStreams...))
		dice := rand.New(rand.NewPCG(7, uint64(o.Deployment)))
		size := len(s.whole(t, tap.Options{Select: f.options.Select, IssueFields: f.options.IssueFields}).out)
		for range 3 {
			f.cut(t, dice.IntN(size))
		}
		f.run(t)
		f.requireTruth(t)
		for range 4 {
			before := f.keys()
			for _, id := range before[:25] {
				f.edit(t, jirasim.Edit{Kind: jirasim.DeleteIssue, Issue: id})
			}
			for _, id := range before[30:60] {
				f.edit(t, jirasim.Edit{Kind: jirasim.MoveIssue, Issue: id})
				for _, kind := range []jirasim.EditKind{jirasim.DeleteWorklog, jirasim.DeleteComment} {
					_, err := f.Edit(jirasim.Edit{Kind: kind, Issue: id})
					if err != nil {
						require.ErrorContains(t, err, "nothing of that kind")
					}
				}
			}
			f.clock.pass(2 * time.Hour)
			stale := f.options.State
			f.cut(t, dice.IntN(60_000))
			if dice.IntN(2) == 0 {
				f.options.State = stale // the target lost its last states, not its rows
			}
			for range 2 {
				f.cut(t, dice.IntN(60_000))
			}
			f.run(t)
			f.requireTruth(t)
			require.Empty(t, f.run(t).incremental())
		}
	})
}
