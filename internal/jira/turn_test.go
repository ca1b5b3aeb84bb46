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
