package jira

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jsonread"
)

// hijack drops the connection after writing raw bytes.
func hijack(raw string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, buf, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		fmt.Fprint(buf, raw)
		buf.Flush()
		conn.Close()
	}
}

// zipped answers with the first n bytes of gzipped JSON.
func zipped(body string, cut int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		var buf bytes.Buffer
		z := gzip.NewWriter(&buf)
		fmt.Fprint(z, body)
		z.Close()
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(buf.Bytes()[:buf.Len()-cut])
	}
}

const fieldPath = "/rest/api/2/field"

func TestWhatPassesIsTriedAgain(t *testing.T) {
	t.Parallel()
	const fields = `[{"id":"summary","name":"Summary","schema":{"type":"string","system":"summary"}}]`
	for name, tt := range map[string]struct {
		first http.HandlerFunc
		wait  time.Duration
	}{
		"500":                         {status(500, `{"message":"oops"}`), time.Second},
		"502":                         {status(502, `<html>bad gateway`, "Content-Type", "text/html"), time.Second},
		"503 with a maintenance page": {status(503, `<html><title>Jira is starting</title>`, "Content-Type", "text/html", "Retry-After", "9"), 9 * time.Second},
		"504":                         {status(504, ``), time.Second},
		"a content network's 522":     {status(522, ``), time.Second},
		"408":                         {status(408, ``), time.Second},
		"429 with seconds":            {status(429, ``, "Retry-After", "5"), 5500 * time.Millisecond},
		"429 with a date":             {status(429, ``, "Retry-After", "Sun, 22 Nov 2026 12:00:20 GMT", "Date", "Sun, 22 Nov 2026 12:00:00 GMT"), 20500 * time.Millisecond},
		"429 with zero":               {status(429, ``, "Retry-After", "0"), 1500 * time.Millisecond},
		"429 with nothing":            {status(429, `<html>slow down`, "Content-Type", "text/html"), 1500 * time.Millisecond},
		"429 with a reset":            {status(429, ``, "X-RateLimit-Reset", "2026-11-22T12:02Z", "Date", "Sun, 22 Nov 2026 12:00:00 GMT"), 120500 * time.Millisecond},
		"empty body":                  {status(200, ``), time.Second},
		"white space only":            {status(200, `  `), time.Second},
		"cut body":                    {status(200, `[{"id":"summ`), time.Second},
		"broken body":                 {status(200, `[{"id":"summary"<html>`), time.Second},
		"something after the body":    {status(200, fields+`{"errorMessages":["late"]}`), time.Second},
		"fewer bytes than announced":  {hijack("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n[{\"id\":"), time.Second},
		"chunks that end early":       {hijack("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[{\"id\r\n"), time.Second},
		"no answer at all":            {hijack("HTTP/1.1 200 OK\r\nContent-"), time.Second},
		"truncated gzip":              {zipped(fields, 12), time.Second},
		"gzip without its checksum":   {zipped(fields, 4), time.Second},
		"gzip that is none":           {status(200, fields, "Content-Encoding", "gzip"), time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, Cloud)
			s.sequence("GET "+fieldPath, tt.first, zipped(fields, 0))
			c := s.connected(nil)
			meter := &Meter{}
			got, err := c.Fields(WithMeter(t.Context(), meter))
			require.NoError(t, err)
			require.Equal(t, []Field{{ID: "summary", Name: "Summary", Type: "string", System: "summary"}}, got)
			require.GreaterOrEqual(t, len(s.clock.waits), 1)
			require.Equal(t, tt.wait, s.clock.waits[0])
			require.EqualValues(t, 2, meter.Requests.Load())
			require.EqualValues(t, 1, meter.Retries.Load())
			require.Equal(t, tt.wait, meter.Waited())
		})
	}
}

func TestWhatStaysIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		is     error
		kind   fault.Kind
		hint   string
	}{
		"400":              {status(400, `{"errorMessages":["bad jql"]}`), ErrBadRequest, fault.Internal, ""},
		"401, still known": {status(401, ``), ErrForbidden, fault.Incomplete, "permission"},
		"403":              {status(403, ``), ErrForbidden, fault.Incomplete, "permission"},
		"404":              {status(404, ``), ErrNotFound, fault.Incomplete, ""},
		"410":              {status(410, `{"errorMessages":["The requested API has been removed."]}`), ErrGone, fault.Incomplete, "newer tap-jira"},
		"a missing scope":  {status(401, `{"code":401,"message":"Unauthorized; scope does not match"}`), ErrForbidden, fault.Incomplete, "scope"},
		"501":              {status(501, ``), ErrNetwork, fault.Network, ""},
		"a web page":       {status(200, `<html>`, "Content-Type", "text/html"), ErrNotJira, fault.Credentials, "proxy"},
		"blocked by rate":  {status(429, ``, "X-RateLimit-FillRate", "0"), ErrNetwork, fault.Network, "Rate limiting"},
		"a day's wait":     {status(429, ``, "Retry-After", "86400"), ErrNetwork, fault.Network, "concurrency"},
		"a day's repair":   {status(503, ``, "Retry-After", "86400"), ErrNetwork, fault.Network, "run again later"},
		"another shape":    {status(200, `{"fields":[]}`), nil, fault.Internal, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, Cloud)
			s.handle("GET "+fieldPath, tt.answer)
			c := s.connected(nil)
			_, err := c.Fields(t.Context())
			require.Error(t, err)
			if tt.is != nil {
				require.ErrorIs(t, err, tt.is)
			}
			require.Equal(t, tt.kind, fault.KindOf(err))
			require.Contains(t, fault.HintOf(err), tt.hint)
			require.Len(t, s.asked(fieldPath), 1)
		})
	}
}

func TestFailureStandsAfterAllAttempts(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.handle("GET "+fieldPath, status(503, `{"message":"reindexing"}`, "Atl-Traceid", "abc"))
	c := s.connected(nil)
	_, err := c.Fields(t.Context())
	require.ErrorIs(t, err, ErrNetwork)
	require.EqualError(t, err, "GET /rest/api/2/field: 503 Service Unavailable: reindexing (request abc)")
	require.Len(t, s.asked(fieldPath), 8)
	require.Equal(t, 91*time.Second, s.clock.Now().Sub(epoch))
}

func TestRateLimitIsBorneLongerThanFailures(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.handle("GET "+fieldPath, status(429, ``, "Retry-After", "3600"))
	c := s.connected(nil)
	_, err := c.Fields(t.Context())
	require.ErrorIs(t, err, ErrNetwork)
	require.Len(t, s.asked(fieldPath), 11)
}

func TestOne429RestsEveryWorker(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.sequence("GET "+fieldPath, status(429, ``, "Retry-After", "30"), status(200, `[]`))
	s.answer("GET /rest/api/2/status", `[]`)
	c := s.connected(nil)
	require.NoError(t, c.ask(t.Context(), Request{Path: "/rest/api/{v}/status"}, new(any)))
	require.Empty(t, s.clock.waits)

	limited := make(chan struct{})
	var other error
	c.opts.Wait = func(ctx context.Context, d time.Duration) error {
		select {
		case <-limited:
		default:
			close(limited)
			var wg sync.WaitGroup
			wg.Go(func() { other = c.ask(ctx, Request{Path: "/rest/api/{v}/status"}, new(any)) })
			wg.Wait()
		}
		return s.clock.Wait(ctx, d)
	}
	_, err := c.Fields(t.Context())
	require.NoError(t, err)
	require.NoError(t, other)
	require.Equal(t, 30*time.Second, s.clock.waits[0], "the other worker rests too before it asks")
}

func TestRefusalEndsAllRequests(t *testing.T) {
	t.Parallel()
	s := newSite(t, DataCenter)
	s.handle("GET "+fieldPath, status(200, `[]`, "X-Seraph-LoginReason", "AUTHENTICATED_FAILED"))
	c := s.connected(nil)
	_, first := c.Fields(t.Context())
	_, second := c.Fields(t.Context())
	_, third := c.Count(t.Context(), "")
	require.ErrorIs(t, first, ErrLoginLost)
	require.Equal(t, first, second)
	require.Equal(t, first, third)
	require.Len(t, s.asked(fieldPath), 1)
}

func TestRefusalOfOneRequestEndsOnlyThat(t *testing.T) {
	t.Parallel()
	s := newSite(t, DataCenter)
	s.handle("GET "+fieldPath, status(401, ``, "X-AUSERNAME", "ada"))
	s.answer("POST /rest/api/2/search", `{"total":3,"issues":[]}`)
	c := s.connected(nil)
	_, err := c.Fields(t.Context())
	require.ErrorIs(t, err, ErrForbidden)
	require.NotErrorIs(t, err, ErrUnauthorized)
	require.NotErrorIs(t, err, ErrLoginLost)
	require.Equal(t, fault.Incomplete, fault.KindOf(err))
	require.Len(t, s.asked("/rest/api/2/myself"), 1, "the answer itself says that we are known")
	n, err := c.Count(t.Context(), "")
	require.NoError(t, err)
	require.Equal(t, 3, n)
}

