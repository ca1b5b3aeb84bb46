package jira

import (
	"math"
	"net/http"
	"time"

	"tap-jira/internal/ratelimit"
)

const (
	// firstBackoff doubles with each attempt up to maxBackoff (Atlassian's own
	// advice for clients: factor 2, spread 0.7 to 1.3, at most 30 s).
	firstBackoff = time.Second
	maxBackoff   = 30 * time.Second
)

// backoff is the wait after the n-th failure in a row, counted from 1.
func backoff(n int, jitter float64) time.Duration {
	d := maxBackoff
	if n < 6 {
		d = firstBackoff << (n - 1)
	}
	return min(time.Duration(float64(d)*jitter), maxBackoff)
}

// askedWait is how long an answer asks to wait.
func askedWait(h http.Header, now time.Time) time.Duration {
	if d := ratelimit.Wait(h, now); d > 0 {
		return d
	}
	return refill(h)
}

// refill is the time in which Data Center's token bucket gets its next token.
func refill(h http.Header) time.Duration {
	rate, ok := ratelimit.Seconds(h.Get("X-RateLimit-FillRate"))
	interval, has := ratelimit.Seconds(h.Get("X-RateLimit-Interval-Seconds"))
	if !ok || !has || rate <= 0 {
		return 0
	}
	wait := float64(interval) / rate.Seconds()
	if wait > float64(math.MaxInt64/2) { // a bucket that is as good as never filled
		return math.MaxInt64 / 2
	}
	return time.Duration(wait)
}

// blocked says that Data Center's bucket is never filled: the administrator
// allows this account no requests at all.
func blocked(h http.Header) bool {
	rate, ok := ratelimit.Seconds(h.Get("X-RateLimit-FillRate"))
	return ok && rate == 0
}
