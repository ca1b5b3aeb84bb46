package cli

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/spf13/cobra"

	"tap-jira/internal/check"
	"tap-jira/internal/stream"
	"tap-jira/internal/tap"
)

const checkHelp = `Walk from the address to the login, one line a step, and say what to do where it fails. Then ask for a row of every stream
that the site has, one line a stream: whether the account can read it, what is missing (a permission, a scope of the token,
a product) and who can grant it. At most one request is sent for each stream, and nothing is changed.

The exit code is that of a sync with the same config, --catalog and --select: 5 when a stream is unreadable that the sync
would fail for; 0 when only streams are that nobody chose, or standard ones that nobody named, or with "on_forbidden": "skip".`

// checkCommand walks from the address to the login, and looks at every stream.
func (a *app) checkCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "check",
		Short: "Walk from the address to the login and to every stream, and say what is missing and what to do",
		Long:  checkHelp,
		Example: `  tap-jira check --config config.json
  tap-jira check --config config.json --select workflows --select boards
  tap-jira check --config config.json --format json`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return a.runCheck(command.Context()) },
	}
	command.Flags().StringVar(&a.format, "format", formatText, "text or json")
	a.bindCatalog(command, "the selected streams")
	a.bindSelect(command.Flags())
	return command
}

// runCheck prints each step and stream as soon as it is known, since a step may take seconds; JSON is one document at
// the end.
func (a *app) runCheck(ctx context.Context) error {
	if err := a.textOrJSON(); err != nil {
		return err
	}
	options, err := a.checkOptions(ctx)
	if err != nil {
		return err
	}
	if a.format == formatText {
		width := longestName(options.Streams)
		options.Each = a.printStep
		options.EachStream = func(access check.Access) { a.printAccess(access, width) }
	}
	report, failure := check.Run(ctx, options)
	if a.format == formatJSON {
		if err := writeJSON(a.Stdout, report); err != nil {
			return err
		}
	}
	if failure == nil {
		a.tellPassed(report)
	}
	return failure
}

// tellPassed says in one line what the table above it comes to, and what comes next.
func (a *app) tellPassed(report check.Report) {
	readable := 0
	for _, access := range report.Streams {
		if access.Readable {
			readable++
		}
	}
	next := "tap-jira select" + a.configFlags()
	if a.catalog != "" {
		next = a.nextRun()
	}
	a.logger().Info("the check passed", slog.Int("readable", readable), slog.Int("unreadable", len(report.Streams)-readable),
		slog.String("next", next))
}

// checkOptions turn config and flags into what is to be walked.
func (a *app) checkOptions(ctx context.Context) (check.Options, error) {
	cfg, err := a.loadConfig(ctx)
	if err != nil {
		return check.Options{}, err
	}
	var recorder *check.Recorder
	s, err := a.openWatched(cfg, func(next http.RoundTripper) http.RoundTripper {
		recorder = check.NewRecorder(next)
		return recorder
	})
	if err != nil {
		return check.Options{}, err
	}
	reading := a.tapOptions(s)
	if reading.Catalog, err = a.readCatalog(); err != nil {
		return check.Options{}, err
	}
	demand, err := tap.DemandOf(reading)
	if err != nil {
		return check.Options{}, err
	}
	query := ""
	if demand.Searches {
		query = demand.Scope
	}
	return check.Options{
		BaseURL:  cfg.BaseURL,
		Query:    query,
		Client:   s.client,
		Unsigned: s.unsigned,
		Limits:   recorder.Limits,
		Gateway:  atGateway(cfg),
		Proxy:    a.proxy(cfg),
		Now:      a.Now,
		Streams:  stream.All(),
		Wanted:   demand.Fails,
		Scope:    demand.Scope,
		Scopes:   s.login.scopes,
	}, nil
}

// printStep prints one step, and below it what to do.
func (a *app) printStep(step check.Step) {
	fmt.Fprintf(a.Stdout, "%-5s%-10s%s\n", step.Status, step.Step, oneLine(step.Detail))
	if step.Next != "" {
		fmt.Fprintf(a.Stdout, "%-15s%s\n", "", oneLine(step.Next))
	}
}

// longestName is how wide the column of names is.
func longestName(streams []stream.Stream) int {
	longest := 0
	for _, s := range streams {
		longest = max(longest, len(s.Name))
	}
	return longest
}

// printAccess prints one stream, its name as wide as told: what is missing, and who can grant it.
func (a *app) printAccess(access check.Access, width int) {
	status, missing := "ok", ""
	if !access.Readable {
		status = "no"
	}
	if access.Missing != "" {
		missing = access.Missing + "; " + access.Who
	}
	if missing == "" {
		missing = "readable"
	}
	fmt.Fprintf(a.Stdout, "%-5s%-*s %s\n", status, width, access.Stream, oneLine(missing))
}
