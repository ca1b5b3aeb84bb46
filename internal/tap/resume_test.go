package tap_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// light are issues with little in them, so that many runs take little time.
func light(streams ...string) tap.Options {
	return tap.Options{Select: streams, IssueFields: []string{"summary"}, Validate: tap.ValidateOff, Concurrency: 8}
}

// cutWriter takes so many bytes and then fails as the test wants; what it took
// is what reached the target.
type cutWriter struct {
	bytes.Buffer
	left int
	err  error
}

func (w *cutWriter) Write(p []byte) (int, error) {
	n := min(len(p), w.left)
	w.Buffer.Write(p[:n])
	w.left -= n
	if n < len(p) {
		return n, w.err
	}
	return n, nil
}

// A run may end after any byte; the next goes on from the last STATE that got out.
func TestARunThatWasCutOffIsGoneOnFrom(t *testing.T) {
	large(t)
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 620
		s := newSite(t, o).plain()
		selected := light("projects", "issues", "issue_comments", "changelogs", "worklogs")
		undisturbed := s.whole(t, selected)
		rng := rand.New(rand.NewPCG(3, 1))
		for range 4 {
			var parts [][]message
			options := selected
			for range 1 + rng.IntN(3) {
				w := &cutWriter{left: rng.IntN(len(undisturbed.out)), err: io.ErrClosedPipe}
				got := s.syncTo(t.Context(), options, w)
				if got.err != nil {
					require.Equal(t, fault.ClosedPipe, fault.KindOf(got.err))
				}
				got.messages = wholeLines(t, w.Bytes())
				parts = append(parts, got.messages)
				if len(got.messages) > 0 {
					options.State = got.state(t)
				}
			}
			last := s.whole(t, options)
			rows := merged(append(parts, last.messages)...)
			requireLedger(t, s, rows, selected.Select...)
			requireFresh(t, s, rows)

			options.State = last.state(t)
			require.Empty(t, s.whole(t, options).incremental(), "a load that was gone on with ends like any other")
		}
	})
}

// What a first load has finished is not read again.
func TestAFirstLoadGoesOnWhereItStopped(t *testing.T) {
	large(t)
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 1_300
		s := newSite(t, o).plain()
		selected := light("issues", "changelogs")
		selected.Concurrency = 1
		undisturbed := s.whole(t, selected)
		cut := &cutWriter{left: len(undisturbed.out) * 8 / 10, err: io.ErrClosedPipe}
		first := s.syncTo(t.Context(), selected, cut)
		first.messages = wholeLines(t, cut.Bytes())

		selected.State = first.state(t)
		second := s.whole(t, selected)
		requireLedger(t, s, merged(first.messages, second.messages), "issues", "changelogs")
		again := len(first.ids("issues")) + len(second.ids("issues")) - 1_300
		most := 301
		if !s.cloud {
			most = 101 // histories come inside the issues, and nothing asks for those of more than a hundred at once
		}
		t.Logf("%d issues again", again)
		require.LessOrEqual(t, again, most, "no more than a group is read again, and the one that it went on from")
		require.Equal(t, "STATE", second.messages[0].Type)
		require.JSONEq(t, string(selected.State.Encode()), string(s.whole(t, selected).messages[0].Value), "the first STATE is the one that came in")
	})
}

// An edit between the parts of a first load moves no issue out of sight.
func TestEditsBetweenThePartsOfAFirstLoad(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 620
		s := newSite(t, o).plain()
		selected := light("issues", "issue_comments", "changelogs", "worklogs")
		size := len(s.whole(t, selected).out)
		var parts [][]message
		for _, share := range []int{50, 60, 90} {
			w := &cutWriter{left: size * share / 100, err: io.ErrClosedPipe}
			got := s.syncTo(t.Context(), selected, w)
			got.messages = wholeLines(t, w.Bytes())
			parts = append(parts, got.messages)
			selected.State = got.state(t)
			for range 20 {
				s.clock.pass(90 * time.Second)
				_, err := s.EditAny()
				require.NoError(t, err)
			}
		}
		for range 2 {
			got := s.whole(t, selected)
			parts = append(parts, got.messages)
			selected.State = got.state(t)
			s.clock.pass(2 * time.Minute)
		}
		rows := merged(parts...)
		requireLedger(t, s, rows, selected.Select...)
		requireFresh(t, s, rows)
	})
}

