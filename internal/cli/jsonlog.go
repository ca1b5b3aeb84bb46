package cli

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"
)

// jsonHandler writes one JSON object a line in the form of the Meltano SDK's structured logging, which Meltano shows
// at its own level. Attributes stand under "extra", metrics under "metric_info".
type jsonHandler struct {
	out   io.Writer
	level slog.Level
	now   func() time.Time
	attrs []slog.Attr
	group string // dotted prefix of the keys
	// worded puts the attributes into the message as well, for Meltano, which shows people the message alone.
	worded bool
}

// jsonLine is what a line holds.
type jsonLine struct {
	Level      string          `json:"level"`
	PID        int             `json:"pid"`
	LoggerName string          `json:"logger_name"`
	Time       float64         `json:"ts"`
	ThreadName string          `json:"thread_name"`
	AppName    string          `json:"app_name"`
	StreamName *string         `json:"stream_name"`
	Message    string          `json:"message"`
	Extra      extras          `json:"extra"`
	Metric     json.RawMessage `json:"metric_info,omitempty"`
}

// newJSONLine makes a line without attributes.
func newJSONLine(now time.Time, level slog.Level, message string) jsonLine {
	return jsonLine{
		Level:      strings.ToLower(levelName(level)),
		PID:        os.Getpid(),
		LoggerName: programName,
		Time:       float64(now.UnixMicro()) / 1e6,
		ThreadName: "main",
		AppName:    programName,
		Message:    message,
		Extra:      extras{},
	}
}

// Enabled implements slog.Handler.
func (h *jsonHandler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

// Handle implements slog.Handler.
func (h *jsonHandler) Handle(_ context.Context, record slog.Record) error {
	line := newJSONLine(h.now(), record.Level, record.Message)
	if metric, ok := strings.CutPrefix(record.Message, "METRIC: "); ok && json.Valid([]byte(metric)) {
		line.Metric = json.RawMessage(metric)
	}
	for _, attr := range h.attrs {
		line.add("", attr)
	}
	record.Attrs(func(attr slog.Attr) bool {
		line.add(h.group, attr)
		return true
	})
	if h.worded {
		line.Message += line.Extra.words()
	}
	encoded, err := json.Marshal(line)
	if err != nil {
		return err
	}
	_, err = h.out.Write(append(encoded, '\n'))
	return err
}

// add puts an attribute where readers look for it.
func (l *jsonLine) add(prefix string, attr slog.Attr) {
	value := attr.Value.Resolve()
	if value.Kind() == slog.KindGroup {
		for _, inner := range value.Group() {
			l.add(joinKey(prefix, attr.Key), inner)
		}
		return
	}
	if attr.Key == "stream" && prefix == "" && value.Kind() == slog.KindString {
		name := value.String()
		l.StreamName = &name
	}
	l.Extra.set(joinKey(prefix, attr.Key), plain(value))
}

// plain returns the value as encoding/json prints it well.
func plain(value slog.Value) any {
	switch inner := value.Any().(type) {
	case error:
		return inner.Error()
	case time.Duration:
		return inner.Seconds()
	default:
		return inner
	}
}

// joinKey names an attribute inside groups, as the text form does: group.key.
func joinKey(prefix, key string) string {
	if prefix == "" || key == "" {
		return prefix + key
	}
	return prefix + "." + key
}

// WithAttrs implements slog.Handler.
func (h *jsonHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	next := *h
	next.attrs = slices.Clone(h.attrs)
	for _, attr := range attrs {
		next.attrs = append(next.attrs, slog.Attr{Key: joinKey(h.group, attr.Key), Value: attr.Value})
	}
	return &next
}

// WithGroup implements slog.Handler.
func (h *jsonHandler) WithGroup(name string) slog.Handler {
	next := *h
	next.group = joinKey(h.group, name)
	return &next
}
