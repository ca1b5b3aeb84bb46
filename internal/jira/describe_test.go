package jira

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// describing notes what is said of each request that is sent.
type describing struct {
	next http.RoundTripper
	mu   sync.Mutex
	said []string
}

func (d *describing) RoundTrip(req *http.Request) (*http.Response, error) {
	d.mu.Lock()
	d.said = append(d.said, fmt.Sprint(Describe(req.Context())))
	d.mu.Unlock()
	return d.next.RoundTrip(req)
}

func TestEachAttemptIsDescribed(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.sequence("GET "+fieldPath, status(500, ``), status(429, ``, "Retry-After", "60"), zipped(`[]`, 0))
	d := &describing{}
	var log bytes.Buffer
	c := s.connected(func(o *Options) {
		d.next, o.Transport = o.Transport, d
		o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	})
	d.said = nil
	_, err := c.Fields(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{
		"[template=/rest/api/{v}/field attempt=1]",
		"[template=/rest/api/{v}/field attempt=2]",
		"[template=/rest/api/{v}/field attempt=3]",
	}, d.said)
	require.Regexp(t, `request is tried again" method=GET path=/rest/api/\{v\}/field attempt=3 wait=1m0.5s until=2026-11-22T\S+Z error=`, log.String(),
		"why, how long, and until when")
}

func TestOtherRequestsAreNotDescribed(t *testing.T) {
	t.Parallel()
	require.Empty(t, Describe(t.Context()))
}
