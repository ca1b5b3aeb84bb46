package cli

import (
	"encoding/json"
	"log/slog"
	"strings"

	"tap-jira/internal/fault"
	"tap-jira/internal/tap"
)

// summaryLine is the summary of a run in the JSON log: a log line whose members are also those of the summary.
type summaryLine struct {
	jsonLine
	tap.Summary
}

// printSummary tells what the run did: in the JSON log as one object, otherwise, and where people read that log, as one
// line for the run and one for each stream that is not whole. A run that came to no stream has nothing to sum up in words.
func (a *app) printSummary(summary tap.Summary) {
	handler, machine := a.logger().Handler().(*jsonHandler)
	if machine && !handler.worded {
		a.printSummaryJSON(summary, "summary")
		return
	}
	if len(summary.Streams) == 0 {
		return
	}
	var records, tolerated int64
	for _, s := range summary.Streams {
		records += s.Records
		tolerated += s.Tolerated
		if s.Incomplete() || len(s.Reasons) > 0 {
			a.printReasons(s, stoppedBySomeone(summary.Exit))
		}
	}
	facts := extras{
		{"streams", len(summary.Streams)},
		{"records", records},
		{"requests", summary.Requests},
		{"tolerated", tolerated},
		{"seconds", rounded(summary.Seconds)},
		{"waits_seconds", rounded(summary.WaitsSeconds)},
	}
	if machine {
		a.printSummaryJSON(summary, "summary"+facts.words())
		return
	}
	a.logger().Info("summary", facts.attrs()...)
}

// stoppedBySomeone tells by the exit code that a run was stopped from outside, by a signal or by its reader.
func stoppedBySomeone(exit int) bool {
	switch fault.Kind(exit) {
	case fault.Interrupted, fault.Terminated, fault.ClosedPipe:
		return true
	}
	return false
}

// printReasons says what is missing from a stream, or was taken as "nothing here". That a run which was stopped did not finish
// its stream is no fault of the stream.
func (a *app) printReasons(s tap.StreamSummary, stopped bool) {
	attrs := []any{
		slog.String("stream", s.Stream), slog.Int64("records", s.Records), slog.Int64("tolerated", s.Tolerated),
		slog.Int64("gaps", s.Gaps), slog.String("reasons", strings.Join(s.Reasons, "; ")),
	}
	switch {
	case s.Failed && stopped:
		a.logger().Warn("stream not finished", attrs...)
	case s.Failed:
		a.logger().Error("stream failed", attrs...)
	case s.Incomplete():
		a.logger().Warn("stream incomplete", attrs...)
	default:
		a.logger().Info("stream complete, with remarks", attrs...)
	}
}

// printSummaryJSON writes the summary as one line among those of the JSON log, for programs that follow the log.
func (a *app) printSummaryJSON(summary tap.Summary, message string) {
	line := summaryLine{jsonLine: newJSONLine(a.Now(), slog.LevelInfo, message), Summary: summary}
	encoded, err := json.Marshal(line)
	if err != nil {
		a.logger().Error("encode the summary", slog.Any("error", err))
		return
	}
	if _, err := a.errors().Write(append(encoded, '\n')); err != nil {
		return // standard error is gone, and so is the only place to say so
	}
}

// rounded cuts seconds to hundredths.
func rounded(seconds float64) float64 {
	return float64(int64(seconds*100+0.5)) / 100
}
