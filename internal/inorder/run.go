package inorder

import (
	"context"
	"sync"

	"tap-jira/internal/fault"
)

// Page is what a task hands over at once.
type Page interface {
	// Bytes is the memory that the page holds until it is written. It stays the same until then.
	Bytes() int64
}

// Task fetches pages and hands them over one after the other. Fetch and Done are never nil.
type Task[P Page] struct {
	// Kind names the tasks whose pages are of about the same size; "" is a kind, too.
	Kind string
	// Fetch sends pages by out until it is done, on a goroutine of its own. out fails
	// when the run ends. A panic in it is an error of the task.
	Fetch func(ctx context.Context, out func(P) error) error
	// Done is called in order, after the task's last page was written, with what Fetch
	// returned. What it returns ends the run.
	Done func(err error) error
	// Place tells that its end is a place to go on from.
	Place bool
}

// running is a task that was started.
type running[P Page] struct {
	Task[P]
	pages chan P
	seat  seat
	err   error // valid once pages is closed
}

// Options bound how far tasks run ahead of what is written.
type Options struct {
	// Tasks is how many may have begun and not ended; at least 1.
	Tasks int
	// Bytes is the memory of their pages. A single page may be larger.
	Bytes int64
	// Context makes the context of a task's Fetch, nil for that of the run. turn is the
	// task's place in the order, counted from 0; enter is to be called when an answer is
	// there and before its page is read.
	Context func(ctx context.Context, turn int, enter Gate) context.Context
}

// Gate waits until there is room for the next page of a task. It calls blocked before it
// waits, and fails when the run has ended. Calls for one task side by side enter together.
type Gate func(ctx context.Context, blocked func()) error

// AheadOf is how far to run ahead with so many requests in flight, at least 1. A task
// that waits for those before it costs nothing, so that there are as many as keep every
// permit in use while the first in line is waited for, and no more: what they have
// read and nobody has written is read again after a kill.
func AheadOf(concurrency int) Options {
	return Options{Tasks: 2*concurrency + 1, Bytes: int64(concurrency+concurrency/2+1) * taskBytes}
}

// Run starts the tasks in their order and calls write with their pages in
// the order of the tasks, whatever order they come in. The task at the head
// streams straight through; those behind it run ahead by a page and wait, so that
// the head always moves, and their answers are read when there is room for them,
// so that memory is bounded. The error of a task goes to its Done; what write or
// Done return ends the run. So does a panic in the source, as an error, and the end
// of ctx, whose cause is returned. All goroutines have ended when it returns.
func Run[P Page](ctx context.Context, tasks Source[P], write func(P) error, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	room := newRoom(o.Bytes)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer room.close()
	defer cancel()

	started := make(chan *running[P], o.Tasks) // as many as may run: the producer never waits for the consumer
	slots := make(chan struct{}, o.Tasks)      // one for each task between its start and its end at the consumer
	var broken error                           // the producer's own mistake; valid once started is closed
	workers.Go(func() {
		defer close(started)
		defer fault.Rescue(&broken)
		turn := 0
		for t := range tasks(ctx) {
			select {
			case slots <- struct{}{}:
			case <-ctx.Done():
				return
			}
			if !room.start() {
				return
			}
			r := &running[P]{Task: t, pages: make(chan P, 1), seat: seat{room: room, kind: t.Kind, turn: turn}}
			taskCtx := o.contextOf(ctx, &r.seat)
			workers.Go(func() { r.run(taskCtx) })
			started <- r
			turn++
		}
	})
	for r := range started {
		if err := r.drain(write); err != nil {
			return err
		}
		<-slots
	}
	if broken != nil {
		return broken
	}
	return context.Cause(ctx)
}

// contextOf is the context of the task that has the seat.
func (o *Options) contextOf(ctx context.Context, s *seat) context.Context {
	if o.Context == nil {
		return ctx
	}
	return o.Context(ctx, s.turn, s.enter)
}

// run fetches and closes the pages when done.
func (r *running[P]) run(ctx context.Context) {
	defer r.seat.leave()
	defer close(r.pages)
	defer fault.Rescue(&r.err)
	r.err = r.Fetch(ctx, func(p P) error {
		r.seat.take(p.Bytes())
		select {
		case r.pages <- p:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
}

// drain writes the task's pages as they come and then ends it.
func (r *running[P]) drain(write func(P) error) error {
	r.seat.room.begin(r.seat.turn)
	for p := range r.pages {
		size := p.Bytes() // before the writer takes the memory back
		if err := write(p); err != nil {
			return err
		}
		r.seat.room.give(size)
	}
	return r.Done(r.err)
}
