package tap

import (
	"context"
	"iter"

	"tap-jira/internal/fault"
)

// fetched is what one step of a chain gave.
type fetched[T any] struct {
	value T
	err   error
}

// readAhead follows a chain of requests from now on, up to so many steps ahead of
// who takes them. Each step leads to the next, so that the way to its end takes as
// many round trips as there are steps, which nothing may have to wait for in the
// end. The chain ends with ctx.
func readAhead[T any](ctx context.Context, r *run, chain iter.Seq2[T, error], steps int) iter.Seq2[T, error] {
	taken := make(chan fetched[T], steps)
	r.background.Go(func() {
		defer close(taken)
		give := func(f fetched[T]) bool {
			select {
			case taken <- f:
				return true
			case <-ctx.Done():
				return false
			}
		}
		broken := fault.Safely(func() error {
			for value, err := range chain {
				if !give(fetched[T]{value: value, err: err}) {
					break
				}
			}
			return nil
		})()
		if broken != nil {
			give(fetched[T]{err: broken})
		}
	})
	return func(yield func(T, error) bool) {
		for f := range taken {
			if !yield(f.value, f.err) {
				return
			}
		}
		if ctx.Err() != nil { // the chain did not come to its end
			var none T
			yield(none, context.Cause(ctx))
		}
	}
}
