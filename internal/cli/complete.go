package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"tap-jira/internal/stream"
)

// completePatterns completes a pattern for shells with the names of streams, also behind a `!`. It sends nothing: columns, which
// only the site knows, are not completed.
func completePatterns(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	mark, typed := "", typed
	if rest, excludes := strings.CutPrefix(typed, "!"); excludes {
		mark, typed = "!", rest
	}
	var names []string
	for _, s := range stream.All() {
		if !s.Hidden && strings.HasPrefix(s.Name, typed) {
			names = append(names, mark+s.Name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
