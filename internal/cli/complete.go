package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"tap-jira/internal/stream"
)

// completion is what a shell asks for while a person types: it is answered from what the program and local files know, and
// sends nothing.
type completion = cobra.CompletionFunc

// completeFlags says for all commands what the values of flags may be. A flag that is not named takes a file.
func (a *app) completeFlags(command *cobra.Command) {
	for name, complete := range map[string]completion{
		"select":     completePatterns,
		"log-level":  words("debug", "info", "warning", "error"),
		"log-format": words(formatText, formatJSON),
		"format":     completeFormats,
		"test":       words(testAll, testSchema),
		"deployment": words("cloud", "datacenter"),
		"issues":     words(),
		"since":      words(),
	} {
		if command.LocalFlags().Lookup(name) == nil {
			continue
		}
		// Of a flag that exists only a second registration is refused, which a parent's flag may have had.
		_ = command.RegisterFlagCompletionFunc(name, complete)
	}
	for _, child := range command.Commands() {
		a.completeFlags(child)
	}
}

// words completes with fixed words, and never with files.
func words(list ...string) completion {
	return cobra.FixedCompletions(list, cobra.ShellCompDirectiveNoFileComp)
}

// completeFormats completes --format, which knows one more form beside --about.
func completeFormats(command *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	formats := []string{formatText, formatJSON}
	if !command.HasParent() {
		formats = append(formats, formatMarkdown)
	}
	return formats, cobra.ShellCompDirectiveNoFileComp
}

// completePatterns completes a pattern with the names of streams, also behind a `!`. Columns, which only the site knows, are
// not completed.
func completePatterns(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	mark := ""
	if rest, excludes := strings.CutPrefix(typed, "!"); excludes {
		mark, typed = "!", rest
	}
	var names []string
	for _, s := range stream.All() {
		if !s.Hidden && strings.HasPrefix(s.Name, typed) {
			names = append(names, mark+s.Name+"\t"+s.Cost())
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// completeBookmarks completes with the streams that the command's state has, or all when there is none to read.
func (a *app) completeBookmarks(command *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	a.assumeState()
	state, err := a.readState("")
	if err != nil || state == nil {
		return completePatterns(command, args, typed)
	}
	return state.Streams(), cobra.ShellCompDirectiveNoFileComp
}

// completionCommand adds cobra's command that prints the script for a shell.
func completionCommand(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, command := range root.Commands() {
		if command.Name() == "completion" {
			command.Short = "Print the script that completes commands, flags and names of streams in a shell"
			command.Args = noArguments
			command.RunE = func(command *cobra.Command, _ []string) error { return command.Help() }
		}
	}
}
