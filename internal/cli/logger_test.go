package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/tap"
)

// quietApp is an app with an empty environment, and what it prints on standard error.
func quietApp(t *testing.T, variables map[string]string) (*app, *bytes.Buffer) {
	t.Helper()
	var stderr bytes.Buffer
	process := &Process{
		Dir:    t.TempDir(),
		Stderr: &stderr,
		Stdout: &bytes.Buffer{},
		LookupEnv: func(name string) (string, bool) {
			value, ok := variables[name]
			return value, ok
		},
		Environ: func() []string { return nil },
		Now:     func() time.Time { return time.Unix(1_763_812_800, 250_000_000) },
	}
	return &app{Process: process}, &stderr
}

func TestTextLogIsWhatSingerRunnersRead(t *testing.T) {
	t.Parallel()
	a, stderr := quietApp(t, nil)
	logger := a.newLogger(slog.LevelDebug, formatText)
	logger.Debug("request", slog.Int("status", 200))
	logger.Info(`METRIC: {"type":"counter"}`)
	logger.With(slog.String("stream", "issues")).Warn("rows are missing", slog.String("reason", "not readable"))
	logger.Error("two\nlines\x1b[31m", slog.Any("error", errors.New("bad")))
	logger.Log(t.Context(), levelCritical, "the end")
	require.Equal(t, `DEBUG request status=200
INFO METRIC: {"type":"counter"}
WARN rows are missing stream=issues reason="not readable"
ERROR two lines [31m error=bad
CRITICAL the end
`, stderr.String())
}

func TestColourOnATerminalOnly(t *testing.T) {
	t.Parallel()
	const escape = "\x1b["
	cases := map[string]struct {
		terminal  bool
		variables map[string]string
		coloured  bool
	}{
		"terminal": {terminal: true, coloured: true},
		"pipe":     {},
		"NO_COLOR": {terminal: true, variables: map[string]string{"NO_COLOR": "1"}},
		"TERM":     {terminal: true, variables: map[string]string{"TERM": "dumb"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, stderr := quietApp(t, c.variables)
			a.StderrTerminal = c.terminal
			a.logger().Warn("careful")
			require.Equal(t, c.coloured, strings.Contains(stderr.String(), escape))
			require.Contains(t, stderr.String(), "WARN")
		})
	}
}

func TestJSONLogIsWhatMeltanoReads(t *testing.T) {
	t.Parallel()
	a, stderr := quietApp(t, nil)
	logger := a.newLogger(slog.LevelInfo, formatJSON)
	logger.Debug("not shown")
	logger.With(slog.String("stream", "issues")).WithGroup("page").Warn("slow page",
		slog.Duration("wait", 1500*time.Millisecond), slog.Any("error", errors.New("busy")), slog.Group("range", slog.Int("from", 1)))
	logger.Info(`METRIC: {"type":"counter","value":3}`)
	logger.Log(t.Context(), levelCritical, "the end")

	lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
	require.Len(t, lines, 3)
	var line struct {
		Level      string         `json:"level"`
		PID        int            `json:"pid"`
		LoggerName string         `json:"logger_name"`
		Time       float64        `json:"ts"`
		ThreadName string         `json:"thread_name"`
		AppName    string         `json:"app_name"`
		StreamName string         `json:"stream_name"`
		Message    string         `json:"message"`
		Extra      map[string]any `json:"extra"`
		Metric     map[string]any `json:"metric_info"`
	}
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &line))
	require.Equal(t, "warn", line.Level)
	require.Equal(t, os.Getpid(), line.PID)
	require.Equal(t, []string{"tap-jira", "main", "tap-jira"}, []string{line.LoggerName, line.ThreadName, line.AppName})
	require.InDelta(t, 1_763_812_800.25, line.Time, 1e-6)
	require.Equal(t, "issues", line.StreamName)
	require.Equal(t, "slow page stream=issues page.wait=1.5 page.error=busy page.range.from=1", line.Message)
	require.Equal(t, map[string]any{"stream": "issues", "page.wait": 1.5, "page.error": "busy", "page.range.from": 1.0}, line.Extra)

	require.NoError(t, json.Unmarshal([]byte(lines[1]), &line))
	require.Equal(t, map[string]any{"type": "counter", "value": 3.0}, line.Metric)
	require.NoError(t, json.Unmarshal([]byte(lines[2]), &line))
	require.Equal(t, "critical", line.Level)
}

