package inorder

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

// gateOf is a context that holds the gate of a task.
type gateOf struct{}

// Every task is told its turn, and its gate holds back answers that there is no room for, until the writer made some.
func TestAnswersWaitAtTheGateOfTheirTask(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var turns []int
		o := Options{Tasks: 4, Bytes: 100, Context: func(ctx context.Context, turn int, enter Gate) context.Context {
			turns = append(turns, turn)
			return context.WithValue(ctx, gateOf{}, enter)
		}}
		var read, blocked, written atomic.Int64
		full := Task[sheet]{Done: passed, Fetch: func(ctx context.Context, out send) error {
			if err := ctx.Value(gateOf{}).(Gate)(ctx, func() { blocked.Add(1) }); err != nil {
				return err
			}
			read.Add(1)
			return out(sheet{bytes: 50})
		}}
		write := make(chan struct{})
		ended := make(chan error, 1)
		go func() {
			ended <- Run(t.Context(), sequence(full, full, full, full), func(sheet) error {
				<-write
				written.Add(1)
				return nil
			}, o)
		}()
		synctest.Wait()
		require.Zero(t, written.Load())
		require.LessOrEqual(t, read.Load(), int64(3), "a hundred bytes are two pages, and the head's own")
		for range 4 {
			write <- struct{}{}
			synctest.Wait()
			require.LessOrEqual(t, read.Load()-written.Load(), int64(3))
		}
		require.NoError(t, <-ended)
		require.EqualValues(t, 4, read.Load())
		require.Equal(t, []int{0, 1, 2, 3}, turns)
	})
}

// shrinking is a page whose memory is gone once it is written.
type shrinking struct{ bytes int64 }

func (s *shrinking) Bytes() int64 { return s.bytes }

// What a page took is given back, whatever the writer makes of it: two tasks that wait for each other go on side by side.
func TestTheRoomOfAWrittenPageIsFree(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // who waits for ever is a failure
		var tasks []Task[*shrinking]
		for range 10 {
			begun := make(chan struct{})
			tasks = append(tasks,
				Task[*shrinking]{Done: passed, Fetch: func(_ context.Context, out func(*shrinking) error) error {
					<-begun
					return out(&shrinking{bytes: 60})
				}},
				Task[*shrinking]{Done: passed, Fetch: func(_ context.Context, out func(*shrinking) error) error {
					close(begun)
					return out(&shrinking{bytes: 60})
				}})
		}
		source := func(context.Context) iter.Seq[Task[*shrinking]] { return slices.Values(tasks) }
		written := 0
		write := func(p *shrinking) error {
			p.bytes = 0
			written++
			return nil
		}
		require.NoError(t, Run(t.Context(), source, write, Options{Tasks: 2, Bytes: 100}))
		require.Equal(t, len(tasks), written)
	})
}

// A task that was let in and gives no page takes no room for longer than it runs.
func TestTheRoomOfATaskWithoutPagesIsFree(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // who waits for ever is a failure
		o := Options{Tasks: 3, Bytes: 100, Context: func(ctx context.Context, _ int, enter Gate) context.Context {
			return context.WithValue(ctx, gateOf{}, enter)
		}}
		var tasks []Task[sheet]
		for range 10 {
			begun := make(chan struct{})
			enter := func(ctx context.Context) error { return ctx.Value(gateOf{}).(Gate)(ctx, func() {}) }
			tasks = append(tasks,
				Task[sheet]{Done: passed, Fetch: func(ctx context.Context, _ send) error { <-begun; return enter(ctx) }},
				Task[sheet]{Done: passed, Fetch: func(ctx context.Context, _ send) error { close(begun); return enter(ctx) }})
		}
		require.NoError(t, Run(t.Context(), sequence(tasks...), dropped, o))
	})
}

// A run that has ended leaves nothing behind that goes on.
func TestARunEndsWithItsTasks(t *testing.T) {
	t.Parallel()
	closed := errors.New("closed")
	var ended atomic.Bool
	slow := Task[sheet]{Done: passed, Fetch: func(ctx context.Context, _ send) error {
		<-ctx.Done()
		<-time.After(time.Minute) // by the clock of the bubble
		ended.Store(true)
		return nil
	}}
	synctest.Test(t, func(t *testing.T) {
		err := Run(t.Context(), sequence(taskOf("first", 1, passed), slow), func(sheet) error {
			synctest.Wait() // until the other is under way
			return closed
		}, upTo(2))
		require.ErrorIs(t, err, closed)
		require.True(t, ended.Load())
	})
}

// A source that breaks ends the run behind the tasks that it gave, with an error.
func TestAPanicOfASourceEndsTheRun(t *testing.T) {
	t.Parallel()
	written := 0
	breaks := func(context.Context) iter.Seq[Task[sheet]] {
		return func(yield func(Task[sheet]) bool) {
			yield(taskOf("first", 2, passed))
			panic("broken")
		}
	}
	err := Run(t.Context(), breaks, func(sheet) error { written++; return nil }, upTo(2))
	var broken *fault.PanicError
	require.ErrorAs(t, err, &broken)
	require.Equal(t, 2, written)
}

// A fetch that breaks is an error of its task; those behind it are written.
func TestAPanicOfATaskIsItsError(t *testing.T) {
	t.Parallel()
	var heard error
	written := 0
	breaks := Task[sheet]{
		Fetch: func(context.Context, send) error { panic("broken") },
		Done:  func(err error) error { heard = err; return nil },
	}
	require.NoError(t, Run(t.Context(), sequence(breaks, taskOf("next", 3, passed)), func(sheet) error { written++; return nil }, upTo(2)))
	var broken *fault.PanicError
	require.ErrorAs(t, heard, &broken)
	require.Equal(t, 3, written)
}

// What ends a task ends the run: nothing behind it is written.
func TestAnErrorOfDoneEndsTheRun(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	written := 0
	tasks := sequence(taskOf("first", 1, func(error) error { return refused }), taskOf("next", 1, passed))
	err := Run(t.Context(), tasks, func(sheet) error { written++; return nil }, upTo(2))
	require.ErrorIs(t, err, refused)
	require.Equal(t, 1, written)
}

// Two tasks for each request in flight and one; a page and a half for each, and one.
func TestAheadOfARequest(t *testing.T) {
	t.Parallel()
	require.Equal(t, Options{Tasks: 3, Bytes: 2 << 20}, AheadOf(1))
	require.Equal(t, Options{Tasks: 17, Bytes: 13 << 20}, AheadOf(8))
}
