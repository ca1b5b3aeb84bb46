package tap_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// TestStreamsWithoutDatesAreSwept follows transitions, which change with the
// workflow and not with their issue, over three weeks.
func TestStreamsWithoutDatesAreSwept(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		run := tap.Options{Select: []string{"issues.key", "issue_transitions"}, Sweep: 7 * 24 * time.Hour}
		all := s.whole(t, run)
		requireLedger(t, s, merged(all.messages), "issues", "issue_transitions")
		require.Empty(t, all.stream(t, "issue_transitions").Reasons, "that a first load reads all needs no saying")
		state := all.state(t)
		for day := range 21 {
			s.clock.pass(24 * time.Hour)
			run.State = state
			next := s.whole(t, run)
			require.Empty(t, next.records("issues"), "day %d", day+1)
			if (day+1)%7 == 0 {
				requireLedger(t, s, merged(next.messages), "issue_transitions")
				require.Contains(t, strings.Join(next.stream(t, "issue_transitions").Reasons, ""), "read whole, as Jira does not date")
			} else {
				require.Empty(t, next.records("issue_transitions"), "day %d", day+1)
				require.Contains(t, strings.Join(next.stream(t, "issue_transitions").Reasons, ""), "last read whole at 2026-")
			}
			state = next.state(t)
		}
	})
}