func TestRecover(t *testing.T) {
	t.Parallel()
	expired := status(401, ``, "WWW-Authenticate", `OAuth oauth_problem="token_expired"`)
	broken := errors.New("the session is over")
	for name, tt := range map[string]struct {
		retry bool
		err   error
		then  http.HandlerFunc
		asked int
		is    error
	}{
		"mended":            {true, nil, status(200, `[]`), 2, nil},
		"refused again":     {true, nil, expired, 2, ErrLoginLost},
		"not to be mended":  {false, nil, expired, 1, ErrLoginLost},
		"failed to be done": {false, broken, expired, 1, broken},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, DataCenter)
			s.sequence("GET "+fieldPath, expired, tt.then)
			var calls atomic.Int64
			c := s.connected(func(o *Options) {
				o.Recover = func(_ context.Context, e *APIError) (bool, error) {
					calls.Add(1)
					if e.Code != "token_expired" {
						return false, errors.New(e.Code)
					}
					return tt.retry, tt.err
				}
			})
			_, err := c.Fields(t.Context())
			if tt.is == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, tt.is)
				require.Equal(t, fault.Credentials, fault.KindOf(err))
			}
			require.Len(t, s.asked(fieldPath), tt.asked)
			require.EqualValues(t, 1, calls.Load())
		})
	}
}

func TestErrorOfTheReaderIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.answer("GET "+fieldPath, `[]`)
	c := s.connected(nil)
	mine := fault.New(fault.ClosedPipe, "", "nobody reads")
	err := c.Do(t.Context(), Request{Path: "/rest/api/{v}/field"}, func(*jsonread.Decoder) error { return mine })
	require.Equal(t, mine, err)
	require.Len(t, s.asked(fieldPath), 1)
}

func TestCancelEndsARequestWithItsCause(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	why := errors.New("the user pressed ^C")
	ctx, cancel := context.WithCancelCause(t.Context())
	s.handle("GET "+fieldPath, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `[{"id":`)
		w.(http.Flusher).Flush() //nolint:forcetypeassert // a test server
		cancel(why)
		<-r.Context().Done()
	})
	c := s.connected(nil)
	_, err := c.Fields(ctx)
	require.ErrorIs(t, err, why)
	_, err = c.Fields(ctx)
	require.ErrorIs(t, err, why)
	require.Len(t, s.asked(fieldPath), 1)
}

// silent is a body that gives its text and then nothing until it is given up.
type silent struct {
	text io.Reader
	ctx  context.Context // a body lives as long as its request
}

func (s silent) Read(p []byte) (int, error) {
	if n, err := s.text.Read(p); err == nil {
		return n, nil
	}
	<-s.ctx.Done()
	return 0, s.ctx.Err()
}

func (silent) Close() error { return nil }

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestSilenceIsEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		base, err := url.Parse("https://jira.acme.com")
		require.NoError(t, err)
		c := New(Options{BaseURL: base, Attempts: 2, Jitter: func() float64 { return 1 }, Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			body := silent{text: strings.NewReader(`[{"id":`), ctx: req.Context()}
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: body, Request: req}, nil
		})})
		c.site.Store(&Site{Deployment: Cloud})
		meter, start := &Meter{}, time.Now()
		_, err = c.Fields(WithMeter(t.Context(), meter))
		require.ErrorIs(t, err, errStalled)
		require.Equal(t, fault.Network, fault.KindOf(err))
		require.Contains(t, fault.HintOf(err), "request_timeout")
		require.EqualValues(t, 2, meter.Requests.Load())
		require.Equal(t, 601*time.Second, time.Since(start), "twice the default timeout and one backoff")
	})
}

func TestPermitsBoundWhatIsInFlight(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	var now, most atomic.Int64
	s.handle("GET "+fieldPath, func(w http.ResponseWriter, _ *http.Request) {
		for n := now.Add(1); ; {
			if m := most.Load(); n <= m || most.CompareAndSwap(m, n) {
				break
			}
		}
		for range 50 {
			runtime.Gosched() // gives the others a chance to break the bound
		}
		now.Add(-1)
		fmt.Fprint(w, `[]`)
	})
	c := s.connected(func(o *Options) { o.Concurrency = 3 })
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { c.Fields(t.Context()) })
	}
	wg.Wait()
	require.Len(t, s.asked(fieldPath), 20)
	require.LessOrEqual(t, most.Load(), int64(3))
	require.Equal(t, 3, c.permits.free, "every permit came back")
}
