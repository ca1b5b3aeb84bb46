package inorder

import (
	"context"
	"iter"
)

// Source yields tasks in their order. It is called once; what it asks for before it
// yields its first task, it may begin at once with the context, which ends with the run.
type Source[P Page] func(ctx context.Context) iter.Seq[Task[P]]

// Chain joins the sources' tasks one source after the other. All sources are called at
// once, so that a long chain of requests begins early, and their tasks are taken in turn.
func Chain[P Page](sources ...Source[P]) Source[P] {
	return func(ctx context.Context) iter.Seq[Task[P]] {
		return func(yield func(Task[P]) bool) {
			begun := make([]iter.Seq[Task[P]], len(sources))
			for i, s := range sources {
				begun[i] = s(ctx)
			}
			for _, tasks := range begun {
				for t := range tasks {
					if !yield(t) {
						return
					}
				}
			}
		}
	}
}

// Interleave yields the first tasks of another source and then those of a walk, and
// among them, after each so many places to go on from, one more of the other, whose rest
// comes behind. The walk's first task takes round trips in which little else is asked.
// So what both are asked for is written soon after it was listed, and the places that
// both have reached move side by side. It goes by tasks and never by time: the order of
// the output is the same for any concurrency. every is at least 1.
func Interleave[P Page](walk, other Source[P], first, every int) Source[P] {
	return func(ctx context.Context) iter.Seq[Task[P]] {
		tasks, others := walk(ctx), other(ctx)
		return func(yield func(Task[P]) bool) {
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
				if t.Place {
					places++
				}
				if t.Place && places%every == 0 && !oneMore() {
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
