package jirasim

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// limiter is a token bucket of one second: per endpoint and method on Cloud, whatever stands for its placeholders
// (jira-api.md E.1), for the whole account on Data Center (E.4).
type limiter struct {
	perSecond int

	mu      sync.Mutex
	buckets map[string]*bucket
}

// bucket is what is left of a limit.
type bucket struct {
	tokens float64
	at     time.Time
}

// fill fills the bucket up to now.
func (b *bucket) fill(now time.Time, perSecond, full float64) {
	b.tokens = min(full, b.tokens+now.Sub(b.at).Seconds()*perSecond)
	b.at = now
}

// cloudBurst is the limit that Cloud's headers show when the site does not enforce one of its own.
const cloudBurst = 350

// take spends a token of the caller's, or answers 429. Data Center counts only callers with credentials.
func (l *limiter) take(j *Jira, q *request) *response {
	if l.perSecond <= 0 || j.opt.Deployment == DataCenter && q.caller.anonymous() {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucket(j, q)
	if b.tokens >= 1 {
		b.tokens--
		return nil
	}
	if j.opt.Deployment == DataCenter {
		refused := htmlResponse(http.StatusTooManyRequests, "Too Many Requests", "Rate limit exceeded.")
		return new(refused.with("Retry-After", "1"))
	}
	refused := errorCollection(http.StatusTooManyRequests, "Rate limit exceeded.").
		with("Retry-After", "1").
		with("X-Ratelimit-Reset", j.opt.Now().Add(time.Second).UTC().Format("2006-01-02T15:04:05Z")).
		with("Ratelimit-Reason", "jira-burst-based")
	return new(refused)
}

// bucket finds the caller's bucket and fills it up to now.
func (l *limiter) bucket(j *Jira, q *request) *bucket {
	key := "account"
	if j.opt.Deployment == Cloud {
		key = q.http.Method + " " + q.template
	}
	now, full := j.opt.Now(), float64(l.perSecond)
	if l.buckets == nil {
		l.buckets = map[string]*bucket{}
	}
	b := l.buckets[key]
	if b == nil {
		b = &bucket{tokens: full, at: now}
		l.buckets[key] = b
	}
	b.fill(now, full, full)
	return b
}

// headers tells what is left: always on Cloud, on Data Center only where limiting is on and the caller is known.
func (l *limiter) headers(set func(name, value string), j *Jira, q *request) {
	limit, left := cloudBurst, cloudBurst-1
	if l.perSecond > 0 {
		l.mu.Lock()
		limit, left = l.perSecond, int(math.Floor(l.bucket(j, q).tokens))
		l.mu.Unlock()
	}
	if j.opt.Deployment == DataCenter {
		if l.perSecond <= 0 || q.caller.anonymous() {
			return
		}
		set("X-Ratelimit-Fillrate", strconv.Itoa(limit))
		set("X-Ratelimit-Interval-Seconds", "1")
		set("Retry-After", "0")
	}
	set("X-Ratelimit-Limit", strconv.Itoa(limit))
	set("X-Ratelimit-Remaining", strconv.Itoa(left))
}
