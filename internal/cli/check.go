package cli

import (
	"context"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	"tap-jira/internal/check"
)

// checkCommand walks from the address to the login.
func (a *app) checkCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "check",
		Short: "Walk from the address to the login, one line a step, and say what to do where it fails",
		Example: `  tap-jira check --config config.json
  tap-jira check --config config.json --format json`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return a.runCheck(command.Context()) },
	}
	command.Flags().StringVar(&a.format, "format", formatText, "text or json")
	return command
}

func (a *app) runCheck(ctx context.Context) error {
	if a.format != formatText && a.format != formatJSON {
		return unknownFormat(a.format, formatText, formatJSON)
	}
	cfg, err := a.loadConfig(ctx)
	if err != nil {
		return err
	}
	var recorder *check.Recorder
	s, err := a.openWatched(cfg, func(next http.RoundTripper) http.RoundTripper {
		recorder = check.NewRecorder(next)
		return recorder
	})
	if err != nil {
		return err
	}
	options := check.Options{
		BaseURL:  cfg.BaseURL,
		Client:   s.client,
		Unsigned: s.unsigned,
		Limits:   recorder.Limits,
		Gateway:  atGateway(cfg),
		Proxy:    a.proxy(cfg),
		Now:      a.Now,
	}
	if a.format == formatText {
		options.Each = a.printStep
	}
	report, failure := check.Run(ctx, options)
	if a.format == formatJSON {
		if err := writeJSON(a.Stdout, report); err != nil {
			return err
		}
	}
	return failure
}

// printStep prints one step, and below it what to do.
func (a *app) printStep(step check.Step) {
	fmt.Fprintf(a.Stdout, "%-5s%-10s%s\n", step.Status, step.Step, oneLine(step.Detail))
	if step.Next != "" {
		fmt.Fprintf(a.Stdout, "%-15s%s\n", "", oneLine(step.Next))
	}
}
