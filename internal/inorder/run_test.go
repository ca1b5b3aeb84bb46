package inorder

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// sheet is a page that can be told from others and takes so much memory.
type sheet struct {
	name  string
	bytes int64
}

func (s sheet) Bytes() int64 { return s.bytes }

// send is what a task hands its pages to.
type send = func(sheet) error

func taskOf(name string, pages int, done func(error) error) Task[sheet] {
	return Task[sheet]{Done: done, Fetch: func(_ context.Context, out send) error {
		for i := range pages {
			if err := out(sheet{name: fmt.Sprintf("%s/%d", name, i)}); err != nil {
				return err
			}
		}
		return nil
	}}
}

func sequence(tasks ...Task[sheet]) Source[sheet] {
	return func(context.Context) iter.Seq[Task[sheet]] { return slices.Values(tasks) }
}

// upTo is how far so many tasks run ahead.
func upTo(tasks int) Options { return Options{Tasks: tasks, Bytes: int64(tasks) * taskBytes} }

// dropped writes nothing.
func dropped(sheet) error { return nil }

// passed ends a task with its own error.
func passed(err error) error { return err }

// A page larger than all room does not stop the run.
func TestOnePageMayFillTheRoom(t *testing.T) {
	t.Parallel()
	giant := Task[sheet]{Done: passed, Fetch: func(_ context.Context, out send) error {
		return cmp.Or(out(sheet{bytes: 20 * taskBytes}), out(sheet{bytes: 20 * taskBytes}))
	}}
	written := 0
	require.NoError(t, Run(t.Context(), sequence(giant, giant, giant), func(sheet) error { written++; return nil }, upTo(3)))
	require.Equal(t, 6, written)
}

// A run that fails while tasks wait for room ends.
func TestFullRoomEndsWithTheRun(t *testing.T) {
	t.Parallel()
	closed := errors.New("closed")
	full := Task[sheet]{Done: passed, Fetch: func(_ context.Context, out send) error {
		return out(sheet{bytes: 20 * taskBytes})
	}}
	err := Run(t.Context(), sequence(full, full, full, full), func(sheet) error { return closed }, upTo(4))
	require.ErrorIs(t, err, closed)
}

func TestPagesComeInTheOrderOfTheTasks(t *testing.T) {
	t.Parallel()
	for _, window := range []int{1, 2, 16} {
		t.Run(fmt.Sprint(window), func(t *testing.T) {
			t.Parallel()
			var tasks []Task[sheet]
			var got, want []string
			rng := rand.New(rand.NewPCG(1, 1))
			for i := range 50 {
				name, pages := fmt.Sprint("task ", i), rng.IntN(4)
				for p := range pages {
					want = append(want, fmt.Sprintf("%s/%d", name, p))
				}
				want = append(want, name+" done")
				tasks = append(tasks, taskOf(name, pages, func(err error) error {
					got = append(got, name+" done")
					return err
				}))
			}
			err := Run(t.Context(), sequence(tasks...), func(p sheet) error {
				got = append(got, p.name)
				return nil
			}, upTo(window))
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

func TestNoMoreTasksRunThanTheWindowAllows(t *testing.T) {
	t.Parallel()
	const window = 3
	var now, most atomic.Int64
	var tasks []Task[sheet]
	for range 40 {
		tasks = append(tasks, Task[sheet]{
			Fetch: func(context.Context, send) error {
				most.Store(max(most.Load(), now.Add(1)))
				return nil
			},
			Done: func(error) error { now.Add(-1); return nil },
		})
	}
	require.NoError(t, Run(t.Context(), sequence(tasks...), dropped, upTo(window)))
	require.LessOrEqual(t, most.Load(), int64(window))
}

func TestAFailedTaskTellsAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	var heard error
	var written int
	tasks := sequence(
		Task[sheet]{
			Fetch: func(_ context.Context, out send) error {
				return errors.Join(out(sheet{name: "half"}), broken)
			},
			Done: func(err error) error { heard = err; return nil },
		},
		taskOf("next", 2, passed),
	)
	require.NoError(t, Run(t.Context(), tasks, func(sheet) error { written++; return nil }, upTo(2)))
	require.ErrorIs(t, heard, broken)
	require.Equal(t, 3, written)
}

func TestAnErrorOfTheWriterStopsEverything(t *testing.T) {
	t.Parallel()
	closed := errors.New("closed")
	var tasks []Task[sheet]
	for i := range 100 {
		tasks = append(tasks, taskOf(fmt.Sprint(i), 10, passed))
	}
	err := Run(t.Context(), sequence(tasks...), func(sheet) error { return closed }, upTo(8))
	require.ErrorIs(t, err, closed)
}

func TestACancelledRunReturnsItsCause(t *testing.T) {
	t.Parallel()
	stopped := errors.New("stopped by the user")
	ctx, cancel := context.WithCancelCause(t.Context())
	wait := Task[sheet]{
		Fetch: func(ctx context.Context, _ send) error {
			cancel(stopped)
			<-ctx.Done()
			return context.Cause(ctx)
		},
		Done: func(error) error { return nil },
	}
	require.ErrorIs(t, Run(ctx, sequence(wait, wait), dropped, upTo(2)), stopped)
}
