package jira

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"tap-jira/internal/jsonread"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// epoch is when the sites of these tests are asked.
var epoch = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// clock is a clock that only waiting moves.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	waits []time.Duration
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Wait(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.waits = append(c.waits, d)
	return ctx.Err()
}

// request is what a fake site was asked.
type request struct {
	Method, Path string
	Query        url.Values
	Header       http.Header
	Body         string
	Signed       bool
}

// fakeSite is a Jira made of handlers, one a path; a path without one fails the test.
type fakeSite struct {
	t          *testing.T
	deployment Deployment
	base       string
	server     *httptest.Server
	clock      *clock
	mu         sync.Mutex
	handlers   map[string]http.HandlerFunc
	requests   []request
}

// signer marks requests as signed ones.
type signer struct{ next http.RoundTripper }

func (s signer) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("Authorization", "Basic secret")
	return s.next.RoundTrip(req)
}

const (
	cloudInfo = `{"baseUrl":"https://acme.atlassian.net","version":"1001.0.0-SNAPSHOT","versionNumbers":[1001,0,0],"deploymentType":"Cloud","serverTime":"2026-11-22T12:00:00.000+0000","serverTitle":"Jira","serverTimeZone":"Etc/UTC"}`
	dataInfo  = `{"baseUrl":"https://jira.acme.com/jira","version":"9.12.12","versionNumbers":[9,12,12],"deploymentType":"Server","serverTime":"2026-11-22T13:00:00.000+0100","serverTitle":"Acme Jira"}`
	cloudMe   = `{"accountId":"5b10","displayName":"Ada","timeZone":"Europe/Berlin"}`
	dataMe    = `{"key":"JIRAUSER10100","name":"ada","displayName":"Ada","timeZone":"Europe/Berlin"}`
)

// newSite starts a site that answers serverInfo and myself.
func newSite(t *testing.T, d Deployment) *fakeSite {
	t.Helper()
	s := &fakeSite{t: t, deployment: d, clock: &clock{now: epoch}, handlers: map[string]http.HandlerFunc{}}
	s.server = httptest.NewUnstartedServer(s)
	s.server.Config.ErrorLog = log.New(io.Discard, "", 0) // clients that go away are meant to
	s.server.StartTLS()
	t.Cleanup(s.server.Close)
	if d == Cloud {
		s.answer("GET /rest/api/2/serverInfo", cloudInfo)
		s.answer("GET /rest/api/2/myself", cloudMe)
	} else {
		s.base = "/jira"
		s.answer("GET /rest/api/2/serverInfo", dataInfo)
		s.answer("GET /rest/api/2/myself", dataMe)
	}
	return s
}

// ServeHTTP records the request and finds its handler.
func (s *fakeSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	path := strings.TrimPrefix(r.URL.Path, s.base)
	s.mu.Lock()
	s.requests = append(s.requests, request{
		Method: r.Method, Path: path, Query: r.URL.Query(), Header: r.Header, Body: string(body),
		Signed: r.Header.Get("Authorization") != "",
	})
	handler := s.handlers[r.Method+" "+path]
	s.mu.Unlock()
	if handler == nil || !strings.HasPrefix(r.URL.Path, s.base+"/") {
		s.t.Errorf("nobody expected %s %s", r.Method, r.URL)
		http.NotFound(w, r)
		return
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	handler(w, r)
}

// handle sets the handler of "GET /rest/…".
func (s *fakeSite) handle(route string, h http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handlers[route] = h
}

// answer answers a route with the bodies in turn, and then with the last again.
func (s *fakeSite) answer(route string, bodies ...string) {
	var n int
	var mu sync.Mutex
	s.handle(route, func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprint(w, bodies[min(n, len(bodies)-1)])
		n++
	})
}

// sequence answers a route with the handlers in turn, and then with the last again.
func (s *fakeSite) sequence(route string, handlers ...http.HandlerFunc) {
	var n int
	var mu sync.Mutex
	s.handle(route, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		h := handlers[min(n, len(handlers)-1)]
		n++
		mu.Unlock()
		h(w, r)
	})
}

// status answers with a status, headers in pairs, and a body.
func status(code int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
}

// asked are the requests of a path so far.
func (s *fakeSite) asked(path string) []request {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []request
	for _, r := range s.requests {
		if r.Path == path {
			out = append(out, r)
		}
	}
	return out
}

// client makes a client with a quiet clock; change may adjust its options.
func (s *fakeSite) client(change func(*Options)) *Client {
	s.t.Helper()
	base, err := url.Parse(s.server.URL + s.base)
	require.NoError(s.t, err)
	opts := Options{
		BaseURL: base, Transport: signer{s.server.Client().Transport}, Unsigned: s.server.Client().Transport,
		Now: s.clock.Now, Wait: s.clock.Wait, Jitter: func() float64 { return 1 },
	}
	if change != nil {
		change(&opts)
	}
	return New(opts)
}

// connected makes a client and connects it, with exact dates.
func (s *fakeSite) connected(change func(*Options)) *Client {
	s.t.Helper()
	c := s.client(change)
	_, err := c.Connect(s.t.Context())
	require.NoError(s.t, err)
	c.dates.Store(&knownDates{dateForm: dateForm{millis: true, zone: c.zone()}})
	return c
}

// collector is a page-atomic sink, as the engine's are.
type collector struct {
	open, kept []string
	begun      int
}

func (c *collector) Begin() { c.open = nil; c.begun++ }

func (c *collector) Record(dec *jsonread.Decoder) error {
	raw, err := dec.ReadValue()
	if err == nil {
		c.open = append(c.open, string(raw))
	}
	return err
}

func (c *collector) EndPage() error {
	c.kept = append(c.kept, c.open...)
	c.open = nil
	return nil
}

// readAll reads a listing and returns its records.
func readAll(t *testing.T, c *Client, req Request, p Pager) ([]string, []PageInfo, error) {
	t.Helper()
	sink := &collector{}
	var pages []PageInfo
	for info, err := range c.Pages(t.Context(), req, p, sink) {
		if err != nil {
			return sink.kept, pages, err
		}
		require.Len(t, sink.open, info.Records)
		require.NoError(t, sink.EndPage())
		pages = append(pages, info)
	}
	return sink.kept, pages, nil
}

// decoded reads a request's JSON body.
func decoded(t *testing.T, body string) map[string]any {
	t.Helper()
	var m map[string]any
	require.NoError(t, json.Unmarshal([]byte(body), &m))
	return m
}
