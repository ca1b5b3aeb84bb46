package cli

import (
	"cmp"
	"context"
	"errors"
	"os"
	"syscall"

	"tap-jira/internal/fault"
)

// Main runs the command line of the process and returns its exit code. A failed run ends with one line on standard
// error that says what happened, where, and what to do; it is printed here and nowhere else.
func Main(p *Process) int {
	process, out := *p, &output{to: p.Stdout}
	process.Stdout = out
	a := &app{Process: &process}
	ctx, stop := withSignals(context.Background(), p, a.afterSignal)
	defer stop()
	err := fault.Safely(func() error { return a.run(ctx) })()
	if err = cmp.Or(err, out.err); err == nil {
		return 0
	}
	if broken, ok := errors.AsType[*fault.PanicError](err); ok {
		a.logger().DebugContext(context.WithoutCancel(ctx), "the stack of the mistake", "stack", broken.Stack)
	}
	kind := fault.KindOf(err)
	if cause, ok := errors.AsType[*signalError](context.Cause(ctx)); ok {
		if kind != cause.kind() { // otherwise the command knows better how to go on
			err = cause.fault(a.afterSignal())
		}
		kind = cause.kind()
	}
	a.logger().Log(context.WithoutCancel(ctx), levelCritical, fault.Line(err))
	return int(kind)
}

// signalError is why a run was cancelled: the user, or whoever supervises the run, asked for it.
type signalError struct{ signal os.Signal }

// Error names the signal.
func (e *signalError) Error() string { return "stopped by signal: " + e.signal.String() }

// kind is the signal's exit code, 128 and its number, as a shell reports it.
func (e *signalError) kind() fault.Kind {
	if e.signal == syscall.SIGTERM {
		return fault.Terminated
	}
	return fault.Interrupted
}

// fault is the error of a run that a signal ended; next says how to go on.
func (e *signalError) fault(next string) error { return fault.Wrap(e.kind(), e, next) }

// afterSignal says how to go on after a signal.
func (a *app) afterSignal() string {
	if a.resumes.Load() {
		return "run it again with the last STATE to go on from there"
	}
	return "run it again"
}

// withSignals returns a context that the first signal cancels. From then on signals have their default effect, so
// that a second one ends the process at once. next says how to go on. stop waits for the goroutine that listens.
func withSignals(parent context.Context, p *Process, next func() string) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1) // one, so that a signal is not lost while nobody listens
	unnotify := p.Notify(signals)
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case s := <-signals:
			cancel((&signalError{signal: s}).fault(next()))
		case <-ctx.Done():
		}
		unnotify()
	}()
	return ctx, func() {
		cancel(nil)
		<-done
	}
}
