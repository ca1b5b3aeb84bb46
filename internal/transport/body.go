package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
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
	clock  *time.Timer // runs inside Read
	stall  time.Duration
	host   string
}

// watch puts the clock on a body.
func watch(ctx context.Context, cancel context.CancelCauseFunc, from io.ReadCloser, stall time.Duration, host string) *body {
	clock := time.AfterFunc(stall, func() { cancel(fmt.Errorf("%w: no byte for %s", errStalled, stall)) })
	clock.Stop()
	return &body{ReadCloser: from, ctx: ctx, cancel: cancel, clock: clock, stall: stall, host: host}
}

// Read reads on, for stall at most.
func (b *body) Read(p []byte) (int, error) {
	b.clock.Reset(b.stall)
	n, err := b.ReadCloser.Read(p)
	b.clock.Stop()
	if err == nil || errors.Is(err, io.EOF) {
		return n, err
	}
	if cause := context.Cause(b.ctx); errors.Is(cause, errStalled) {
		err = cause
	}
	return n, explain(err, b.host)
}

// Close ends the request.
func (b *body) Close() error {
	err := b.ReadCloser.Close()
	b.cancel(context.Canceled)
	return err
}
