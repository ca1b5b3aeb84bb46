package jira

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

func TestPermitsGoToTheLowestTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &permits{free: 1}
		require.NoError(t, p.acquire(t.Context()))
		got := make(chan int, 8) // holds every answer
		for _, turn := range []int{5, 3, 9, 3, 1} {
			go func() {
				if p.acquire(WithTurn(t.Context(), turn)) == nil {
					got <- turn
					p.release()
				}
			}()
			synctest.Wait() // they queue in this order
		}
		p.release()
		synctest.Wait()
		close(got)
		var order []int
		for turn := range got {
			order = append(order, turn)
		}
		require.Equal(t, []int{1, 3, 3, 5, 9}, order)
		require.Equal(t, 1, p.free)
	})
}

func TestPermitOfACancelledWaiterGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &permits{free: 1}
		require.NoError(t, p.acquire(t.Context()))
		why := errors.New("why")
		ctx, cancel := context.WithCancelCause(t.Context())
		failed := make(chan error, 1) // so that the waiter can leave
		go func() { failed <- p.acquire(ctx) }()
		synctest.Wait()
		cancel(why)
		require.ErrorIs(t, <-failed, why)
		require.Empty(t, p.waiting)
		p.release()
		require.Equal(t, 1, p.free)
		require.ErrorIs(t, p.acquire(ctx), why)
	})
}

func TestPermitGrantedWhileLeavingIsPassedOn(t *testing.T) {
	t.Parallel()
	p := &permits{}
	w := &waiter{ready: make(chan struct{})} // granted already: no longer in the queue
	p.leave(w)
	require.Equal(t, 1, p.free)
}

// Who gives up waiting takes nothing with it, and makes no permit of nothing for others.
func TestWhoGivesUpLeavesTheQueueAsItWas(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &permits{}
		got := make(chan int, 2) // holds every answer
		impatient, cancel := context.WithCancel(t.Context())
		wait := func(ctx context.Context, turn int) {
			go func() {
				if p.acquire(WithTurn(ctx, turn)) == nil {
					got <- turn
				}
			}()
			synctest.Wait()
		}
		wait(impatient, 8)
		wait(t.Context(), 2)
		require.Len(t, p.waiting, 2)
		cancel()
		synctest.Wait()
		require.Empty(t, got, "nothing was released")
		require.Len(t, p.waiting, 1)
		p.release()
		synctest.Wait()
		require.Equal(t, 2, <-got)
		require.Zero(t, p.free)
	})
}

func TestALentPermitServesLowerTurnsOnly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lent   []int
		turn   int
		served bool
		left   []int // of the loans, those that are still on offer
	}{
		"an earlier one":          {lent: []int{5}, turn: 4, served: true, left: []int{}},
		"the same":                {lent: []int{5}, turn: 5, left: []int{5}},
		"a later one":             {lent: []int{5}, turn: 6, left: []int{5}},
		"the latest lends first":  {lent: []int{5, 9, 7}, turn: 1, served: true, left: []int{5, 7}},
		"only one of them is due": {lent: []int{3, 8}, turn: 4, served: true, left: []int{3}},
	} {
		p := &permits{}
		var loans []*loan
		for _, turn := range c.lent {
			loans = append(loans, p.lend(turn))
		}
		ctx, cancel := context.WithCancel(WithTurn(t.Context(), c.turn))
		if !c.served {
			cancel() // it would wait
			require.Error(t, p.acquire(ctx), name)
			require.False(t, p.borrow(c.turn), name)
		} else {
			require.NoError(t, p.acquire(ctx), name)
		}
		cancel()
		left := []int{}
		for _, l := range loans {
			if p.reclaim(l) {
				left = append(left, l.turn)
			}
		}
		require.Equal(t, c.left, left, name)
		require.Empty(t, p.lent, name)
		require.Zero(t, p.free, name)
	}
}

func TestALentPermitServesWhoWaitsAlready(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &permits{}
		got := make(chan int, 2) // holds every answer
		ctx, cancel := context.WithCancel(t.Context())
		for _, turn := range []int{8, 2} {
			go func() {
				if p.acquire(WithTurn(ctx, turn)) == nil {
					got <- turn
				}
			}()
			synctest.Wait()
		}
		l := p.lend(5)
		synctest.Wait()
		require.Equal(t, 2, <-got)
		require.False(t, p.reclaim(l))
		later := p.lend(6)
		synctest.Wait()
		require.Empty(t, got, "turn 8 is later than who lends")
		require.True(t, p.reclaim(later))
		cancel()
		synctest.Wait()
		require.Empty(t, p.waiting)
	})
}
