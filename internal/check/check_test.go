package check

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

// now is the clock of these tests.
func now() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// sound are options whose steps below HTTP all succeed.
func sound(t *testing.T) Options {
	t.Helper()
	return Options{
		BaseURL:    parse(t, "https://jira.example.com/jira"),
		Unsigned:   answer(now().AddDate(1, 0, 0)),
		Now:        now,
		LookupHost: func(context.Context, string) ([]string, error) { return []string{"192.0.2.1", "192.0.2.2"}, nil },
		Dial: func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			return ours, theirs.Close()
		},
	}
}

func parse(t *testing.T, address string) *url.URL {
	t.Helper()
	parsed, err := url.Parse(address)
	require.NoError(t, err)
	return parsed
}

// roundTripper is a RoundTripper made of a function.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// answer is a site whose certificate ends then.
func answer(end time.Time) roundTripper {
	return func(*http.Request) (*http.Response, error) {
		leaf := &x509.Certificate{NotAfter: end, Issuer: pkix.Name{CommonName: "Example CA"}}
		state := &tls.ConnectionState{Version: tls.VersionTLS13, PeerCertificates: []*x509.Certificate{leaf}}
		return &http.Response{Body: io.NopCloser(strings.NewReader("")), TLS: state}, nil
	}
}

// walkBelowHTTP makes the steps up to the proxy, which need no Jira.
func walkBelowHTTP(t *testing.T, o Options) *walk {
	t.Helper()
	w := &walk{Options: o.withDefaults(), report: Report{OK: true}}
	for _, step := range []func(context.Context){w.address, w.dns, w.tcp, w.tls, w.viaProxy} {
		if step(t.Context()); w.err != nil {
			break
		}
	}
	return w
}

func TestStepsBelowHTTP(t *testing.T) {
	t.Parallel()
	w := walkBelowHTTP(t, sound(t))
	require.NoError(t, w.err)
	require.Equal(t, []Step{
		{Step: "address", Status: OK, Detail: "https://jira.example.com/jira"},
		{Step: "dns", Status: OK, Detail: "jira.example.com is 192.0.2.1, 192.0.2.2"},
		{Step: "tcp", Status: OK, Detail: "connected to jira.example.com:443"},
		{Step: "tls", Status: OK, Detail: "TLS 1.3, certificate by CN=Example CA, good until 2027-11-22"},
		{Step: "proxy", Status: OK, Detail: "none"},
	}, w.report.Steps)
}

func TestStepsThroughAProxy(t *testing.T) {
	t.Parallel()
	o := sound(t)
	o.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse("http://user:secret@proxy.example.com:3128") }
	var lookedUp, dialled string
	o.LookupHost = func(_ context.Context, host string) ([]string, error) {
		lookedUp = host
		return []string{"192.0.2.9"}, nil
	}
	dial := o.Dial
	o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		dialled = address
		return dial(ctx, network, address)
	}
	w := walkBelowHTTP(t, o)
	require.NoError(t, w.err)
	require.Equal(t, "proxy.example.com", lookedUp)
	require.Equal(t, "proxy.example.com:3128", dialled)
	require.Equal(t, Step{Step: "proxy", Status: OK, Detail: "through http://proxy.example.com:3128"}, w.report.Steps[4])
}

