package cli

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tap-jira/internal/fault"
	"tap-jira/internal/stream"
)

// noArguments refuses arguments that no command of ours takes, and guesses what was meant.
func noArguments(command *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if args[0] == "version" {
		return fault.New(fault.Usage, "write "+programName+" --version", "unknown command %q", args[0])
	}
	if near := command.SuggestionsFor(args[0]); len(near) > 0 {
		return fault.New(fault.Usage, "did you mean "+strings.Join(near, " or ")+"?", "unknown command %q", args[0])
	}
	hint := "see " + command.CommandPath() + " --help"
	if meant := flagFor(command, args[0]); meant != "" {
		hint = "did you mean " + meant + "? " + hint
	}
	return fault.New(fault.Usage, hint, "unexpected argument %q", args[0])
}

// flagFor is the flag that an argument without one was meant for, with it: that of a file, or of a stream; empty where
// nothing is near.
func flagFor(command *cobra.Command, argument string) string {
	flags := []string{"select"}
	_, bare, _ := strings.Cut(argument, "-") // integration_name stands before a dash
	switch known := stream.Canonical(""); {
	case strings.Contains(filepath.Base(argument), "state.json"):
		flags = []string{"state", "config"}
	case strings.ContainsAny(argument, `/\`) || strings.HasSuffix(argument, ".json"):
		flags = []string{"config", "state"}
	case known(argument) != "":
		argument = known(argument)
	case known(bare) != "":
		argument = known(bare)
	default:
		return ""
	}
	for _, flag := range flags {
		if command.Flag(flag) != nil {
			return "--" + flag + " " + argument
		}
	}
	return ""
}
