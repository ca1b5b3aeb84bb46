package transport

import (
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// hidden is a Jira that tells nothing of its limits until it refuses: a bucket
// of a size that fills at a rate, or a quota an hour.
type hidden struct {
	size, fill float64       // of the bucket; tokens a second
	quota      int           // requests an hour; 0 is none
	took       time.Duration // until an answer
	reason     string

	mu                     sync.Mutex
	tokens                 float64
	filled, hour           time.Time
	used                   int
	silent                 time.Time // nobody may ask before
	known                  time.Time // when the first of the refused has heard of it
	served, refused, early int
}

func (h *hidden) RoundTrip(req *http.Request) (*http.Response, error) {
	wait := h.judge()
	time.Sleep(h.took)
	resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody, Request: req}
	if wait > 0 {
		resp.StatusCode = http.StatusTooManyRequests
		resp.Header.Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
		resp.Header.Set("RateLimit-Reason", h.reason)
	}
	return resp, nil
}

// judge serves a request, or returns how long to wait.
func (h *hidden) judge() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	if h.filled.IsZero() {
		h.filled, h.tokens, h.hour = now, h.size, now.Truncate(time.Hour)
	}
	if now.After(h.known) && now.Before(h.silent) {
		h.early++
	}
	h.tokens = min(h.size, h.tokens+h.fill*now.Sub(h.filled).Seconds())
	h.filled = now
	if hour := now.Truncate(time.Hour); hour.After(h.hour) {
		h.hour, h.used = hour, 0
	}
	wait := time.Duration(0)
	switch {
	case h.quota > 0 && h.used >= h.quota:
		wait = h.hour.Add(time.Hour).Sub(now).Truncate(time.Second) + time.Second
	case h.quota == 0 && h.tokens < 1:
		wait = time.Second
	default:
		h.tokens--
		h.used++
		h.served++
		return 0
	}
	h.refused++
	if !now.Before(h.silent) {
		h.known = now.Add(h.took)
	}
	h.silent = now.Add(h.took + wait)
	return wait
}

// load sends requests from eight workers for a time, each as soon as it may.
func load(t *testing.T, p *pacer, d time.Duration) {
	t.Helper()
	end := time.Now().Add(d)
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for time.Now().Before(end) {
				req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://h/x", http.NoBody)
				if err != nil {
					return
				}
				if resp, err := p.RoundTrip(req); err == nil {
					_ = resp.Body.Close()
				}
			}
		})
	}
	workers.Wait()
}

// Whatever the limits are that nobody tells of, nearly all that they allow is
// used, hardly anything is refused, and no request goes while Jira wants none.
func TestHiddenLimitsAreFoundAndKept(t *testing.T) {
	t.Parallel()
	for name, h := range map[string]*hidden{
		"burst of 10 a second":         {size: 20, fill: 10, reason: "jira-burst-based"},
		"burst of 100 a second":        {size: 100, fill: 100, reason: "jira-burst-based"},
		"burst of 5 a second, site":    {size: 50, fill: 5},
		"slow answers, 4 a second":     {size: 4, fill: 4, took: time.Second, reason: "jira-burst-based"},
		"quota of 20,000 an hour":      {quota: 20_000, reason: "jira-quota-tenant-based"},
		"quota of 2,000 requests only": {quota: 2_000, reason: "jira-quota-global-based"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const hours = 2
				if h.took == 0 {
					h.took = 50 * time.Millisecond
				}
				p := newPacer(Options{}.withDefaults(), h)
				load(t, p, hours*time.Hour)
				allowed := float64(hours * h.quota)
				if h.quota == 0 {
					allowed = h.size + h.fill*(hours*time.Hour).Seconds()
				}
				require.GreaterOrEqual(t, float64(h.served), 0.9*allowed)
				require.Less(t, float64(h.refused), 0.01*float64(h.served), "of %d", h.served)
				require.Zero(t, h.early, "requests before the end of Retry-After")
			})
		})
	}
}

// A limit that becomes less in the middle is found again.
func TestALimitThatShrinksIsFoundAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := &hidden{size: 50, fill: 50, took: 50 * time.Millisecond, reason: "jira-burst-based"}
		p := newPacer(Options{}.withDefaults(), h)
		load(t, p, 10*time.Minute)
		h.mu.Lock()
		h.fill, h.served, h.refused = 5, 0, 0
		h.mu.Unlock()
		load(t, p, 30*time.Minute)
		require.GreaterOrEqual(t, float64(h.served), 0.9*5*(30*time.Minute).Seconds())
		require.Less(t, float64(h.refused), 0.01*float64(h.served))
		require.Zero(t, h.early)
	})
}

// busy is a Jira with one worker a request at a time: more requests only wait
// longer, and beyond a wait they are refused.
type busy struct {
	mu       sync.Mutex
	free     time.Time
	each     time.Duration
	longest  time.Duration // of the last minute
	answered int
}

func (b *busy) RoundTrip(req *http.Request) (*http.Response, error) {
	b.mu.Lock()
	now := time.Now()
	if b.free.Before(now) {
		b.free = now
	}
	b.free = b.free.Add(b.each)
	wait := b.free.Sub(now)
	b.longest = max(b.longest, wait)
	b.answered++
	b.mu.Unlock()
	time.Sleep(wait)
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody, Request: req}, nil
}

// A server that answers more and more slowly is left alone more, before it has
// to say so.
func TestASlowingServerIsSparedBeforeItRefuses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &busy{each: 10 * time.Millisecond}
		p := newPacer(Options{}.withDefaults(), b)
		load(t, p, time.Minute)
		require.Nil(t, p.endpoints["GET /x"].limiter, "a server that is quick is not spared")
		b.mu.Lock()
		b.each = 500 * time.Millisecond // eight at once now take four seconds
		b.mu.Unlock()
		load(t, p, 20*time.Second)
		require.NotNil(t, p.endpoints["GET /x"].limiter)
		b.mu.Lock()
		b.longest, b.answered = 0, 0
		b.mu.Unlock()
		load(t, p, 20*time.Second)
		require.Less(t, b.longest, 3*time.Second, "fewer wait at once")
		require.Greater(t, b.answered, 20, "and it is still used")
	})
}
