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

// end is when the pause ends; long ago when there is none.
func (p *pause) end() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.until
}

// enter waits for the end of the pause and a permit, whichever order they come in.
func (c *Client) enter(ctx context.Context) error {
	var waited time.Time // the end of the pause that was waited for
	for {
		if end := c.pause.end(); end.After(c.now()) && !end.Equal(waited) {
			if err := c.sleep(ctx, end.Sub(c.now())); err != nil {
				return err
			}
			waited = end
		}
		if err := c.permits.acquire(ctx); err != nil {
			return err
		}
		if end := c.pause.end(); !end.After(c.now()) || end.Equal(waited) {
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
