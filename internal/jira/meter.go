package jira

import (
	"context"
	"sync/atomic"
	"time"
)

// Meter counts what is spent on the requests of a context. It is safe for
// concurrent use.
type Meter struct {
	// Requests counts attempts, Retries those after the first.
	Requests, Retries atomic.Int64
	waited, busy      atomic.Int64
}

// Waited is the time spent in backoff and pauses, summed over all requests.
func (m *Meter) Waited() time.Duration { return time.Duration(m.waited.Load()) }

// Busy is the time that the attempts took, with their bodies, summed over all
// requests: divided by Requests it is what one takes of a permit.
func (m *Meter) Busy() time.Duration { return time.Duration(m.busy.Load()) }

type meterKey struct{}

// WithMeter makes the requests of ctx count on m.
func WithMeter(ctx context.Context, m *Meter) context.Context {
	return context.WithValue(ctx, meterKey{}, m)
}

// meterOf returns the context's meter, or one that nobody reads.
func meterOf(ctx context.Context) *Meter {
	if m, ok := ctx.Value(meterKey{}).(*Meter); ok {
		return m
	}
	return &Meter{}
}
