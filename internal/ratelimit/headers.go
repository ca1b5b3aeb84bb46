package ratelimit

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Longest is the longest wait that is obeyed: the hourly quota of a Cloud site asks for at most an hour.
const Longest = 65 * time.Minute

// forever stands for any number of seconds that a time.Duration does not hold.
const forever = math.MaxInt64 / 2

// Clock is what the clock of who answered showed; ok is false when the answer does not say.
func Clock(h http.Header) (now time.Time, ok bool) {
	now, err := http.ParseTime(h.Get("Date"))
	return now, err == nil
}

// Wait is for how long Retry-After, or else Cloud's X-RateLimit-Reset, asks not to come again; 0 when neither does, and
// any length otherwise. Data Center sends `Retry-After: 0` with every answer. The moments that an answer names are of the
// clock that dated it; now is for answers without a date.
func Wait(h http.Header, now time.Time) time.Duration {
	if clock, ok := Clock(h); ok {
		now = clock
	}
	if d := retryAfter(h.Get("Retry-After"), now); d > 0 {
		return d
	}
	return reset(h.Get("X-RateLimit-Reset"), now)
}

// retryAfter reads seconds or an HTTP date (RFC 9110, 10.2.3).
func retryAfter(text string, now time.Time) time.Duration {
	if d, ok := Seconds(text); ok {
		return d
	}
	at, err := http.ParseTime(strings.TrimSpace(text))
	if err != nil {
		return 0
	}
	return max(0, at.Sub(now))
}

// maxEpoch is more than any moment in epoch seconds; what is larger counts milliseconds, and no Jira sends those.
const maxEpoch = 1e11

// reset reads ISO 8601, with seconds or without, or epoch seconds as many other services send it.
func reset(text string, now time.Time) time.Duration {
	text = strings.TrimSpace(text)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00"} {
		if at, err := time.Parse(layout, text); err == nil {
			return max(0, at.Sub(now))
		}
	}
	if epoch, err := strconv.ParseInt(text, 10, 64); err == nil && epoch < maxEpoch {
		return max(0, time.Unix(epoch, 0).Sub(now))
	}
	return 0
}

// Seconds reads a number of seconds that is not negative.
func Seconds(text string) (d time.Duration, ok bool) {
	f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(f) || f < 0 {
		return 0, false
	}
	if f > float64(forever)/float64(time.Second) {
		return forever, true
	}
	return time.Duration(f * float64(time.Second)), true
}