func TestFailuresBelowHTTP(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		change     func(*Options)
		step, code string
		kind       fault.Kind
		next       string
		detail     string // what the step says, where that is looked at
	}{
		"unknown host": {
			change: func(o *Options) {
				o.LookupHost = func(context.Context, string) ([]string, error) {
					return nil, &net.DNSError{Err: "no such host", Name: "jira.example.com", IsNotFound: true}
				}
			},
			step: "dns", code: "unknown_host", kind: fault.Network, next: "check the host in base_url",
			detail: "lookup jira.example.com: no such host",
		},
		"name server down": {
			change: func(o *Options) {
				o.LookupHost = func(context.Context, string) ([]string, error) { return nil, errors.New("timeout") }
			},
			step: "dns", code: "lookup_failed", kind: fault.Network, next: "name server", detail: "look up jira.example.com: timeout",
		},
		"nobody listens": {
			change: func(o *Options) {
				o.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("refused") }
			},
			step: "tcp", code: "no_connection", kind: fault.Network, next: "firewalls",
		},
		"the proxy's variable is broken": {
			change: func(o *Options) {
				o.Proxy = func(*http.Request) (*url.URL, error) { return nil, errors.New("invalid proxy") }
			},
			step: "address", code: "bad_proxy", kind: fault.Usage, next: "HTTPS_PROXY",
		},
		"the port is closed": {
			change: func(o *Options) {
				o.Dial = func(context.Context, string, string) (net.Conn, error) {
					return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
				}
			},
			step: "tcp", code: "refused", kind: fault.Network, next: "the port does not",
		},
		"no way there": {
			change: func(o *Options) {
				o.Dial = func(context.Context, string, string) (net.Conn, error) {
					return nil, &net.OpError{Op: "dial", Err: syscall.ENETUNREACH}
				}
			},
			step: "tcp", code: "no_route", kind: fault.Network, next: "VPN",
		},
		"a silent firewall": {
			change: func(o *Options) {
				o.Outgoing = func(context.Context, string) string { return "192.0.2.77" }
				o.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, context.DeadlineExceeded }
			},
			step: "tcp", code: "no_answer", kind: fault.Network, next: "allow this machine's outgoing address 192.0.2.77 (behind NAT: its public one) to jira.example.com:443",
		},
		"a proxy that is down": {
			change: func(o *Options) {
				o.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse("http://proxy.example.com:3128") }
				o.Dial = func(context.Context, string, string) (net.Conn, error) {
					return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
				}
			},
			step: "tcp", code: "proxy_refused", kind: fault.Network, next: "proxy_url",
		},
		"a proxy that wants a login": {
			change: func(o *Options) {
				o.Unsigned = roundTripper(func(*http.Request) (*http.Response, error) {
					return nil, fault.Wrap(fault.Network, explained("proxy_login"), "put user and password into proxy_url")
				})
			},
			step: "proxy", code: "proxy_login", kind: fault.Network, next: "user and password",
		},
		"an unknown authority": {
			change: func(o *Options) {
				o.Unsigned = roundTripper(func(*http.Request) (*http.Response, error) {
					return nil, fault.Wrap(fault.Network, explained("unknown_authority"), "set ca_file")
				})
			},
			step: "tls", code: "unknown_authority", kind: fault.Network, next: "set ca_file",
		},
		"no TLS, explained below": {
			change: func(o *Options) {
				o.Unsigned = roundTripper(func(*http.Request) (*http.Response, error) {
					return nil, fault.New(fault.Network, "set ca_file", "certificate signed by an unknown authority")
				})
			},
			step: "tls", code: "no_tls", kind: fault.Network, next: "set ca_file",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := sound(t)
			c.change(&o)
			w := walkBelowHTTP(t, o)
			last := w.report.Steps[len(w.report.Steps)-1]
			require.Equal(t, c.step, last.Step)
			require.Equal(t, Fail, last.Status)
			require.Equal(t, c.code, last.Code)
			require.Contains(t, last.Next, c.next)
			require.Equal(t, c.kind, fault.KindOf(w.err))
			require.Contains(t, fault.HintOf(w.err), c.next)
			if c.detail != "" {
				require.Equal(t, c.detail, last.Detail)
			}
		})
	}
}

// explained is an error with a code, as the transport's.
type explained string

func (e explained) Error() string { return "explained" }
func (e explained) Code() string  { return string(e) }

func TestOutgoingAddress(t *testing.T) {
	t.Parallel()
	require.Equal(t, "127.0.0.1", outgoing(t.Context(), "127.0.0.1:443"))
	require.Empty(t, outgoing(t.Context(), "no address"))
}

func TestWarnsOfACertificateThatEndsSoon(t *testing.T) {
	t.Parallel()
	o := sound(t)
	o.Unsigned = answer(now().AddDate(0, 0, 13))
	w := walkBelowHTTP(t, o)
	require.NoError(t, w.err)
	require.Equal(t, Warn, w.report.Steps[3].Status)
	require.Equal(t, "expires_soon", w.report.Steps[3].Code)
}

func TestAnAddressNeedsNoNameServer(t *testing.T) {
	t.Parallel()
	o := sound(t)
	o.BaseURL = parse(t, "https://[::1]:8443")
	o.LookupHost = func(context.Context, string) ([]string, error) { return nil, errors.New("not asked") }
	w := walkBelowHTTP(t, o)
	require.NoError(t, w.err)
	require.Equal(t, "::1 is an address", w.report.Steps[1].Detail)
	require.Equal(t, "connected to [::1]:8443", w.report.Steps[2].Detail)
}

func TestRecorderKeepsTheLimitsOfTheLastAnswer(t *testing.T) {
	t.Parallel()
	headers := []http.Header{
		{"X-Ratelimit-Limit": {"100"}, "Content-Type": {"text/plain"}},
		{"X-Ratelimit-Remaining": {"99"}, "Ratelimit-Reason": {"jira-burst-based"}},
	}
	r := NewRecorder(roundTripper(func(*http.Request) (*http.Response, error) {
		response := &http.Response{Header: headers[0]}
		headers = headers[1:]
		return response, nil
	}))
	require.Empty(t, r.Limits())
	for _, want := range []http.Header{
		{"X-Ratelimit-Limit": {"100"}},
		{"X-Ratelimit-Remaining": {"99"}, "Ratelimit-Reason": {"jira-burst-based"}},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://jira.example.com", http.NoBody)
		require.NoError(t, err)
		_, err = r.RoundTrip(request)
		require.NoError(t, err)
		require.Equal(t, want, r.Limits())
	}
}
