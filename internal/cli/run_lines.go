package cli

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/lmittmann/tint"

	"tap-jira/internal/progress"
	"tap-jira/internal/runlog"
)

// logTime is how times stand in the log of a run.
const logTime = "2006-01-02T15:04:05.000Z"

// fileHandler writes the lines of a run's log: those of standard error, each with its time before it.
func (a *app) fileHandler(out io.Writer) slog.Handler {
	level, _, _ := a.logSettings() // they were checked at the start
	return tint.NewTextHandler(out, &tint.Options{
		Level:   level,
		NoColor: true,
		ReplaceAttr: func(groups []string, attr slog.Attr) slog.Attr {
			if len(groups) == 0 && attr.Key == slog.TimeKey {
				return slog.String(slog.TimeKey, attr.Value.Time().UTC().Format(logTime))
			}
			return lineForm(groups, attr)
		},
	})
}

// tapLines reads the JSON log of a supervised tap, and writes it as lines of our own. The tap's last words are kept and
// not printed: whether they are the run's last words is not decided yet.
type tapLines struct {
	log       *slog.Logger
	summarize func(summaryLine)
	progress  func(progress.Snapshot)

	mu       sync.Mutex
	summary  []byte
	critical string
}

// line takes one line of the tap's standard error.
func (t *tapLines) line(text []byte) {
	var line struct {
		summaryLine
		Progress *progress.Snapshot `json:"progress"`
	}
	if json.Unmarshal(text, &line) != nil || line.Message == "" {
		t.log.Error("tap: " + string(text)) // the runtime's own words, when a tap breaks down
		return
	}
	level := levelOf(line.Level)
	switch {
	case line.Message == "summary" && line.Streams != nil:
		t.mu.Lock()
		t.summary = append([]byte(nil), text...)
		t.mu.Unlock()
		t.summarize(line.summaryLine)
	case line.Message == progressMessage && line.Progress != nil:
		t.progress(*line.Progress)
	case level >= levelCritical:
		t.mu.Lock()
		t.critical = line.Message
		t.mu.Unlock()
	default:
		record := slog.NewRecord(time.UnixMicro(int64(line.Time*1e6)), level, line.Message, 0)
		for _, attr := range line.Extra {
			record.AddAttrs(slog.Any(attr.key, attr.value))
		}
		t.write(record)
	}
}

// write hands a record to the log, which may not want lines of its level.
func (t *tapLines) write(record slog.Record) {
	ctx := context.Background() // the handlers look at none
	if t.log.Enabled(ctx, record.Level) {
		_ = t.log.Handler().Handle(ctx, record) // a log that cannot be written has nowhere to say so
	}
}

// last is the tap's last line, when it failed.
func (t *tapLines) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.critical
}

// tapSummary is the tap's summary in the shape of a run's; empty when the tap printed none.
func (t *tapLines) tapSummary() runlog.Run {
	t.mu.Lock()
	defer t.mu.Unlock()
	var run runlog.Run
	if t.summary == nil || json.Unmarshal(t.summary, &run) != nil {
		return runlog.Run{}
	}
	return run
}

// levelOf reads the level of a line in the JSON log.
func levelOf(name string) slog.Level {
	if strings.EqualFold(name, levelName(levelCritical)) {
		return levelCritical
	}
	level, _ := parseLevel(name)
	return level
}

// levelFlag is a level as --log-level takes it.
func levelFlag(level slog.Level) string { return strings.ToLower(levelName(level)) }
