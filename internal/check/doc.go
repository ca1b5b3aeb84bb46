// Package check walks the way from the configured address to a login, one step after the other, and says at the first
// one that fails what is wrong and what to do. Then it asks for a row of every stream, and says what is missing where
// there is none to be had, and who can grant it.
//
// It knows networks, jira.Client and the declarations of streams; it knows nothing of configs, flags, Singer or the
// terminal.
package check
