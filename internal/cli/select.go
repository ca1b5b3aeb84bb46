package cli

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tap-jira/internal/config"
	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
	"tap-jira/internal/tap"
)

// selecting is what one `tap-jira select` was asked for.
type selecting struct {
	patterns []string
	diff     bool
	keep     bool
}

// selectCommand writes the catalog, so that nobody has to edit JSON.
func (a *app) selectCommand() *cobra.Command {
	var asked selecting
	command := &cobra.Command{
		Use:   "select [PATTERN...]",
		Short: "Choose streams and columns: by pattern, or on a terminal from a list",
		Long: `Discovers what the site has and writes the catalog with exactly what the patterns choose; patterns that only leave
out (!) are taken off what is chosen already. Without patterns, on a terminal, streams and columns are picked from a list.

An existing catalog keeps what people wrote into it, such as replication methods; new streams and columns follow
their defaults and are named.`,
		Example: `  tap-jira select --config config.json
  tap-jira select issues worklogs '!issues.fields.customfield_*' --config config.json
  tap-jira select --keep boards --config config.json
  tap-jira select --diff --config config.json`,
		ValidArgsFunction: completePatterns,
		RunE: func(command *cobra.Command, patterns []string) error {
			asked.patterns = patterns
			return a.runSelect(command.Context(), asked)
		},
	}
	set := command.Flags()
	set.StringVar(&a.catalog, "catalog", "", "catalog `FILE` to write (default catalog.json beside the config)")
	set.BoolVar(&asked.diff, "diff", false, "say what is new, gone, retyped or chosen otherwise, and write nothing")
	set.BoolVar(&asked.keep, "keep", false, "start from the catalog's earlier choice: patterns add to it and, with !, take from it")
	set.StringVar(&a.format, "format", formatText, "text or json")
	set.SortFlags = false
	return command
}

// runSelect makes the new catalog, has something chosen in it, and writes or compares it.
func (a *app) runSelect(ctx context.Context, asked selecting) error {
	if err := a.textOrJSON(); err != nil {
		return err
	}
	patterns, err := a.selectPatterns(asked)
	if err != nil {
		return err
	}
	cfg, err := a.loadConfig(ctx)
	if err != nil {
		return err
	}
	file, err := a.openCatalogFile(cfg)
	if err != nil {
		return err
	}
	if asked.diff && file.earlier == nil {
		return fault.New(fault.Usage, "make it with tap-jira select PATTERN…", "there is no catalog %s to compare with", file.name)
	}
	found, err := a.rediscover(ctx, cfg, file)
	if err != nil {
		return err
	}
	patterns = patterns.Canonical(stream.Canonical(cfg.StreamPrefix()))
	chosen, err := a.chooseIn(ctx, found, patterns, asked, file)
	if err != nil || !chosen {
		return err
	}
	if asked.diff {
		return a.printDiff(file, found.catalog)
	}
	return a.saveSelection(ctx, cfg, file, found.catalog)
}

// selectPatterns reads the patterns, and refuses to wait for a key where there is none to come.
func (a *app) selectPatterns(asked selecting) (singer.Patterns, error) {
	if len(asked.patterns) == 0 && !asked.diff && !asked.keep && !a.pickable() {
		return nil, fault.New(fault.Usage,
			"give patterns, such as: tap-jira select issues worklogs '!issues.fields.customfield_*' "+
				"(--keep alone takes over the earlier choice)",
			"nothing says what to select, and without a terminal nobody can pick")
	}
	return singer.ParsePatterns(eachPattern(asked.patterns))
}

// discovery is what the site has.
type discovery struct {
	catalog    *singer.Catalog
	deployment jira.Deployment
	site       string // its host, for people
}

// rediscover asks the site what it has, and carries over what people wrote into the earlier catalog.
func (a *app) rediscover(ctx context.Context, cfg *config.Config, file *catalogFile) (*discovery, error) {
	s, err := a.open(cfg)
	if err != nil {
		return nil, err
	}
	options := a.tapOptions(s)
	options.Streams = nil // what the config limits a run to is no choice made in the catalog
	if file.earlier != nil {
		file.earlier.Rename(stream.Canonical(cfg.StreamPrefix()))
		options.Catalog = file.earlier
	}
	catalog, err := tap.Discover(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("discover: %w", err)
	}
	if file.earlier != nil {
		catalog.Keep(file.earlier)
	}
	return &discovery{catalog: catalog, deployment: s.client.Site().Deployment, site: cfg.BaseURL.Host}, nil
}

