package tap_test

import (
	"bytes"
	"flag"
	"io"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/singer"
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
		o.Issues, o.EmptyLists = 20_000, true
		if *resumes > 1 {
			o.Issues, once = 60_000, 0 // of which 5 % are more
		}
		s := newSite(t, o).plain()
		whole := &stateWriter{left: math.MaxInt}
		undisturbed := s.syncTo(t.Context(), selected, whole)
		require.NoError(t, undisturbed.err)
		rng := rand.New(rand.NewPCG(11, 5))
		for range *resumes {
			cut := &stateWriter{left: rng.IntN(whole.size)}
			first := s.syncTo(t.Context(), selected, cut)
			require.Equal(t, fault.ClosedPipe, fault.KindOf(first.err))
			options := selected
			options.State = cut.state(t)
			second := s.syncTo(t.Context(), options, &stateWriter{left: math.MaxInt})
			require.NoError(t, second.err)
			more := len(first.requests) + len(second.requests) - len(undisturbed.requests)
			t.Logf("cut at %d %%: %d and %d requests, %d more than %d (%.1f %%)", 100*cut.size/whole.size,
				len(first.requests), len(second.requests), more, len(undisturbed.requests), 100*float64(more)/float64(len(undisturbed.requests)))
			require.LessOrEqual(t, more*100, 5*len(undisturbed.requests)+100*once, "going on costs too much")
		}
	})
}

// stateWriter takes so many bytes and keeps of them the last whole STATE alone, so that large loads take little memory.
type stateWriter struct {
	left, size int
	line, last []byte
}

func (w *stateWriter) Write(p []byte) (int, error) {
	n := min(len(p), w.left)
	w.left, w.size = w.left-n, w.size+n
	for line := range bytes.Lines(p[:n]) {
		if w.line = append(w.line, line...); !bytes.HasSuffix(line, []byte("\n")) {
			break
		}
		if bytes.HasPrefix(w.line, []byte(`{"type":"STATE"`)) {
			w.last = bytes.Clone(w.line)
		}
		w.line = w.line[:0]
	}
	if n < len(p) {
		return n, io.ErrClosedPipe
	}
	return n, nil
}

// state is the last that got out; nil when none did.
func (w *stateWriter) state(t *testing.T) *singer.State {
	t.Helper()
	if w.last == nil {
		return nil
	}
	return parseState(t, string(w.last))
}

// startAndFlight are the requests that do not grow with the site: the login and the fields once more, the page of ids
// that was begun, what was in flight, and the few pages of ids and of the feed that were listed ahead.
func startAndFlight(concurrency int) int { return 7 + concurrency }
