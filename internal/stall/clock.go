// Package stall tells when one step of many takes too long, such as a read of a body that stops coming. A timer that is
// started and stopped around each step costs more than most steps do; this one looks when a step would be late that began
// when it last looked.
package stall

import (
	"sync/atomic"
	"time"
)

// Clock watches the steps of one job. Begin and End belong to one goroutine.
type Clock struct {
	limit time.Duration
	late  func()
	start time.Time
	timer atomic.Pointer[time.Timer]
	began atomic.Int64 // when the step under way began, in nanoseconds since start, or idle
	ended atomic.Bool
}

const (
	// idle stands for no step under way.
	idle = -1
	// forever is longer than any run.
	forever = 1<<63 - 1
)

// New starts a clock that calls late once, when a step has taken limit. It runs until Stop.
func New(limit time.Duration, late func()) *Clock {
	c := &Clock{limit: limit, late: late, start: time.Now()}
	c.began.Store(idle)
	c.timer.Store(time.AfterFunc(forever, c.look))
	c.timer.Load().Reset(limit) // only now, since look needs the timer
	return c
}

// Begin says that a step starts.
func (c *Clock) Begin() { c.began.Store(int64(time.Since(c.start))) }

// End says that it has ended.
func (c *Clock) End() { c.began.Store(idle) }

// Stop ends the clock. It does not wait for a call of late.
func (c *Clock) Stop() {
	c.ended.Store(true)
	c.timer.Load().Stop()
}

// look waits on for the step under way, or for one that begins now.
func (c *Clock) look() {
	left := c.limit
	if began := c.began.Load(); began != idle {
		left -= time.Since(c.start) - time.Duration(began)
	}
	switch {
	case c.ended.Load():
		return
	case left <= 0:
		c.late()
		return
	}
	c.timer.Load().Reset(left)
}
