package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/runlog"
	"tap-jira/internal/supervise"
	"tap-jira/internal/tap"
)

// quietProcess has nothing but a clock and a place for its log.
func quietProcess(stderr *bytes.Buffer) *Process {
	return &Process{
		Stderr:    stderr,
		LookupEnv: func(string) (string, bool) { return "", false },
		Now:       func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) },
	}
}

// TestALineOfTheTapReadsTheSameInARun sends lines through the tap's JSON log and back.
func TestALineOfTheTapReadsTheSameInARun(t *testing.T) {
	t.Parallel()
	var direct, piped, log bytes.Buffer
	process := quietProcess(&direct)
	text := (&app{Process: process}).newLogger(slog.LevelInfo, formatText)
	sender := slog.New(&jsonHandler{out: &log, level: slog.LevelInfo, now: process.Now})
	for _, logger := range []*slog.Logger{text, sender} {
		logger.Info("users met", "zebra", 3, "users", int64(19026), "why", "with spaces", "wait", 1500*time.Millisecond, "error", errors.New("broken"))
		logger.With("stream", "issues").Warn("odd", "share", 0.25, "yes", true)
		logger.Debug("not wanted")
	}
	lines := &tapLines{log: (&app{Process: quietProcess(&piped)}).newLogger(slog.LevelInfo, formatText)}
	for line := range strings.Lines(log.String()) {
		lines.line([]byte(strings.TrimSuffix(line, "\n")))
	}
	// A duration is seconds in the JSON log; everything else stays as it was.
	require.Equal(t, strings.Replace(direct.String(), "wait=1.5s", "wait=1.5", 1), piped.String())
}

func TestTheTapsLastWordsAndSummaryAreKept(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	var told []tap.Summary
	lines := &tapLines{
		log:       (&app{Process: quietProcess(&stderr)}).newLogger(slog.LevelInfo, formatText),
		summarize: func(s summaryLine) { told = append(told, s.Summary) },
	}
	summary := tap.Summary{Exit: 5, Requests: 3, WaitsSeconds: 0.5, Streams: []tap.StreamSummary{
		{Stream: "issues", Records: 2, Requests: 1, Tolerated: 4, Failed: true, Gaps: 5, Reasons: []string{"one"}},
	}}
	whole, err := json.Marshal(summaryLine{jsonLine: newJSONLine(time.Now(), slog.LevelInfo, "summary"), Summary: summary})
	require.NoError(t, err)
	lines.line(whole)
	lines.line([]byte(`{"level":"critical","message":"refused: log in"}`))
	lines.line([]byte("panic: all is lost"))
	require.Equal(t, []tap.Summary{summary}, told)
	require.Equal(t, "refused: log in", lines.last())
	require.Equal(t, "ERROR tap: panic: all is lost\n", stderr.String(), "what is not a line of the log is shown")
	require.Equal(t, runlog.Run{
		Exit: 5, Requests: 3, WaitsSeconds: 0.5,
		Streams: []runlog.Stream{{Stream: "issues", Records: 2, Requests: 1, Tolerated: 4, Failed: true, Gaps: 5, Reasons: []string{"one"}}},
	}, lines.tapSummary(), "the tap's summary and a run's have one shape")
}

// FuzzTapLines: whatever a tap writes to its standard error, the run goes on.
func FuzzTapLines(f *testing.F) {
	f.Add([]byte(`{"level":"info","message":"summary","streams":[],"extra":{"a":[1,{"b":null}]}}`))
	f.Add([]byte(`{"level":"x","message":"m","ts":1e300,"extra":{"a":1,"a":2}}`))
	f.Add([]byte("goroutine 1 [running]:"))
	f.Fuzz(func(t *testing.T, line []byte) {
		var stderr bytes.Buffer
		lines := &tapLines{log: (&app{Process: quietProcess(&stderr)}).newLogger(slog.LevelDebug, formatText), summarize: func(summaryLine) {}}
		lines.line(line)
		_ = lines.tapSummary()
		require.LessOrEqual(t, strings.Count(stderr.String(), "\n"), 1, "one line in, one line out at most")
	})
}

