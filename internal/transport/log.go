package transport

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// logger writes a debug line a request, once its answer was read. Of the query it
// names the parameters and not their values: a JQL may hold what is nobody
// else's business, and a log is read by many. Headers of the request are never
// written.
type logger struct {
	next     http.RoundTripper
	log      *slog.Logger
	now      func() time.Time
	describe func(context.Context) []slog.Attr // nil: nothing
}

// RoundTrip logs what next does. Two times are told: until the answer's header,
// and, where there is a body, until it was read.
func (l *logger) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if !l.log.Enabled(ctx, slog.LevelDebug) {
		return l.next.RoundTrip(req)
	}
	start := l.now()
	resp, err := l.next.RoundTrip(req)
	attrs := append(l.requestAttrs(req), slog.Duration("duration", l.now().Sub(start)))
	if err != nil {
		l.log.LogAttrs(ctx, slog.LevelDebug, "request", append(attrs, slog.String("error", err.Error()))...)
		return resp, err
	}
	attrs = append(attrs, slog.Int("status", resp.StatusCode))
	attrs = append(attrs, answerAttrs(resp.Header)...)
	resp.Body = &countedBody{ReadCloser: resp.Body, tell: func(bytes int64) {
		read := slog.Duration("read", l.now().Sub(start))
		l.log.LogAttrs(ctx, slog.LevelDebug, "request", append(attrs, slog.Int64("bytes", bytes), read)...)
	}}
	return resp, nil
}

// requestAttrs say which request it is.
func (l *logger) requestAttrs(req *http.Request) []slog.Attr {
	attrs := []slog.Attr{
		slog.String("method", req.Method),
		slog.String("host", req.URL.Host),
		slog.String("path", req.URL.EscapedPath()),
	}
	if l.describe != nil {
		attrs = append(attrs, l.describe(req.Context())...)
	}
	if names := slices.Sorted(maps.Keys(req.URL.Query())); len(names) > 0 {
		attrs = append(attrs, slog.String("parameters", strings.Join(names, ",")))
	}
	return attrs
}

// countedBody counts what is read of a body, unpacked, and tells it when the body is closed.
type countedBody struct {
	io.ReadCloser
	bytes int64
	once  sync.Once
	tell  func(bytes int64)
}

// Read implements io.Reader.
func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.bytes += int64(n)
	return n, err
}

// Close implements io.Closer.
func (b *countedBody) Close() error {
	err := b.ReadCloser.Close()
	b.once.Do(func() { b.tell(b.bytes) })
	return err
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
