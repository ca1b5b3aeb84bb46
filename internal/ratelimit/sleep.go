package ratelimit

import (
	"context"
	"time"
)

// Sleep waits for so long, which may be what [Wait] read, or until ctx ends, and returns its cause then.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
