package ratelimit

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestWait(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		header []string
		want   time.Duration
	}{
		"nothing":                         {nil, 0},
		"seconds":                         {[]string{"Retry-After", "7"}, 7 * time.Second},
		"seconds with a fraction":         {[]string{"Retry-After", "1.5"}, 1500 * time.Millisecond},
		"seconds in blanks":               {[]string{"Retry-After", " 7 "}, 7 * time.Second},
		"zero, as data center always":     {[]string{"Retry-After", "0"}, 0},
		"date":                            {[]string{"Retry-After", "Sun, 22 Nov 2026 12:01:00 GMT"}, time.Minute},
		"date by a clock ahead":           {[]string{"Retry-After", "Sun, 22 Nov 2026 15:01:00 GMT", "Date", "Sun, 22 Nov 2026 15:00:00 GMT"}, time.Minute},
		"date by a clock behind":          {[]string{"Retry-After", "Sun, 22 Nov 2026 09:01:00 GMT", "Date", "Sun, 22 Nov 2026 09:00:00 GMT"}, time.Minute},
		"date by a clock that is none":    {[]string{"Retry-After", "Sun, 22 Nov 2026 12:01:00 GMT", "Date", "today"}, time.Minute},
		"date gone by":                    {[]string{"Retry-After", "Sun, 22 Nov 2026 11:00:00 GMT"}, 0},
		"nonsense":                        {[]string{"Retry-After", "soon"}, 0},
		"negative":                        {[]string{"Retry-After", "-5"}, 0},
		"not a number":                    {[]string{"Retry-After", "NaN"}, 0},
		"reset with seconds":              {[]string{"X-RateLimit-Reset", "2026-11-22T12:00:30Z"}, 30 * time.Second},
		"reset without seconds":           {[]string{"X-RateLimit-Reset", "2026-11-22T12:05Z"}, 5 * time.Minute},
		"reset in a zone":                 {[]string{"X-RateLimit-Reset", "2026-11-22T14:05+02:00"}, 5 * time.Minute},
		"reset as epoch seconds":          {[]string{"X-RateLimit-Reset", "1795348860"}, time.Minute},
		"reset as epoch gone by":          {[]string{"X-RateLimit-Reset", "1795348740"}, 0},
		"reset as epoch milliseconds":     {[]string{"X-RateLimit-Reset", "1795348860000"}, 0},
		"reset as a number of seconds":    {[]string{"X-RateLimit-Reset", "30"}, 0},
		"reset by a clock ahead":          {[]string{"X-RateLimit-Reset", "2026-11-22T15:05Z", "Date", "Sun, 22 Nov 2026 15:00:00 GMT"}, 5 * time.Minute},
		"reset gone by":                   {[]string{"X-RateLimit-Reset", "2026-11-22T11:05Z"}, 0},
		"retry-after before reset":        {[]string{"Retry-After", "3", "X-RateLimit-Reset", "2026-11-22T12:05Z"}, 3 * time.Second},
		"zero, then reset":                {[]string{"Retry-After", "0", "X-RateLimit-Reset", "2026-11-22T12:05Z"}, 5 * time.Minute},
		"beta headers are not for us yet": {[]string{"Beta-Retry-After", "100"}, 0},
		"far beyond":                      {[]string{"Retry-After", "99999999999999999999"}, 1<<62 - 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := http.Header{}
			for i := 0; i+1 < len(tt.header); i += 2 {
				h.Set(tt.header[i], tt.header[i+1])
			}
			require.Equal(t, tt.want, Wait(h, noon))
		})
	}
}

func TestSeconds(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{"0": 0, "0.25": 250 * time.Millisecond, " 61 ": 61 * time.Second, "4e9": 4e9 * time.Second, "5e9": forever} {
		d, ok := Seconds(text)
		require.True(t, ok, text)
		require.Equal(t, want, d, text)
	}
	for _, text := range []string{"", "-1", "NaN", "-Inf", "soon", "1 s"} {
		d, ok := Seconds(text)
		require.False(t, ok, text)
		require.Zero(t, d, text)
	}
}

// An hourly quota is waited for, and hardly more.
func TestLongestIsMoreThanAnHour(t *testing.T) {
	t.Parallel()
	require.Greater(t, Longest, time.Hour)
	require.Less(t, Longest, 70*time.Minute)
}

func FuzzWait(f *testing.F) {
	for _, s := range []string{"7", "0", "Sun, 22 Nov 2026 12:01:00 GMT", "2026-11-22T12:05Z", "9999-12-31T23:59:59Z", "1e300", "-1", "NaN", "1795348860"} {
		f.Add(s, "")
		f.Add(s, "Sun, 22 Nov 2026 15:00:00 GMT")
	}
	f.Fuzz(func(t *testing.T, wait, date string) {
		for _, name := range []string{"Retry-After", "X-RateLimit-Reset"} {
			require.GreaterOrEqual(t, Wait(http.Header{http.CanonicalHeaderKey(name): {wait}, "Date": {date}}, noon), time.Duration(0))
		}
	})
}
