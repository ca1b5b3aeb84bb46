package cli

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tap-jira/internal/fault"
	"tap-jira/internal/tap"
)

// verifyHelp is the text above the flags of verify.
const verifyHelp = `Ask Jira how many rows there are and compare that with what the state claims to be in the output: issues for the whole site, and
by project where a census is kept (detect_deletes). It costs a few requests, changes nothing, and prints no Singer message.

Issues that were deleted since they were read stay in the claim of a state without census, and may hide a gap as large as they
are many. On Jira Cloud, whose counts are approximate, up to ten issues or half a percent more are taken for none. What cannot be
counted that cheaply is listed as not verified.

Exit code 0 when there is no gap, 5 when there is one; it is named.`

// verifyCommand compares the state with Jira.
func (a *app) verifyCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "verify",
		Short: "Compare what the state claims to be in the output with what Jira counts now, and name the gap",
		Long:  verifyHelp,
		Example: `  tap-jira verify --config config.json --state state.json
  tap-jira verify --config config.json --state state.json --catalog catalog.json --format json`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return a.runVerify(command.Context()) },
	}
	set := command.Flags()
	a.bindCatalog(command, "the selected streams")
	set.StringVarP(&a.state, "state", "s", "", "state `FILE` to verify (default state.json beside the config)")
	a.bindSelect(set)
	set.StringVar(&a.format, "format", formatText, "text or json")
	set.SortFlags = false
	return command
}

// runVerify counts what Jira has against what the state claims.
func (a *app) runVerify(ctx context.Context) error {
	if err := a.textOrJSON(); err != nil {
		return err
	}
	a.assumeState()
	if a.state == "" {
		return fault.New(fault.Usage, "give --state FILE", "there is no state to verify")
	}
	s, err := a.session(ctx)
	if err != nil {
		return err
	}
	options, err := a.chosenOptions(s)
	if err != nil {
		return err
	}
	verification, failure := tap.Verify(ctx, options)
	if failure != nil && fault.KindOf(failure) != fault.Incomplete {
		return failure
	}
	if err := a.printVerification(verification); err != nil {
		return err
	}
	return failure
}

// printVerification writes the counts; a gap that could not be worked out is a dash and not a zero.
func (a *app) printVerification(v tap.Verification) error {
	if a.format == formatJSON {
		return writeJSON(a.Stdout, v)
	}
	table := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "STREAM\tPROJECT\tJIRA\tCLAIMED\tGAP\tREMARK")
	for _, c := range v.Checks {
		gap := "-"
		if c.Verified {
			gap = strconv.FormatInt(c.Gap, 10)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", c.Stream, orDash(strings.Join(c.Projects, ", ")), number(c.Counted), number(c.Claimed), gap, oneLine(c.Remark))
	}
	return table.Flush()
}

// number writes a number that may be unknown.
func number(n *int64) string {
	if n == nil {
		return "-"
	}
	return strconv.FormatInt(*n, 10)
}

// orDash fills an empty cell, so that columns can be told apart.
func orDash(text string) string { return cmp.Or(text, "-") }
