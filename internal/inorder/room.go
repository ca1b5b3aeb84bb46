package inorder

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// taskBytes is the memory for pages on their way to the writer, for each request
// and a half that may be in flight. Where pages are larger, fewer run ahead.
const taskBytes = 1 << 20

// errEnded is what a task hears that waits for room when the run has ended.
var errEnded = errors.New("the run has ended")

// room bounds the bytes of pages that are read or wait to be written. A request
// takes none of it while Jira works; only when the answer is there its task waits
// for room, so that as many requests as allowed are in flight whatever their pages
// will take. How much that is, is guessed by the pages of the same kind before. The
// task whose pages are written next never waits, so that room comes free again. It
// is safe for concurrent use.
type room struct {
	mu      sync.Mutex
	changed sync.Cond
	limit   int64
	bytes   int64            // of pages that wait to be written
	held    int64            // guessed, for pages that are being read
	usual   map[string]int64 // of a page, by kind of task
	tasks   int              // that have started and not ended
	head    int              // the turn of the task whose pages are written
	waiting []int            // turns of tasks that have an answer and no room
	closed  bool
}

func newRoom(limit int64) *room {
	r := &room{limit: limit, usual: map[string]int64{}}
	r.changed.L = &r.mu
	return r
}

// start waits until a task may begin: when all that have begun found room, or
// when there are none that could make any. It is false when the run has ended.
func (r *room) start() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for (len(r.waiting) > 0 || r.bytes+r.held >= r.limit) && r.tasks > 0 && !r.closed {
		r.changed.Wait()
	}
	r.tasks++
	return !r.closed
}

// usually is how much a page of a kind takes: a quarter of all room until pages
// of it have come.
func (r *room) usually(kind string) int64 {
	if usual, known := r.usual[kind]; known {
		return usual
	}
	return r.limit / 4
}

// learn takes a page into account.
func (r *room) learn(kind string, bytes int64) {
	usual := r.usually(kind)
	r.usual[kind] = max(1, usual+(bytes-usual)/8)
}

// begin says whose pages are written from now on.
func (r *room) begin(turn int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.head = turn
	r.changed.Broadcast()
}

// give counts a page that was written.
func (r *room) give(bytes int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bytes -= bytes
	r.changed.Broadcast()
}

// close lets nobody in any more.
func (r *room) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	r.changed.Broadcast()
}

// seat is the share of one task in the room.
type seat struct {
	room *room
	kind string
	turn int
	held int64 // guessed, for the page that is being read; 0 for none
}

// enter waits until the next page of the task may be read. Requests of one task
// side by side enter together. It is a Gate.
func (s *seat) enter(_ context.Context, blocked func()) error {
	r := s.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if !s.fits() {
		r.mu.Unlock()
		blocked() // takes locks of its own
		r.mu.Lock()
		r.waiting = append(r.waiting, s.turn)
		for !s.fits() && !r.closed {
			r.changed.Wait()
		}
		i := slices.Index(r.waiting, s.turn)
		r.waiting = slices.Delete(r.waiting, i, i+1)
	}
	if r.closed {
		return errEnded
	}
	if s.held == 0 {
		s.held = r.usually(s.kind)
		r.held += s.held
	}
	r.changed.Broadcast()
	return nil
}

// fits says that there is room for the task's page, and nobody waits who comes before.
func (s *seat) fits() bool {
	r := s.room
	if s.held > 0 || s.turn <= r.head {
		return true
	}
	before := slices.ContainsFunc(r.waiting, func(turn int) bool { return turn < s.turn })
	return !before && r.bytes+r.held+r.usually(s.kind) <= r.limit
}

// take counts a page of the task that waits for the writer now.
func (s *seat) take(bytes int64) {
	r := s.room
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held, s.held = r.held-s.held, 0
	r.bytes += bytes
	r.learn(s.kind, bytes)
	r.changed.Broadcast()
}

// leave says that the task has ended.
func (s *seat) leave() {
	r := s.room
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held, s.held = r.held-s.held, 0
	r.tasks--
	r.changed.Broadcast()
}
