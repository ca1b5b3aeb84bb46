package cli

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
)

// flagFault says what is wrong with a flag in our words; pflag's own name functions of Go.
func flagFault(command *cobra.Command, err error) error {
	hint := "see " + command.CommandPath() + " --help"
	if bad, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return fault.New(fault.Usage, hint, "--%s is %q, expected %s", bad.GetFlag().Name, bad.GetValue(), wanted(bad.GetFlag()))
	}
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		if near := singer.Nearest(unknown.GetSpecifiedName(), flagNames(command)); near != "" {
			hint = "did you mean --" + near + "? " + hint
		}
	}
	return fault.Wrap(fault.Usage, err, hint)
}

// wanted names what a flag takes.
func wanted(flag *pflag.Flag) string {
	switch flag.Value.Type() {
	case "bool":
		return "true or false"
	case "duration":
		return "a duration such as 30s or 5m"
	}
	return "a whole number"
}

// flagNames are the flags that a command shows.
func flagNames(command *cobra.Command) []string {
	var names []string
	command.Flags().VisitAll(func(flag *pflag.Flag) {
		if !flag.Hidden {
			names = append(names, flag.Name)
		}
	})
	return names
}

// refuseEmpty refuses a flag with nothing in it, as --issues "$KEYS" gives where the variable is not set: taken for left out,
// it would read all that there is and move bookmarks.
func refuseEmpty(command *cobra.Command) (err error) {
	command.Flags().Visit(func(flag *pflag.Flag) {
		text := flag.Value.String()
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			text = strings.Join(list.GetSlice(), "")
		}
		if strings.TrimSpace(text) == "" && err == nil {
			err = fault.New(fault.Usage, "give it a value, or leave it out", "--%s is empty", flag.Name)
		}
	})
	return err
}
