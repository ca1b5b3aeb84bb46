package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"tap-jira/internal/progress"
	"tap-jira/internal/singer"
)

const (
	// liveEvery is how often bars on a terminal move.
	liveEvery = 250 * time.Millisecond
	// lineEvery is how often a line tells the progress where nobody watches.
	lineEvery = 30 * time.Second
	// metricsEvery is after how many of those lines Singer's metrics are printed: singer-python does so each minute.
	metricsEvery = 2
	// progressMessage is the message of a line of progress.
	progressMessage = "progress"
)

// The values of --supervised.
const (
	supervisedLive   = "live"
	supervisedSeldom = "seldom"
)

// errors is standard error for whole lines, which go above live bars where there are any.
func (a *app) errors() io.Writer {
	if a.screen == nil {
		a.screen = progress.NewScreen(a.Stderr)
	}
	return a.screen
}

// live tells whether a person watches a sync's progress: at a terminal that the messages do not fill.
func (a *app) live() bool { return a.runsLive() && !a.StdoutTerminal && a.supervised == "" }

// runsLive tells the same of a run, which prints nothing on standard output.
func (a *app) runsLive() bool {
	_, asJSON := a.logger().Handler().(*jsonHandler)
	return a.StderrTerminal && !asJSON && a.env("TERM") != "dumb" && a.tellsProgress()
}

// tellsProgress tells whether anything of the kind is wanted in the log.
func (a *app) tellsProgress() bool {
	return a.logger().Enabled(context.Background(), slog.LevelInfo) // the handlers look at no context
}

// report shows the progress of a sync until stop is called.
func (a *app) report(ctx context.Context, tracker *progress.Tracker) (stop func()) {
	switch {
	case !a.tellsProgress():
		return func() {}
	case a.supervised == supervisedLive:
		return progress.Report(ctx, liveEvery, tracker.Snapshot, progress.Lines(a.passProgress))
	case a.supervised != "":
		return progress.Report(ctx, lineEvery, tracker.Snapshot, progress.Lines(a.passProgress))
	case a.live():
		return progress.Report(ctx, liveEvery, tracker.Snapshot, a.bars())
	}
	return progress.Report(ctx, lineEvery, tracker.Snapshot, &metrics{app: a, tracker: tracker, began: a.Now()})
}

// bars are live bars on standard error.
func (a *app) bars() *progress.Bars {
	a.errors()
	return progress.NewBars(a.screen, a.Now, nil)
}

// progressLine is the progress of a supervised tap in its log.
type progressLine struct {
	jsonLine
	Progress progress.Snapshot `json:"progress"`
}

// passProgress hands a snapshot to the run that supervises us.
func (a *app) passProgress(s progress.Snapshot) {
	line, err := json.Marshal(progressLine{jsonLine: newJSONLine(a.Now(), slog.LevelInfo, progressMessage), Progress: s})
	if err == nil {
		_, err = a.errors().Write(append(line, '\n'))
	}
	if err != nil {
		return // nobody supervises us any more
	}
}

// view is where a run shows the progress of its tap: on the terminal, or in both of its logs.
func (r *jobRun) view() progress.View {
	if r.runsLive() {
		return r.bars()
	}
	return progress.Lines(func(s progress.Snapshot) { tellProgress(r.log, s, r.Now()) })
}

// tellProgress writes a snapshot as a line of the log.
func tellProgress(log *slog.Logger, s progress.Snapshot, now time.Time) {
	attrs := []any{
		slog.String("streams", fmt.Sprintf("%d/%d", s.Ended, s.Streams)),
		slog.Int64("records", s.Records), slog.Int64("per_second", int64(s.Rate+0.5)),
	}
	if len(s.Running) > 0 {
		running := make([]string, len(s.Running))
		for i, one := range s.Running {
			running[i] = progress.Text(one)
		}
		attrs = append(attrs, slog.String("running", strings.Join(running, "; ")))
	}
	if s.Until.After(now) {
		attrs = append(attrs, slog.String("waiting_until", s.Until.UTC().Format(time.RFC3339)), slog.String("reason", s.Reason))
	}
	log.Info(progressMessage, attrs...)
}

// metrics is the view of a sync that nobody watches: a line of progress at each turn, and Singer's metrics at every
// second one and at the end. A counter says what came since its last line.
type metrics struct {
	app     *app
	tracker *progress.Tracker
	began   time.Time
	turns   int
	told    map[string]int64
}

// Show implements progress.View.
func (m *metrics) Show(s progress.Snapshot) {
	tellProgress(m.app.logger(), s, m.app.Now())
	if m.turns++; m.turns%metricsEvery == 0 {
		m.count()
	}
}

// Close implements progress.View.
func (m *metrics) Close() {
	if len(m.tracker.Records()) == 0 {
		return // nothing has begun
	}
	m.count()
	m.app.logger().Info(singer.MetricTimer("job_duration", m.app.Now().Sub(m.began), singer.Tags{"job_type": "sync"}))
}

// count prints the counters that moved.
func (m *metrics) count() {
	if m.told == nil {
		m.told = map[string]int64{}
	}
	for _, s := range m.tracker.Records() {
		if fresh := s.Records - m.told[s.Stream]; fresh > 0 {
			m.told[s.Stream] = s.Records
			// singer-python's readers look for the endpoint, the SDK's for the stream.
			m.app.logger().Info(singer.MetricCounter("record_count", fresh, singer.Tags{"stream": s.Stream, "endpoint": s.Stream}))
		}
	}
}
