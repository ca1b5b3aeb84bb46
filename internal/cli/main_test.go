package cli

import (
	"context"
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

func TestTheFirstSignalCancelsAndTheSecondIsNotOurs(t *testing.T) {
	t.Parallel()
	cases := map[os.Signal]fault.Kind{os.Interrupt: fault.Interrupted, syscall.SIGTERM: fault.Terminated}
	for signal, kind := range cases {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var signals chan<- os.Signal
				unnotified := false
				process := &Process{Notify: func(c chan<- os.Signal) func() {
					signals = c
					return func() { unnotified = true }
				}}
				ctx, stop := withSignals(t.Context(), process, func() string { return "what is next" })
				require.NoError(t, ctx.Err())
				signals <- signal
				<-ctx.Done()
				synctest.Wait()
				require.True(t, unnotified, "the second signal must have its default effect")
				cause := context.Cause(ctx)
				require.ErrorContains(t, cause, signal.String())
				stopped, ok := errors.AsType[*signalError](cause)
				require.True(t, ok)
				require.Equal(t, kind, stopped.kind())
				require.Contains(t, fault.Line(cause), "what is next")
				stop()
			})
		})
	}
}

func TestOnlyASyncGoesOnFromAState(t *testing.T) {
	t.Parallel()
	a := &app{}
	require.Equal(t, "run it again", a.afterSignal())
	a.resumes.Store(true)
	require.Contains(t, a.afterSignal(), "last STATE")
}

func TestNoSignalLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		process := &Process{Notify: func(chan<- os.Signal) func() { return func() {} }}
		ctx, stop := withSignals(t.Context(), process, nil)
		stop()
		require.ErrorIs(t, context.Cause(ctx), context.Canceled)
	})
}

func TestReadLineTakesOneLineAndNoneIsAMistake(t *testing.T) {
	t.Parallel()
	line, err := readLine(t.Context(), strings.NewReader("  code-1 \nmore"))
	require.NoError(t, err)
	require.Equal(t, "code-1", line)

	line, err = readLine(t.Context(), strings.NewReader("code-without-end"))
	require.NoError(t, err)
	require.Equal(t, "code-without-end", line)

	for _, input := range []string{"", "\n", "  \n"} {
		_, err = readLine(t.Context(), strings.NewReader(input))
		require.Equal(t, fault.Usage, fault.KindOf(err), "%q", input)
	}
}

func TestReadLineEndsWithItsContext(t *testing.T) {
	t.Parallel()
	reader, writer, err := os.Pipe()
	require.NoError(t, err)
	defer reader.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(&signalError{signal: os.Interrupt})
	_, err = readLine(ctx, reader)
	require.ErrorContains(t, err, "interrupt")
	require.NoError(t, writer.Close())
}
