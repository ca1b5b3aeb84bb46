package tap

import (
	"strings"

	"tap-jira/internal/stream"
)

// Canonical returns a function that gives our name for a stream in any
// spelling: with the prefix of messages, or as another Jira tap calls it. It
// gives "" for a stream that the tap does not have.
func Canonical(prefix string) func(string) string {
	known := map[string]bool{}
	for _, s := range stream.All() {
		known[s.Name] = true
	}
	return func(name string) string {
		name = stream.Canonical(strings.TrimPrefix(name, prefix))
		if known[name] {
			return name
		}
		return ""
	}
}
