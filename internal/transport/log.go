package transport

import (
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// logger writes a debug line a request. Of the query it names the parameters
// and not their values: a JQL may hold what is nobody else's business, and a
// log is read by many. Headers of the request are never written.
type logger struct {
	next http.RoundTripper
	log  *slog.Logger
	now  func() time.Time
}

// RoundTrip logs what next does. The duration ends at the answer's header.
func (l *logger) RoundTrip(req *http.Request) (*http.Response, error) {
	if !l.log.Enabled(req.Context(), slog.LevelDebug) {
		return l.next.RoundTrip(req)
	}
	start := l.now()
	resp, err := l.next.RoundTrip(req)
	attrs := []slog.Attr{
		slog.String("method", req.Method),
		slog.String("host", req.URL.Host),
		slog.String("path", req.URL.EscapedPath()),
		slog.Duration("duration", l.now().Sub(start)),
	}
	if names := slices.Sorted(maps.Keys(req.URL.Query())); len(names) > 0 {
		attrs = append(attrs, slog.String("parameters", strings.Join(names, ",")))
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	} else {
		attrs = append(attrs, slog.Int("status", resp.StatusCode))
		attrs = append(attrs, answerAttrs(resp.Header)...)
	}
	l.log.LogAttrs(req.Context(), slog.LevelDebug, "request", attrs...)
	return resp, err
}

// answerAttrs are the headers that Jira's administrators and Atlassian's
// support ask for, as far as the answer has them.
func answerAttrs(h http.Header) []slog.Attr {
	var attrs []slog.Attr
	for _, known := range []struct{ key, header string }{
		{key: "request_id", header: "X-AREQUESTID"},
		{key: "trace_id", header: "atl-traceid"},
		{key: "atl_request_id", header: "atl-request-id"},
		{key: "node", header: "X-ANODEID"},
		{key: "login_reason", header: "X-Seraph-LoginReason"},
		{key: "retry_after", header: "Retry-After"},
		{key: "limit_reason", header: "RateLimit-Reason"},
	} {
		if value := h.Get(known.header); value != "" {
			attrs = append(attrs, slog.String(known.key, value))
		}
	}
	return attrs
}
