package tap

import "sync"

// taskBytes is the memory that each task of the window may take on average for
// pages on their way to the writer. Where pages are larger, fewer tasks run
// ahead.
const taskBytes = 3 << 19

// room bounds the bytes of pages that are read or wait to be written. How much
// a task will take is not known before it has its page, so that tasks are let
// in by what pages took so far. It is safe for concurrent use.
type room struct {
	mu      sync.Mutex
	changed sync.Cond
	limit   int64
	bytes   int64 // of pages that wait
	usual   int64 // of a page
	tasks   int   // that have started and not ended
	blank   int   // of them, those that have given no page yet
	closed  bool
}

func newRoom(limit int64) *room {
	r := &room{limit: limit, usual: taskBytes}
	r.changed.L = &r.mu
	return r
}

// enter waits until a task may start: when there is room for another page, or
// when nothing is under way that could make any. It is false when the run has
// ended.
func (r *room) enter() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.bytes+int64(r.blank+1)*r.usual > r.limit && (r.tasks > 0 || r.bytes > 0) && !r.closed {
		r.changed.Wait()
	}
	r.tasks++
	r.blank++
	return !r.closed
}

// take counts a page that waits now; first tells that it is its task's first.
func (r *room) take(bytes int64, first bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bytes += bytes
	if first {
		r.blank--
		r.usual += (bytes - r.usual) / 8
	}
}

// give counts a page that was written.
func (r *room) give(bytes int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bytes -= bytes
	r.changed.Broadcast()
}

// leave counts a task that has ended; blank tells that it gave no page.
func (r *room) leave(blank bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tasks--
	if blank {
		r.blank--
	}
	r.changed.Broadcast()
}

// close lets nobody in any more.
func (r *room) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	r.changed.Broadcast()
}
