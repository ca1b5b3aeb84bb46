package cli

import (
	"encoding/json"
	"log/slog"
	"strings"
	"unicode"

	"github.com/lmittmann/tint"

	"tap-jira/internal/fault"
)

// levelCritical is the level of the last line of a failed run; Singer's runners look for its name.
const levelCritical = slog.Level(12)

// levelName returns the word that begins a line of the log.
func levelName(level slog.Level) string {
	switch {
	case level >= levelCritical:
		return "CRITICAL"
	case level >= slog.LevelError:
		return "ERROR"
	case level >= slog.LevelWarn:
		return "WARN"
	case level >= slog.LevelInfo:
		return "INFO"
	}
	return "DEBUG"
}

// logger returns the logger of the run, and before the flags are read one with the defaults.
func (a *app) logger() *slog.Logger {
	if a.log == nil {
		a.log = a.newLogger(slog.LevelInfo, formatText)
	}
	return a.log
}

// newLogger makes the logger for standard error.
func (a *app) newLogger(level slog.Level, format string) *slog.Logger {
	if format == formatJSON {
		return slog.New(&jsonHandler{out: a.errors(), level: level, now: a.Now, worded: a.logFormat == ""})
	}
	return slog.New(tint.NewTextHandler(a.errors(), &tint.Options{
		Level:       level,
		NoColor:     !a.StderrTerminal || a.env("NO_COLOR") != "" || a.env("TERM") == "dumb",
		ReplaceAttr: lineForm,
	}))
}

// lineForm gives a line the form that Singer's runners read: LEVEL message key=value.
func lineForm(groups []string, attr slog.Attr) slog.Attr {
	if len(groups) > 0 {
		return attr
	}
	switch attr.Key {
	case slog.TimeKey:
		return slog.Attr{}
	case slog.LevelKey:
		if level, ok := attr.Value.Any().(slog.Level); ok {
			return tint.Attr(levelColour(level), slog.String(slog.LevelKey, levelName(level)))
		}
	case slog.MessageKey:
		return slog.String(slog.MessageKey, oneLine(attr.Value.String()))
	}
	return attr
}

// levelColour is the terminal's colour of a level, of the eight that all terminals have.
func levelColour(level slog.Level) uint8 {
	const red, green, yellow, blue = 1, 2, 3, 4
	switch {
	case level >= slog.LevelError:
		return red
	case level >= slog.LevelWarn:
		return yellow
	case level >= slog.LevelInfo:
		return green
	}
	return blue
}

// oneLine replaces what would break a line or move the cursor.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}

// logSettings are the level and the format that flags and Meltano's environment ask for.
func (a *app) logSettings() (slog.Level, string, error) {
	levelText, format := "info", formatText
	if name := a.env("SINGER_SDK_LOG_CONFIG"); name != "" {
		levelText, format = a.meltanoLogging(name)
	}
	if a.logLevel != "" {
		levelText = a.logLevel
	}
	if a.logFormat != "" {
		format = a.logFormat
	}
	level, ok := parseLevel(levelText)
	if !ok {
		return 0, "", fault.New(fault.Usage, "use debug, info, warning or error", "unknown --log-level %q", levelText)
	}
	if format != formatText && format != formatJSON {
		return 0, "", fault.New(fault.Usage, "use text or json", "unknown --log-format %q", format)
	}
	return level, format, nil
}

// meltanoLogging reads the logging config that Meltano writes for taps of its SDK. What it does not understand leaves
// the defaults, because the file is not the user's.
func (a *app) meltanoLogging(name string) (level, format string) {
	level, format = "info", formatText
	content, err := a.readFile(name)
	if err != nil {
		return level, format
	}
	if strings.Contains(string(content), "StructuredFormatter") {
		format = formatJSON
	}
	var config struct {
		Root struct {
			Level string `json:"level"`
		} `json:"root"`
	}
	if json.Unmarshal(content, &config) != nil {
		return level, format
	}
	if _, ok := parseLevel(config.Root.Level); ok {
		level = config.Root.Level
	}
	return level, format
}

// parseLevel reads a level in Go's, Python's and Singer's words.
func parseLevel(text string) (slog.Level, bool) {
	switch strings.ToLower(text) {
	case "debug", "trace":
		return slog.LevelDebug, true
	case "info":
		return slog.LevelInfo, true
	case "warn", "warning":
		return slog.LevelWarn, true
	case "error", "critical", "fatal":
		return slog.LevelError, true
	}
	return 0, false
}
