package cli

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"tap-jira/internal/fault"
	"tap-jira/internal/tap"
)

// stateMode is the mode of state files: they hold dates and ids, no secret.
const stateMode fs.FileMode = 0o644

// syncCommand is the sync as a subcommand.
func (a *app) syncCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "sync",
		Short: "Print the records of the selected streams; the same as tap-jira without a command",
		Example: `  tap-jira sync --config config.json --catalog catalog.json --state state.json | target-jsonl
  tap-jira sync --config config.json --select issues --state-out state.json`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return a.runSync(command.Context()) },
	}
	a.bindSync(command.Flags())
	command.Flags().SortFlags = false
	return command
}

// discoverCommand is discovery as a subcommand.
func (a *app) discoverCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "discover",
		Short: "Print the catalog of streams and columns; the same as tap-jira --discover",
		Example: `  tap-jira discover --config config.json > catalog.json
  tap-jira discover --config config.json --select issues --select '!issues.fields.customfield_*'`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return a.runDiscover(command.Context()) },
	}
	a.bindSelect(command.Flags())
	return command
}

// runDiscover prints the catalog.
func (a *app) runDiscover(ctx context.Context) error {
	cfg, err := a.loadConfig(ctx)
	if err != nil {
		return err
	}
	s, err := a.open(cfg)
	if err != nil {
		return err
	}
	catalog, err := tap.Discover(ctx, a.tapOptions(s))
	if err != nil {
		return fmt.Errorf("discover: %w", err)
	}
	return catalog.Encode(a.Stdout)
}

// runSync prints the Singer stream. Files that the flags name are read before anything is sent.
func (a *app) runSync(ctx context.Context) error {
	cfg, err := a.loadConfig(ctx)
	if err != nil {
		return err
	}
	s, err := a.open(cfg)
	if err != nil {
		return err
	}
	options := a.tapOptions(s)
	if options.Catalog, err = a.readCatalog(); err != nil {
		return err
	}
	if options.State, err = a.readState(cfg.StreamPrefix()); err != nil {
		return err
	}
	if err := a.limitForTest(&options); err != nil {
		return err
	}
	return a.sync(ctx, s, options)
}

// sync runs the engine and tells what it did.
func (a *app) sync(ctx context.Context, s *session, options tap.Options) error {
	summary, err := tap.Sync(ctx, options, a.Stdout)
	summary.WaitsSeconds += float64(s.waited.Load()) / 1e9
	a.printSummary(summary)
	return err
}

// tapOptions turn a config and the flags into what the engine is asked to do.
func (a *app) tapOptions(s *session) tap.Options {
	cfg := s.config
	options := tap.Options{
		Client:          s.client,
		Logger:          a.logger(),
		Now:             a.Now,
		Select:          a.selects,
		StartDate:       cfg.StartDate,
		EndDate:         cfg.EndDate,
		Lookback:        cfg.Lookback,
		Projects:        cfg.Projects,
		JQL:             cfg.JQL,
		Groups:          cfg.Groups,
		RichDocuments:   cfg.RichText == "adf",
		IssueFields:     cfg.SelectedIssueFields,
		Concurrency:     cfg.Concurrency,
		StreamPrefix:    cfg.StreamPrefix(),
		SiteColumn:      cfg.SiteColumn,
		SiteAddress:     cfg.BaseURL.String(),
		ActivateVersion: cfg.ActivateVersion,
		Validate:        tap.Validation(cfg.ValidateRecords),
		SkipForbidden:   cfg.OnForbidden == "skip",
	}
	if cfg.StreamsSet {
		options.Streams = cfg.Streams
	}
	if a.stateOut != "" {
		options.StateSink = func(state []byte) error {
			return a.replaceFile(a.stateOut, append(state, '\n'), stateMode)
		}
	}
	return options
}

// limitForTest makes of the sync what --test asks for.
func (a *app) limitForTest(options *tap.Options) error {
	switch a.test {
	case "":
	case testAll, testRecords:
		options.RecordLimit = 1
	case testSchema:
		options.SchemaOnly = true
	default:
		return fault.New(fault.Usage, "use --test, --test=all or --test=schema", "unknown --test=%s", a.test)
	}
	return nil
}
