package cli

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"tap-jira/internal/fault"
	"tap-jira/internal/runlog"
	"tap-jira/internal/supervise"
)

// runHelp is the text above the flags of run.
const runHelp = `Run tap and target as one job: the target's command line is run by sh -c and reads the Singer messages; the last state that it
prints is kept and is where the next run goes on. The target's standard error is passed on, each line after "target: ".

With --every or --cron the job is repeated, one run at a time, until SIGTERM or Ctrl-C: a running job then flushes what it has
and ends. Times that pass during a run are not made up for. A first run that fails for a wrong config, a refused login or a
target that cannot be started ends the schedule; after a later refused login Jira is left alone for an hour, then two, up to a day.

Exit codes are those of the tap, and 6 when the target failed, ended before it had read everything, or hung. When both failed,
it is that of the one who failed first. 2 also when another run works with the same state.`

// runFlags are the flags of run and runs.
type runFlags struct {
	target   string
	every    string
	cron     string
	jitter   time.Duration
	logDir   string
	keep     int
	patience time.Duration
	grace    time.Duration
}

const (
	// fromConfig is the value of a bare --every.
	fromConfig = "replication_frequency"
	// defaultKeep is how many runs stay in --log-dir.
	defaultKeep = 100
	// defaultState and defaultLogDir stand beside the config.
	defaultState  = "state.json"
	defaultLogDir = "runs"
	// jitterOfItself is the value of --jitter when it was not given.
	jitterOfItself = -1 * time.Second
)

// runCommand supervises tap and target.
func (a *app) runCommand() *cobra.Command {
	var f runFlags
	command := &cobra.Command{
		Use:   "run --target 'CMD …'",
		Short: "Run tap and target as one supervised job, once or by a schedule, and keep state and logs",
		Long:  runHelp,
		Example: `  tap-jira run --config config.json --target 'target-jsonl'
  tap-jira run --config config.json --target 'target-postgres --config pg.json' --every=15m
  tap-jira run --config config.json --target 'target-postgres --config pg.json' --cron '0 6 * * 1-5'`,
		Args: func(command *cobra.Command, args []string) error { return strayArguments(command, f, args) },
		RunE: func(command *cobra.Command, _ []string) error { return a.runRun(command.Context(), f) },
	}
	set := command.Flags()
	set.StringVar(&f.target, "target", "", "command line of the target, run by sh -c: `CMD`")
	set.StringVar(&f.every, "every", "", "repeat the job each `DURATION`; bare: as replication_frequency says (default 30m)")
	set.Lookup("every").NoOptDefVal = fromConfig
	set.StringVar(&f.cron, "cron", "", "repeat the job by a cron `EXPR`, in this machine's time zone")
	set.DurationVar(&f.jitter, "jitter", jitterOfItself, "start up to so much later than due (default a tenth of the interval, at most 30s)")
	set.Lookup("jitter").DefValue = "0s" // the text above says it better
	set.StringVarP(&a.state, "state", "s", "", "state `FILE` (default state.json beside the config)")
	a.bindLogDir(set, &f)
	set.IntVar(&f.keep, "keep", defaultKeep, "how many runs stay in --log-dir, the newest `N`")
	set.DurationVar(&f.patience, "target-timeout", supervise.DefaultPatience,
		"end the run when the target neither reads what there is nor prints anything for so long")
	set.DurationVar(&f.grace, "stop-timeout", supervise.DefaultGrace, "how long tap and target may take to flush after a signal")
	set.StringVar(&a.shard, "shard", "", "read one piece of a first load, as sync --shard does, by a `FILE` or K/N")
	a.bindCatalog(command, "the selected streams and columns")
	set.StringVarP(&a.properties, "properties", "p", "", "the same as --catalog, `FILE` in the older form of it")
	a.bindSelect(set)
	exclusive(command, "every", "cron")
	set.SortFlags = false
	return command
}

// strayArguments refuses arguments, and knows the one that people write.
func strayArguments(command *cobra.Command, f runFlags, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if _, err := time.ParseDuration(args[0]); err == nil && f.every == fromConfig {
		return fault.New(fault.Usage, "write --every="+args[0], "unexpected argument %q after --every", args[0])
	}
	return noArguments(command, args)
}

