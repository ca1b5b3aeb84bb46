package jira

import (
	"context"
	"sync/atomic"
)

// Meter counts what is spent on the requests of a context. It is safe for
// concurrent use.
type Meter struct {
	// Requests counts attempts, Retries those after the first, WaitedNanoseconds the
	// time spent in backoff and pauses.
	Requests, Retries, WaitedNanoseconds atomic.Int64
}

// WithMeter makes the requests of ctx count on m.
func WithMeter(ctx context.Context, m *Meter) context.Context { return ctx }
