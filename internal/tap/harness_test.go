package tap_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jira"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
	"tap-jira/internal/tap"
	"tap-jira/schemas"
)

// morning is when the sites under test wake up; their base data ends at midnight. It
// is no whole second, as a date of one is read twice when it is new.
var morning = time.Date(2026, 11, 22, 9, 0, 0, 7e6, time.UTC)

// longAgo is before everything that the sites hold.
var longAgo = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// dialects are the two families of Jira, each with a site to test on.
var dialects = map[string]jirasim.Options{
	"cloud":      {Deployment: jirasim.Cloud},
	"datacenter": {Deployment: jirasim.DataCenter, BasePath: "/jira"},
}

// large is a test so large, by its site or its cases, that the race detector takes minutes over
// it; `go test -short`, with which that detector runs, leaves it out.
func large(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("large")
	}
}

// onEach runs a test on both dialects.
func onEach(t *testing.T, test func(t *testing.T, o jirasim.Options)) {
	t.Helper()
	for name, o := range dialects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, o)
		})
	}
}

// clock is the time of a site and of the tap that reads it. Only waiting, and
// what a test says, moves it.
type clock struct{ passed atomic.Int64 }

func (c *clock) Now() time.Time { return morning.Add(time.Duration(c.passed.Load())) }

func (c *clock) pass(d time.Duration) { c.passed.Add(int64(d)) }

// Wait takes no time but moves the clock.
func (c *clock) Wait(ctx context.Context, d time.Duration) error {
	c.pass(d)
	return context.Cause(ctx)
}

// site is a simulated Jira behind real TLS.
type site struct {
	*jirasim.Jira
	clock   *clock
	options jirasim.Options
	address *url.URL
	network *http.Transport
	cloud   bool
	// reader logs in the account that administers nothing.
	reader bool
	// watch sees every request of the tap before it is sent; nil for none.
	watch func(*http.Request)
}

// newSite starts a site that ends with the test.
func newSite(t *testing.T, o jirasim.Options) *site {
	t.Helper()
	s := &site{clock: &clock{}, cloud: o.Deployment == jirasim.Cloud}
	o.Now, o.Examples = s.clock.Now, schemas.FS()
	s.options = o
	var err error
	s.Jira, err = jirasim.New(o)
	require.NoError(t, err)
	server, err := s.Serve()
	require.NoError(t, err)
	s.address, err = url.Parse(server.URL)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(server.CAPEM))
	s.network = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, MaxIdleConnsPerHost: 32}
	t.Cleanup(func() {
		s.network.CloseIdleConnections()
		require.NoError(t, server.Close())
	})
	return s
}

// plain makes the site send bodies as they are, for tests that read much.
func (s *site) plain() *site {
	s.network.DisableCompression = true
	return s
}

// RoundTrip lets the test see a request and sends it.
func (s *site) RoundTrip(req *http.Request) (*http.Response, error) {
	if s.watch != nil {
		s.watch(req)
	}
	return s.network.RoundTrip(req)
}

// login sends requests with one of the site's accounts.
type login struct{ site *site }

func (l login) RoundTrip(req *http.Request) (*http.Response, error) {
	signed := req.Clone(req.Context())
	account := jirasim.DemoLogin
	if l.site.reader {
		account = jirasim.ReaderLogin
	}
	signed.SetBasicAuth(account(l.site.options.Deployment))
	return l.site.RoundTrip(signed)
}

// client makes a client for the site, as a new run of the tap has it.
func (s *site) client(concurrency int) *jira.Client {
	return jira.New(jira.Options{
		BaseURL: s.address, Transport: login{s}, Unsigned: s,
		Concurrency: concurrency, Now: s.clock.Now, Wait: s.clock.Wait, Jitter: func() float64 { return 1 },
	})
}

// with completes the options of a run over the whole history of the site.
func (s *site) with(o tap.Options) tap.Options {
	if o.Concurrency == 0 {
		o.Concurrency = 4
	}
	if o.Client == nil {
		o.Client = s.client(o.Concurrency)
	}
	if o.StartDate.IsZero() {
		o.StartDate = longAgo
	}
	if o.Validate == "" {
		o.Validate = tap.ValidateSample // requireProtocol validates by its own means
	}
	if o.Lookback == 0 {
		o.Lookback = 10 * time.Minute
	}
	o.Now = s.clock.Now
	return o
}

// outcome is what a run of the tap did.
type outcome struct {
	out      []byte
	messages []message
	summary  tap.Summary
	err      error
	log      string
	requests []jirasim.RequestRecord
}

