package transport

import (
	"context"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

// dripping gives a byte each time it is told to, and ends with its context as net/http's bodies do.
type dripping struct {
	ctx   context.Context
	drops chan byte
}

func (d *dripping) Read(p []byte) (int, error) {
	select {
	case b, more := <-d.drops:
		if !more {
			return 0, io.EOF
		}
		p[0] = b
		return 1, nil
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	}
}

func (d *dripping) Close() error { return nil }

func newBody(t *testing.T, stall time.Duration) (*body, chan byte) {
	t.Helper()
	ctx, cancel := context.WithCancelCause(t.Context())
	drops := make(chan byte)
	return watch(ctx, cancel, &dripping{ctx: ctx, drops: drops}, stall, "h"), drops
}

func TestSlowBodyIsFineWhileItComes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, drops := newBody(t, time.Minute)
		go func() {
			for range 5 {
				time.Sleep(59 * time.Second)
				drops <- 'x'
			}
			close(drops)
		}()
		text, err := io.ReadAll(b)
		require.NoError(t, err)
		require.Equal(t, "xxxxx", string(text))
		require.NoError(t, b.Close())
		require.ErrorIs(t, context.Cause(b.ctx), context.Canceled, "the request ends with its body")
	})
}

func TestSlowReaderIsNotAStall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, drops := newBody(t, time.Minute)
		go func() { drops <- 'x'; drops <- 'y'; close(drops) }()
		_, err := b.Read(make([]byte, 1))
		require.NoError(t, err)
		time.Sleep(time.Hour) // the target is busy
		_, err = b.Read(make([]byte, 1))
		require.NoError(t, err)
		_, err = b.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
		require.NoError(t, b.Close())
	})
}

func TestBodyThatStops(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, _ := newBody(t, time.Minute)
		start := time.Now()
		_, err := b.Read(make([]byte, 1))
		require.Equal(t, time.Minute, time.Since(start))
		require.ErrorIs(t, err, errStalled)
		require.Equal(t, fault.Network, fault.KindOf(err))
		require.NotErrorIs(t, err, context.Canceled, "it is not the end of the run")
		require.NoError(t, b.Close())
	})
}
