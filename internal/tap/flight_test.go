package tap_test

import (
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jira"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
	"tap-jira/schemas"
)

// far is a site at a distance: an answer takes a time, and the time that the
// machine needs to compute counts for nothing, because all of it is synctest's. So
// what is measured is how requests are scheduled, and the same on every machine.
type far struct {
	site       http.Handler
	deployment jirasim.Deployment
	took       func(n int) time.Duration // of the n-th request

	mu           sync.Mutex
	requests     int
	busy, most   int
	spent        time.Duration // added up over all requests
	first, moved time.Time
}

func (f *far) count(n int) (request int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	if f.requests == 0 {
		f.first, f.moved = now, now
	}
	f.spent += time.Duration(f.busy) * now.Sub(f.moved)
	f.busy, f.moved = f.busy+n, now
	f.most = max(f.most, f.busy)
	f.requests += max(n, 0)
	return f.requests
}

// RoundTrip answers with the demo account's rights.
func (f *far) RoundTrip(req *http.Request) (*http.Response, error) {
	time.Sleep(f.took(f.count(1)))
	defer f.count(-1)
	asked := req.Clone(req.Context())
	if !strings.HasSuffix(req.URL.Path, "/serverInfo") {
		asked.SetBasicAuth(jirasim.DemoLogin(f.deployment))
	}
	if req.Body == nil {
		asked.Body = http.NoBody
	}
	answer := httptest.NewRecorder()
	f.site.ServeHTTP(answer, asked)
	res := answer.Result()
	res.Request = req
	return res, nil
}

// inUse is the share of the requests that might have been in flight from the
// first to the last answer.
func (f *far) inUse(concurrency int) float64 {
	return f.spent.Seconds() / f.moved.Sub(f.first).Seconds() / float64(concurrency)
}

// readFar reads the four tables of a site at a distance.
func readFar(t *testing.T, o jirasim.Options, concurrency int, took func(int) time.Duration) *far {
	t.Helper()
	o.Now, o.Examples = func() time.Time { return morning }, schemas.FS()
	sim, err := jirasim.New(o)
	require.NoError(t, err)
	at := &url.URL{Scheme: "https", Host: "jira.test", Path: o.BasePath}
	sim.SetBaseURL(at.String())
	f := &far{site: sim, deployment: o.Deployment, took: took}
	options := light("issues", "issue_comments", "changelogs", "worklogs")
	options.Client = jira.New(jira.Options{BaseURL: at, Transport: f, Concurrency: concurrency, Now: o.Now})
	options.Concurrency, options.Now, options.StartDate, options.Lookback = concurrency, o.Now, longAgo, 10*time.Minute
	_, err = tap.Sync(t.Context(), options, io.Discard)
	require.NoError(t, err)
	return f
}

// From a few round trips after its start until a few before its end, a first load
// keeps all requests in flight that it may, whatever the chains of pages in it.
func TestRequestsInFlightAreUsed(t *testing.T) {
	large(t)
	t.Parallel()
	const latency = 100 * time.Millisecond
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues, o.EmptyLists = 12_000, true
		for _, concurrency := range []int{8, 16} {
			if concurrency > 8 && o.Deployment == jirasim.DataCenter {
				continue // its ids come a thousand a round trip, which keep ten requests busy
			}
			t.Run(strconv.Itoa(concurrency), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					f := readFar(t, o, concurrency, func(int) time.Duration { return latency })
					span, least := f.moved.Sub(f.first), time.Duration(f.requests)*latency/time.Duration(concurrency)
					t.Logf("%d requests in %v, %.2f times the least; %.1f %% in use", f.requests, span, span.Seconds()/least.Seconds(), 100*f.inUse(concurrency))
					require.LessOrEqual(t, f.most, concurrency)
					// The login takes two round trips, alone; the dates two and the first ids one, beside which the feed of worklogs begins.
					start := 3 * latency
					if concurrency > 8 {
						start = 7 * latency // which are more of a shorter load
					}
					require.LessOrEqual(t, span, start+least*105/100)
				})
			})
		}
	})
}

// Answers that take now this, now that long do not starve it either.
func TestUnevenAnswersLeaveRequestsInFlight(t *testing.T) {
	large(t)
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues, o.EmptyLists = 12_000, true
		synctest.Test(t, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(3, 9))
			times := make([]time.Duration, 5_000)
			for i := range times {
				times[i] = 50*time.Millisecond + time.Duration(rng.ExpFloat64()*float64(50*time.Millisecond))
			}
			f := readFar(t, o, 8, func(n int) time.Duration { return times[n%len(times)] })
			t.Logf("%d requests, %.1f %% in use", f.requests, 100*f.inUse(8))
			require.Greater(t, f.inUse(8), 0.75)
		})
	})
}
