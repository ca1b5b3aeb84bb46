package jira

import (
	"context"
	"slices"
	"sync"
)

type turnKey struct{}

// WithTurn gives the requests of ctx a place in the queue for permits: the
// lowest turn is served first, so that the follow-ups of early work overtake
// new work. Without it the turn is 0.
func WithTurn(ctx context.Context, turn int) context.Context {
	return context.WithValue(ctx, turnKey{}, turn)
}

func turnOf(ctx context.Context) int {
	turn, _ := ctx.Value(turnKey{}).(int)
	return turn
}

// permits bounds the requests in flight. A permit covers one attempt with its
// body and its decoding, and nothing that could wait for another permit.
type permits struct {
	mu      sync.Mutex
	free    int
	waiting []*waiter
}

// waiter is a request in the queue; its channel is closed when it got a permit.
type waiter struct {
	turn  int
	ready chan struct{}
}

// acquire waits for a permit.
func (p *permits) acquire(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	p.mu.Lock()
	if p.free > 0 {
		p.free--
		p.mu.Unlock()
		return nil
	}
	w := &waiter{turn: turnOf(ctx), ready: make(chan struct{})}
	p.waiting = append(p.waiting, w)
	p.mu.Unlock()

	select {
	case <-w.ready:
		return nil
	case <-ctx.Done():
		p.leave(w)
		return context.Cause(ctx)
	}
}

// leave takes a waiter out of the queue; a permit that came meanwhile goes on.
func (p *permits) leave(w *waiter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.Index(p.waiting, w); i >= 0 {
		p.waiting = slices.Delete(p.waiting, i, i+1)
		return
	}
	p.grant()
}

// release gives a permit back.
func (p *permits) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.grant()
}

// grant hands a permit to the lowest turn, the longest waiting among equals.
// The queue is as short as the engine's window, so a scan is enough.
func (p *permits) grant() {
	if len(p.waiting) == 0 {
		p.free++
		return
	}
	first := 0
	for i, w := range p.waiting {
		if w.turn < p.waiting[first].turn {
			first = i
		}
	}
	close(p.waiting[first].ready)
	p.waiting = slices.Delete(p.waiting, first, first+1)
}
