package supervise

import (
	"sync"
	"time"
)

// pulse knows when the target last showed a sign of life, and whether one is due: a target that waits for the tap owes
// none, one that has something to read or to finish does. It is safe for concurrent use.
type pulse struct {
	mu      sync.Mutex
	last    time.Time
	owing   bool
	all     bool // the target's input is complete
	ended   chan struct{}
	stopped sync.Once
}

// newPulse begins with a sign of life.
func newPulse() *pulse {
	return &pulse{last: time.Now(), ended: make(chan struct{})}
}

// beat notes a sign of life.
func (p *pulse) beat() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = time.Now()
}

// offer says that there is something to read from now on.
func (p *pulse) offer() { p.owe(true) }

// taken says that it was read.
func (p *pulse) taken() { p.owe(false) }

// complete says that all was read, and that the target has only to finish.
func (p *pulse) complete() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last, p.owing, p.all = time.Now(), true, true
}

// completed tells whether the target has all of its input.
func (p *pulse) completed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.all
}

// owe tells whether something is owed: who owes nothing may be silent.
func (p *pulse) owe(owing bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last, p.owing = time.Now(), owing
}

// silence is for how long the target has owed a sign of life.
func (p *pulse) silence() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.owing {
		return 0
	}
	return time.Since(p.last)
}

// watch returns a channel that is closed when the target has owed a sign of life for longer than patience.
func (p *pulse) watch(patience time.Duration) <-chan struct{} {
	hung := make(chan struct{})
	go func() {
		timer := time.NewTimer(patience)
		defer timer.Stop()
		for {
			select {
			case <-p.ended:
				return
			case <-timer.C:
			}
			silence := p.silence()
			if silence >= patience {
				close(hung)
				return
			}
			timer.Reset(patience - silence)
		}
	}()
	return hung
}

// stop ends the watching.
func (p *pulse) stop() { p.stopped.Do(func() { close(p.ended) }) }
