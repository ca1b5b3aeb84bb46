package cli

import (
	"context"
	"io"
	"syscall"
)

// untilInputEnds returns a context that ends when standard input does, as by SIGTERM. It is how the tap of a run learns
// that its supervisor is gone, however that went, and on systems without signals that it is asked to end. The reader is
// left behind when the run ends first: nothing can take it away from a read, and the process ends next.
func untilInputEnds(parent context.Context, input io.Reader) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	go func() {
		_, _ = io.Copy(io.Discard, input) // an error ends the input too
		cancel((&signalError{signal: syscall.SIGTERM}).fault("the next run goes on from the last state that the target printed"))
	}()
	return ctx, func() { cancel(nil) }
}
