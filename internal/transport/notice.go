package transport

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tap-jira/internal/ratelimit"
)

// notice is what one answer says about limits.
type notice struct {
	status int
	wait   time.Duration // asked for by Retry-After or X-RateLimit-Reset; 0: not said
	reason string        // RateLimit-Reason; Cloud only

	limit     float64       // Cloud: requests a second at this endpoint; Data Center: size of the bucket; 0: not said
	remaining float64       // of limit; -1: not said
	fill      float64       // Data Center: tokens that come each interval
	interval  time.Duration // Data Center
}

// readNotice reads Cloud's and Data Center's headers. Those that begin with
// "Beta-" announce limits that are not enforced, and are not read.
func readNotice(resp *http.Response, now time.Time) notice {
	h := resp.Header
	return notice{
		status:    resp.StatusCode,
		wait:      min(ratelimit.Wait(h, now), ratelimit.Longest),
		reason:    h.Get("RateLimit-Reason"),
		limit:     max(0, number(h.Get("X-RateLimit-Limit"))),
		remaining: number(h.Get("X-RateLimit-Remaining")),
		fill:      max(0, number(h.Get("X-RateLimit-FillRate"))),
		interval:  time.Duration(max(0, min(number(h.Get("X-RateLimit-Interval-Seconds")), ratelimit.Longest.Seconds())) * float64(time.Second)),
	}
}

// refused tells whether Jira wants fewer requests.
func (n notice) refused() bool {
	return n.status == http.StatusTooManyRequests || n.status == http.StatusServiceUnavailable
}

// ofEndpoint tells whether the refusal concerns this endpoint alone: Cloud's
// burst limits do, quotas and everything unexplained concern the site.
func (n notice) ofEndpoint() bool {
	return n.status == http.StatusTooManyRequests &&
		(strings.HasPrefix(n.reason, "jira-burst") || strings.HasPrefix(n.reason, "jira-per-issue"))
}

// ofQuota tells whether the refusal is about how much was asked in an hour, and
// not about how fast.
func (n notice) ofQuota() bool { return strings.HasPrefix(n.reason, "jira-quota") }

// bucket tells whether Data Center's token bucket is described. A bucket that
// never fills means "blocked", which pacing cannot mend: it is not one.
func (n notice) bucket() bool { return n.fill > 0 && n.interval > 0 && n.limit >= 1 }

// number reads a header that holds one number; -1 when it does not.
func number(text string) float64 {
	value, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(value) || math.IsInf(value, 0) {
		return -1
	}
	return value
}
