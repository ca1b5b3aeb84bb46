package inorder

import (
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// entering lets seats of these turns ask for room all at once and tells which got
// some, in their order, and which said that they wait.
type entering struct {
	mu      sync.Mutex
	entered []int
	blocked []int
	ended   int
}

func (e *entering) ask(t *testing.T, s *seat) {
	t.Helper()
	go func() {
		err := s.enter(t.Context(), func() {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.blocked = append(e.blocked, s.turn)
		})
		e.mu.Lock()
		defer e.mu.Unlock()
		if err != nil {
			e.ended++
			return
		}
		e.entered = append(e.entered, s.turn)
	}()
	synctest.Wait()
}

// Answers are read while there is room for what pages of their kind usually take,
// the first in the order before the others; the head always.
func TestAnswersWaitForRoom(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(100)
		r.usual["large"], r.usual["small"] = 40, 10
		seats := make([]*seat, 8)
		for i := range seats {
			seats[i] = &seat{room: r, turn: i, kind: "large"}
			require.True(t, r.start())
		}
		seats[7].kind = "small"
		var e entering
		for _, turn := range []int{5, 4, 3, 7, 2} {
			e.ask(t, seats[turn])
		}
		require.Equal(t, []int{5, 4}, e.entered, "two large ones fit, and a small one does not overtake")
		require.Equal(t, []int{3, 7, 2}, e.blocked)
		e.ask(t, seats[4])
		require.Equal(t, []int{5, 4, 4}, e.entered, "a task that is in stays in")
		e.ask(t, seats[0])
		require.Equal(t, []int{5, 4, 4, 0}, e.entered, "whose turn it is need not wait")

		seats[0].take(60)
		seats[5].take(20) // less than was held for it
		require.EqualValues(t, 80, r.bytes)
		require.EqualValues(t, 40, r.held)
		r.give(60)
		synctest.Wait()
		require.Equal(t, []int{5, 4, 4, 0, 2}, e.entered, "room goes to the lowest turn")
		r.begin(3)
		synctest.Wait()
		require.Equal(t, []int{5, 4, 4, 0, 2, 3}, e.entered)
		r.close()
		synctest.Wait()
		require.Equal(t, 1, e.ended, "who still waits hears that the run has ended")
		require.False(t, r.start())
	})
}

// No task starts while an answer waits for room, or pages fill it; one always does
// when nothing is under way.
func TestTasksStartWhenThereIsRoom(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(100)
		first, second := &seat{room: r}, &seat{room: r, turn: 1}
		require.True(t, r.start())
		require.True(t, r.start())
		first.take(100)
		started := false
		go func() { started = r.start() }()
		synctest.Wait()
		require.False(t, started, "pages fill the room")
		r.give(10)
		synctest.Wait()
		require.True(t, started)

		first.take(10)
		second.leave()
		r.mu.Lock()
		r.tasks = 0
		r.mu.Unlock()
		require.True(t, r.start(), "nothing is under way that could make room")
	})
}

// While one answer waits for room no task begins, however little there is in it.
func TestNoTaskStartsWhileAnAnswerWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(100)
		r.usual["small"], r.usual["large"] = 10, 95
		small, large := &seat{room: r, turn: 1, kind: "small"}, &seat{room: r, turn: 2, kind: "large"}
		require.True(t, r.start())
		require.True(t, r.start())
		var e entering
		e.ask(t, small)
		e.ask(t, large)
		require.Equal(t, []int{2}, e.blocked)
		started := false
		go func() { started = r.start() }()
		synctest.Wait()
		require.False(t, started)
		small.leave()
		synctest.Wait()
		require.Equal(t, []int{1, 2}, e.entered)
		require.True(t, started)
	})
}

// What a page takes is guessed by those before it of its kind.
func TestPagesAreGuessedByTheirKind(t *testing.T) {
	t.Parallel()
	r := newRoom(1000)
	s := &seat{room: r, kind: "issues"}
	require.EqualValues(t, 250, r.usually("issues"))
	for range 60 {
		require.NoError(t, s.enter(t.Context(), nil))
		s.take(50)
		r.give(50)
	}
	require.InDelta(t, 50, r.usually("issues"), 10)
	require.EqualValues(t, 250, r.usually("histories"))
	require.Zero(t, r.held)
	require.Zero(t, r.bytes)
}