// runRun runs the job, once or by its schedule.
func (a *app) runRun(ctx context.Context, f runFlags) error {
	j, err := a.newJob(f)
	if err != nil {
		return err
	}
	timetable, err := a.timetable(ctx, f)
	if err != nil {
		return err
	}
	lock, err := supervise.Acquire(a.path(j.state), supervise.Claim{Configs: a.configNames(), Assumed: a.state == ""}, a.Now())
	if err != nil {
		return err
	}
	defer a.release(lock)
	j.held = lock.Inherited()
	if timetable == nil {
		return j.run(ctx)
	}
	return stopped(timetable.Repeat(ctx, j.tick))
}

// newJob checks the flags and finds the files.
func (a *app) newJob(f runFlags) (*job, error) {
	if f.target == "" {
		return nil, fault.New(fault.Usage, "give --target 'CMD …', as in --target 'target-jsonl'", "there is no target")
	}
	if len(a.configs) == 0 && !a.environmentConfigures() {
		return nil, noConfig()
	}
	if f.keep < 1 || f.patience <= 0 || f.grace <= 0 {
		return nil, fault.New(fault.Usage, "--keep, --target-timeout and --stop-timeout are positive", "a number of run is too small")
	}
	if err := a.shardOnce(f); err != nil {
		return nil, err
	}
	if a.Program == "" {
		return nil, fault.New(fault.Internal, "call it by its whole path", "find our own program")
	}
	j := &job{app: a, flags: f, state: a.state, folder: runlog.Folder{Path: a.logFolder(f), Keep: f.keep}}
	if j.state == "" {
		j.state = filepath.Join(a.configFolder(), defaultState)
	}
	return j, nil
}

// shardOnce refuses what makes no sense of a piece of a first load: a state that another piece may have, and a second run.
func (a *app) shardOnce(f runFlags) error {
	switch {
	case a.shard == "":
		return nil
	case a.shard == "-":
		return fault.New(fault.Usage, "give --shard FILE or --shard K/N", "run cannot read a shard from standard input")
	case f.every != "" || f.cron != "":
		return fault.New(fault.Usage, "unite the states with tap-jira state merge, and let the schedule go on from there", "a shard is read once: --shard excludes --every and --cron")
	case a.state == "":
		return fault.New(fault.Usage, "give --state FILE, another one for each shard", "--shard needs a state of its own")
	}
	return nil
}

// configFolder is the folder of the last config file, or the current one.
func (a *app) configFolder() string {
	folder := ""
	for _, name := range a.configs {
		if name != "ENV" {
			folder = filepath.Dir(name)
		}
	}
	return folder
}

// configNames are the names of the config files, without folders.
func (a *app) configNames() []string {
	var names []string
	for _, name := range a.configs {
		if name != "ENV" {
			names = append(names, filepath.Base(name))
		}
	}
	return names
}

// logFolder is where runs are kept.
func (a *app) logFolder(f runFlags) string {
	if f.logDir != "" {
		return a.path(f.logDir)
	}
	return a.path(filepath.Join(a.configFolder(), defaultLogDir))
}

// timetable is when the job is repeated; nil when it is not.
func (a *app) timetable(ctx context.Context, f runFlags) (*supervise.Timetable, error) {
	if f.every == "" && f.cron == "" {
		return nil, nil
	}
	schedule, err := a.schedule(ctx, f)
	if err != nil {
		return nil, err
	}
	jitter := f.jitter
	if jitter == jitterOfItself {
		jitter = supervise.DefaultJitter(schedule, a.Now())
	}
	if jitter < 0 {
		return nil, fault.New(fault.Usage, "write it like --jitter=10s; 0 is none", "--jitter is negative")
	}
	return &supervise.Timetable{
		Schedule: schedule, AtOnce: f.cron == "", Jitter: jitter, Random: rand.Float64, Now: a.Now,
		Waiting: func(at time.Time) {
			a.logger().Info("waiting for the next run", "at", at.Format(time.RFC3339), "in", at.Sub(a.Now()).Round(time.Second))
		},
	}, nil
}

// schedule reads --every or --cron.
func (a *app) schedule(ctx context.Context, f runFlags) (supervise.Schedule, error) {
	if f.cron != "" {
		return supervise.ParseCron(f.cron, a.Now())
	}
	if f.every == fromConfig {
		cfg, err := a.loadConfig(ctx)
		if err != nil {
			return nil, err
		}
		return supervise.Every{From: a.Now(), Step: cfg.ReplicationFrequency}, nil
	}
	step, err := time.ParseDuration(f.every)
	if err != nil || step < time.Second {
		return nil, fault.New(fault.Usage, "write it like --every=30m, of a second or more", "--every=%s is no duration", f.every)
	}
	return supervise.Every{From: a.Now(), Step: step}, nil
}
