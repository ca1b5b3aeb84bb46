package transport_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/transport"
)

func TestSendsAndLeavesStatusAlone(t *testing.T) {
	t.Parallel()
	s, o := trusting(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") == "gzip" {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			defer func() { _ = z.Close() }()
			_, _ = fmt.Fprintf(z, "%s %s %d", r.UserAgent(), r.Header.Get("X-Signed"), r.ProtoMajor)
			return
		}
		w.WriteHeader(http.StatusTeapot)
	})
	o.UserAgent = "tap-jira/1.2"
	o.Sign = func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			r = r.Clone(r.Context())
			r.Header.Set("X-Signed", "yes")
			return next.RoundTrip(r)
		})
	}
	rt := build(t, o)
	resp, text := fetch(t, rt, s.URL)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Equal(t, "tap-jira/1.2 yes 1", text, "gunzipped, signed, over HTTP/1.1 although the server offers HTTP/2")

	req := request(t, s.URL)
	req.Header.Set("Accept-Encoding", "identity")
	resp, err := rt.RoundTrip(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusTeapot, resp.StatusCode)
	require.Empty(t, req.Header.Get("User-Agent"), "the caller's request stays as it was")
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestUnsignedHasNoCredentials(t *testing.T) {
	t.Parallel()
	s, o := trusting(t, func(w http.ResponseWriter, r *http.Request) { _, _ = fmt.Fprint(w, r.Header.Get("Authorization")) })
	o.Sign = func(http.RoundTripper) http.RoundTripper { panic("asked to sign") }
	rt, err := transport.Unsigned(o)
	require.NoError(t, err)
	defer rt.(interface{ CloseIdleConnections() }).CloseIdleConnections()
	_, text := fetch(t, rt, s.URL)
	require.Empty(t, text)
}

func TestPlainHTTPIsRefused(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("reached") }))
	defer s.Close()
	_, err := transport.New(transport.Options{Site: parse(t, "http://jira.acme.com/jira")})
	require.Equal(t, fault.Usage, fault.KindOf(err))
	require.Contains(t, fault.HintOf(err), "https://jira.acme.com/jira")

	body := &closing{}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, body)
	require.NoError(t, err)
	_, err = build(t, transport.Options{}).RoundTrip(req)
	require.Equal(t, fault.Network, fault.KindOf(err))
	require.ErrorContains(t, err, `"http"`)
	require.True(t, body.closed)
}

type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Read([]byte) (int, error) { return 0, io.EOF }
func (c *closing) Close() error             { c.closed = true; return nil }

func TestCAFileWithoutCertificates(t *testing.T) {
	t.Parallel()
	_, err := transport.New(transport.Options{CAFile: []byte("\x30\x82 binary")})
	require.Equal(t, fault.Usage, fault.KindOf(err))
	require.Contains(t, fault.HintOf(err), "openssl x509 -inform DER")
}

func TestWhatGoesWrongIsExplained(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t, "Acme Root CA")
	ok := func(http.ResponseWriter, *http.Request) {}
	with := func(change func(*x509.Certificate)) string {
		return serve(t, &tls.Config{Certificates: []tls.Certificate{ca.issue(t, change)}, MinVersion: tls.VersionTLS12}, ok).URL
	}
	good := []byte(ca.pem)
	for name, c := range map[string]struct {
		address   string
		ca        []byte
		says      string
		hint      string
		temporary bool
	}{
		"unknown authority": {address: with(nil), says: `issued by "Acme Root CA"`, hint: "ca_file"},
		"expired": {
			address: with(func(c *x509.Certificate) {
				c.NotBefore, c.NotAfter = time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC), time.Date(2021, 1, 2, 0, 0, 0, 0, time.UTC)
			}),
			ca: good, says: "valid from 2020-01-02 to 2021-01-02", hint: "renew",
		},
		"wrong name": {
			address: with(func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"jira.acme.com"} }),
			ca:      good, says: "is for jira.acme.com", hint: "base_url",
		},
		"wrong use": {
			address: with(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }),
			ca:      good, says: "is not valid", hint: "renew",
		},
		"plain http":  {address: "https://" + hostOf(t, plain(t)), says: "plain http", hint: "https"},
		"not TLS":     {address: "https://" + talks(t, "220 mail ready\r\n"), says: "does not speak TLS", hint: "port"},
		"old TLS":     {address: oldTLS(t, ca), ca: good, says: "no TLS handshake", hint: "TLS 1.2"},
		"refused":     {address: "https://" + closedPort(t), says: "refuses the connection", hint: "running", temporary: true},
		"hangs up":    {address: "https://" + talks(t, ""), says: "connection", hint: "again", temporary: true},
		"cut in body": {address: cutBody(t, ca), ca: good, says: "before the answer was complete", hint: "page_size", temporary: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rt := build(t, transport.Options{CAFile: c.ca, Timeout: 20 * time.Second})
			resp, err := rt.RoundTrip(request(t, c.address+"/x?jql=secret"))
			if err == nil {
				_, err = io.ReadAll(resp.Body)
				_ = resp.Body.Close()
			}
			check(t, err, c.says, c.hint, c.temporary)
			require.Contains(t, err.Error(), "127.0.0.1:")
			require.NotContains(t, fault.Line(err), "secret")
		})
	}
}

