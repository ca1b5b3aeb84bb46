// Package fault gives errors a kind, which is the exit code of the process, and a hint, which says what the user can do.
//
// An error with a kind stays an ordinary wrapped error: errors.Is and errors.As see through it, and its text has no hint.
// The hint is added where the knowledge is and read once, where the last line of a failed run is printed. The package knows
// nothing of Jira, Singer or the process.
package fault
