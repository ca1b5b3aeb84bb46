package transport_test

import (
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/transport"
)

// client makes a client certificate and its key, in PEM.
func (a *authority) client(t *testing.T) (cert, key []byte) {
	t.Helper()
	pair := a.issue(t, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })
	der, err := x509.MarshalECPrivateKey(pair.PrivateKey.(*ecdsa.PrivateKey))
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]}),
		pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
}

func code(t *testing.T, err error) string {
	t.Helper()
	coded, ok := find[interface {
		error
		Code() string
	}](err)
	require.True(t, ok, "%v has no code", err)
	return coded.Code()
}

// find is errors.As for an interface.
func find[T any](err error) (found T, ok bool) {
	for err != nil {
		if found, ok = err.(T); ok {
			return found, true
		}
		wrapped, _ := err.(interface{ Unwrap() error })
		if wrapped == nil {
			return found, false
		}
		err = wrapped.Unwrap()
	}
	return found, false
}

func TestClientCertificate(t *testing.T) {
	t.Parallel()
	company, stranger := newAuthority(t, "Acme Clients"), newAuthority(t, "Nobody")
	server := newAuthority(t, "Acme Root CA")
	pool := x509.NewCertPool()
	pool.AddCert(company.cert)
	for name, version := range map[string]uint16{"TLS 1.2": tls.VersionTLS12, "TLS 1.3": tls.VersionTLS13} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, &tls.Config{
				Certificates: []tls.Certificate{server.issue(t, nil)}, MinVersion: version, MaxVersion: version,
				ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool,
			}, func(w http.ResponseWriter, r *http.Request) {
				_, _ = fmt.Fprint(w, r.TLS.PeerCertificates[0].Subject.CommonName)
			})
			options := transport.Options{CAFile: server.pem}
			_, err := build(t, options).RoundTrip(request(t, s.URL))
			require.Equal(t, "client_certificate", code(t, err), err)
			require.Contains(t, fault.HintOf(err), "client_cert_file")

			options.ClientCert, options.ClientKey = stranger.client(t)
			_, err = build(t, options).RoundTrip(request(t, s.URL))
			require.Equal(t, fault.Network, fault.KindOf(err))
			require.Contains(t, fault.HintOf(err), "client_cert_file")

			options.ClientCert, options.ClientKey = company.client(t)
			_, text := fetch(t, build(t, options), s.URL)
			require.Equal(t, "jira", text)
		})
	}
}

func TestCertificateAndKeyThatDoNotFit(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t, "Acme Clients")
	cert, _ := ca.client(t)
	_, key := ca.client(t)
	_, err := transport.New(transport.Options{ClientCert: cert, ClientKey: key})
	require.Equal(t, fault.Usage, fault.KindOf(err))
	require.Contains(t, err.Error(), "client_key_file")
}
