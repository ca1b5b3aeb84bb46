package jira

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// firstBackoff doubles with each attempt up to maxBackoff (Atlassian's own
	// advice for clients: factor 2, spread 0.7 to 1.3, at most 30 s).
	firstBackoff = time.Second
	maxBackoff   = 30 * time.Second
	// maxWait is the longest wait that is obeyed: the hourly quota of a Cloud site
	// asks for at most an hour.
	maxWait = 65 * time.Minute
)

// backoff is the wait after the n-th failure in a row, counted from 1.
func backoff(n int, jitter float64) time.Duration {
	d := maxBackoff
	if n < 6 {
		d = firstBackoff << (n - 1)
	}
	return min(time.Duration(float64(d)*jitter), maxBackoff)
}

// askedWait is how long an answer asks to wait. Data Center sends
// "Retry-After: 0" with every answer, so zero means nothing was asked.
func askedWait(h http.Header, now time.Time) time.Duration {
	if d, ok := serverClock(h); ok {
		now = d // both dates of one answer come from one clock
	}
	if d, ok := parseRetryAfter(h.Get("Retry-After"), now); ok && d > 0 {
		return d
	}
	if d, ok := parseReset(h.Get("X-RateLimit-Reset"), now); ok && d > 0 {
		return d
	}
	return refill(h)
}

func serverClock(h http.Header) (time.Time, bool) {
	t, err := http.ParseTime(h.Get("Date"))
	return t, err == nil
}

// parseRetryAfter reads seconds or an HTTP date (RFC 9110, 10.2.3).
func parseRetryAfter(s string, now time.Time) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	if d, ok := seconds(s); ok {
		return d, true
	}
	t, err := http.ParseTime(s)
	if err != nil {
		return 0, false
	}
	return max(0, t.Sub(now)), true
}

// parseReset reads Cloud's X-RateLimit-Reset: ISO 8601, with seconds or
// without, or epoch seconds as many other services send it.
func parseReset(s string, now time.Time) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return max(0, t.Sub(now)), true
		}
	}
	if epoch, err := strconv.ParseInt(s, 10, 64); err == nil && epoch > 1e9 && epoch < 1e11 {
		return max(0, time.Unix(epoch, 0).Sub(now)), true
	}
	return 0, false
}

// refill is the time in which Data Center's token bucket gets its next token.
func refill(h http.Header) time.Duration {
	rate, ok := seconds(h.Get("X-RateLimit-FillRate"))
	interval, has := seconds(h.Get("X-RateLimit-Interval-Seconds"))
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
	rate, ok := seconds(h.Get("X-RateLimit-FillRate"))
	return ok && rate == 0
}

// seconds reads a number of seconds that is not negative.
func seconds(s string) (time.Duration, bool) {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsNaN(f) || f < 0 {
		return 0, false
	}
	if f > float64(math.MaxInt64)/float64(time.Second)/2 {
		return math.MaxInt64 / 2, true
	}
	return time.Duration(f * float64(time.Second)), true
}