func TestAttributesKeepTheirOrder(t *testing.T) {
	t.Parallel()
	var e extras
	e.set("z", 1)
	e.set("a", "two")
	e.set("z", []int{3})
	text, err := json.Marshal(e)
	require.NoError(t, err)
	require.Equal(t, `{"z":[3],"a":"two"}`, string(text), "in this very order") //nolint:testifylint // the order is the point
	var again extras
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, []string{"z", "a"}, []string{again[0].key, again[1].key})
	for _, bad := range []string{`[]`, `"x"`, `{"a":}`, `1`} {
		require.Error(t, json.Unmarshal([]byte(bad), &again), bad)
	}
	_, err = json.Marshal(extras{{key: "a", value: make(chan int)}})
	require.Error(t, err)
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	full := errors.New("no space left on device")
	for name, c := range map[string]struct {
		outcome supervise.Outcome
		last    string
		started error
		unkept  error
		kind    fault.Kind
		line    string
	}{
		"well":               {},
		"incomplete":         {outcome: supervise.Outcome{Tap: supervise.End{Code: 5}}, last: "boards failed", kind: fault.Incomplete, line: "boards failed"},
		"target":             {outcome: supervise.Outcome{Target: supervise.End{Code: 3}, Cause: supervise.ByTarget}, kind: fault.Target, line: "the target failed (exit code 3)"},
		"target killed":      {outcome: supervise.Outcome{Target: supervise.End{Code: -1, Signal: "killed"}, Cause: supervise.ByTarget}, kind: fault.Target, line: "(signal: killed)"},
		"target early":       {outcome: supervise.Outcome{Cause: supervise.ByTarget, Early: true}, kind: fault.Target, line: "before it had read everything"},
		"target not found":   {outcome: supervise.Outcome{Target: supervise.End{Code: 127}, Cause: supervise.ByTarget}, kind: fault.Target, line: "could not be started"},
		"tap first":          {outcome: supervise.Outcome{Tap: supervise.End{Code: 4}, Target: supervise.End{Code: 9}, Cause: supervise.ByTap}, last: "refused", kind: fault.Credentials, line: "refused"},
		"tap killed":         {outcome: supervise.Outcome{Tap: supervise.End{Code: -1, Signal: "killed"}, Cause: supervise.ByTap}, last: "said before", kind: fault.Internal, line: "the tap broke down (signal: killed)"},
		"tap panicked":       {outcome: supervise.Outcome{Tap: supervise.End{Code: 2}, Cause: supervise.ByTap}, kind: fault.Internal, line: "the tap broke down (exit code 2)"},
		"no sh":              {started: fmt.Errorf("start the target: %w", exec.ErrNotFound), kind: fault.Usage, line: "run needs sh"},
		"not started":        {started: errors.New("start the target: no sh"), kind: fault.Internal, line: "no sh"},
		"state not kept":     {unkept: full, kind: fault.Internal, line: "keep the state in s.json: no space left on device: make room"},
		"target and no room": {outcome: supervise.Outcome{Target: supervise.End{Code: 3}, Cause: supervise.ByTarget}, unkept: full, kind: fault.Target, line: "the target failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stderr bytes.Buffer
			a := &app{Process: quietProcess(&stderr)}
			r := &jobRun{job: &job{app: a, state: "s.json"}, log: a.logger(), lines: &tapLines{critical: c.last}}
			err := r.verdict(t.Context(), c.outcome, c.started, c.unkept)
			if c.kind == 0 {
				require.NoError(t, err)
				return
			}
			require.Equal(t, c.kind, fault.KindOf(err))
			require.Contains(t, fault.Line(err), c.line)
			require.Equal(t, c.unkept != nil && !errors.Is(err, full), strings.Contains(stderr.String(), "no space left"), "what is not the verdict is told too")
		})
	}
}

func TestRefusedLoginsAreTriedEverMoreSeldom(t *testing.T) {
	t.Parallel()
	const hour = supervise.Rest(time.Hour)
	for refused, want := range map[int]supervise.Rest{1: hour, 2: 2 * hour, 3: 4 * hour, 4: 8 * hour, 5: 16 * hour, 6: 24 * hour, 1000: 24 * hour} {
		require.Equal(t, want, restAfterRefusals(refused), "%d", refused)
	}
}

func TestHowAScheduleGoesOn(t *testing.T) {
	t.Parallel()
	refused := fault.New(fault.Credentials, "", "refused")
	config := fault.New(fault.Usage, "", "no such key")
	target := fault.New(fault.Target, "", "failed")
	absent := fault.Wrap(fault.Target, &unstartableError{code: 127}, "")
	const hour = supervise.Rest(time.Hour)
	for name, c := range map[string]struct {
		runs  []error
		rests []supervise.Rest
		ends  bool
	}{
		"well":                              {runs: []error{nil, nil}, rests: []supervise.Rest{0, 0}},
		"a wrong config at first":           {runs: []error{config}, ends: true},
		"a wrong config later":              {runs: []error{nil, config, nil}, rests: []supervise.Rest{0, 0, 0}},
		"a login refused at first":          {runs: []error{refused}, ends: true},
		"a target that is not there":        {runs: []error{absent}, ends: true},
		"a target that fails at first":      {runs: []error{target, target, nil}, rests: []supervise.Rest{0, 0, 0}},
		"logins refused later":              {runs: []error{nil, refused, refused, nil, refused}, rests: []supervise.Rest{0, hour, 2 * hour, 0, hour}},
		"a refusal between other failures":  {runs: []error{target, refused, target, refused}, rests: []supervise.Rest{0, hour, 0, hour}},
		"a config that was right was wrong": {runs: []error{target, config}, rests: []supervise.Rest{0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stderr bytes.Buffer
			j := &job{app: &app{Process: quietProcess(&stderr)}}
			for i, failure := range c.runs {
				rest, err := j.after(t.Context(), failure)
				if c.ends {
					require.Equal(t, failure, err)
					return
				}
				require.NoError(t, err)
				require.Equal(t, c.rests[i], rest)
				if failure != nil {
					require.Contains(t, stderr.String(), "CRITICAL "+fault.Line(failure))
				}
			}
			require.False(t, c.ends)
		})
	}
}

func TestALaterRunNeedsNoRoomForItsLog(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	full := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(full, nil, 0o600))
	j := &job{app: &app{Process: quietProcess(&stderr)}, folder: runlog.Folder{Path: full}}
	r := &jobRun{job: j}
	require.Equal(t, fault.Usage, fault.KindOf(r.openLog()))
	j.settled = true
	require.NoError(t, r.openLog())
	require.Contains(t, stderr.String(), "WARN this run leaves no log")
	_, err := r.file.Write([]byte("lost"))
	require.NoError(t, err)
}