// A signal ends the run with everything flushed, a STATE, and the signal's own kind.
func TestACancelledRunEndsWithItsState(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 620
		s := newSite(t, o).plain()
		selected := light("projects", "issues", "issue_comments", "changelogs")
		for _, after := range []int{1, 30, 1_500} {
			ctx, cancel := context.WithCancelCause(t.Context())
			stopped := fault.New(fault.Terminated, "", "stopped by SIGTERM")
			w := &countingWriter{lines: after, then: func() { cancel(stopped) }}
			got := s.syncTo(ctx, selected, w)
			cancel(nil)
			require.Equal(t, fault.Terminated, fault.KindOf(got.err))
			require.Equal(t, int(fault.Terminated), got.summary.Exit)
			got.messages = readMessages(t, w.Bytes())
			require.Equal(t, "STATE", got.messages[len(got.messages)-1].Type)
			requireRest(t, s, selected, got)
		}
	})
}

// countingWriter calls then once so many lines have passed.
type countingWriter struct {
	bytes.Buffer
	lines int
	then  func()
}

func (w *countingWriter) Write(p []byte) (int, error) {
	if w.lines > 0 {
		if w.lines -= bytes.Count(p, []byte("\n")); w.lines <= 0 {
			w.then()
		}
	}
	return w.Buffer.Write(p)
}

func TestAFullDiskIsNoClosedPipe(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{})
	full := errors.New("no space left on device")
	w := &cutWriter{left: 40_000, err: full}
	got := s.syncTo(t.Context(), tap.Options{}, w)
	require.ErrorIs(t, got.err, full)
	require.Equal(t, fault.Internal, fault.KindOf(got.err))
	require.Equal(t, 1, strings.Count(got.err.Error(), full.Error()), "the error is told once: %v", got.err)
}

func TestTheStateSinkGetsEveryState(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 1_200})
	var kept [][]byte
	got := s.whole(t, tap.Options{Select: []string{"issues"}, StateSink: func(state []byte) error {
		kept = append(kept, bytes.Clone(state))
		return nil
	}})
	var printed [][]byte
	for _, m := range got.messages {
		if m.Type == "STATE" {
			printed = append(printed, m.Value)
		}
	}
	require.Len(t, kept, len(printed))
	for i := range kept {
		require.Equal(t, string(printed[i]), string(kept[i]))
	}

	broken := errors.New("read-only file system")
	failed := s.sync(t, tap.Options{Select: []string{"issues"}, StateSink: func([]byte) error { return broken }})
	require.ErrorIs(t, failed.err, broken)
}

// A load that begins again, because Jira counts more than it lists, takes the
// issues that could not be read in their place and not as reached.
func TestALoadThatBeginsAgainSkipsNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 1_300}).plain()
	selected := light("issues")
	selected.Concurrency = 1
	ids := slices.Sorted(s.Ledger().Keys("issues"))
	newest, err := strconv.ParseUint(ids[len(ids)-1], 10, 64)
	require.NoError(t, err)
	s.Script(
		jirasim.Fault{Template: "/rest/api/{v}/issue/bulkfetch", Poison: newest, Times: -1},
		jirasim.Fault{Template: "/rest/api/{v}/issue/{issueIdOrKey}", Poison: newest, Times: -1},
		jirasim.Fault{Template: "/rest/api/{v}/search/approximate-count", Status: http.StatusOK, Body: `{"count":5000}`, Times: -1},
	)
	short := s.sync(t, selected)
	require.Equal(t, fault.Incomplete, fault.KindOf(short.err))
	require.Greater(t, short.stream(t, "issues").Gaps, int64(3_000))

	s.ClearScript()
	selected.State = short.state(t)
	cut := &cutWriter{left: len(short.out) / 2, err: io.ErrClosedPipe}
	again := s.syncTo(t.Context(), selected, cut)
	again.messages = wholeLines(t, cut.Bytes())
	selected.State = again.state(t)
	requireLedger(t, s, merged(again.messages, s.whole(t, selected).messages), "issues")
}
