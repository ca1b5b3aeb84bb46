package stall

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// watched is a clock whose late calls are kept with their times.
func watched(limit time.Duration) (*Clock, chan time.Duration) {
	calls, start := make(chan time.Duration, 10), time.Now()
	return New(limit, func() { calls <- time.Since(start) }), calls
}

func TestAStepIsLateToTheMoment(t *testing.T) {
	t.Parallel()
	for _, before := range []time.Duration{0, time.Nanosecond, 20 * time.Second, time.Minute, 61 * time.Second, 10 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			c, calls := watched(time.Minute)
			defer c.Stop()
			time.Sleep(before)
			c.Begin()
			time.Sleep(time.Minute - 1)
			require.Empty(t, calls)
			time.Sleep(time.Hour)
			require.Len(t, calls, 1, "once")
			require.Equal(t, before+time.Minute, <-calls)
		})
	}
}

func TestStepsInTimeAreNoneTooLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, calls := watched(time.Minute)
		for range 100 {
			c.Begin()
			time.Sleep(59 * time.Second)
			c.End()
			time.Sleep(time.Second)
		}
		time.Sleep(time.Hour)
		require.Empty(t, calls)
		c.Begin()
		c.Stop()
		time.Sleep(time.Hour)
		require.Empty(t, calls, "after Stop")
	})
}

func TestAStepCostsNoMemory(t *testing.T) {
	c := New(time.Hour, func() {})
	defer c.Stop()
	require.Zero(t, testing.AllocsPerRun(100, func() { c.Begin(); c.End() }))
}
