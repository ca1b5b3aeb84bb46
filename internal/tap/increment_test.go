package tap_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
	"tap-jira/internal/singer"
	"tap-jira/internal/tap"
)

// selectIssues are the issues with all that hangs on them.
func selectIssues(state *singer.State) tap.Options {
	return tap.Options{Select: issueStreams, State: state}
}

func TestAnUnchangedSiteGivesNoRecordAgain(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		got := s.whole(t, selectIssues(nil))
		for _, passed := range []time.Duration{0, time.Second, 3 * time.Minute, 2 * time.Hour, 48 * time.Hour} {
			s.clock.pass(passed)
			got = s.whole(t, selectIssues(got.state(t)))
			require.Empty(t, got.incremental(), "after %s more", passed)
			require.LessOrEqual(t, len(got.requests), 10, "an idle run costs a handful of requests")
			requireProtocol(t, got)
		}
	})
}

func TestExactlyWhatWasEditedComesAgain(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		runs := []outcome{s.whole(t, selectIssues(nil))}
		ids := slices.Sorted(s.Ledger().Keys("issues"))
		for round := range 6 {
			s.clock.pass([]time.Duration{time.Millisecond, 20 * time.Second, 5 * time.Minute, 3 * time.Hour}[round%4])
			edited := []string{
				s.edit(t, jirasim.Edit{Kind: jirasim.EditSummary, Issue: ids[round]}),
				s.edit(t, jirasim.Edit{Kind: jirasim.AddComment, Issue: ids[10+round]}),
				s.edit(t, jirasim.Edit{Kind: jirasim.EditStatus, Issue: ids[20+round]}),
				s.edit(t, jirasim.Edit{Kind: jirasim.AddWorklog, Issue: ids[30+round]}),
				s.edit(t, jirasim.Edit{Kind: jirasim.CreateIssue}),
				s.edit(t, jirasim.Edit{Kind: jirasim.EditSummary, Issue: ids[40]}),
			}
			s.clock.pass(2 * time.Minute) // Jira's feed of worklogs holds back the last minute
			got := s.whole(t, selectIssues(runs[len(runs)-1].state(t)))
			slices.Sort(edited)
			requireSame(t, edited, slices.Sorted(slices.Values(got.ids("issues"))), "edited issues")
			requireChildrenOf(t, s, got, edited)
			requireProtocol(t, got)
			runs = append(runs, got)

			idle := s.whole(t, selectIssues(got.state(t)))
			require.Empty(t, idle.incremental())
			runs = append(runs, idle)
		}
		requireUnion(t, s, runs...)
	})
}

// requireChildrenOf checks that the run printed all children of the issues and no others.
func requireChildrenOf(t *testing.T, s *site, got outcome, issues []string) {
	t.Helper()
	for _, m := range got.messages {
		if m.Type == "RECORD" && m.Stream != "issues" && m.Stream != "worklogs" {
			require.Contains(t, issues, text(m.Record["issueId"]), "a child in %s of an issue that was not edited", m.Stream)
		}
	}
	var transitions []string
	for id := range s.Ledger().Keys("issue_transitions") {
		issue, _, _ := strings.Cut(id, "/")
		if slices.Contains(issues, issue) {
			transitions = append(transitions, id)
		}
	}
	slices.Sort(transitions)
	requireSame(t, transitions, slices.Sorted(slices.Values(got.ids("issue_transitions"))), "transitions of edited issues")
}

// requireUnion compares what all runs together left in a target with the ledger.
func requireUnion(t *testing.T, s *site, runs ...outcome) {
	t.Helper()
	var all [][]message
	for _, run := range runs {
		all = append(all, run.messages)
	}
	rows := merged(all...)
	requireLedger(t, s, rows, "issues", "issue_comments", "changelogs", "worklogs")
	requireFresh(t, s, rows)
	// A transition that is possible no more leaves its row behind.
	missing := minus(slices.Sorted(s.Ledger().Keys("issue_transitions")), rows.ids("issue_transitions"))
	require.Empty(t, missing, "transitions")
}

// An edit may fall between any two requests of a run.
func TestEditsWhileTheRunGoesOnAreNotLost(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 350
		s := newSite(t, o)
		asked, one := 0, sync.Mutex{} // no two edits share a millisecond
		s.watch = func(*http.Request) {
			one.Lock()
			defer one.Unlock()
			s.clock.pass(700 * time.Millisecond)
			if asked++; asked > 4 {
				_, _ = s.EditAny()
			}
		}
		first := s.sync(t, selectIssues(nil))
		require.NoError(t, first.err)
		runs := []outcome{first}
		for range 3 {
			s.clock.pass(40 * time.Second)
			got := s.sync(t, selectIssues(runs[len(runs)-1].state(t)))
			require.NoError(t, got.err)
			runs = append(runs, got)
		}
		s.watch = nil
		s.clock.pass(2 * time.Minute)
		runs = append(runs, s.whole(t, selectIssues(runs[len(runs)-1].state(t))))
		requireUnion(t, s, runs...)
		idle := s.whole(t, selectIssues(runs[len(runs)-1].state(t)))
		require.Empty(t, idle.incremental())
	})
}

