package jirasim

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"strconv"
	"time"
)

// serveHandler starts HTTPS for a handler on 127.0.0.1. clients are the authorities of client certificates; nil asks for none.
func serveHandler(handler http.Handler, o TLSOptions, clients *x509.CertPool) (*Server, error) {
	certificate, ca, err := makeCertificate(o, time.Now())
	if err != nil {
		return nil, err
	}
	listener, err := listen(o)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	if clients != nil {
		config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, clients
	}
	server := &Server{URL: "https://" + listener.Addr().String(), CAPEM: ca, stop: func() {}}
	server.http = &http.Server{
		Handler: handler, TLSConfig: config, ReadHeaderTimeout: 30 * time.Second, ErrorLog: log.New(io.Discard, "", 0),
	}
	server.done.Go(func() {
		// ServeTLS always returns an error; ErrServerClosed is Close's. Any other means that the listener died, which
		// every caller sees by itself.
		_ = server.http.ServeTLS(listener, "", "")
	})
	return server, nil
}

// listen takes connections where the options say.
func listen(o TLSOptions) (net.Listener, error) {
	if o.Listener != nil {
		return o.Listener, nil
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(o.Port)))
	if err != nil {
		return nil, fmt.Errorf("listen on loopback: %w", err)
	}
	return listener, nil
}

// FrontServer is a Front that listens on loopback: the site at one address, Atlassian's hosts at another. Close it.
type FrontServer struct {
	Site, Atlassian *Server
	// CAPEM are the authorities of both.
	CAPEM []byte
	// ClientCertPEM and ClientKeyPEM are what a site that asks for client certificates lets in; nil elsewhere.
	ClientCertPEM, ClientKeyPEM []byte
}

// Serve starts real HTTPS for the site and for Atlassian's hosts, and sets the site's base URL to its address. With
// mutual the site lets in only who shows the client certificate.
func (f *Front) Serve(mutual bool) (*FrontServer, error) {
	server := &FrontServer{}
	var clients *x509.CertPool
	if mutual {
		var err error
		if clients, err = server.makeClient(time.Now()); err != nil {
			return nil, err
		}
	}
	site, err := serveHandler(f.Site(), f.jira.opt.TLS, clients)
	if err != nil {
		return nil, err
	}
	atlassian, err := serveHandler(f.Atlassian(), TLSOptions{}, nil)
	if err != nil {
		_ = site.Close() // the other error says more
		return nil, err
	}
	site.URL += f.jira.opt.BasePath
	f.jira.SetBaseURL(site.URL)
	server.Site, server.Atlassian = site, atlassian
	server.CAPEM = append(append([]byte{}, site.CAPEM...), atlassian.CAPEM...)
	return server, nil
}

// Close stops both.
func (s *FrontServer) Close() error {
	err := s.Site.Close()
	if also := s.Atlassian.Close(); err == nil {
		err = also
	}
	return err
}

// makeClient makes a client certificate and returns its authority.
func (s *FrontServer) makeClient(now time.Time) (*x509.CertPool, error) {
	authority, authorityKey, err := makeAuthority("jirasim client CA", now)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "tap-jira"},
		NotBefore: now.Add(-certificateLife), NotAfter: now.Add(certificateLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, authority, key.Public(), authorityKey)
	if err != nil {
		return nil, fmt.Errorf("sign the client's certificate: %w", err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode the client's key: %w", err)
	}
	s.ClientCertPEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	s.ClientKeyPEM = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
	pool := x509.NewCertPool()
	pool.AddCert(authority)
	return pool, nil
}
