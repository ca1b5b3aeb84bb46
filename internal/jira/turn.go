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
// body and its decoding. Nothing that holds one may wait for another, unless it
// lends its own meanwhile.
type permits struct {
	mu      sync.Mutex
	free    int
	waiting []*waiter
	lent    []*loan
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
	w := &waiter{turn: turnOf(ctx), ready: make(chan struct{})}
	if p.free > 0 || p.borrow(w.turn) {
		p.free = max(0, p.free-1)
		p.mu.Unlock()
		return nil
	}
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

// grant hands a permit to the first in the queue.
func (p *permits) grant() {
	if len(p.waiting) == 0 {
		p.free++
		return
	}
	p.admit(p.first())
}

// first is the waiter of the lowest turn, the longest waiting among equals. The
// queue is as short as the engine's window, so a scan is enough.
func (p *permits) first() int {
	first := 0
	for i, w := range p.waiting {
		if w.turn < p.waiting[first].turn {
			first = i
		}
	}
	return first
}

func (p *permits) admit(i int) {
	close(p.waiting[i].ready)
	p.waiting = slices.Delete(p.waiting, i, i+1)
}

// loan is the permit of an attempt that waits for something else than Jira.
type loan struct {
	turn  int
	taken bool
}

// lend offers a permit to requests of lower turns, until reclaim.
func (p *permits) lend(turn int) *loan {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := &loan{turn: turn}
	p.lent = append(p.lent, l)
	if len(p.waiting) > 0 {
		if i := p.first(); p.borrow(p.waiting[i].turn) {
			p.admit(i)
		}
	}
	return l
}

// borrow takes a permit that was lent by a higher turn, the highest of all.
func (p *permits) borrow(turn int) bool {
	last := -1
	for i, l := range p.lent {
		if l.turn > turn && (last < 0 || l.turn > p.lent[last].turn) {
			last = i
		}
	}
	if last < 0 {
		return false
	}
	p.lent[last].taken = true
	p.lent = slices.Delete(p.lent, last, last+1)
	return true
}

// reclaim ends the offer; false says that the permit is another's now.
func (p *permits) reclaim(l *loan) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l.taken {
		return false
	}
	p.lent = slices.DeleteFunc(p.lent, func(other *loan) bool { return other == l })
	return true
}
