package transport

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// dataCenter is a token bucket as Jira Data Center keeps it.
type dataCenter struct {
	clock            *clock
	size, fill       float64
	interval         time.Duration
	tokens           float64
	filled           time.Time
	served, rejected int
}

func (d *dataCenter) answer(*http.Request) (int, map[string]string) {
	now := d.clock.now()
	if d.filled.IsZero() {
		d.filled = now
	}
	d.tokens = min(d.size, d.tokens+d.fill*now.Sub(d.filled).Seconds()/d.interval.Seconds())
	d.filled = now
	status := http.StatusOK
	if d.tokens < 1 {
		d.rejected++
		status = http.StatusTooManyRequests
	} else {
		d.tokens--
		d.served++
	}
	return status, map[string]string{
		"X-RateLimit-Limit": strconv.Itoa(int(d.size)), "X-RateLimit-Remaining": strconv.Itoa(int(d.tokens)),
		"X-RateLimit-FillRate": strconv.Itoa(int(d.fill)), "X-RateLimit-Interval-Seconds": strconv.Itoa(int(d.interval.Seconds())),
		"Retry-After": "0",
	}
}

func TestTokenBucketIsFollowedWithoutARefusal(t *testing.T) {
	t.Parallel()
	c := newClock()
	dc := &dataCenter{clock: c, size: 20, tokens: 8, fill: 10, interval: time.Minute}
	p := pacing(Options{}, c, dc.answer)
	for range 18 {
		require.Equal(t, http.StatusOK, ask(t, p, "/x"))
	}
	require.Zero(t, dc.rejected)
	require.InDelta(t, 60, c.slept.Seconds(), 7, "8 at once, then 10 a minute")
}

func TestTokenBucketThatOthersEmptied(t *testing.T) {
	t.Parallel()
	c := newClock()
	dc := &dataCenter{clock: c, size: 10, tokens: 10, fill: 10, interval: 10 * time.Second}
	p := pacing(Options{}, c, dc.answer)
	ask(t, p, "/x")
	dc.tokens = 0 // the same user in a browser script
	require.Equal(t, http.StatusTooManyRequests, ask(t, p, "/x"))
	for range 5 {
		require.Equal(t, http.StatusOK, ask(t, p, "/x"))
	}
	require.Nil(t, p.site.limiter, "the bucket says it better than halving")
}

func TestBlockedUserIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	c := newClock()
	p := pacing(Options{}, c, func(*http.Request) (int, map[string]string) {
		return http.StatusTooManyRequests, map[string]string{
			"X-RateLimit-Limit": "0", "X-RateLimit-Remaining": "0", "X-RateLimit-FillRate": "0", "X-RateLimit-Interval-Seconds": "1", "Retry-After": "0",
		}
	})
	for range 3 {
		require.Equal(t, http.StatusTooManyRequests, ask(t, p, "/x"), "the client sees it and gives up")
	}
	require.Less(t, c.slept, 10*time.Second)
}