// sync runs the tap and reads what it printed.
func (s *site) sync(t *testing.T, o tap.Options) outcome {
	t.Helper()
	var out bytes.Buffer
	got := s.syncTo(t.Context(), o, &out)
	got.out = out.Bytes()
	got.messages = readMessages(t, got.out)
	s.requireContract(t, got.requests)
	return got
}

// requireContract finds each request in Atlassian's documents, with its
// parameters, and none that writes: what is asked for by POST is few lists.
func (s *site) requireContract(t *testing.T, requests []jirasim.RequestRecord) {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "testdata", "openapi", "operations.txt"))
	require.NoError(t, err)
	defer file.Close()
	documented, err := jirasim.ReadContract(file)
	require.NoError(t, err)
	posts := []string{
		"/rest/api/{v}/search", "/rest/api/{v}/search/jql", "/rest/api/{v}/search/approximate-count", "/rest/api/{v}/issue/bulkfetch",
		"/rest/api/{v}/changelog/bulkfetch", "/rest/api/{v}/worklog/list", "/rest/api/{v}/comment/list",
	}
	require.Empty(t, s.Breaches(documented))
	for _, r := range requests {
		require.True(t, r.Method == http.MethodGet || slices.Contains(posts, r.Template), "%s %s", r.Method, r.Template)
	}
}

// syncTo runs the tap into a writer of the test's own.
func (s *site) syncTo(ctx context.Context, o tap.Options, out io.Writer) outcome {
	var got outcome
	var log bytes.Buffer
	o = s.with(o)
	if o.Logger == nil {
		o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	}
	s.ForgetRequests()
	got.summary, got.err = tap.Sync(ctx, o, out)
	got.log, got.requests = log.String(), s.Requests()
	return got
}

// whole is a run that must succeed.
func (s *site) whole(t *testing.T, o tap.Options) outcome {
	t.Helper()
	got := s.sync(t, o)
	require.NoError(t, got.err)
	require.Zero(t, got.summary.Exit)
	got.checkSummary(t)
	return got
}

// requireRest makes a run go on from one that lacked something, and compares what both printed with the truth.
func requireRest(t *testing.T, s *site, o tap.Options, before outcome) {
	t.Helper()
	o.State = before.state(t)
	rest := s.whole(t, o)
	requireLedger(t, s, merged(before.messages, rest.messages), o.Select...)
}

// checkSummary compares what the summary says with what was printed, and makes
// sure that no record was found to break its SCHEMA.
func (o outcome) checkSummary(t *testing.T) {
	t.Helper()
	for _, s := range o.summary.Streams {
		require.Len(t, o.records(s.Stream), int(s.Records), s.Stream)
		for _, reason := range s.Reasons {
			require.NotContains(t, reason, "validate record")
		}
	}
}

// stream returns a stream's line in the summary.
func (o outcome) stream(t *testing.T, name string) tap.StreamSummary {
	t.Helper()
	i := slices.IndexFunc(o.summary.Streams, func(s tap.StreamSummary) bool { return s.Stream == name })
	require.GreaterOrEqual(t, i, 0, "the summary lacks %s", name)
	return o.summary.Streams[i]
}

// asked returns the requests to a path template.
func (o outcome) asked(template string) []jirasim.RequestRecord {
	return slices.DeleteFunc(slices.Clone(o.requests), func(r jirasim.RequestRecord) bool { return r.Template != template })
}

// state returns the last STATE that was printed, as the next run reads it.
func (o outcome) state(t *testing.T) *singer.State {
	t.Helper()
	for _, m := range slices.Backward(o.messages) {
		if m.Type == "STATE" {
			return parseState(t, string(m.Value))
		}
	}
	t.Fatal("no STATE was printed")
	return nil
}

func parseState(t *testing.T, text string) *singer.State {
	t.Helper()
	state, err := singer.ParseState([]byte(text), stream.Canonical(""))
	require.NoError(t, err)
	return state
}

// everything selects all streams, also those that are off by default, with
// issues that have little in them, so that many runs take little time.
func everything(state *singer.State) tap.Options {
	return tap.Options{Everything: true, IssueFields: []string{"summary"}, State: state}
}

// edit changes the site.
func (s *site) edit(t *testing.T, e jirasim.Edit) string {
	t.Helper()
	id, err := s.Edit(e)
	require.NoError(t, err)
	return text(id)
}

// issueStreams are the streams that go on from a bookmark.
var issueStreams = []string{"issues", "issue_comments", "changelogs", "issue_transitions", "worklogs"}

// incremental returns the records of the streams that go on from a bookmark.
func (o outcome) incremental() []message {
	return slices.DeleteFunc(slices.Clone(o.messages), func(m message) bool {
		return m.Type != "RECORD" || !slices.Contains(issueStreams, strings.TrimPrefix(m.Stream, "stitch_jira-"))
	})
}
