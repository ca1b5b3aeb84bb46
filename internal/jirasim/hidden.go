package jirasim

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// HiddenLimits are limits of which no header tells what is left, as gateways and apps before a Jira have them, and
// Cloud for its quotas. A refused request costs nothing.
type HiddenLimits struct {
	// Burst is how many requests may come at once, and PerSecond how many of them come free again in a second: of each
	// endpoint on Cloud, of the whole account on Data Center. 0 is no limit.
	Burst     int
	PerSecond float64
	// Hourly is how many requests the account has in an hour of the clock; 0 is no limit.
	Hourly int
	// Unsaid leaves out how long to wait, so that a refusal is all there is to learn from.
	Unsaid bool
}

// hiddenLimiter keeps them.
type hiddenLimiter struct {
	limits HiddenLimits

	mu      sync.Mutex
	buckets map[string]*bucket
	hour    time.Time
	used    int
}

// take counts a request of the caller's, or answers 429.
func (h *hiddenLimiter) take(j *Jira, q *request) *response {
	if q.caller.anonymous() {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	now := j.opt.Now()
	if hour := now.Truncate(time.Hour); !hour.Equal(h.hour) {
		h.hour, h.used = hour, 0
	}
	if h.limits.Hourly > 0 && h.used >= h.limits.Hourly {
		return h.refuse(j, h.hour.Add(time.Hour).Sub(now), "jira-quota-tenant-based")
	}
	if h.limits.Burst > 0 {
		b := h.bucket(j, q, now)
		if b.tokens < 1 {
			return h.refuse(j, time.Duration((1-b.tokens)/h.limits.PerSecond*float64(time.Second)), "jira-burst-based")
		}
		b.tokens--
	}
	h.used++
	return nil
}

// bucket finds the one that the request takes from.
func (h *hiddenLimiter) bucket(j *Jira, q *request, now time.Time) *bucket {
	key := "account"
	if j.opt.Deployment == Cloud {
		key = q.http.Method + " " + q.template
	}
	b := h.buckets[key]
	if b == nil {
		b = &bucket{tokens: float64(h.limits.Burst), at: now}
		h.buckets[key] = b
	}
	b.fill(now, h.limits.PerSecond, float64(h.limits.Burst))
	return b
}

// refuse answers 429; whole seconds are all that Retry-After can say.
func (h *hiddenLimiter) refuse(j *Jira, wait time.Duration, reason string) *response {
	refused := errorCollection(http.StatusTooManyRequests, "Rate limit exceeded.")
	if j.opt.Deployment == DataCenter {
		refused = htmlResponse(http.StatusTooManyRequests, "Too Many Requests", "Rate limit exceeded.")
	}
	if h.limits.Unsaid {
		return &refused
	}
	refused = refused.with("Retry-After", strconv.Itoa(max(1, int(math.Ceil(wait.Seconds())))))
	if j.opt.Deployment == Cloud {
		refused = refused.with("Ratelimit-Reason", reason)
	}
	return &refused
}
