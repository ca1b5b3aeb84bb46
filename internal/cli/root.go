package cli

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tap-jira/internal/config"
	"tap-jira/internal/fault"
	"tap-jira/internal/progress"
)

// programName is the name of the binary, of its environment prefix and of the tap in Singer's terms.
const programName = "tap-jira"

// The values of --format, --log-format and --test.
const (
	formatText     = "text"
	formatJSON     = "json"
	formatMarkdown = "markdown"
	testAll        = "all"
	testRecords    = "records"
	testSchema     = "schema"
)

// app is one run of the command line: the process, its flags and the logger they asked for.
type app struct {
	*Process
	flags
	log *slog.Logger
	// resumes tells that what the command printed is a state to go on from, should a signal stop it.
	resumes atomic.Bool
	// screen is standard error shared by the log and live bars; see errors.
	screen *progress.Screen
}

// flags are the flags of all commands; a command binds those that it has.
type flags struct {
	configs    []string
	catalog    string
	properties string
	state      string
	stateOut   string
	selects    []string
	issues     []string
	since      string
	shard      string
	shards     int
	supervised string
	discover   bool
	about      bool
	dev        bool
	test       string
	format     string
	logLevel   string
	logFormat  string
}

// run parses the arguments and runs the command they name.
func (a *app) run(ctx context.Context) error {
	root := a.rootCommand()
	addGroup(root, "Set up:", a.initCommand(), a.authCommand(), a.checkCommand(), a.demoCommand())
	addGroup(root, "Choose:", a.streamsCommand(), a.selectCommand(), a.discoverCommand(), a.planCommand())
	addGroup(root, "Run:", a.syncCommand(), a.runCommand(), a.runsCommand(), a.stateCommand(), a.verifyCommand())
	root.AddCommand(a.docsCommand())
	root.SetArgs(a.Args)
	root.SetIn(a.Stdin)
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	completionCommand(root) // only now, since it prints to where the root does
	a.completeFlags(root)
	return root.ExecuteContext(ctx)
}

// addGroup adds commands that stand together in the help.
func addGroup(root *cobra.Command, title string, commands ...*cobra.Command) {
	root.AddGroup(&cobra.Group{ID: title, Title: title})
	for _, command := range commands {
		command.GroupID = title
	}
	root.AddCommand(commands...)
}

// rootCommand is the tap in the form that Singer's runners call.
func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:     programName + " --config FILE [--catalog FILE] [--state FILE]",
		Short:   "Read Jira Cloud and self-hosted Jira, print Singer messages",
		Long:    rootHelp,
		Example: rootExamples,
		Version: buildVersion(),
		Args:    noArguments,
		PersistentPreRunE: func(command *cobra.Command, _ []string) error {
			level, format, err := a.logSettings()
			if err != nil {
				return err
			}
			a.log = a.newLogger(level, format)
			return refuseEmpty(command)
		},
		RunE:          a.runRoot,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("{{.Name}} v{{.Version}}" + buildCommit() + "\n")
	root.SetFlagErrorFunc(flagFault)
	root.SuggestionsMinimumDistance = 2
	a.bindRoot(root)
	return root
}

// bindRoot defines the flags of every command and those of the Singer form.
func (a *app) bindRoot(root *cobra.Command) {
	every := root.PersistentFlags()
	every.StringArrayVarP(&a.configs, "config", "c", nil,
		"config `FILE`, or ENV for TAP_JIRA_<KEY> variables; may be repeated, a later one wins")
	every.StringVar(&a.logLevel, "log-level", "", "debug, info, warning or error (default info)")
	every.StringVar(&a.logFormat, "log-format", "", "form of the log on standard error: text or json (default text)")

	a.bindSync(root.Flags())
	root.Flags().BoolVarP(&a.discover, "discover", "d", false, "print the catalog of streams and columns")
	root.Flags().BoolVar(&a.about, "about", false, "describe the tap, its settings and its capabilities")
	root.Flags().StringVar(&a.format, "format", formatText, "form of --about: text, json or markdown")
	root.Flags().StringVar(&a.test, "test", "", "print SCHEMA and one record of each stream (all), or SCHEMA only (schema)")
	root.Flags().Lookup("test").NoOptDefVal = testAll
	root.Flags().BoolVar(&a.dev, "dev", false, "taken for compatibility: a config file is never rewritten")
	root.Flags().BoolP("version", "v", false, "print the version")
	root.Flags().SortFlags = false
	root.PersistentFlags().SortFlags = false
}

// bindSync defines the flags of a sync.
func (a *app) bindSync(set *pflag.FlagSet) {
	set.StringVar(&a.catalog, "catalog", "", "catalog `FILE` with the selected streams and columns")
	set.StringVarP(&a.properties, "properties", "p", "", "the same as --catalog, `FILE` in the older form of it")
	set.StringVarP(&a.state, "state", "s", "", "state `FILE` to go on from")
	set.StringVar(&a.stateOut, "state-out", "", "keep the newest STATE in `FILE`")
	a.bindSelect(set)
}

// bindSelect defines the flag that sync and discover share.
func (a *app) bindSelect(set *pflag.FlagSet) {
	set.StringArrayVar(&a.selects, "select", nil,
		"streams and columns by `PATTERN`, such as issues or '!issues.fields.customfield_*'; may be repeated, or hold several with commas between them")
}

// eachPattern cuts patterns at commas, as the config's streams are cut: no name holds one.
func eachPattern(texts []string) []string {
	if len(texts) == 0 {
		return nil
	}
	return strings.Split(strings.Join(texts, ","), ",")
}

// runRoot does what the Singer form asks for.
func (a *app) runRoot(command *cobra.Command, _ []string) error {
	ctx := command.Context()
	switch {
	case a.about:
		return a.runAbout()
	case a.alone(command):
		return command.Help()
	case a.discover:
		return a.runDiscover(ctx)
	}
	return a.runSync(ctx)
}

// alone tells that a person typed the bare name.
func (a *app) alone(command *cobra.Command) bool {
	return command.Flags().NFlag() == 0 && a.StdoutTerminal && !a.environmentConfigures()
}

// environmentConfigures tells whether there is a variable that a run without --config would read.
func (a *app) environmentConfigures() bool {
	for _, entry := range a.Environ() {
		if strings.HasPrefix(entry, config.EnvPrefix) {
			return true
		}
	}
	return false
}

// exclusive makes a command refuse two flags that are given at once. Cobra's own refusal has no kind, and names all flags
// of the group.
func exclusive(command *cobra.Command, one, other string) {
	command.PreRunE = func(*cobra.Command, []string) error {
		if command.Flags().Changed(one) && command.Flags().Changed(other) {
			return fault.New(fault.Usage, "give one of them", "--%s and --%s exclude each other", one, other)
		}
		return nil
	}
}
