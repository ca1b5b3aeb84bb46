package jira

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

// explained is an error as a transport explains it.
type explained struct{ passes bool }

func (explained) Error() string     { return "explained" }
func (e explained) Temporary() bool { return e.passes }

func TestPassing(t *testing.T) {
	t.Parallel()
	refused := &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	for name, tt := range map[string]struct {
		err               error
		connecting, later bool
	}{
		"unknown name":              {&net.DNSError{IsNotFound: true}, false, true},
		"name server busy":          {&net.DNSError{IsTemporary: true}, true, true},
		"refused":                   {refused, false, true},
		"reset":                     {&net.OpError{Op: "read", Err: syscall.ECONNRESET}, true, true},
		"cut":                       {io.ErrUnexpectedEOF, true, true},
		"certificate":               {&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, false, false},
		"authority":                 {fmt.Errorf("x: %w", x509.UnknownAuthorityError{}), false, false},
		"name on the certificate":   {x509.HostnameError{}, false, false},
		"no TLS there":              {tls.RecordHeaderError{}, false, false},
		"explained, passes":         {fault.Wrap(fault.Network, explained{passes: true}, "wait"), true, true},
		"explained, does not pass":  {fault.Wrap(fault.Network, explained{}, "mend it"), false, true},
		"not explained, no promise": {explained{}, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.connecting, passing(tt.err, true))
			require.Equal(t, tt.later, passing(tt.err, false))
		})
	}
}

func TestSlow(t *testing.T) {
	t.Parallel()
	require.True(t, slow(fmt.Errorf("x: %w", errStalled)))
	require.True(t, slow(fmt.Errorf("x: %w", context.DeadlineExceeded)))
	require.False(t, slow(&net.OpError{Op: "dial", Err: context.DeadlineExceeded}))
	require.False(t, slow(io.ErrUnexpectedEOF))
}