func TestABulkEditOfOneMinute(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 600
		s := newSite(t, o).plain()
		first := s.whole(t, selectIssues(nil))
		s.clock.pass(time.Hour)
		ids := slices.Sorted(s.Ledger().Keys("issues"))[:500] // more than the state remembers one by one
		for _, id := range ids {
			s.clock.pass(50 * time.Millisecond)
			s.edit(t, jirasim.Edit{Kind: jirasim.EditStatus, Issue: id})
		}
		s.clock.pass(90 * time.Second)
		second := s.whole(t, selectIssues(first.state(t)))
		requireSame(t, ids, slices.Sorted(slices.Values(second.ids("issues"))), "edited issues")
		require.Less(t, len(second.messages[len(second.messages)-1].Value), 8<<10, "the state stays small")

		idle := s.whole(t, selectIssues(second.state(t)))
		require.Empty(t, idle.incremental(), "an overlap of hundreds is recognised")

		s.edit(t, jirasim.Edit{Kind: jirasim.EditSummary, Issue: ids[17]})
		s.clock.pass(time.Minute)
		third := s.whole(t, selectIssues(idle.state(t)))
		require.Contains(t, third.ids("issues"), ids[17])
		requireUnion(t, s, first, second, idle, third)
	})
}

// Where dates are kept in whole seconds, an edit may have the same date as the one that was just read.
func TestASecondEditOfTheSameSecondIsRead(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 50
		s := newSite(t, o)
		id := slices.Sorted(s.Ledger().Keys("issues"))[7]
		s.clock.pass(time.Minute - time.Duration(morning.Nanosecond()))
		s.edit(t, jirasim.Edit{Kind: jirasim.EditSummary, Issue: id})
		first := s.whole(t, selectIssues(nil))

		s.edit(t, jirasim.Edit{Kind: jirasim.EditStatus, Issue: id}) // at the same moment
		s.clock.pass(time.Minute)
		second := s.whole(t, selectIssues(first.state(t)))
		require.Equal(t, []string{id}, second.ids("issues"))
		requireUnion(t, s, first, second)
		require.Empty(t, s.whole(t, selectIssues(second.state(t))).incremental(), "it is settled by now")
	})
}

// An issue that is edited every minute moves ahead of any bookmark, and every run has it.
func TestAnIssueEditedAllTheTimeIsInEveryRun(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 50
		s := newSite(t, o)
		id := slices.Sorted(s.Ledger().Keys("issues"))[7]
		got := s.whole(t, selectIssues(nil))
		for range 15 {
			s.clock.pass(time.Minute)
			s.edit(t, jirasim.Edit{Kind: jirasim.EditSummary, Issue: id})
			got = s.whole(t, selectIssues(got.state(t)))
			require.Equal(t, []string{id}, got.ids("issues"))
		}
	})
}

// The search index shows a change only after a while; by then newer ones are in the output.
func TestALaggingIndexLosesNothing(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues, o.IndexLag = 60, 4*time.Minute
		s := newSite(t, o)
		ids := slices.Sorted(s.Ledger().Keys("issues"))
		runs := []outcome{s.whole(t, selectIssues(nil))}
		for i := range 12 {
			s.clock.pass(50 * time.Second)
			s.edit(t, jirasim.Edit{Kind: jirasim.EditStatus, Issue: ids[i]})
			runs = append(runs, s.whole(t, selectIssues(runs[len(runs)-1].state(t))))
		}
		s.clock.pass(5 * time.Minute)
		runs = append(runs, s.whole(t, selectIssues(runs[len(runs)-1].state(t))))
		requireUnion(t, s, runs...)
	})
}

// A site that reads dates only as text, in the account's zone, costs a little more and loses nothing.
func TestDatesAsTextOnly(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.TextDatesOnly, o.TimeZone = true, "America/St_Johns"
		s := newSite(t, o)
		first := s.whole(t, selectIssues(nil))
		requireUnion(t, s, first)
		s.clock.pass(time.Hour)
		id := s.edit(t, jirasim.Edit{Kind: jirasim.EditSummary, Issue: slices.Sorted(s.Ledger().Keys("issues"))[3]})
		s.clock.pass(2 * time.Minute)
		second := s.whole(t, selectIssues(first.state(t)))
		require.Equal(t, []string{id}, second.ids("issues"))
		third := s.whole(t, selectIssues(second.state(t)))
		require.Empty(t, third.incremental())
	})
}
