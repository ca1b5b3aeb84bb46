package progress

import (
	"context"
	"sync"
	"time"
)

// View shows snapshots.
type View interface {
	// Show shows one; it is called by one goroutine.
	Show(Snapshot)
	// Close takes down what is shown.
	Close()
}

// Report shows snapshots in a view again and again until stop is called, which waits for the last one to be taken down.
func Report(ctx context.Context, every time.Duration, snapshot func() Snapshot, view View) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				view.Show(snapshot())
			}
		}
	})
	return sync.OnceFunc(func() {
		cancel()
		done.Wait()
		view.Close()
	})
}

// Lines is a view that hands each snapshot on, to be logged as a line.
type Lines func(Snapshot)

// Show hands the snapshot on.
func (l Lines) Show(s Snapshot) { l(s) }

// Close does nothing.
func (Lines) Close() {}
