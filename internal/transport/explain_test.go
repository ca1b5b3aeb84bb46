package transport

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
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

// TestExplanations: what net/http says, what we say, what to do, and whether it may work soon.
func TestExplanations(t *testing.T) {
	t.Parallel()
	unknown := &url.Error{Op: "Get", URL: "https://jira.acme.nte/x?jql=secret", Err: &net.OpError{
		Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "jira.acme.nte", IsNotFound: true},
	}}
	for name, c := range map[string]struct {
		err              error
		code, text, hint string
		temporary        bool
	}{
		"unknown host of Atlassian": {err: &net.DNSError{Name: "auth.atlassian.com", IsNotFound: true}, code: "unknown_host", text: "there is no host auth.atlassian.com", hint: "cannot look up Atlassian's hosts"},
		"unknown host":              {err: unknown, code: "unknown_host", text: "there is no host jira.acme.nte", hint: "spelling"},
		"silent name server": {
			err:  &net.DNSError{Err: "timeout", Name: "h", IsTimeout: true},
			code: "lookup_failed", text: "name server did not answer", hint: "DNS", temporary: true,
		},
		"out of time":       {err: context.DeadlineExceeded, code: "timeout", text: "the host did not answer in time", hint: "request_timeout", temporary: true},
		"plain http":        {err: http.ErrSchemeMismatch, code: "plain_http", text: "plain http", hint: "https"},
		"not trusted":       {err: &tls.CertificateVerificationError{Err: errors.New("not trusted, says macOS")}, code: "unknown_authority", text: "is not trusted here", hint: "ca_file"},
		"unknown authority": {err: x509.UnknownAuthorityError{Cert: &x509.Certificate{}}, code: "unknown_authority", text: "issued by", hint: "ca_file"},
		"an end":            {err: io.ErrUnexpectedEOF, code: "cut", text: "", hint: "", temporary: true},
		"anything else": {
			err:  &url.Error{URL: "https://h/x?jql=secret", Err: errors.New("strange")},
			code: "unreachable", text: "cannot reach the host: strange", hint: "base_url", temporary: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := explain(c.err, "the host")
			require.Equal(t, fault.Network, fault.KindOf(got))
			require.ErrorIs(t, got, c.err, "what net/http said stays in the chain")
			require.ErrorContains(t, got, c.text)
			require.Contains(t, fault.HintOf(got), c.hint)
			require.NotContains(t, fault.Line(got), "secret")
			found, isFailure := errors.AsType[*failure](got)
			require.True(t, isFailure)
			require.Equal(t, c.code, found.Code())
			require.Equal(t, c.temporary, found.Temporary())
			require.Equal(t, name == "out of time" || name == "silent name server", found.Timeout())
		})
	}
	own := fault.New(fault.Credentials, "h", "x")
	for _, kept := range []error{nil, own, context.Canceled} {
		require.Equal(t, kept, explain(kept, "the host"))
	}
}

func TestUntrustedNamesWhoStandsAtTheEnd(t *testing.T) {
	t.Parallel()
	by := func(issuer pkix.Name) *x509.Certificate { return &x509.Certificate{Issuer: issuer} }
	for want, sent := range map[string][]*x509.Certificate{
		"the certificate of h is not trusted here":                              nil,
		"the certificate of h is not trusted here, ":                            {by(pkix.Name{CommonName: "A"}), nil},
		`the certificate of h is issued by "Root", which is not trusted here`:   {by(pkix.Name{CommonName: "Middle"}), by(pkix.Name{CommonName: "Root"})},
		`the certificate of h is issued by "Acme", which is not trusted here`:   {by(pkix.Name{Organization: []string{"Acme"}})},
		`the certificate of h is issued by "C=DE", which is not trusted here`:   {by(pkix.Name{Country: []string{"DE"}})},
		`the certificate of h is issued by "nobody", which is not trusted here`: {by(pkix.Name{})},
	} {
		got := untrusted(sent, "h")
		require.Equal(t, strings.TrimSuffix(want, ", "), got.text)
		require.Contains(t, got.hint, "ca_file")
	}
}
