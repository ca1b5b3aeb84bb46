package transport

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/ratelimit"
)

func TestReadNotice(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 26, 15, 59, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		header map[string]string
		want   notice
	}{
		"nothing":            {nil, notice{remaining: -1}},
		"seconds":            {map[string]string{"Retry-After": "5"}, notice{wait: 5 * time.Second, remaining: -1}},
		"a fraction":         {map[string]string{"Retry-After": "0.5"}, notice{wait: 500 * time.Millisecond, remaining: -1}},
		"a date":             {map[string]string{"Retry-After": "Thu, 26 Mar 2026 16:00:00 GMT"}, notice{wait: time.Minute, remaining: -1}},
		"a date gone by":     {map[string]string{"Retry-After": "Thu, 26 Mar 2020 16:00:00 GMT"}, notice{remaining: -1}},
		"a clock ahead":      {map[string]string{"Date": "Thu, 26 Mar 2026 16:29:00 GMT", "Retry-After": "Thu, 26 Mar 2026 16:29:02 GMT"}, notice{wait: 2 * time.Second, remaining: -1}},
		"a clock behind":     {map[string]string{"Date": "Thu, 26 Mar 2026 15:29:00 GMT", "X-RateLimit-Reset": "2026-03-26T15:30Z"}, notice{wait: time.Minute, remaining: -1}},
		"no date":            {map[string]string{"Date": "today", "Retry-After": "Thu, 26 Mar 2026 16:00:00 GMT"}, notice{wait: time.Minute, remaining: -1}},
		"words":              {map[string]string{"Retry-After": "soon"}, notice{remaining: -1}},
		"negative":           {map[string]string{"Retry-After": "-3"}, notice{remaining: -1}},
		"absurd":             {map[string]string{"Retry-After": "1e300"}, notice{wait: ratelimit.Longest, remaining: -1}},
		"not a number":       {map[string]string{"Retry-After": "NaN"}, notice{remaining: -1}},
		"reset":              {map[string]string{"X-RateLimit-Reset": "2026-03-26T16:00:00Z"}, notice{wait: time.Minute, remaining: -1}},
		"reset, no seconds":  {map[string]string{"X-RateLimit-Reset": "2026-03-26T16:00Z"}, notice{wait: time.Minute, remaining: -1}},
		"reset in a zone":    {map[string]string{"X-RateLimit-Reset": "2026-03-26T18:00+02:00"}, notice{wait: time.Minute, remaining: -1}},
		"zero, then reset":   {map[string]string{"Retry-After": "0", "X-RateLimit-Reset": "2026-03-26T16:00Z"}, notice{wait: time.Minute, remaining: -1}},
		"announced only":     {map[string]string{"Beta-Retry-After": "5", "X-Beta-RateLimit-Limit": "3"}, notice{remaining: -1}},
		"Cloud's burst":      {map[string]string{"X-RateLimit-Limit": "350", "X-RateLimit-Remaining": "349", "RateLimit-Reason": "jira-burst-based"}, notice{limit: 350, remaining: 349, reason: "jira-burst-based"}},
		"Data Center bucket": {map[string]string{"X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "0", "X-RateLimit-FillRate": "5", "X-RateLimit-Interval-Seconds": "60"}, notice{limit: 10, fill: 5, interval: time.Minute}},
		"negative bucket":    {map[string]string{"X-RateLimit-Limit": "-1", "X-RateLimit-FillRate": "-5", "X-RateLimit-Interval-Seconds": "-60"}, notice{remaining: -1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := http.Header{}
			for key, value := range c.header {
				h.Set(key, value)
			}
			require.Equal(t, c.want, readNotice(&http.Response{Header: h}, now))
		})
	}
}

func FuzzReadNotice(f *testing.F) {
	f.Add("5", "2026-03-26T16:00Z", "10", "0", "5", "60")
	f.Add("Thu, 26 Mar 2026 16:00:00 GMT", "", "-1", "NaN", "Inf", "1e999")
	f.Add("1e18", "9999-12-31T23:59:59Z", "1e18", "-1e18", "1e-300", "1e300")
	f.Fuzz(func(t *testing.T, after, reset, limit, remaining, fill, interval string) {
		now := time.Date(2026, 3, 26, 15, 59, 0, 0, time.UTC)
		h := http.Header{}
		h.Set("Retry-After", after)
		h.Set("X-RateLimit-Reset", reset)
		h.Set("X-RateLimit-Limit", limit)
		h.Set("X-RateLimit-Remaining", remaining)
		h.Set("X-RateLimit-FillRate", fill)
		h.Set("X-RateLimit-Interval-Seconds", interval)
		n := readNotice(&http.Response{StatusCode: http.StatusTooManyRequests, Header: h}, now)
		require.GreaterOrEqual(t, n.wait, time.Duration(0))
		require.LessOrEqual(t, n.wait, ratelimit.Longest)
		var b bucket
		b.follow(now, n)
		b.follow(now.Add(time.Second), n)
		if b.limiter != nil {
			delay := b.limiter.ReserveN(now.Add(2*time.Second), 1).DelayFrom(now.Add(2 * time.Second))
			require.GreaterOrEqual(t, delay, time.Duration(0))
		}
	})
}

func TestWhatIsABucket(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		notice notice
		want   bool
	}{
		"Data Center's":       {notice{limit: 1, fill: 1, interval: time.Second}, true},
		"Cloud's":             {notice{limit: 5}, false},
		"nothing comes":       {notice{limit: 5, interval: time.Second}, false},
		"it comes at no time": {notice{limit: 5, fill: 1}, false},
		"holds nothing":       {notice{limit: 0.5, fill: 1, interval: time.Second}, false},
	} {
		require.Equal(t, c.want, c.notice.bucket(), name)
	}
}
