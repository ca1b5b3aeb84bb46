package jira

import (
	"context"
	"errors"
	"io"
	"time"

	"tap-jira/internal/stall"
)

// maxBodyBytes is more than any page Jira can make; it bounds a server gone mad
// and a gzip bomb.
const maxBodyBytes = 4 << 30

// errStalled is the cause of an attempt that was ended because nothing came.
var errStalled = errors.New("nothing arrived for too long")

// watch ends a context when one read of the body brings nothing for the
// timeout. Its clock runs only inside a read: until the answer's head is there
// the transport counts, which alone knows when the request left the queue for
// Jira's limits, and between two reads it is whoever takes the records that
// takes the time.
func watch(ctx context.Context, timeout time.Duration) (context.Context, *bodyGuard) {
	watched, cancel := context.WithCancelCause(ctx)
	return watched, &bodyGuard{clock: stall.New(timeout, func() { cancel(errStalled) }), cancel: cancel}
}

// bodyGuard is the clock of one watch.
type bodyGuard struct {
	clock  *stall.Clock
	cancel context.CancelCauseFunc
}

func (g *bodyGuard) done() { g.clock.Stop(); g.cancel(nil) }

// bodyReader reads on the guard's clock and remembers how the body ended,
// because a decoder's error alone does not say whether the network or the text
// broke.
type bodyReader struct {
	r     io.Reader
	guard *bodyGuard
	err   error
}

// Read is io.Reader's. The clock runs while it waits for the network, and not while what came is decoded.
func (b *bodyReader) Read(p []byte) (int, error) {
	b.guard.clock.Begin()
	n, err := b.r.Read(p)
	b.guard.clock.End()
	if err != nil {
		b.err = err
	}
	return n, err
}