func TestLogSettings(t *testing.T) {
	t.Parallel()
	const structured = `{"root": {"level": "DEBUG"}, "formatters": {"structured": {"()": "singer_sdk.logging.StructuredFormatter"}}}`
	cases := map[string]struct {
		meltano       string
		level, format string
		wantLevel     slog.Level
		wantFormat    string
		problem       string
	}{
		"defaults":                    {wantLevel: slog.LevelInfo, wantFormat: formatText},
		"flags":                       {level: "WARNING", format: formatJSON, wantLevel: slog.LevelWarn, wantFormat: formatJSON},
		"Meltano asks":                {meltano: structured, wantLevel: slog.LevelDebug, wantFormat: formatJSON},
		"flags win over Meltano":      {meltano: structured, level: "error", format: formatText, wantLevel: slog.LevelError, wantFormat: formatText},
		"plain config of Meltano":     {meltano: `{"root": {"level": "ERROR"}}`, wantLevel: slog.LevelError, wantFormat: formatText},
		"config of Meltano is broken": {meltano: `{`, wantLevel: slog.LevelInfo, wantFormat: formatText},
		"odd level of Meltano":        {meltano: `{"root": {"level": "NOTSET"}}`, wantLevel: slog.LevelInfo, wantFormat: formatText},
		"unknown level":               {level: "loud", problem: `unknown --log-level "loud"`},
		"unknown format":              {format: "xml", problem: `unknown --log-format "xml"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			variables := map[string]string{}
			a, _ := quietApp(t, variables)
			if c.meltano != "" {
				variables["SINGER_SDK_LOG_CONFIG"] = filepath.Join(a.Dir, "logging.json")
				require.NoError(t, os.WriteFile(variables["SINGER_SDK_LOG_CONFIG"], []byte(c.meltano), 0o600))
			}
			a.logLevel, a.logFormat = c.level, c.format
			level, format, err := a.logSettings()
			if c.problem != "" {
				require.ErrorContains(t, err, c.problem)
				require.Equal(t, fault.Usage, fault.KindOf(err))
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.wantLevel, level)
			require.Equal(t, c.wantFormat, format)
		})
	}
}

func TestMeltanosFileMayBeMissing(t *testing.T) {
	t.Parallel()
	a, _ := quietApp(t, map[string]string{"SINGER_SDK_LOG_CONFIG": "nowhere.json"})
	level, format, err := a.logSettings()
	require.NoError(t, err)
	require.Equal(t, slog.LevelInfo, level)
	require.Equal(t, formatText, format)
}

// summaryOfTwo is a run with a whole and a broken stream.
func summaryOfTwo() tap.Summary {
	return tap.Summary{
		Exit: 5, Started: time.Unix(0, 0).UTC(), Seconds: 1.234567, Requests: 7, WaitsSeconds: 0.5,
		Streams: []tap.StreamSummary{
			{Stream: "projects", Records: 3, Requests: 1},
			{Stream: "users", Records: 2, Requests: 2, Tolerated: 1, Reasons: []string{"listing was cut"}, Gaps: 4},
			{Stream: "roles", Requests: 1, Failed: true, Reasons: []string{"403"}},
			{Stream: "versions", Records: 1, Requests: 1, Tolerated: 1, Reasons: []string{"a project went away"}},
		},
	}
}

func TestSummaryNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	a, stderr := quietApp(t, nil)
	a.printSummary(summaryOfTwo())
	require.Equal(t, `WARN stream incomplete stream=users records=2 tolerated=1 gaps=4 reasons="listing was cut"
ERROR stream failed stream=roles records=0 tolerated=0 gaps=0 reasons=403
INFO stream complete, with remarks stream=versions records=1 tolerated=1 gaps=0 reasons="a project went away"
INFO summary streams=4 records=6 requests=7 tolerated=2 seconds=1.23 waits_seconds=0.5
`, stderr.String())
}

func TestAStoppedRunLeavesStreamsUnfinished(t *testing.T) {
	t.Parallel()
	for _, exit := range []int{130, 141, 143} {
		a, stderr := quietApp(t, nil)
		summary := summaryOfTwo()
		summary.Exit = exit
		a.printSummary(summary)
		require.Contains(t, stderr.String(), "WARN stream not finished stream=roles ")
		require.NotContains(t, stderr.String(), "failed")
	}
}

func TestSummaryAsJSONHasTheAgreedShape(t *testing.T) {
	t.Parallel()
	a, stderr := quietApp(t, nil)
	a.logFormat = formatJSON
	a.log = a.newLogger(slog.LevelInfo, formatJSON)
	a.printSummary(summaryOfTwo())
	var got map[string]any
	require.NoError(t, json.Unmarshal(stderr.Bytes(), &got))
	require.Equal(t, "summary", got["message"])
	for _, member := range []string{"exit", "started", "seconds", "requests", "waits_seconds", "streams"} {
		require.Contains(t, got, member)
	}
	users := got["streams"].([]any)[1].(map[string]any)
	require.Equal(t, map[string]any{
		"stream": "users", "records": 2.0, "requests": 2.0, "tolerated": 1.0, "failed": false, "gaps": 4.0,
		"reasons": []any{"listing was cut"},
	}, users)
}

func TestMeltanosMessagesSayAll(t *testing.T) {
	t.Parallel()
	a, stderr := quietApp(t, nil)
	a.log = a.newLogger(slog.LevelInfo, formatJSON) // nobody gave --log-format
	a.printSummary(summaryOfTwo())
	a.log.Warn("the pattern matches nothing", "pattern", "a b", "did_you_mean", "", "error", errors.New(`say "a"`))
	var messages []string
	for line := range strings.Lines(stderr.String()) {
		var got struct {
			Message string           `json:"message"`
			Streams []map[string]any `json:"streams"`
		}
		require.NoError(t, json.Unmarshal([]byte(line), &got))
		messages = append(messages, got.Message)
		require.Equal(t, strings.HasPrefix(got.Message, "summary"), len(got.Streams) == 4)
	}
	require.Equal(t, []string{
		`stream incomplete stream=users records=2 tolerated=1 gaps=4 reasons="listing was cut"`,
		`stream failed stream=roles records=0 tolerated=0 gaps=0 reasons=403`,
		`stream complete, with remarks stream=versions records=1 tolerated=1 gaps=0 reasons="a project went away"`,
		`summary streams=4 records=6 requests=7 tolerated=2 seconds=1.23 waits_seconds=0.5`,
		`the pattern matches nothing pattern="a b" did_you_mean="" error="say \"a\""`,
	}, messages)
}
