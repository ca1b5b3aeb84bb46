package tap

import (
	"context"
	"iter"
	"sync"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
)

// task fetches pages and hands them over one after the other.
type task struct {
	// kind names the tasks whose pages are of about the same size; "" is a kind, too.
	kind string
	// fetch sends pages by out until it is done. out fails when the run ends.
	fetch func(ctx context.Context, out func(*page) error) error
	// done is called in order, after the task's last page was written.
	done func(err error) error
	// place tells that its end is a place to go on from.
	place bool
}

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

// running is a task that was started.
type running struct {
	task
	pages chan *page
	seat  seat
	err   error // valid once pages is closed
}

// ahead bounds how far tasks run ahead of the writer.
type ahead struct {
	// tasks is how many may have begun.
	tasks int
	// bytes is the memory of their pages.
	bytes int64
}

// aheadOf is how far to run ahead with so many requests in flight. A task that
// waits for those before it costs nothing, so that there are as many as keep every
// permit in use while the first in line is waited for, and no more: what they have
// read and nobody has written is read again after a kill.
func aheadOf(concurrency int) ahead {
	return ahead{tasks: 2*concurrency + 1, bytes: int64(concurrency+concurrency/2+1) * taskBytes}
}

// runInOrder starts the tasks in their order and calls write with their pages in
// the order of the tasks, whatever order they come in. The task at the head
// streams straight through; those behind it run ahead by a page and wait, so that
// the head always moves, and their answers are read when there is room for them,
// so that memory is bounded. The error of a task goes to its done function; what
// write or done return ends the run.
func runInOrder(ctx context.Context, tasks func(context.Context) iter.Seq[task], bound ahead, write func(*page) error) error {
	ctx, cancel := context.WithCancel(ctx)
	room := newRoom(bound.bytes)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer room.close()
	defer cancel()

	started := make(chan *running, bound.tasks) // as many as may run: the producer never waits for the consumer
	slots := make(chan struct{}, bound.tasks)   // one for each task between its start and its end at the consumer
	var broken error                            // the producer's own mistake; valid once started is closed
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
			r := &running{task: t, pages: make(chan *page, 1), seat: seat{room: room, kind: t.kind, turn: turn}}
			taskCtx := jira.WithGate(jira.WithTurn(ctx, turn), r.seat.enter)
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

// run fetches and closes the pages when done.
func (r *running) run(ctx context.Context) {
	defer r.seat.leave()
	defer close(r.pages)
	defer fault.Rescue(&r.err)
	r.err = r.fetch(ctx, func(p *page) error {
		r.seat.take(p.size())
		select {
		case r.pages <- p:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
}

// drain writes the task's pages as they come and then ends it.
func (r *running) drain(write func(*page) error) error {
	r.seat.room.begin(r.seat.turn)
	for p := range r.pages {
		size := p.size()
		if err := write(p); err != nil {
			return err
		}
		r.seat.room.give(size)
	}
	return r.done(r.err)
}
