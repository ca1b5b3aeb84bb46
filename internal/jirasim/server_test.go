package jirasim

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// wire is a client over real TLS, for what a recorder cannot show.
type wire struct {
	t      *testing.T
	jira   *Jira
	server *Server
	http   *http.Client
}

// newWire serves a site.
func newWire(t *testing.T, o Options) *wire {
	t.Helper()
	o.BasePath = "/jira"
	j, err := New(o)
	require.NoError(t, err)
	server, err := j.Serve()
	require.NoError(t, err)
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(server.CAPEM))
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		require.NoError(t, server.Close())
	})
	return &wire{t: t, jira: j, server: server, http: &http.Client{Transport: transport}}
}

// request makes a request with the demo login.
func (w *wire) request(ctx context.Context, path string) *http.Request {
	w.t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.server.URL+path, nil)
	require.NoError(w.t, err)
	r.SetBasicAuth(DemoLogin(w.jira.opt.Deployment))
	return r
}

// get reads an answer whole.
func (w *wire) get(path string) (status int, body string, err error) {
	w.t.Helper()
	answer, err := w.http.Do(w.request(w.t.Context(), path))
	if err != nil {
		return 0, "", err
	}
	defer func() { require.NoError(w.t, answer.Body.Close()) }()
	text, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(text), err
}

func TestServerCertificates(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		tls  TLSOptions
		host string
		as   func(error) bool
	}{
		"expired": {tls: TLSOptions{Expired: true}, as: func(err error) bool {
			var invalid x509.CertificateInvalidError
			return errors.As(err, &invalid) && invalid.Reason == x509.Expired
		}},
		"unknown": {tls: TLSOptions{UnknownCA: true}, as: func(err error) bool {
			var unknown x509.UnknownAuthorityError
			return errors.As(err, &unknown)
		}},
	} {
		w := newWire(t, Options{TLS: test.tls})
		_, _, err := w.get("/rest/api/3/serverInfo")
		require.Error(t, err, name)
		require.True(t, test.as(err), "%s: %v", name, err)
	}
	w := newWire(t, Options{})
	w.server.URL = strings.Replace(w.server.URL, "127.0.0.1", "localhost", 1)
	status, _, err := w.get("/rest/api/3/serverInfo")
	require.NoError(t, err)
	require.Equal(t, 200, status)
}

func TestServedSiteKnowsItsAddress(t *testing.T) {
	t.Parallel()
	w := newWire(t, Options{Deployment: DataCenter})
	_, body, err := w.get("/rest/api/2/serverInfo")
	require.NoError(t, err)
	require.Contains(t, body, `"baseUrl":"`+w.server.URL+`"`)
	_, body, err = w.get("/rest/api/2/project/ALPHA/version")
	require.NoError(t, err)
	require.Contains(t, body, `"self":"`+w.server.URL+`/rest/api/2/project/ALPHA/version?`)
}

func TestLiveEdits(t *testing.T) {
	t.Parallel()
	w := newWire(t, Options{EditsEvery: time.Millisecond})
	require.Eventually(t, func() bool { return w.jira.generation.Load() >= 5 }, 10*time.Second, time.Millisecond)
	require.NoError(t, w.server.Close())
	stopped := w.jira.generation.Load()
	require.Never(t, func() bool { return w.jira.generation.Load() != stopped }, 20*time.Millisecond, 5*time.Millisecond)
}

func TestServeTellsWhenThePortIsTaken(t *testing.T) {
	t.Parallel()
	w := newWire(t, Options{})
	var port int
	_, err := fmt.Sscanf(w.server.URL, "https://127.0.0.1:%d/jira", &port)
	require.NoError(t, err)
	second, err := New(Options{TLS: TLSOptions{Port: port}})
	require.NoError(t, err)
	_, err = second.Serve()
	require.ErrorContains(t, err, "listen on loopback")
}
