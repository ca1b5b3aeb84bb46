package jira

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"syscall"

	"tap-jira/internal/fault"
)

// kindOf is the kind that an error already carries.
func kindOf(err error) (kind fault.Kind, known bool) {
	if e, ok := errors.AsType[*fault.Error](err); ok {
		return e.Kind, true
	}
	return fault.Internal, false
}

// passing says whether a failure to get an answer may pass by itself. Before
// the site has answered once, a name that is not known and a port that nobody
// listens on are taken for a wrong address.
func passing(err error, connecting bool) bool {
	if untrusted(err) {
		return false
	}
	if !connecting {
		return true
	}
	// A transport that explains its errors (a fault in the chain) says so itself.
	if _, explained := kindOf(err); explained {
		if t, ok := errors.AsType[temporary](err); ok && !t.Temporary() {
			return false
		}
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return !dns.IsNotFound
	}
	return !errors.Is(err, syscall.ECONNREFUSED)
}

// temporary is an error that knows whether it passes.
type temporary interface {
	error
	Temporary() bool
}

// slow says that a request got no answer in time although there was a connection.
func slow(err error) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return false
	}
	t, ok := errors.AsType[net.Error](err)
	return errors.Is(err, errStalled) || ok && t.Timeout()
}

// untrusted says that TLS failed for a reason that stays.
func untrusted(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return true
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return true
	}
	_, ok := errors.AsType[x509.HostnameError](err)
	return ok
}

// passingStatus says whether a status may be another one the next time. All our
// requests read, so a POST may be sent again as a GET may.
func passingStatus(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return status >= 520 && status < 530 // what a content network says when it cannot reach the site
}
