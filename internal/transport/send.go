package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"tap-jira/internal/fault"
)

const (
	dialTimeout      = 30 * time.Second
	handshakeTimeout = 30 * time.Second
	idleTimeout      = 90 * time.Second
	// probeAfter is when the system begins to ask whether a silent connection is still there.
	probeAfter = 30 * time.Second
)

// errNotHTTPS is in the chain of the error for a request over plain http.
var errNotHTTPS = errors.New("only https is spoken")

// sender sends over HTTPS, watches that the body keeps coming, and explains
// what goes wrong.
type sender struct {
	transport *http.Transport
	userAgent string
	stall     time.Duration // without a byte of the body
	// asked says that a server wanted a client certificate, worked that an answer came.
	asked, worked atomic.Bool
}

// newSender makes what sends: to https addresses only, by TLS 1.2 or later.
func newSender(o Options) (*sender, error) {
	if o.Site != nil && !strings.EqualFold(o.Site.Scheme, "https") {
		return nil, fault.New(fault.Usage, "write it as https://"+o.Site.Host+o.Site.EscapedPath(), "base_url begins with %q: %w", o.Site.Scheme, errNotHTTPS)
	}
	roots, err := trusted(o.CAFile)
	if err != nil {
		return nil, err
	}
	shown, err := clientCertificate(o.ClientCert, o.ClientKey)
	if err != nil {
		return nil, err
	}
	dial := o.Dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: min(dialTimeout, o.Timeout), KeepAlive: probeAfter}).DialContext
	}
	idle := o.Concurrency + 1 // the identity is checked beside a full load
	s := &sender{userAgent: o.UserAgent, stall: o.Timeout}
	// HTTP/1.1 on as many connections as there are requests in flight: HTTP/2 takes a tenth more processor time, reads
	// ahead up to four megabytes a request whoever waits for them, and has all answers stand still for one lost packet.
	s.transport = &http.Transport{
		Proxy:                  proxy(o.Proxy),
		OnProxyConnectResponse: proxyAnswer,
		DialContext:            dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots, GetClientCertificate: s.show(shown)},
		TLSHandshakeTimeout:    min(handshakeTimeout, o.Timeout),
		ResponseHeaderTimeout:  o.Timeout,
		MaxIdleConns:           idle,
		MaxIdleConnsPerHost:    idle,
		IdleConnTimeout:        idleTimeout,
	}
	return s, nil
}

// show gives the client certificate to a server that asks for one, and notes
// that it did: what comes of showing none, or a wrong one, tells so in TLS 1.2
// only.
func (s *sender) show(have *tls.Certificate) func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	return func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		s.asked.Store(true)
		return have, nil
	}
}

// trusted is the system's pool with the certificates of ca_file added; nil,
// which means the system's, when there are none to add.
func trusted(caFile []byte) (*x509.CertPool, error) {
	if len(caFile) == 0 {
		return nil, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // a container without certificates: ca_file alone counts
	}
	if !pool.AppendCertsFromPEM(caFile) {
		return nil, fault.New(fault.Usage, "it holds -----BEGIN CERTIFICATE-----; a binary one is converted by: openssl x509 -inform DER -in ca.der -out ca.pem",
			"ca_file holds no certificate in PEM form")
	}
	return pool, nil
}

// clientCertificate is what is shown to a server that asks for one; the empty
// certificate is none.
func clientCertificate(cert, key []byte) (*tls.Certificate, error) {
	if len(cert) == 0 {
		return new(tls.Certificate), nil
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		// The library's text says which half is at fault and quotes nothing of the key.
		return nil, fault.New(fault.Usage, "give the key that the certificate was made for: openssl x509 -pubkey -noout and openssl pkey -pubout show the same for both",
			"client_cert_file and client_key_file do not fit together: %w", err)
	}
	return &pair, nil
}

// proxy keeps the text of an address that cannot be read out of the error: it
// may hold a password.
func proxy(ask func(*http.Request) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	if ask == nil {
		return nil
	}
	return func(req *http.Request) (*url.URL, error) {
		u, err := ask(req)
		if err != nil {
			return nil, fault.New(fault.Usage, "write HTTPS_PROXY (or proxy_url) as http://host:port, or http://user:password@host:port with special characters percent-encoded",
				"the proxy's address cannot be read")
		}
		return u, nil
	}
}

// RoundTrip sends req and returns the answer, whatever its status.
func (s *sender) RoundTrip(req *http.Request) (*http.Response, error) {
	if !strings.EqualFold(req.URL.Scheme, "https") {
		closeBody(req)
		return nil, fault.New(fault.Network, "use the site's https address", "refuse to send to %s over %q: %w", req.URL.Host, req.URL.Scheme, errNotHTTPS)
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	sent := req.Clone(ctx)
	if sent.Header.Get("User-Agent") == "" {
		sent.Header.Set("User-Agent", s.userAgent)
	}
	resp, err := s.transport.RoundTrip(sent)
	if err != nil {
		cancel(err)
		return nil, s.explain(err, req.URL.Host)
	}
	s.worked.Store(true)
	resp.Body = watch(ctx, cancel, resp.Body, s.stall, req.URL.Host)
	return resp, nil
}
