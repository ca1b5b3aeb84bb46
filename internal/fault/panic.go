package fault

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// PanicError is a mistake of our own that was caught where it happened. Its
// text tells what runtime errors say and where, but never a value that somebody
// panicked with: that may hold anything.
type PanicError struct {
	// Stack is that of the goroutine, for the log at level debug.
	Stack string

	what, where string
}

// Error says what happened and where.
func (e *PanicError) Error() string {
	return fmt.Sprintf("tap-jira itself is broken: %s at %s", e.what, e.where)
}

// Rescue is deferred and turns a panic of the function into its error, of kind
// Internal, so that what was printed so far stays right and the run ends with a
// line that people can report.
func Rescue(err *error) {
	reason := recover()
	if reason == nil {
		return
	}
	stack := string(debug.Stack())
	caught := &PanicError{Stack: stack, what: fmt.Sprintf("a panic (%T)", reason), where: whereIn(stack)}
	if broken, ok := reason.(runtime.Error); ok {
		caught.what = broken.Error()
	}
	*err = Wrap(Internal, caught, "report it with the output of --log-level debug; the state printed so far is good")
}

// Safely makes a function that returns its panic as an error, for goroutines.
func Safely(f func() error) func() error {
	return func() (err error) {
		defer Rescue(&err)
		return f()
	}
}

// whereIn finds the place of ours that panicked in a stack: the first below
// the panic itself, as package and line.
func whereIn(stack string) string {
	_, below, found := strings.Cut(stack, "panic(")
	if !found {
		below = stack
	}
	for line := range strings.Lines(below) {
		file := strings.TrimSpace(line)
		at := strings.Index(file, "internal/")
		if at < 0 || !strings.Contains(file, ".go:") || strings.Contains(file, "/src/") {
			continue // a function's name, another module, or Go itself
		}
		place, _, _ := strings.Cut(file[at:], " ")
		return place
	}
	return "an unknown place"
}
