package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"tap-jira/internal/stall"
)

// errStalled is the cause when a body stops coming.
var errStalled = errors.New("the answer stopped coming")

// body ends the request when a Read brings nothing for too long. The clock
// runs only inside Read: a reader that takes its time is not Jira's doing.
// What makes Read fail is explained.
type body struct {
	io.ReadCloser
	ctx    context.Context //nolint:containedctx // it is the request's, which lives as long as its body
	cancel context.CancelCauseFunc
	clock  *stall.Clock // of the reads
	host   string
}

// watch puts the clock on a body.
func watch(ctx context.Context, cancel context.CancelCauseFunc, from io.ReadCloser, limit time.Duration, host string) *body {
	clock := stall.New(limit, func() { cancel(fmt.Errorf("%w: no byte for %s", errStalled, limit)) })
	return &body{ReadCloser: from, ctx: ctx, cancel: cancel, clock: clock, host: host}
}

// Read reads on, for stall at most.
func (b *body) Read(p []byte) (int, error) {
	b.clock.Begin()
	n, err := b.ReadCloser.Read(p)
	b.clock.End()
	if err == nil {
		return n, nil
	}
	// Also at an orderly end: a server that is told of the request's end may close what it has not finished.
	if cause := context.Cause(b.ctx); errors.Is(cause, errStalled) {
		return n, explain(cause, b.host)
	}
	if errors.Is(err, io.EOF) {
		return n, err
	}
	return n, explain(err, b.host)
}

// Close ends the request.
func (b *body) Close() error {
	b.clock.Stop()
	err := b.ReadCloser.Close()
	b.cancel(context.Canceled)
	return err
}
