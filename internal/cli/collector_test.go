package cli

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAHeapGrowsToTheFloorOrByAQuarter(t *testing.T) {
	t.Parallel()
	for live, want := range map[uint64]int{
		0:                  100 * heapFloor / startMinimum,
		1 << 20:            100 * (heapFloor/(1<<20) - 1),
		heapFloor / 2:      100,
		heapFloor * 4 / 5:  garbagePercent,
		heapFloor:          garbagePercent,
		heapFloor * 100:    garbagePercent,
		heapFloor*9/10 + 1: garbagePercent,
	} {
		require.Equal(t, want, percentFor(live), "%d bytes", live)
	}
}

func TestEachCollectionIsTold(t *testing.T) {
	t.Parallel()
	told := make(chan uint64, 100)
	afterCollection(func() {
		select {
		case told <- liveHeap():
		default:
		}
	})
	for range 3 {
		require.Eventually(t, func() bool { runtime.GC(); return len(told) > 0 }, 10*time.Second, time.Millisecond)
		require.NotZero(t, <-told)
	}
}
