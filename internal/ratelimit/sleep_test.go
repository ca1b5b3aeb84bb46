package ratelimit

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSleep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		require.NoError(t, Sleep(t.Context(), 90*time.Second))
		require.Equal(t, 90*time.Second, time.Since(began))
	})
}

// Who stops the run is not kept waiting, and hears why.
func TestSleepEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stopped := errors.New("stopped by the user")
		ctx, cancel := context.WithCancelCause(t.Context())
		began := time.Now()
		time.AfterFunc(time.Second, func() { cancel(stopped) })
		require.ErrorIs(t, Sleep(ctx, time.Hour), stopped)
		require.Equal(t, time.Second, time.Since(began))
	})
}
