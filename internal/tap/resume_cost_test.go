package tap_test

import (
	"flag"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
)

// resumes is how many first loads are cut off to count what going on costs.
var resumes = flag.Int("resumes", 1, "cut-off first loads in TestGoingOnCostsFewRequests; soak does 20, of larger loads")

// Going on with a first load that was killed costs hardly more requests than a load that nobody disturbed: those of the
// start, and those of what was in flight.
func TestGoingOnCostsFewRequests(t *testing.T) {
	large(t)
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		selected := light("issues", "changelogs", "issue_comments", "worklogs")
		once := startAndFlight(selected.Concurrency)
		o.Issues = 12_000
		if *resumes > 1 {
			o.Issues, once = 40_000, 0 // of which 5 % are more
		}
		s := newSite(t, o).plain()
		undisturbed := s.whole(t, selected)
		rng := rand.New(rand.NewPCG(11, 5))
		for range *resumes {
			cut := &cutWriter{left: rng.IntN(len(undisturbed.out)), err: io.ErrClosedPipe}
			first := s.syncTo(t.Context(), selected, cut)
			first.messages = wholeLines(t, cut.Bytes())
			options := selected
			if len(first.messages) > 0 {
				options.State = first.state(t)
			}
			second := s.whole(t, options)
			more := len(first.requests) + len(second.requests) - len(undisturbed.requests)
			t.Logf("cut at %d %%: %d and %d requests, %d more than %d (%.1f %%)", 100*cut.Len()/len(undisturbed.out),
				len(first.requests), len(second.requests), more, len(undisturbed.requests), 100*float64(more)/float64(len(undisturbed.requests)))
			require.LessOrEqual(t, more*100, 5*len(undisturbed.requests)+100*once, "going on costs too much")
		}
	})
}

// startAndFlight are the requests that do not grow with the site: the login and the fields once more, the page of ids
// that was begun, and what was in flight or read ahead when the load was cut off.
func startAndFlight(concurrency int) int { return 8 + 2*concurrency }
