//go:build e2e

package e2e

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
)

// TestTargetsHoldEveryStream gives every stream to each target three times: at first, again with nothing changed, and
// with issues, a comment and a worklog gone from Jira.
func TestTargetsHoldEveryStream(t *testing.T) {
	t.Parallel()
	server := startPostgres(t)
	targets := map[string]func(t *testing.T) tried{
		"jsonl":  jsonlTarget,
		"csv":    csvTarget,
		"sqlite": sqliteTarget,
		"duckdb": duckdbTarget,
		"postgres": func(t *testing.T) tried {
			t.Helper()
			return postgresTarget(t, server, "everything")
		},
		"pipelinewise": func(t *testing.T) tried {
			t.Helper()
			return pipelinewiseTarget(t, server, "everything_too")
		},
	}
	for name, target := range targets {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			holdEveryStream(t, target(t))
		})
	}
}

// holdEveryStream makes the three runs. They carry versions and ACTIVATE_VERSION, which each target either knows or lets
// pass, and tombstones.
func holdEveryStream(t *testing.T, target tried) {
	t.Helper()
	s := simulate(t, jirasim.Options{Issues: 40}, map[string]any{
		"activate_version": true, "detect_deletes": true, "census_dir": t.TempDir(),
	})
	state := s.into(t, target, selectAll()...)
	first := target.read(t)
	requireLedger(t, s, target, first)

	state = s.into(t, target, append(selectAll(), "--state", state)...)
	second := target.read(t)
	requireLedger(t, s, target, second)
	for _, stream := range issueStreams() {
		require.Len(t, second[stream], len(first[stream]), "%s: an idle run prints no record", stream)
	}

	gone := s.removeSome(t)
	s.into(t, target, "--select", "issues", "--select", "issue_comments", "--select", "worklogs", "--state", state)
	requireGone(t, s, target, target.read(t), gone)
}

// requireLedger compares the rows of every stream with what the site knows to be true.
func requireLedger(t *testing.T, s simulated, target tried, all held) {
	t.Helper()
	ledger := s.jira.Ledger()
	require.Greater(t, len(ledger.Streams()), 100)
	for _, stream := range ledger.Streams() {
		if slices.Contains(target.unable, stream) {
			continue
		}
		got := all[stream].keys(ledger.Columns(stream))
		if target.appends {
			got = slices.Compact(got)
		}
		requireKeys(t, s.keys(stream), got, stream)
	}
}

// gone are the keys that went, by stream, and those of rows which went with their issue: they get no tombstone.
type gone struct {
	told      map[string][]string
	inSilence map[string][]string
}

// removeSome removes issues in two ways, a comment and a worklog.
func (s simulated) removeSome(t *testing.T) gone {
	t.Helper()
	deleted := s.issueOfChild(t, "issue_comments")
	archived := s.issueOfChild(t, "worklogs", deleted)
	commented := s.issueOfChild(t, "issue_comments", deleted, archived)
	worked := s.issueOfChild(t, "worklogs", deleted, archived)
	before := map[string][]string{}
	g := gone{told: map[string][]string{"issues": {deleted, archived}}, inSilence: map[string][]string{}}
	children := []string{"issue_comments", "worklogs"}
	for _, stream := range children {
		before[stream] = s.keys(stream)
		g.inSilence[stream] = s.childrenOf(stream, deleted, archived)
	}
	s.edit(t, jirasim.DeleteIssue, deleted)
	s.edit(t, jirasim.ArchiveIssue, archived)
	s.edit(t, jirasim.DeleteComment, commented)
	s.edit(t, jirasim.EditSummary, commented) // a comment's end alone does not date its issue: the next sweep would see it
	s.edit(t, jirasim.DeleteWorklog, worked)
	for _, stream := range children {
		now := s.keys(stream)
		for _, key := range before[stream] {
			if !slices.Contains(now, key) && !slices.Contains(g.inSilence[stream], key) {
				g.told[stream] = append(g.told[stream], key)
			}
		}
		require.Len(t, g.told[stream], 1, stream)
	}
	s.pass(10 * time.Minute) // Jira's feed of worklogs leaves out the last one
	return g
}

// requireGone finds the rows that went removed or marked, and all others as they were.
func requireGone(t *testing.T, s simulated, target tried, all held, g gone) {
	t.Helper()
	for _, stream := range []string{"issues", "issue_comments", "worklogs"} {
		columns := s.jira.Ledger().Columns(stream)
		marked, live := all[stream].marked()
		if target.deletes {
			require.Empty(t, marked, stream)
		} else {
			requireKeys(t, g.told[stream], marked.keys(columns), stream+": marked")
		}
		got := slices.Compact(live.keys(columns))
		if target.appends { // the row stands there as well, before its tombstone
			got = slices.DeleteFunc(got, func(key string) bool { return slices.Contains(g.told[stream], key) })
		}
		requireKeys(t, append(s.keys(stream), g.inSilence[stream]...), got, stream)
	}
}

// requireKeys tells the keys that are missing or too many, and not all of them as require's own comparison does.
func requireKeys(t *testing.T, want, got []string, what string) {
	t.Helper()
	left := map[string]int{}
	for _, key := range want {
		left[key]++
	}
	for _, key := range got {
		left[key]--
	}
	maps.DeleteFunc(left, func(_ string, count int) bool { return count == 0 })
	require.Empty(t, left, "%s: 1 is a row that is missing, -1 one that is too many", what)
}