// check holds an explained error to what callers rely on.
func check(t *testing.T, err error, says, hint string, temporary bool) {
	t.Helper()
	require.ErrorContains(t, err, says)
	require.Equal(t, fault.Network, fault.KindOf(err))
	require.Contains(t, fault.HintOf(err), hint)
	require.NotContains(t, err.Error(), "\n")
	var lasting interface{ Temporary() bool }
	require.ErrorAs(t, err, &lasting)
	require.Equal(t, temporary, lasting.Temporary())
}

func hostOf(t *testing.T, address string) string { t.Helper(); return parse(t, address).Host }

func plain(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(s.Close)
	return s.URL
}

// talks is a server that says one thing after the first bytes and hangs up.
func talks(t *testing.T, text string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 1<<14))
			_, _ = io.WriteString(conn, text)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return l.Addr().String()
}

func oldTLS(t *testing.T, ca *authority) string {
	t.Helper()
	return serve(t, &tls.Config{
		Certificates: []tls.Certificate{ca.issue(t, nil)},
		MinVersion:   tls.VersionTLS10, MaxVersion: tls.VersionTLS11,
	}, func(http.ResponseWriter, *http.Request) {}).URL
}

func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return l.Addr().String()
}

func cutBody(t *testing.T, ca *authority) string {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = fmt.Fprint(w, "[")
	}))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{ca.issue(t, nil)}, MinVersion: tls.VersionTLS12}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}

// pipes is a listener that hands over one end of a pipe for each connection that is dialled, so that a server may be reached
// within a bubble of time.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	connection, open := <-p
	if !open {
		return nil, net.ErrClosed
	}
	return connection, nil
}

func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	p <- server
	return client, nil
}

func TestSlowServerIsATimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ca := newAuthority(t, "Acme Root CA") // here, so that it is valid in the bubble's year
		listener := make(pipes)
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/body" {
				_, _ = fmt.Fprint(w, "[1,")
				_ = http.NewResponseController(w).Flush()
			}
			<-r.Context().Done() // and then the answer ends as if it were whole
		}), TLSConfig: &tls.Config{Certificates: []tls.Certificate{ca.issue(t, nil)}, MinVersion: tls.VersionTLS12}, ReadHeaderTimeout: time.Hour, ErrorLog: log.New(io.Discard, "", 0)}
		go func() { _ = server.ServeTLS(listener, "", "") }()
		defer func() { _ = server.Close() }()
		defer close(listener)
		rt := build(t, transport.Options{CAFile: ca.pem, Timeout: time.Minute, Dial: listener.dial})

		began := time.Now()
		_, err := rt.RoundTrip(request(t, "https://127.0.0.1/header"))
		check(t, err, "did not answer in time", "request_timeout", true)
		require.Equal(t, time.Minute, time.Since(began))

		began = time.Now()
		resp, err := rt.RoundTrip(request(t, "https://127.0.0.1/body"))
		require.NoError(t, err)
		text, err := io.ReadAll(resp.Body)
		require.Equal(t, "[1,", string(text))
		check(t, err, "stopped in the middle", "page_size", true)
		require.Equal(t, time.Minute, time.Since(began))
		require.NoError(t, resp.Body.Close())
	})
}

func TestCancelledRequestStaysCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s, o := trusting(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel() // now that it has arrived
		<-r.Context().Done()
	})
	_, err := build(t, o).RoundTrip(request(t, s.URL).WithContext(ctx))
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, fault.Internal, fault.KindOf(err), "the end of a run is no fault of the network")
}

func TestProxies(t *testing.T) {
	t.Parallel()
	var asked bytes.Buffer
	tunnel := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprint(&asked, r.Method, " ", r.Header.Get("Authorization"))
		pipe(w, r)
	}))
	t.Cleanup(tunnel.Close)
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) }))
	t.Cleanup(refusing.Close)
	s, o := trusting(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, "hello") })
	use := func(address string) http.RoundTripper {
		o := o
		o.Proxy = http.ProxyURL(parse(t, address))
		return build(t, o)
	}
	rt := use(tunnel.URL)
	_, text := fetch(t, rt, s.URL)
	require.Equal(t, "hello", text)
	require.Equal(t, "CONNECT ", asked.String())

	_, err := use("http://user:hush@" + hostOf(t, refusing.URL)).RoundTrip(request(t, s.URL))
	check(t, err, "407 Proxy Authentication Required", "HTTPS_PROXY", false)
	require.NotContains(t, fault.Line(err), "hush")
	_, err = use("http://" + closedPort(t)).RoundTrip(request(t, s.URL))
	check(t, err, "cannot connect to the proxy", "NO_PROXY", true)

	o.Proxy = func(*http.Request) (*url.URL, error) {
		return nil, errors.New(`invalid proxy address "http://user:hush@"`)
	}
	_, err = build(t, o).RoundTrip(request(t, s.URL))
	require.Equal(t, fault.Usage, fault.KindOf(err))
	require.NotContains(t, fault.Line(err), "hush")
}

// pipe connects a CONNECT request through.
func pipe(w http.ResponseWriter, r *http.Request) {
	far, err := net.Dial("tcp", r.Host)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	near, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		_ = far.Close()
		return
	}
	_, _ = io.WriteString(near, "HTTP/1.1 200 OK\r\n\r\n")
	go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
	go func() { _, _ = io.Copy(near, far); _ = near.Close() }()
}
