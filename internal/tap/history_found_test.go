package tap_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
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
