package tap_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// These are the smallest forms of what TestHistories has found.

// In the night when clocks go back a text date may mean two instants, and a
// walk begins an hour early: what it lists of the overlap is not new.
func TestAnIdleRunInTheNightWhenClocksChange(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues, o.TextDatesOnly, o.TimeZone = 40, true, "Europe/Berlin"
		s := newSite(t, o)
		first := s.whole(t, selectIssues(nil))
		s.clock.pass(time.Date(2027, 10, 30, 22, 0, 0, 0, time.UTC).Sub(morning))
		id := s.edit(t, jirasim.Edit{Kind: jirasim.EditSummary, Issue: first.ids("issues")[0]})
		s.clock.pass(2 * time.Minute)
		second := s.whole(t, selectIssues(first.state(t)))
		require.Equal(t, []string{id}, second.ids("issues"))
		require.Empty(t, s.whole(t, selectIssues(second.state(t))).ids("issues"))
	})
}

// A walk over updates may end early as that of a first load may.
func TestAnIncrementThatEndsEarlyIsFoundOut(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Deployment: jirasim.Cloud, Issues: 60})
	paged := func(o tap.Options) tap.Options {
		o.Client = jira.New(jira.Options{
			BaseURL: s.address, Transport: login{s}, Unsigned: s, Now: s.clock.Now, Wait: s.clock.Wait, PageSize: 7, ListSize: 7,
		})
		return o
	}
	first := s.whole(t, paged(light("issues")))
	ids := slices.Sorted(s.Ledger().Keys("issues"))
	s.clock.pass(time.Hour)
	for _, id := range ids {
		s.edit(t, jirasim.Edit{Kind: jirasim.EditSummary, Issue: id})
	}
	s.clock.pass(time.Hour)
	s.Script(endingEarly(1))
	next := light("issues")
	next.State = first.state(t)
	second := s.whole(t, paged(next))
	requireSame(t, ids, slices.Sorted(slices.Values(second.ids("issues"))), "edited issues")

	s.clock.pass(time.Hour)
	for _, id := range ids {
		s.edit(t, jirasim.Edit{Kind: jirasim.EditSummary, Issue: id})
	}
	s.clock.pass(time.Hour)
	s.Script(endingEarly(-1))
	next.State = second.state(t)
	third := s.sync(t, paged(next))
	require.Equal(t, fault.Incomplete, fault.KindOf(third.err), "a gap that stays is named")

	s.ClearScript()
	next.State = third.state(t)
	fourth := s.whole(t, paged(next))
	requireSame(t, ids, slices.Sorted(slices.Values(fourth.ids("issues"))), "what was missing is looked for again")
}
