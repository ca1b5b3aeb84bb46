package jira

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAskedWait(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		header []string
		want   time.Duration
	}{
		"nothing":                    {nil, 0},
		"seconds":                    {[]string{"Retry-After", "7"}, 7 * time.Second},
		"seconds before the bucket":  {[]string{"Retry-After", "7", "X-RateLimit-FillRate", "2", "X-RateLimit-Interval-Seconds", "60"}, 7 * time.Second},
		"data center's bucket":       {[]string{"Retry-After", "0", "X-RateLimit-FillRate", "2", "X-RateLimit-Interval-Seconds", "60"}, 30 * time.Second},
		"data center's bucket never": {[]string{"X-RateLimit-FillRate", "0", "X-RateLimit-Interval-Seconds", "60"}, 0},
		"a bucket of no rate":        {[]string{"X-RateLimit-FillRate", "some", "X-RateLimit-Interval-Seconds", "60"}, 0},
		"a bucket as good as never":  {[]string{"X-RateLimit-FillRate", "1e-8", "X-RateLimit-Interval-Seconds", "60"}, 1<<62 - 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := http.Header{}
			for i := 0; i+1 < len(tt.header); i += 2 {
				h.Set(tt.header[i], tt.header[i+1])
			}
			require.Equal(t, tt.want, askedWait(h, epoch))
		})
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	var waits []time.Duration
	for n := 1; n <= 8; n++ {
		waits = append(waits, backoff(n, 1)/time.Second)
	}
	require.Equal(t, []time.Duration{1, 2, 4, 8, 16, 30, 30, 30}, waits)
	require.Equal(t, 700*time.Millisecond, backoff(1, 0.7))
	require.Equal(t, 30*time.Second, backoff(20, 1.3), "the spread does not pass the cap")
}

func TestDefaultJitterStaysInItsBounds(t *testing.T) {
	t.Parallel()
	jitter := withDefaults(Options{}).Jitter
	for range 1000 {
		j := jitter()
		require.GreaterOrEqual(t, j, 0.7)
		require.Less(t, j, 1.3)
	}
}

func FuzzAskedWait(f *testing.F) {
	for _, s := range []string{"7", "0", "Sun, 22 Nov 2026 12:01:00 GMT", "2026-11-22T12:05Z", "1e300", "-1", "NaN", "1795348860"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, name := range []string{"Retry-After", "X-RateLimit-Reset", "X-RateLimit-FillRate"} {
			h := http.Header{}
			h.Set("X-RateLimit-Interval-Seconds", "60")
			h.Set(name, s)
			require.GreaterOrEqual(t, askedWait(h, epoch), time.Duration(0))
			blocked(h)
		}
	})
}
