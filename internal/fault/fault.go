package fault

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// Kind says what sort of failure ended the run. Its value is the exit code.
type Kind int

// The kinds and exit codes that the tap promises its users. Zero, a complete run, has no kind.
const (
	Internal    Kind = 1   // our fault, or a cause nobody classified
	Usage       Kind = 2   // a wrong flag, config, catalog or state
	Network     Kind = 3   // the network, or Jira itself, is down
	Credentials Kind = 4   // Jira refused the login
	Incomplete  Kind = 5   // the run finished, but something selected is missing from the output
	Target      Kind = 6   // the target that the tap supervises failed
	Interrupted Kind = 130 // SIGINT
	ClosedPipe  Kind = 141 // the reader of standard output went away
	Terminated  Kind = 143 // SIGTERM
)

// String names the kind in lower case, for logs and summaries.
func (k Kind) String() string {
	switch k {
	case Internal:
		return "internal"
	case Usage:
		return "usage"
	case Network:
		return "network"
	case Credentials:
		return "credentials"
	case Incomplete:
		return "incomplete"
	case Target:
		return "target"
	case Interrupted:
		return "interrupted"
	case ClosedPipe:
		return "closed pipe"
	case Terminated:
		return "terminated"
	}
	return fmt.Sprintf("kind %d", int(k))
}

// Error is an error with a kind and, where the user can mend it, a hint.
type Error struct {
	// Kind decides the exit code.
	Kind Kind
	// Err is the cause; it is never nil in an Error made by New or Wrap.
	Err error
	// Hint is one sentence that says what to do; empty when there is nothing to do or a deeper error says it.
	Hint string
}

// Error returns the text of the cause, without the hint.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Kind.String()
	}
	return e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New makes an error of a kind from a format, which may hold %w. An empty hint is none.
func New(kind Kind, hint, format string, args ...any) error {
	return &Error{Kind: kind, Err: fmt.Errorf(format, args...), Hint: hint}
}

// Wrap gives err a kind and a hint. A nil err stays nil.
func Wrap(kind Kind, err error, hint string) error {
	if err == nil {
		return nil
	}
	return &Error{Kind: kind, Err: err, Hint: hint}
}

// KindOf returns the kind of the outermost Error in the chain of err, and Internal when there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// HintOf returns the first hint in the chain of err that is not empty, read from the outside in, or "".
func HintOf(err error) string {
	for err != nil {
		if e, ok := err.(*Error); ok && e.Hint != "" { //nolint:errorlint // the chain is walked link by link
			return e.Hint
		}
		switch wrapped := err.(type) { //nolint:errorlint // the chain is walked link by link
		case interface{ Unwrap() error }:
			err = wrapped.Unwrap()
		case interface{ Unwrap() []error }:
			return firstHint(wrapped.Unwrap())
		default:
			return ""
		}
	}
	return ""
}

// firstHint looks through the branches of a joined error in their order.
func firstHint(errs []error) string {
	for _, err := range errs {
		if hint := HintOf(err); hint != "" {
			return hint
		}
	}
	return ""
}

// Line returns "what, where: what to do": the text of err and its hint as one line that is safe for a terminal. Line breaks,
// tabs and other control or invisible format characters become single spaces. A nil err is "".
func Line(err error) string {
	if err == nil {
		return ""
	}
	line := err.Error()
	if hint := HintOf(err); hint != "" {
		line = strings.TrimRight(line, " :.") + ": " + hint
	}
	return clean(line)
}

// clean keeps a server's or a file's bytes from moving the cursor or starting a second line.
func clean(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r)
	}), " ")
}
