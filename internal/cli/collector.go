package cli

import (
	"runtime"
	"runtime/debug"
	counters "runtime/metrics"
)

const (
	// heapFloor is how large the heap may grow before it is collected at all: what pages on their way to the output take
	// at the default concurrency, and half of that again. Below it a collection would find little, and each looks at all
	// stacks and at what was made once at the start. With what a process takes beside its heap that stays below 64 MB.
	heapFloor = 36 << 20
	// garbagePercent makes the collector run when a heap beyond the floor has grown by a quarter: nearly all of it is pages
	// without pointers, which cost the collector nothing, so that memory is saved at little processor time.
	garbagePercent = 25
	// startMinimum is the heap, in bytes, at which a process is first collected at 100 percent. It is the runtime's own.
	startMinimum = 4 << 20
)

// tuneCollector sets the garbage collector's pace, now and after each collection.
func tuneCollector() {
	debug.SetGCPercent(percentFor(0))
	afterCollection(func() { debug.SetGCPercent(percentFor(liveHeap())) })
}

// percentFor is the growth in percent after which a heap with so many live bytes is to be collected; 0 is one that never was.
func percentFor(live uint64) int {
	if live == 0 {
		return 100 * heapFloor / startMinimum
	}
	missing := 100 * (heapFloor - min(heapFloor, live)) / live
	return max(garbagePercent, int(missing))
}

// liveHeap is how many bytes the last collection left.
func liveHeap() uint64 {
	sample := []counters.Sample{{Name: "/gc/heap/live:bytes"}}
	counters.Read(sample)
	if sample[0].Value.Kind() != counters.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}

// afterCollection calls do after each collection: nothing holds the mark, so that each one finds it.
func afterCollection(do func()) {
	mark := new([64]byte)
	runtime.AddCleanup(mark, func(again func()) {
		again()
		afterCollection(again)
	}, do)
}
