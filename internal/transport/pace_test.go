package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

// clock is time that passes only by waiting.
type clock struct {
	mu    sync.Mutex
	at    time.Time
	slept time.Duration
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) wait(_ context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.slept = c.at.Add(d), c.slept+d
	return nil
}

// jira answers in no time with what respond says.
type jira func(*http.Request) (status int, header map[string]string)

func (j jira) RoundTrip(req *http.Request) (*http.Response, error) {
	status, header := j(req)
	resp := &http.Response{StatusCode: status, Header: http.Header{}, Body: http.NoBody, Request: req}
	for name, value := range header {
		resp.Header.Set(name, value)
	}
	return resp, nil
}

func pacing(o Options, c *clock, j jira) *pacer {
	o.Now, o.Wait = c.now, c.wait
	return newPacer(o.withDefaults(), j)
}

func ask(t *testing.T, p *pacer, path string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://h"+path, http.NoBody)
	require.NoError(t, err)
	resp, err := p.RoundTrip(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode
}

func fine(*http.Request) (int, map[string]string) { return http.StatusOK, nil }

func TestRequestsPerSecondIsACap(t *testing.T) {
	t.Parallel()
	c := newClock()
	var told time.Duration
	var sent []time.Time
	p := pacing(Options{Cap: NewCap(4), Waited: func(d time.Duration) { told += d }}, c, func(r *http.Request) (int, map[string]string) {
		sent = append(sent, c.now())
		return fine(r)
	})
	for i := range 9 {
		ask(t, p, "/x/"+strconv.Itoa(i))
	}
	require.InDelta(t, 2, c.slept.Seconds(), 0.05)
	require.Equal(t, c.slept, told)
	for i := range sent[4:] {
		require.Greater(t, sent[i+4].Sub(sent[i]), 1015*time.Millisecond, "four a second, also where a request comes 15 ms late")
	}
}

func TestNoLimitNoWait(t *testing.T) {
	t.Parallel()
	c := newClock()
	p := pacing(Options{}, c, fine)
	for range 1000 {
		ask(t, p, "/x")
	}
	require.Zero(t, c.slept)
}

func TestBurstLimitConcernsOneEndpoint(t *testing.T) {
	t.Parallel()
	c := newClock()
	refuse := true
	p := pacing(Options{}, c, func(r *http.Request) (int, map[string]string) {
		if refuse && strings.HasSuffix(r.URL.Path, "/changelog") {
			refuse = false
			return http.StatusTooManyRequests, map[string]string{"Retry-After": "7", "RateLimit-Reason": "jira-burst-based", "X-RateLimit-Limit": "200"}
		}
		return http.StatusOK, nil
	})
	require.Equal(t, http.StatusTooManyRequests, ask(t, p, "/rest/api/3/issue/10001/changelog"), "a status stays a status")
	ask(t, p, "/rest/api/3/issue/10001")
	require.Zero(t, c.slept, "another endpoint goes on")
	ask(t, p, "/rest/api/3/issue/ABC-7/changelog")
	require.Equal(t, 7*time.Second, c.slept, "the same endpoint of another issue waits")
}

func TestQuotaConcernsTheSite(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]map[string]string{
		"quota":       {"Retry-After": "60", "RateLimit-Reason": "jira-quota-tenant-based"},
		"unexplained": {"X-RateLimit-Reset": "2026-11-22T12:01Z"},
		"threads":     {"Retry-After": "Sun, 22 Nov 2026 12:01:00 GMT", "RateLimit-Reason": "jira-max-concurrent-threads-across-all-instances-per-tenant-per-user"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClock()
			status := http.StatusTooManyRequests
			p := pacing(Options{}, c, func(*http.Request) (int, map[string]string) { return status, header })
			ask(t, p, "/a")
			status, header = http.StatusOK, nil
			ask(t, p, "/b")
			require.Equal(t, time.Minute, c.slept)
		})
	}
}

func TestRateIsHalvedOnceAndRecovers(t *testing.T) {
	t.Parallel()
	c := newClock()
	status := http.StatusOK
	p := pacing(Options{}, c, func(*http.Request) (int, map[string]string) {
		return status, map[string]string{"RateLimit-Reason": "jira-burst-based"}
	})
	for range 32 {
		ask(t, p, "/x")
	}
	l := p.endpoints["GET /x"]
	require.Nil(t, l.limiter)
	status = http.StatusTooManyRequests
	sent := c.now()
	for range 8 { // all were under way before the first was refused
		p.learn(t.Context(), "GET /x", sent, answered(t, p, "/x"))
	}
	require.InDelta(t, 16, float64(l.limiter.Limit()), 0.1, "half of the 32 a second that were too many, once")

	status = http.StatusOK
	before := c.slept
	for range 17 {
		ask(t, p, "/x")
	}
	require.InDelta(t, 2, (c.slept - before).Seconds(), 0.15, "a second of silence, then 16 a second and a little more")
	for c.now().Before(l.growsAt.Add(returnIn)) {
		ask(t, p, "/x")
	}
	require.InDelta(t, 32, float64(l.limiter.Limit()), 1, "back where Jira refused")
	for i := 0; l.limiter != nil; i++ {
		require.Less(t, i, 3000, "a limit that is not hit again is lifted")
		ask(t, p, "/x")
	}
}

