package cli

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tap-jira/internal/config"
	"tap-jira/internal/fault"
	"tap-jira/internal/tap"
)

// stateMode is the mode of state files: they hold dates and ids, no secret.
const stateMode fs.FileMode = 0o644

// stateRoom is how many bytes a state has room in: a few kilobytes at any site.
const stateRoom = 16 << 10

// reportMode is the mode of the page that shows the runs, which may name issues and people.
const reportMode fs.FileMode = 0o600

// syncCommand is the sync as a subcommand.
func (a *app) syncCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "sync",
		Short: "Print the records of the selected streams; the same as tap-jira without a command",
		Example: `  tap-jira sync --config config.json --catalog catalog.json --state state.json | target-jsonl
  tap-jira sync --config config.json --select issues --state-out state.json
  tap-jira sync --config config.json --issues ABC-1,ABC-2
  tap-jira sync --config config.json --since 2026-03-01
  tap-jira sync --config config.json --shard 2/4 --state-out state-2.json`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return a.runSync(command.Context()) },
	}
	a.bindSync(command.Flags())
	command.Flags().StringSliceVar(&a.issues, "issues", nil, "read only these issues again, by `KEY,KEY`, and move no bookmark")
	command.Flags().StringVar(&a.since, "since", "", "read again what changed since `DATE`, and move no bookmark")
	command.Flags().StringVar(&a.shard, "shard", "", "read one piece of a first load: a line of the plan in `FILE` or - (of a whole plan the one that "+
		"JOB_COMPLETION_INDEX says, from 0), or K/N without a plan")
	command.Flags().StringVar(&a.supervised, "supervised", "", "work for run: end when standard input ends, and tell the progress as log lines: live or seldom")
	command.Flags().Lookup("supervised").Hidden = true
	exclusive(command, "issues", "since")
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
	s, err := a.session(ctx)
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
	if a.test == "" && a.StdoutClosed != nil && a.StdoutClosed() {
		a.log.Warn("standard output is closed, or discards what is printed: give it a target or a file")
	}
	a.resumes.Store(true)
	if a.supervised != "" {
		var stop func()
		ctx, stop = untilInputEnds(ctx, a.Stdin)
		defer stop()
	}
	if a.stateOut == "" {
		return a.readAndPrint(ctx)
	}
	if err := a.mayKeepState(); err != nil {
		return err
	}
	return a.changeState(a.stateOut, func() error { return a.readAndPrint(ctx) })
}

// readAndPrint does what the flags and the files that they name ask for.
func (a *app) readAndPrint(ctx context.Context) error {
	cfg, err := a.loadConfig(ctx)
	if err != nil {
		return err
	}
	piece, err := a.readShard(cfg)
	if err != nil {
		return err
	}
	s, err := a.open(cfg)
	if err != nil {
		return err
	}
	options, err := a.chosenOptions(s)
	if err != nil {
		return err
	}
	options.Shard = piece
	if err := a.readAgain(&options); err != nil {
		return err
	}
	if err := a.limitForTest(&options); err != nil {
		return err
	}
	return a.sync(ctx, s, options)
}

// mayKeepState finds a slip in --state-out, or a full disk, before anything is read.
func (a *app) mayKeepState() error {
	folder := filepath.Dir(a.stateOut)
	if mode, err := a.fileMode(folder); err != nil || !mode.IsDir() {
		return fault.New(fault.Usage, "make it, or name a file elsewhere", "--state-out names a file in %s, which is no folder", folder)
	}
	if err := a.replaceable(a.stateOut, stateRoom); err != nil {
		return fault.New(fault.Usage, "make room, or name a file elsewhere", "--state-out names %s, which cannot be written: %w", a.stateOut, err)
	}
	return nil
}

// sync runs the engine and tells what it did.
func (a *app) sync(ctx context.Context, s *session, options tap.Options) error {
	options.Progress, options.CountAhead = s.progress, a.live() || a.supervised == supervisedLive
	stop := a.report(ctx, s.progress)
	summary, err := tap.Sync(ctx, options, a.Stdout)
	stop()
	summary.WaitsSeconds += float64(s.waited.Load()) / 1e9
	a.printSummary(summary)
	return err
}

// tapOptions turn a config and the flags into what the engine is asked to do.
func (a *app) tapOptions(s *session) tap.Options {
	options := optionsOf(s.config)
	options.Client, options.Scopes = s.client, s.login.scopes
	options.Logger, options.Now = a.logger(), a.Now
	options.Select = eachPattern(a.selects)
	if s.config.DetectDeletes {
		options.CensusDir, options.MaxVanishedShare = a.path(s.config.CensusDir), s.config.MaxVanishedShare
	}
	if a.stateOut != "" {
		options.StateSink = a.keepState
	}
	return options
}

// optionsOf are the options that a config alone decides.
func optionsOf(cfg *config.Config) tap.Options {
	options := tap.Options{
		StartDate:       cfg.StartDate,
		EndDate:         cfg.EndDate,
		Lookback:        cfg.Lookback,
		Sweep:           time.Duration(cfg.Sweep * float64(24*time.Hour)),
		Projects:        cfg.Projects,
		JQL:             cfg.JQL,
		Groups:          cfg.Groups,
		RichDocuments:   cfg.RichText == "adf",
		FieldColumns:    cfg.IssueFields == "columns",
		IssueFields:     cfg.SelectedIssueFields,
		Concurrency:     cfg.Concurrency,
		StreamPrefix:    cfg.StreamPrefix(),
		SiteColumn:      cfg.SiteColumn,
		SiteAddress:     cfg.BaseURL.String(),
		ActivateVersion: cfg.ActivateVersion,
		Validate:        tap.Validation(cfg.ValidateRecords),
		SkipForbidden:   cfg.OnForbidden == "skip",
		DetectDeletes:   cfg.DetectDeletes,
	}
	if cfg.IncludeAuditLogs {
		options.Also = []string{"audit_records"}
	}
	if cfg.StreamsSet {
		options.Streams = cfg.Streams
	}
	return options
}

// keepState writes the newest state to --state-out.
func (a *app) keepState(state []byte) error {
	if err := a.replaceFile(a.stateOut, append(state, '\n'), stateMode); err != nil {
		return fault.Wrap(fault.Internal, err, "make room, or let --state-out name a file elsewhere; standard output has the same state")
	}
	return nil
}

// chosenOptions are those of a config with the catalog and the state that the flags name.
func (a *app) chosenOptions(s *session) (options tap.Options, err error) {
	options = a.tapOptions(s)
	if options.Catalog, err = a.readCatalog(); err != nil {
		return options, err
	}
	options.State, err = a.readState(s.config.StreamPrefix())
	return options, err
}

// readAgain makes of the sync what --issues and --since ask for.
func (a *app) readAgain(options *tap.Options) error {
	for _, key := range a.issues {
		if key = strings.TrimSpace(key); key != "" {
			options.Issues = append(options.Issues, key)
		}
	}
	if a.since == "" {
		return nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if since, err := time.Parse(layout, a.since); err == nil {
			options.Since = since
			return nil
		}
	}
	return fault.New(fault.Usage, "write it like 2026-03-01 or 2026-03-01T12:00:00Z", "--since %s is no date", a.since)
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
