package config

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Problem is one mistake in the config.
type Problem struct {
	// Key is the canonical name of the setting at fault; "" when no single one is (a file that cannot be read).
	Key string
	// What says what is wrong and where, Fix what to do. Neither ever holds the value of a secret.
	What, Fix string
}

// String is the problem on one line: "what: fix".
func (p Problem) String() string {
	if p.Fix == "" {
		return oneLine(p.What)
	}
	return oneLine(p.What + ": " + p.Fix)
}

// Error lists everything that is wrong with the config, the most important problem first; it is never empty. Load
// returns it inside a fault of kind Usage; errors.AsType[*config.Error] gives the list.
type Error struct{ Problems []Problem }

// Error has one line for each problem.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Warning is something in the config that does no harm but is probably not meant.
type Warning struct {
	// Key is the key or variable that the warning is about; "" when it is about a file.
	Key string
	// Message is one line with what to do; it never holds the value of a secret.
	Message string
}

// String is the warning's one line.
func (w Warning) String() string { return oneLine(w.Message) }

// warningf makes a Warning from a format.
func warningf(key, format string, args ...any) Warning {
	return Warning{Key: key, Message: fmt.Sprintf(format, args...)}
}

// oneLine keeps a text that quotes file names and keys from breaking or colouring the terminal's lines.
func oneLine(s string) string {
	clean := func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) {
			return ' '
		}
		return r
	}
	return strings.Map(clean, s)
}
