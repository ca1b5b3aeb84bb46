package tap

import (
	"context"
	"iter"
)

// interleave yields the first tasks of another source and then those of a walk, and
// among them, after each so many places to go on from, one more of the other, whose rest
// comes behind. The walk's first page takes round trips in which little else is asked.
// So what both are asked for is in the output soon after it was listed, and their
// bookmarks move side by side. It goes by tasks and never by time: the order of
// the output is the same for any concurrency.
func interleave(walk, other source, first, every int) source {
	return func(ctx context.Context) iter.Seq[task] {
		tasks, others := walk(ctx), other(ctx)
		return func(yield func(task) bool) {
			next, stop := iter.Pull(others)
			defer stop()
			oneMore := func() bool {
				t, more := next()
				return !more || yield(t)
			}
			for range first {
				if !oneMore() {
					return
				}
			}
			places := 0
			for t := range tasks {
				if !yield(t) {
					return
				}
				if t.place {
					places++
				}
				if t.place && places%every == 0 && !oneMore() {
					return
				}
			}
			for t, more := next(); more; t, more = next() {
				if !yield(t) {
					return
				}
			}
		}
	}
}
