package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLogLineOfARequest(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	c := newClock()
	l := &logger{
		log: slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: dropTime})), now: c.now,
		describe: func(context.Context) []slog.Attr {
			return []slog.Attr{slog.String("template", "/rest/api/{v}/search"), slog.Int("attempt", 2)}
		},
		next: jira(func(*http.Request) (int, map[string]string) {
			_ = c.wait(t.Context(), 120*time.Millisecond)
			return http.StatusForbidden, map[string]string{"X-AREQUESTID": "720x1x1", "atl-traceid": "abc", "X-Seraph-LoginReason": "OK", "Set-Cookie": "JSESSIONID=hush"}
		}),
	}
	l.next = withBody{RoundTripper: l.next, text: "{}"}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://user:hush@h/rest/api/2/search?jql=hush&fields=x&fields=y", http.NoBody)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Basic hush")
	resp, err := l.RoundTrip(req)
	require.NoError(t, err)
	require.Empty(t, out.String(), "told once the body was read")
	_, err = io.Copy(io.Discard, resp.Body)
	require.NoError(t, err)
	_ = c.wait(t.Context(), 30*time.Millisecond)
	require.NoError(t, resp.Body.Close())
	require.NoError(t, resp.Body.Close())
	require.Equal(t, "level=DEBUG msg=request method=GET host=h path=/rest/api/2/search template=/rest/api/{v}/search attempt=2"+
		" parameters=fields,jql duration=120ms status=403 request_id=720x1x1 trace_id=abc login_reason=OK bytes=2 read=150ms\n", out.String())
}

func TestLogLineOfAFailure(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	broken := errors.New("broken")
	l := &logger{
		log: slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: dropTime})), now: newClock().now,
		next: failing{err: broken},
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://h/x", http.NoBody)
	require.NoError(t, err)
	_, err = l.RoundTrip(req)
	require.ErrorIs(t, err, broken)
	require.Equal(t, "level=DEBUG msg=request method=GET host=h path=/x duration=0s error=broken\n", out.String())

	out.Reset()
	l.log = slog.New(slog.NewTextHandler(&out, nil))
	_, err = l.RoundTrip(req)
	require.ErrorIs(t, err, broken)
	require.Empty(t, out.String(), "nothing above debug")
}

// withBody gives each answer a body.
type withBody struct {
	http.RoundTripper
	text string
}

func (b withBody) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := b.RoundTripper.RoundTrip(req)
	resp.Body = io.NopCloser(strings.NewReader(b.text))
	return resp, err
}

type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

func dropTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

func TestLogNamesParametersWithoutTheirValues(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"": "", "?jql=hush": "jql", "?b=hush&a=hush": "a,b", "?a=hush&a=hush2": "a", "?token": "token",
	} {
		var out bytes.Buffer
		l := &logger{
			log: slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})), now: newClock().now,
			next: failing{err: errors.New("broken")},
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://h/x"+query, http.NoBody)
		require.NoError(t, err)
		_, err = l.RoundTrip(req)
		require.Error(t, err)
		require.NotContains(t, out.String(), "hush")
		if want == "" {
			require.NotContains(t, out.String(), "parameters")
		} else {
			require.Contains(t, out.String(), " parameters="+want+" ")
		}
	}
}
