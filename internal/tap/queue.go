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
	// fetch sends pages by out until it is done. out fails when the run ends.
	fetch func(ctx context.Context, out func(*page) error) error
	// done is called in order, after the task's last page was written.
	done func(err error) error
}

// running is a task that was started.
type running struct {
	task
	pages chan *page
	room  *room
	err   error // valid once pages is closed
}

// runInOrder starts the tasks in their order, at most window at once, and calls
// write with their pages in the order of the tasks, whatever order they come in.
// The task at the head streams straight through; those behind it run ahead by a
// page and wait, so that the head always moves, and none is started that may not
// find room, so that memory is bounded. The error of a task goes to its done
// function; what write or done return ends the run.
func runInOrder(ctx context.Context, tasks func(context.Context) iter.Seq[task], window int, write func(*page) error) error {
	ctx, cancel := context.WithCancel(ctx)
	room := newRoom(int64(window) * taskBytes)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer room.close()
	defer cancel()

	started := make(chan *running, window) // as many as may run: the producer never waits for the consumer
	slots := make(chan struct{}, window)   // one for each task between its start and its end at the consumer
	var broken error                       // the producer's own mistake; valid once started is closed
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
			if !room.enter() {
				return
			}
			r := &running{task: t, pages: make(chan *page, 1), room: room}
			turnCtx := jira.WithTurn(ctx, turn)
			workers.Go(func() { r.run(turnCtx) })
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
	expected := true
	defer func() { r.room.leave(expected) }()
	defer close(r.pages)
	defer fault.Rescue(&r.err)
	r.err = r.fetch(ctx, func(p *page) error {
		r.room.take(p.size(), expected)
		expected = false
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
	for p := range r.pages {
		size := p.size()
		if err := write(p); err != nil {
			return err
		}
		r.room.give(size)
	}
	return r.done(r.err)
}
