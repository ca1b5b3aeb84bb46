package check

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
)

// whyNoConnection tells apart what keeps a connection from being made: a port that nobody listens on, a firewall that says
// nothing, no way at all.
func (w *walk) whyNoConnection(ctx context.Context, address string, err error) (code, next string) {
	check := "check host and port in " + w.setting()
	prefix := ""
	if w.proxy != nil {
		prefix = "proxy_"
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return prefix + "refused", check + ", and whether anything runs there: the machine answers, the port does not"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return prefix + "no_route", "there is no way from this machine to " + address + ": check its network and VPN, or set proxy_url"
	case timedOut(err):
		own := w.Outgoing(context.WithoutCancel(ctx), address)
		if own == "" {
			own = "(see: ip route get)"
		}
		return prefix + "no_answer", fmt.Sprintf("a firewall on the way drops the packets in silence: ask who runs it, or the site, to allow this machine's "+
			"outgoing address %s (behind NAT: its public one) to %s; or set proxy_url", own, address)
	}
	return prefix + "no_connection", check + ", firewalls, and whether a proxy is needed (proxy_url, HTTPS_PROXY)"
}

// timedOut tells a wait that ended without an answer.
func timedOut(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// outgoing is the address that the system would send from. Nothing is sent: a UDP socket only takes a route.
func outgoing(ctx context.Context, address string) string {
	connection, err := new(net.Dialer).DialContext(ctx, "udp", address)
	if err != nil {
		return ""
	}
	defer connection.Close() //nolint:errcheck // nothing was sent
	host, _, err := net.SplitHostPort(connection.LocalAddr().String())
	if err != nil {
		return ""
	}
	return host
}

// coded is what an explained error of the transport has: a word for programs.
type coded interface {
	error
	Code() string
}

// whyNoTLS takes the word of the transport's explanation; a proxy that is in the way is a step of its own.
func whyNoTLS(err error) (step, code string) {
	var explained coded
	if !errors.As(err, &explained) {
		return "tls", "no_tls"
	}
	if strings.HasPrefix(explained.Code(), "proxy_") {
		return "proxy", explained.Code()
	}
	return "tls", explained.Code()
}
