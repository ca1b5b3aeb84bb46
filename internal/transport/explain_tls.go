package transport

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"tap-jira/internal/fault"
)

// explainPlain is for a server that answers https with something else.
func explainPlain(err error, host string) (failure, bool) {
	header, notTLS := errors.AsType[tls.RecordHeaderError](err)
	plain := notTLS && string(header.RecordHeader[:]) == "HTTP/" || errors.Is(err, http.ErrSchemeMismatch)
	if plain {
		return failure{
			code: "plain_http", text: host + " answers in plain http, not https",
			hint: "use the port on which Jira speaks https, or let an administrator switch https on: the tap sends no credentials over http",
		}, true
	}
	return failure{
		code: "not_tls", text: host + " does not speak TLS on this port",
		hint: "check the port in base_url",
	}, notTLS
}

// explainCertificate is for a certificate that does not hold.
func explainCertificate(err error, host string) (failure, bool) {
	invalid, isInvalid := errors.AsType[x509.CertificateInvalidError](err)
	wrongName, isWrongName := errors.AsType[x509.HostnameError](err)
	verification, isVerification := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case isInvalid && invalid.Reason == x509.Expired:
		return outdated(invalid.Cert, host), true
	case isWrongName:
		return misnamed(wrongName, host), true
	case isInvalid:
		return failure{code: "bad_certificate", text: fmt.Sprintf("the certificate of %s is not valid: %s", host, invalid.Error()), hint: "an administrator has to renew it"}, true
	case isVerification: // the unknown authority, whatever the system calls it
		return untrusted(verification.UnverifiedCertificates, host), true
	}
	unknown, ok := errors.AsType[x509.UnknownAuthorityError](err)
	if !ok {
		return failure{}, false
	}
	return untrusted([]*x509.Certificate{unknown.Cert}, host), true
}

// outdated tells an expired certificate from a clock that is behind. The
// verifier's own text has the time it compared with.
func outdated(cert *x509.Certificate, host string) failure {
	return failure{
		code: "expired", text: fmt.Sprintf("the certificate of %s is valid from %s to %s only", host, cert.NotBefore.UTC().Format(time.DateOnly), cert.NotAfter.UTC().Format(time.DateOnly)),
		hint: "an administrator has to renew it; if the dates look right, set this machine's clock",
	}
}

// misnamed is for a certificate of another name; the names that it is good for are told.
func misnamed(e x509.HostnameError, host string) failure {
	names := e.Certificate.DNSNames
	for _, ip := range e.Certificate.IPAddresses {
		names = append(names, ip.String())
	}
	const shown = 5
	list := strings.Join(names[:min(shown, len(names))], ", ")
	return failure{
		code: "wrong_name", text: fmt.Sprintf("the certificate of %s is for %s", host, cmp.Or(list, "another name")),
		hint: "use that name in base_url, if it is your Jira",
	}
}

// untrusted names the issuer that stands at the end of the chain the server
// sent: the one to look for, or a proxy that opens the traffic.
func untrusted(sent []*x509.Certificate, host string) failure {
	hint := "if that is your company's own, save its certificate as PEM and set ca_file to that file"
	if len(sent) == 0 || sent[len(sent)-1] == nil {
		return failure{code: "unknown_authority", text: "the certificate of " + host + " is not trusted here", hint: hint}
	}
	top := sent[len(sent)-1]
	issuer := cmp.Or(top.Issuer.CommonName, strings.Join(top.Issuer.Organization, " "), top.Issuer.String(), "nobody")
	return failure{code: "unknown_authority", text: fmt.Sprintf("the certificate of %s is issued by %q, which is not trusted here", host, issuer), hint: hint}
}

// explainHandshake is for servers and clients that share no way to encrypt.
func explainHandshake(err error, host string) (failure, bool) {
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || op.Op != "remote error" && op.Op != "local error" { // crypto/tls's names for an alert that came or went
		return failure{}, false
	}
	return failure{
		code: "handshake", text: fmt.Sprintf("there is no TLS handshake with %s (%s)", host, root(op)),
		hint: "it has to speak TLS 1.2 or newer; where it asks for a client certificate, set client_cert_file and client_key_file",
	}, true
}

// explain is the package's, but for one thing that the error does not say: a
// server that asked for a client certificate and then breaks off, in whatever
// way, did not like what it was shown.
func (s *sender) explain(err error, host string) error {
	err = explain(err, host)
	f, ok := errors.AsType[*failure](err)
	if !ok || !s.asked.Load() || s.worked.Load() {
		return err
	}
	switch f.Code() {
	case "handshake", "reset", "cut", "unreachable":
		hint := "set client_cert_file and client_key_file to a certificate that the server's administrator gave out"
		return fault.Wrap(fault.Network, &failure{
			code: "client_certificate", text: host + " wants a client certificate, and another one than it was shown, if any", cause: f.cause, hint: hint,
		}, hint)
	}
	return err
}
