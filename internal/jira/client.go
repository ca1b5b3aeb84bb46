package jira

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"tap-jira/internal/ratelimit"
)

// What a Client does when its options do not say.
const (
	defaultVersion     = "2"
	defaultConcurrency = 8
	defaultTimeout     = 300 * time.Second
	// 1 + 2 + 4 + 8 + 16 + 30 + 30 seconds: about the time a node needs to restart.
	defaultAttempts = 8
)

// Options says how a Client reaches its site. The zero value of each field but
// BaseURL and Transport is a working default.
type Options struct {
	// BaseURL is the site's address, https, with its context path if it has one.
	BaseURL *url.URL
	// Transport sends requests with the user's credentials.
	Transport http.RoundTripper
	// Unsigned sends requests without credentials; nil means Transport.
	Unsigned http.RoundTripper
	// APIVersion stands for {v} in paths on Cloud, "2" (default) or "3". Data
	// Center has only 2.
	APIVersion string
	// Concurrency is the number of requests in flight at most; default 8.
	Concurrency int
	// PageSize caps the size of every page of records; 0 means no cap. Lists of ids
	// are no pages of records: smaller ones would cost requests and spare nothing.
	PageSize int
	// ListSize caps the size of pages of ids, for tests; 0 means no cap.
	ListSize int
	// Timeout ends an attempt when one read of an answer brings nothing for so long; default 300 s.
	Timeout time.Duration
	// Logger gets retries and Jira's warnings; nil discards.
	Logger *slog.Logger
	// Recover is asked once a request after a 401, or an answer to nobody, for logins that can be renewed
	// or signed anew. Nil, or false, lets the refusal stand.
	Recover func(ctx context.Context, problem *APIError) (retry bool, err error)
	// Route says where requests with credentials go; nil means BaseURL.
	Route Route
	// Gateway says that BaseURL is Atlassian's gateway to a Cloud site, which
	// tells nothing to strangers.
	Gateway bool
	// Advice says what to do about a refused login, where that depends on how one
	// logs in; "" or nil leaves it to the client.
	Advice func(problem *APIError, d Deployment) string
	// Now, Wait and Jitter replace the clock, the waits and the spread of the
	// backoff (0.7 to 1.3) in tests.
	Now    func() time.Time
	Wait   func(ctx context.Context, d time.Duration) error
	Jitter func() float64
	// Attempts is how often a page is tried before its failure stands; default 8.
	Attempts int
}

// Client reads one site. It is safe for concurrent use after Connect.
type Client struct {
	opts     Options
	signed   *http.Client
	unsigned *http.Client
	permits  permits
	pause    pause
	site     atomic.Pointer[Site]
	// api is where requests with credentials go instead of BaseURL; nil until Route says so.
	api atomic.Pointer[url.URL]
	// rerouted says that a refused login was tried elsewhere, which is done once.
	rerouted atomic.Bool
	// lost is the refusal of the login, after which nothing is sent any more.
	lost atomic.Pointer[error]
	// marked says that answers of this site carry headers that only a Jira sets.
	marked atomic.Bool
	// doubt holds requests back while it is found out whether the login is lost.
	doubt doubt
	// dates says how JQL dates are written; nil until ProbeDates found out.
	dates     atomic.Pointer[knownDates]
	probing   sync.Mutex
	proving   *semaphore.Weighted // held while a refusal is looked into
	endurance endurance
	// bulkWithheld says that changelog/bulkfetch was refused as such.
	bulkWithheld atomic.Bool
	decoders     sync.Pool
	warned       sync.Map // Jira's warnings that were logged
}

// New makes a Client. It sends nothing; Connect does.
func New(opts Options) *Client {
	opts = withDefaults(opts)
	c := &Client{opts: opts, permits: permits{free: opts.Concurrency}, proving: semaphore.NewWeighted(1)}
	c.signed = newHTTPClient(opts.Transport, opts.BaseURL)
	c.unsigned = newHTTPClient(opts.Unsigned, opts.BaseURL)
	return c
}

func withDefaults(o Options) Options {
	if o.Unsigned == nil {
		o.Unsigned = o.Transport
	}
	if o.APIVersion == "" {
		o.APIVersion = defaultVersion
	}
	if o.Concurrency <= 0 {
		o.Concurrency = defaultConcurrency
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.Attempts <= 0 {
		o.Attempts = defaultAttempts
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Wait == nil {
		o.Wait = ratelimit.Sleep
	}
	if o.Jitter == nil {
		o.Jitter = func() float64 { return 0.7 + 0.6*rand.Float64() } //nolint:gosec // spreads retries, guards nothing
	}
	return o
}

// newHTTPClient follows redirects only as checkRedirect allows and keeps
// cookies, because a cluster's load balancer marks its node by one and the
// nodes' indexes differ for seconds.
func newHTTPClient(rt http.RoundTripper, base *url.URL) *http.Client {
	jar, _ := cookiejar.New(nil) // documented never to fail
	return &http.Client{Transport: rt, Jar: jar, CheckRedirect: checkRedirect(base)}
}

// Site is what Connect learned, nil before. It must not be changed.
func (c *Client) Site() *Site { return c.site.Load() }

func (c *Client) now() time.Time { return c.opts.Now() }

// Capped is how many records to ask for at once when Jira allows n.
func (c *Client) Capped(n int) int { return capped(n, c.opts.PageSize) }

// capped is n, or the limit where there is one and it is less.
func capped(n, limit int) int {
	if limit > 0 {
		return min(n, limit)
	}
	return n
}

// deployment is the connected site's dialect.
func (c *Client) deployment() Deployment {
	if site := c.Site(); site != nil {
		return site.Deployment
	}
	return Cloud
}
