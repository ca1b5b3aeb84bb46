package tap

import (
	"context"
	"iter"

	"tap-jira/internal/inorder"
	"tap-jira/internal/jira"
)

// task fetches pages of lines; its requests wait for their turn and for room.
type task = inorder.Task[*page]

// source yields the tasks of one or more streams, in order.
type source = inorder.Source[*page]

// readInOrder reads the sources one after the other, many pages at once, and writes.
func (r *run) readInOrder(ctx context.Context, sources []source) error {
	ahead := inorder.AheadOf(r.options.Concurrency)
	ahead.Context = func(ctx context.Context, turn int, enter inorder.Gate) context.Context {
		return jira.WithGate(jira.WithTurn(ctx, turn), jira.Gate(enter))
	}
	return inorder.Run(ctx, inorder.Chain(sources...), r.write, ahead)
}

// one is a sequence of a single task.
func one(t task) iter.Seq[task] {
	return func(yield func(task) bool) { yield(t) }
}

// nothing is the fetch of a task that only does something in its turn.
func nothing(context.Context, func(*page) error) error { return nil }

// bothFetched fetches by one after the other.
func bothFetched(first, then func(context.Context, func(*page) error) error) func(context.Context, func(*page) error) error {
	return func(ctx context.Context, out func(*page) error) error {
		if err := first(ctx, out); err != nil {
			return err
		}
		return then(ctx, out)
	}
}

// bothDone ends a task by one after the other.
func bothDone(first, then func(error) error) func(error) error {
	return func(err error) error {
		if broken := first(err); broken != nil {
			return broken
		}
		return then(err)
	}
}