// chooseIn writes the choice into the catalog. It is false when a person discarded theirs.
func (a *app) chooseIn(ctx context.Context, found *discovery, patterns singer.Patterns, asked selecting, file *catalogFile) (bool, error) {
	a.warnUnmatched(found.catalog, patterns)
	switch {
	case asked.keep:
		found.catalog.Adjust(patterns)
	case len(patterns) > 0:
		found.catalog.Choose(patterns)
	case !asked.diff:
		return a.pick(ctx, found, file)
	}
	return true, nil
}

// warnUnmatched names the patterns that speak of nothing.
func (a *app) warnUnmatched(catalog *singer.Catalog, patterns singer.Patterns) {
	for _, u := range catalog.Unmatched(patterns) {
		attrs := []any{slog.String("pattern", u.Pattern.String())}
		if u.Nearest != "" {
			attrs = append(attrs, slog.String("did_you_mean", u.Nearest))
		}
		a.logger().Warn("the pattern matches nothing", attrs...)
	}
}

// saveSelection writes the catalog, unless it chooses nothing, and tells what it chooses.
func (a *app) saveSelection(ctx context.Context, cfg *config.Config, file *catalogFile, catalog *singer.Catalog) error {
	rows := selectionRows(catalog)
	if len(rows) == 0 {
		return fault.New(fault.Usage, "name streams; tap-jira streams lists them", "the selection selects no stream, so %s was not written", file.name)
	}
	changes := []changeRow{}
	if file.earlier != nil {
		changes = changeRows(catalog, singer.Compare(file.earlier, catalog))
	}
	if err := a.writeCatalogFile(file, catalog); err != nil {
		return err
	}
	a.tellChanges(ctx, changes)
	a.tellReplaced(changes)
	a.warnLimited(cfg, rows)
	if err := a.printSelection(file.name, rows, changes); err != nil {
		return err
	}
	a.logger().Info("catalog written", slog.String("catalog", file.name), slog.Int("streams", len(rows)), slog.String("next", a.nextRun()))
	return nil
}

// nextRun is the command line of a run with the config and the catalog of this one.
func (a *app) nextRun() string {
	return "tap-jira run" + a.configFlags() + a.catalogFlag() + " --target 'CMD'"
}

// catalogFlag is --catalog as a later command needs it: not at all for the catalog beside the config.
func (a *app) catalogFlag() string {
	if a.catalog == "" || a.catalog == filepath.Join(a.configFolder(), catalogName) {
		return ""
	}
	return " --catalog " + a.catalog
}

// tellReplaced says how streams that were chosen before would have stayed.
func (a *app) tellReplaced(changes []changeRow) {
	var dropped []string
	for _, row := range changes {
		if row.Change == string(singer.Deselected) && row.Column == "" {
			dropped = append(dropped, row.Stream)
		}
	}
	if len(dropped) > 0 {
		a.logger().Info("not selected any more; with --keep patterns add to the earlier choice", slog.String("streams", strings.Join(dropped, ", ")))
	}
}

// warnLimited tells that the config's own patterns leave out of a run what the catalog chooses.
func (a *app) warnLimited(cfg *config.Config, rows []selectionRow) {
	if !cfg.StreamsSet {
		return
	}
	patterns, err := singer.ParsePatterns(cfg.Streams)
	if err != nil {
		return // a run refuses it in words; here it says nothing
	}
	patterns = patterns.Canonical(stream.Canonical(cfg.StreamPrefix()))
	var left []string
	for _, row := range rows {
		if !patterns.Stream(row.Stream) {
			left = append(left, row.Stream)
		}
	}
	if len(left) > 0 {
		a.logger().Warn(`the config's "streams" leaves out of a run what the catalog chooses`, slog.String("streams", strings.Join(left, ", ")))
	}
}
