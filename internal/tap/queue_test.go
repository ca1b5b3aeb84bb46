package tap

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

// marked is a page that can be told from others.
func marked(name string) *page {
	return &page{parts: []part{{table: &table{message: name}}}}
}

func taskOf(name string, pages int, done func(error) error) task {
	return task{done: done, fetch: func(_ context.Context, out func(*page) error) error {
		for i := range pages {
			if err := out(marked(fmt.Sprintf("%s/%d", name, i))); err != nil {
				return err
			}
		}
		return nil
	}}
}

func sequence(tasks ...task) func(context.Context) iter.Seq[task] {
	return func(context.Context) iter.Seq[task] { return slices.Values(tasks) }
}

// heavy is a page that holds n bytes.
func heavy(n int64) *page {
	return &page{parts: []part{{table: &table{}, lines: lines{pool: newChunkPool(), chunks: [][]byte{make([]byte, 0, n)}}}}}
}

// upTo is how far so many tasks run ahead.
func upTo(tasks int) ahead { return ahead{tasks: tasks, bytes: int64(tasks) * taskBytes} }

// A page larger than all room does not stop the run.
func TestOnePageMayFillTheRoom(t *testing.T) {
	t.Parallel()
	giant := task{done: func(err error) error { return err }, fetch: func(_ context.Context, out func(*page) error) error {
		return cmp.Or(out(heavy(20*taskBytes)), out(heavy(20*taskBytes)))
	}}
	written := 0
	require.NoError(t, runInOrder(t.Context(), sequence(giant, giant, giant), upTo(3), func(*page) error { written++; return nil }))
	require.Equal(t, 6, written)
}

// A run that fails while tasks wait for room ends.
func TestFullRoomEndsWithTheRun(t *testing.T) {
	t.Parallel()
	closed := errors.New("closed")
	full := task{done: func(err error) error { return err }, fetch: func(_ context.Context, out func(*page) error) error {
		return out(heavy(20 * taskBytes))
	}}
	err := runInOrder(t.Context(), sequence(full, full, full, full), upTo(4), func(*page) error { return closed })
	require.ErrorIs(t, err, closed)
}

func TestPagesComeInTheOrderOfTheTasks(t *testing.T) {
	t.Parallel()
	for _, window := range []int{1, 2, 16} {
		t.Run(fmt.Sprint(window), func(t *testing.T) {
			t.Parallel()
			var tasks []task
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
			err := runInOrder(t.Context(), sequence(tasks...), upTo(window), func(p *page) error {
				got = append(got, p.parts[0].table.message)
				return nil
			})
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

func TestNoMoreTasksRunThanTheWindowAllows(t *testing.T) {
	t.Parallel()
	const window = 3
	var now, most atomic.Int64
	var tasks []task
	for range 40 {
		tasks = append(tasks, task{
			fetch: func(context.Context, func(*page) error) error {
				most.Store(max(most.Load(), now.Add(1)))
				return nil
			},
			done: func(error) error { now.Add(-1); return nil },
		})
	}
	require.NoError(t, runInOrder(t.Context(), sequence(tasks...), upTo(window), func(*page) error { return nil }))
	require.LessOrEqual(t, most.Load(), int64(window))
}

func TestAFailedTaskTellsAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	var heard error
	var written int
	tasks := sequence(
		task{
			fetch: func(_ context.Context, out func(*page) error) error {
				return errors.Join(out(marked("half")), broken)
			},
			done: func(err error) error { heard = err; return nil },
		},
		taskOf("next", 2, func(err error) error { return err }),
	)
	require.NoError(t, runInOrder(t.Context(), tasks, upTo(2), func(*page) error { written++; return nil }))
	require.ErrorIs(t, heard, broken)
	require.Equal(t, 3, written)
}

func TestAnErrorOfTheWriterStopsEverything(t *testing.T) {
	t.Parallel()
	closed := errors.New("closed")
	var tasks []task
	for i := range 100 {
		tasks = append(tasks, taskOf(fmt.Sprint(i), 10, func(err error) error { return err }))
	}
	err := runInOrder(t.Context(), sequence(tasks...), upTo(8), func(*page) error { return closed })
	require.ErrorIs(t, err, closed)
}

func TestACancelledRunReturnsItsCause(t *testing.T) {
	t.Parallel()
	stopped := errors.New("stopped by the user")
	ctx, cancel := context.WithCancelCause(t.Context())
	wait := task{
		fetch: func(ctx context.Context, _ func(*page) error) error {
			cancel(stopped)
			<-ctx.Done()
			return context.Cause(ctx)
		},
		done: func(error) error { return nil },
	}
	require.ErrorIs(t, runInOrder(ctx, sequence(wait, wait), upTo(2), func(*page) error { return nil }), stopped)
}
