package transport

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// stalling is a machine on which those who wait wake up together, every so often.
func stalling(every time.Duration) func(context.Context, time.Duration) error {
	began := time.Now()
	return func(ctx context.Context, d time.Duration) error {
		late := every - (time.Since(began)+d)%every
		select {
		case <-time.After(d + late%every):
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// sentBy sends requests through pacers that know nothing of each other, eight at
// once each, and returns when they went.
func sentBy(t *testing.T, workers int, each float64, requests int, stall time.Duration) []time.Time {
	t.Helper()
	var mu sync.Mutex
	var sent []time.Time
	var sending sync.WaitGroup
	for range workers {
		o := Options{Cap: NewCap(each), Wait: stalling(stall)}.withDefaults()
		p := newPacer(o, jira(func(r *http.Request) (int, map[string]string) {
			mu.Lock()
			defer mu.Unlock()
			sent = append(sent, time.Now())
			return fine(r)
		}))
		for i := range 8 {
			sending.Go(func() {
				for range requests / workers / 8 {
					ask(t, p, "/x/"+strconv.Itoa(i))
				}
			})
		}
	}
	sending.Wait()
	slices.SortFunc(sent, time.Time.Compare)
	return sent
}

// mostInASecond is the largest number of moments within any second.
func mostInASecond(sent []time.Time) int {
	most := 0
	for i, from := range sent {
		within := 0
		for _, at := range sent[i:] {
			if at.Before(from.Add(time.Second)) {
				within++
			}
		}
		most = max(most, within)
	}
	return most
}

// TestTransportsKeepOneCapTogether: the first request of a run goes without
// credentials, and the others right behind it.
func TestTransportsKeepOneCapTogether(t *testing.T) {
	t.Parallel()
	c := newClock()
	var sent []time.Time
	o := Options{Cap: NewCap(3)}
	note := func(r *http.Request) (int, map[string]string) {
		sent = append(sent, c.now())
		return fine(r)
	}
	unsigned, signed := pacing(o, c, note), pacing(o, c, note)
	for i := range 20 {
		if i%7 == 0 {
			ask(t, unsigned, "/serverInfo")
		}
		ask(t, signed, "/x")
	}
	require.Equal(t, 3, mostInASecond(sent))
}

func TestATimeThatIsEarlierIsNotCountedTwice(t *testing.T) {
	t.Parallel()
	c, at := NewCap(1), time.Unix(1, 0)
	c.book(at)
	for range 5 { // one worker reads the clock and is not heard at once
		c.book(at.Add(10 * time.Second))
		c.book(at)
	}
	require.InDelta(t, 10/capMargin, c.book(at.Add(10*time.Second)).Seconds(), 0.001)
}

func TestTheCapHoldsInEverySecondOfABusyMachine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		workers int
		each    float64
		stall   time.Duration
		most    int
	}{
		{1, 20, time.Nanosecond, 20},
		{1, 20, 300 * time.Millisecond, 20}, // without a look at what went lately: 24
		{1, 20, 900 * time.Millisecond, 20},
		{4, 5, time.Nanosecond, 20},
		{4, 5, 300 * time.Millisecond, 20},
		{4, 2.5, 70 * time.Millisecond, 10},
		{1, 1.9, 300 * time.Millisecond, 1},
		{1, 0.5, 300 * time.Millisecond, 1},
	} {
		t.Run(fmt.Sprintf("%d of %g, %s", c.workers, c.each, c.stall), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const requests = 320
				sent := sentBy(t, c.workers, c.each, requests, c.stall)
				require.Len(t, sent, requests)
				require.LessOrEqual(t, mostInASecond(sent), c.most)
				if c.stall > time.Nanosecond {
					return
				}
				took := sent[requests-1].Sub(sent[0]).Seconds()
				require.InEpsilon(t, requests/(float64(c.workers)*c.each*capMargin), took, 0.03, "the cap is used")
			})
		})
	}
}
