package tap

import (
	"context"
	"iter"
)

// interleave yields the tasks of a walk and, at the first place to go on from and
// each so many further, one task of another source, whose rest comes behind.
// So what both are asked for is in the output soon after it was listed, and their
// bookmarks move side by side. It goes by tasks and never by time: the order of
// the output is the same for any concurrency.
func interleave(walk, other source, every int) source {
	return func(ctx context.Context) iter.Seq[task] {
		tasks, others := walk(ctx), other(ctx)
		return func(yield func(task) bool) {
			next, stop := iter.Pull(others)
			defer stop()
			places := 0
			for t := range tasks {
				if !yield(t) {
					return
				}
				if !t.place {
					continue
				}
				if places%every == 0 {
					if t, more := next(); more && !yield(t) {
						return
					}
				}
				places++
			}
			for t, more := next(); more; t, more = next() {
				if !yield(t) {
					return
				}
			}
		}
	}
}
