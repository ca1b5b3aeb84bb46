package check

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tap-jira/internal/fault"
)

// soon is how long before its end a certificate is worth a warning.
const soon = 14 * 24 * time.Hour

// address says which address is walked to, and finds out about a proxy on the way.
func (w *walk) address(ctx context.Context) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, w.BaseURL.String(), http.NoBody)
	if err != nil {
		w.fail("address", "bad_address", fmt.Errorf("read base_url: %w", err), fault.Usage, "correct base_url")
		return
	}
	if w.Proxy != nil {
		if w.proxy, err = w.Proxy(request); err != nil {
			w.fail("address", "bad_proxy", fmt.Errorf("read the proxy's address: %w", err), fault.Usage,
				"correct proxy_url, HTTPS_PROXY or NO_PROXY")
			return
		}
	}
	w.ok("address", w.BaseURL.String())
}

// door is the host and port that a connection is made to first: the site's, or the proxy's.
func (w *walk) door() (host, port string) {
	door := w.BaseURL
	if w.proxy != nil {
		door = w.proxy
	}
	port = door.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[door.Scheme]
	}
	return door.Hostname(), port
}

// dns looks the door's name up.
func (w *walk) dns(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, stepTimeout)
	defer cancel()
	host, _ := w.door()
	if net.ParseIP(host) != nil {
		w.ok("dns", host+" is an address")
		return
	}
	addresses, err := w.LookupHost(ctx, host)
	if err != nil {
		code := "lookup_failed"
		failure, named := errors.AsType[*net.DNSError](err)
		if named && failure.IsNotFound {
			code = "unknown_host"
		}
		if !named { // the other says itself what was looked up
			err = fmt.Errorf("look up %s: %w", host, err)
		}
		w.fail("dns", code, err, fault.Network,
			"check the host in "+w.setting()+", and that this machine's name server knows it")
		return
	}
	w.ok("dns", host+" is "+strings.Join(addresses, ", "))
}

// setting names what holds the door's address.
func (w *walk) setting() string {
	if w.proxy != nil {
		return "proxy_url or HTTPS_PROXY"
	}
	return "base_url"
}

// tcp connects to the door and hangs up.
func (w *walk) tcp(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, stepTimeout)
	defer cancel()
	address := net.JoinHostPort(w.door())
	connection, err := w.Dial(ctx, "tcp", address)
	if err != nil {
		code, next := w.whyNoConnection(ctx, address, err)
		w.fail("tcp", code, fmt.Errorf("connect to %s: %w", address, err), fault.Network, next)
		return
	}
	if err := connection.Close(); err != nil {
		w.warn("tcp", "close_failed", fmt.Sprintf("connected to %s; closing it: %v", address, err), "")
		return
	}
	w.ok("tcp", "connected to "+address)
}

// tls asks for serverInfo without credentials and looks at the certificate that comes with the answer.
func (w *walk) tls(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, stepTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet,
		w.BaseURL.JoinPath("rest/api/2/serverInfo").String(), http.NoBody)
	if err != nil {
		w.fail("tls", "bad_address", err, fault.Usage, "correct base_url")
		return
	}
	response, err := w.Unsigned.RoundTrip(request)
	if err != nil {
		step, code := whyNoTLS(err)
		w.fail(step, code, fmt.Errorf("speak TLS with %s: %w", w.BaseURL.Host, err), fault.Network,
			"check that the port speaks https")
		return
	}
	defer response.Body.Close() //nolint:errcheck // nobody reads it
	w.certificate(response.TLS)
}

// certificate says who vouches for the site and until when.
func (w *walk) certificate(state *tls.ConnectionState) {
	if state == nil || len(state.PeerCertificates) == 0 {
		w.warn("tls", "no_certificate", "the answer came without a certificate", "")
		return
	}
	leaf := state.PeerCertificates[0]
	detail := fmt.Sprintf("%s, certificate by %s, good until %s", tls.VersionName(state.Version), leaf.Issuer,
		leaf.NotAfter.UTC().Format(time.DateOnly))
	if leaf.NotAfter.Sub(w.Now()) < soon {
		w.warn("tls", "expires_soon", detail, "tell who runs the site to renew its certificate")
		return
	}
	w.ok("tls", detail)
}

// viaProxy tells whether there is a proxy; that it works was seen by the step before.
func (w *walk) viaProxy(context.Context) {
	if w.proxy == nil {
		w.ok("proxy", "none")
		return
	}
	named := url.URL{Scheme: w.proxy.Scheme, Host: w.proxy.Host}
	w.ok("proxy", "through "+named.String())
}
