package jira

import "context"

// Gate lets the records of an answer in when there is room for them. It calls
// blocked before it waits, and returns an error when it will never let them in.
type Gate func(ctx context.Context, blocked func()) error

type gateKey struct{}

// WithGate makes every answer to the requests of ctx wait at a gate before its
// records are decoded. While it waits its permit serves requests of lower turns,
// which may be what makes room; so requests in flight may be more than
// Options.Concurrency by as many as have their answer already.
func WithGate(ctx context.Context, gate Gate) context.Context {
	return context.WithValue(ctx, gateKey{}, gate)
}

// passGate waits at the context's gate; kept says that the permit is still ours.
func (c *Client) passGate(ctx context.Context) (kept bool, err error) {
	gate, there := ctx.Value(gateKey{}).(Gate)
	if !there {
		return true, nil
	}
	var l *loan
	err = gate(ctx, func() { l = c.permits.lend(turnOf(ctx)) })
	return l == nil || c.permits.reclaim(l), err
}
