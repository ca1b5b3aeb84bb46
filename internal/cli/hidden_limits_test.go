package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/cli"
	"tap-jira/internal/jirasim"
	"tap-jira/schemas"
)

// pipes are connections within a test, so that synctest knows who waits for whom and time passes only when all do.
type pipes struct {
	accepted chan net.Conn
	closed   chan struct{}
	once     sync.Once
}

func newPipes() *pipes { return &pipes{accepted: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.accepted <- theirs:
		return ours, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Accept takes the next connection.
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.accepted:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept.
func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

// Addr is an address that the site's certificate is for.
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 443} }

// gauge counts what becomes of the requests to one endpoint, and those that come although a refusal that their
// sender has heard of told to wait.
type gauge struct {
	site     http.Handler
	endpoint string // the end of its paths
	siteWide bool   // a refusal concerns every request
	took     time.Duration

	mu                     sync.Mutex
	first, last            time.Time
	heard, until           time.Time // when the first of a row of refusals was sent, and until when they ask to wait
	served, refused, early int
}

func (p *gauge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	counts := strings.HasSuffix(r.URL.Path, p.endpoint)
	p.mu.Lock()
	if now := time.Now(); (counts || p.siteWide) && now.After(p.heard) && now.Before(p.until) {
		p.early++
	}
	if counts && p.first.IsZero() {
		p.first = time.Now()
	}
	p.mu.Unlock()
	time.Sleep(p.took)
	head := &heard{ResponseWriter: w, status: http.StatusOK}
	p.site.ServeHTTP(head, r)
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case head.status == http.StatusTooManyRequests && (counts || p.siteWide):
		p.refused++
		if time.Now().After(p.until) {
			p.heard = time.Now()
		}
		seconds, _ := strconv.Atoi(w.Header().Get("Retry-After")) // without one there is nothing to obey
		p.until = time.Now().Add(time.Duration(seconds) * time.Second)
	case counts && head.status == http.StatusOK:
		p.served++
		p.last = time.Now()
	}
}

// heard notes the status of an answer.
type heard struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the status.
func (h *heard) WriteHeader(status int) {
	h.status = status
	h.ResponseWriter.WriteHeader(status)
}

// Whatever a site allows and does not tell of, the tap uses nearly all of it, is hardly ever refused, and does not ask
// while it is told to wait.
func TestHiddenLimitsOfASite(t *testing.T) {
	t.Parallel()
	for name, limits := range map[string]jirasim.HiddenLimits{
		"burst":                     {Burst: 20, PerSecond: 10},
		"burst, without a wait":     {Burst: 20, PerSecond: 10, Unsaid: true},
		"slow":                      {Burst: 10, PerSecond: 2},
		"quota":                     {Hourly: 2_000},
		"quota, and a burst before": {Burst: 50, PerSecond: 25, Hourly: 3_000},
	} {
		for _, deployment := range []jirasim.Deployment{jirasim.Cloud, jirasim.DataCenter} {
			t.Run(name+"/"+deployment.String(), func(t *testing.T) {
				t.Parallel()
				if testing.Short() && deployment == jirasim.Cloud {
					t.Skip("the race detector, with which -short runs, takes long over either")
				}
				dir := t.TempDir()
				synctest.Test(t, func(t *testing.T) { requireUsed(t, dir, deployment, limits) })
			})
		}
	}
}

// requireUsed reads one endpoint, issue by issue.
func requireUsed(t *testing.T, dir string, deployment jirasim.Deployment, limits jirasim.HiddenLimits) {
	t.Helper()
	const issues, took = 4_000, 50 * time.Millisecond
	began := time.Now()
	now := func() time.Time { return morning.Add(time.Since(began)) }
	watch := &gauge{endpoint: "/remotelink", took: took, siteWide: deployment == jirasim.DataCenter || limits.Burst == 0}
	network := newPipes()
	site, err := jirasim.New(jirasim.Options{
		Deployment: deployment, Issues: issues, Now: now, Hidden: limits, Examples: schemas.FS(), TLS: jirasim.TLSOptions{Listener: network},
		Around: func(site http.Handler) http.Handler { watch.site = site; return watch },
	})
	require.NoError(t, err)
	server, err := site.Serve()
	require.NoError(t, err)
	defer func() { require.NoError(t, server.Close()) }()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ca.pem"), server.CAPEM, 0o600))
	username, password := jirasim.DemoLogin(deployment)
	config, err := json.Marshal(map[string]any{
		"base_url": server.URL, "ca_file": "ca.pem", "username": username, "password": password,
		"start_date": "2000-01-01", "streams": "issue_remote_links",
	})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "config.json"), config, 0o600))
	var log bytes.Buffer
	run := quietProcess(dir, io.Discard, &log, "--config", "config.json")
	run.Now, run.Dial = now, network.dial
	require.Zero(t, cli.Main(run), log.String())

	needed := leastTime(limits, watch.served, now().Add(-time.Since(watch.first)))
	span := watch.last.Sub(watch.first)
	t.Logf("%d served in %v, %.1f %% of what was allowed; %d refused", watch.served, span, 100*needed.Seconds()/span.Seconds(), watch.refused)
	require.GreaterOrEqual(t, watch.served, issues*9/10)
	require.GreaterOrEqual(t, needed.Seconds(), 0.9*span.Seconds(), "less than was allowed")
	require.Less(t, float64(watch.refused), 0.01*float64(watch.served))
	require.Zero(t, watch.early, "requests before the end of Retry-After")
}

// leastTime is how long so many requests take under the limits, from a moment on.
func leastTime(limits jirasim.HiddenLimits, requests int, from time.Time) time.Duration {
	var least time.Duration
	rest := requests
	if limits.Hourly > 0 {
		hours := (requests - 1) / limits.Hourly
		least = from.Truncate(time.Hour).Add(time.Duration(hours) * time.Hour).Sub(from)
		rest -= hours * limits.Hourly
	}
	if limits.Burst > 0 {
		least += time.Duration(float64(max(0, rest-limits.Burst)) / limits.PerSecond * float64(time.Second))
	}
	return least
}
