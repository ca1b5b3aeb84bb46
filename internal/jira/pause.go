package jira

import (
	"context"
	"sync"
	"time"
)

// pause is the rest that a 429 asks of all workers, not of the one that got it.
type pause struct {
	mu    sync.Mutex
	until time.Time
}

// extend moves the end of the pause, never nearer.
func (p *pause) extend(until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until.After(p.until) {
		p.until = until
	}
}

// left is how long the pause still lasts.
func (p *pause) left(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(0, p.until.Sub(now))
}

// enter waits for the end of the pause and a permit, whichever order they come in.
func (c *Client) enter(ctx context.Context) error {
	for {
		if left := c.pause.left(c.now()); left > 0 {
			if err := c.sleep(ctx, left); err != nil {
				return err
			}
		}
		if err := c.permits.acquire(ctx); err != nil {
			return err
		}
		if c.pause.left(c.now()) == 0 {
			return nil
		}
		c.permits.release()
	}
}

// sleep waits and counts it.
func (c *Client) sleep(ctx context.Context, d time.Duration) error {
	meterOf(ctx).waited.Add(int64(d))
	return c.opts.Wait(ctx, d)
}

// wait is the default Options.Wait.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