// answered is what Jira says now, past the pacing.
func answered(t *testing.T, p *pacer, path string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://h"+path, http.NoBody)
	require.NoError(t, err)
	resp, err := p.next.RoundTrip(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp
}

func TestHalvingHasAFloor(t *testing.T) {
	t.Parallel()
	c := newClock()
	p := pacing(Options{}, c, func(*http.Request) (int, map[string]string) { return http.StatusServiceUnavailable, nil })
	for range 40 {
		ask(t, p, "/x")
	}
	require.InDelta(t, float64(slowest), float64(p.site.limiter.Limit()), 0.001)
}

func TestWaitEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(Options{}.withDefaults(), jira(func(*http.Request) (int, map[string]string) {
			return http.StatusTooManyRequests, map[string]string{"Retry-After": "3600"}
		}))
		ask(t, p, "/x")
		for cause, kind := range map[error]fault.Kind{context.Canceled: fault.Internal, context.DeadlineExceeded: fault.Network} {
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(time.Minute, func() { cancel(cause) })
			body := &closing{Reader: strings.NewReader("{}")}
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://h/y", body)
			require.NoError(t, err)
			_, err = p.RoundTrip(req)
			require.ErrorIs(t, err, cause)
			require.Equal(t, kind, fault.KindOf(err))
			require.True(t, body.closed, "as net/http asks of a RoundTripper, also when nothing is sent")
		}
	})
}

// closing is a body that knows whether it was closed.
type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error { c.closed = true; return nil }

func TestARateComesBackOnceThePauseIsOver(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	var l lane
	l.hold(at, notice{wait: 20 * time.Second})
	l.cut(at, 10, deepCut)
	require.InDelta(t, 5, float64(l.limiter.Limit()), 0.001)
	for _, after := range []time.Duration{raiseEvery, 19 * time.Second} { // answers to what was sent before the refusal
		l.succeed(at.Add(after))
		require.InDelta(t, 5, float64(l.limiter.Limit()), 0.001, "after %s", after)
	}
	l.succeed(at.Add(25 * time.Second))
	raised := l.limiter.Limit()
	require.Greater(t, float64(raised), 5.0)
	require.Less(t, float64(raised), 10.0)
	l.succeed(at.Add(25*time.Second + raiseEvery/2))
	require.InDelta(t, float64(raised), float64(l.limiter.Limit()), 0, "at most once a second")
	l.succeed(at.Add(25*time.Second + raiseEvery))
	require.Greater(t, float64(l.limiter.Limit()), float64(raised))
}

func TestPauseLengthenedWhileWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		after := "5"
		p := newPacer(Options{}.withDefaults(), jira(func(r *http.Request) (int, map[string]string) {
			if r.URL.Path == "/ok" {
				return http.StatusOK, nil
			}
			return http.StatusTooManyRequests, map[string]string{"Retry-After": after}
		}))
		start := time.Now()
		ask(t, p, "/x")
		time.AfterFunc(3*time.Second, func() {
			after = "10"
			p.learn(t.Context(), "GET /x", start, answered(t, p, "/x"))
		})
		ask(t, p, "/ok")
		require.Equal(t, 13*time.Second, time.Since(start))
	})
}

func TestEndpointsAreBounded(t *testing.T) {
	t.Parallel()
	c := newClock()
	p := pacing(Options{}, c, fine)
	for i := range 2 * maxEndpoints {
		ask(t, p, "/p/"+strings.Repeat("a", i%50)+strings.Repeat("b", i/50))
	}
	require.LessOrEqual(t, len(p.endpoints), maxEndpoints)
}

func TestEndpoint(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/rest/api/3/issue/10001/changelog":                "/rest/api/3/issue/{}/changelog",
		"/jira/rest/api/2/project/ABC/versions":            "/jira/rest/api/2/project/{}/versions",
		"/rest/agile/1.0/board/7/sprint":                   "/rest/agile/1.0/board/{}/sprint",
		"/rest/api/3/issueLinkType":                        "/rest/api/3/issueLinkType",
		"/rest/api/3/search/jql":                           "/rest/api/3/search/jql",
		"/plugins/servlet/oauth/request-token":             "/plugins/servlet/oauth/request-token",
		"/rest/api/3/user/557058:0aa-1/properties":         "/rest/api/3/user/{}/properties",
		"/ex/jira/11111111-2222-3333/rest/api/3/myself":    "/ex/jira/{}/rest/api/3/myself",
		"/rest/servicedeskapi/servicedesk/4/queue/2/issue": "/rest/servicedeskapi/servicedesk/{}/queue/{}/issue",
		"": "",
	} {
		require.Equal(t, want, template(path))
	}
}

func TestARefusalIsToldWithItsEndAndReason(t *testing.T) {
	t.Parallel()
	c := newClock()
	began := c.now()
	var until time.Time
	var reason string
	p := pacing(Options{Refused: func(u time.Time, r string) { until, reason = u, r }}, c, func(*http.Request) (int, map[string]string) {
		return http.StatusTooManyRequests, map[string]string{"Retry-After": "60", "RateLimit-Reason": "jira-quota-tenant-based"}
	})
	ask(t, p, "/a")
	require.Equal(t, began.Add(time.Minute), until)
	require.Equal(t, "jira-quota-tenant-based", reason)
}

func TestAskedOnceMoreAfterTheWaits(t *testing.T) {
	t.Parallel()
	c, sent := newClock(), 0
	var asked []time.Duration
	over := errors.New("over")
	p := pacing(Options{Cap: NewCap(1), Admit: func(context.Context) error {
		asked = append(asked, c.slept)
		if len(asked) == 3 {
			return over
		}
		return nil
	}}, c, func(*http.Request) (int, map[string]string) { sent++; return http.StatusOK, nil })
	ask(t, p, "/a")
	ask(t, p, "/a")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://h/a", http.NoBody)
	require.NoError(t, err)
	_, err = p.RoundTrip(req)
	require.ErrorIs(t, err, over)
	require.Equal(t, 2, sent)
	require.Len(t, asked, 3)
	for k, slept := range asked { // a request a second, and a margin
		require.InDelta(t, float64(k)/capMargin, slept.Seconds(), 1e-6)
	}
}
