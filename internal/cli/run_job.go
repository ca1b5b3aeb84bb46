package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"time"

	"tap-jira/internal/fault"
	"tap-jira/internal/runlog"
	"tap-jira/internal/supervise"
)

// job is tap and target, to be run once or again and again.
type job struct {
	*app
	flags   runFlags
	state   string // as the user would write it
	folder  runlog.Folder
	held    *os.File // the lock, for tap and target
	refused int      // runs in a row that ended with a refused login
	settled bool     // a run came so far that what the user wrote is right
}

// tick runs the job as one of a schedule, which goes on after a failure that may pass.
func (j *job) tick(ctx context.Context) (supervise.Rest, error) {
	return j.after(ctx, j.run(ctx))
}

// after decides how a schedule goes on after a run: at once, after a rest, or not at all, which is the error.
func (j *job) after(ctx context.Context, err error) (supervise.Rest, error) {
	if err == nil {
		j.settled, j.refused = true, 0
		return 0, nil
	}
	if ctx.Err() != nil {
		return 0, err
	}
	kind := fault.KindOf(err)
	_, unstartable := errors.AsType[*unstartableError](err)
	if !j.settled && (kind == fault.Usage || kind == fault.Credentials || unstartable) {
		return 0, err
	}
	j.settled = true
	j.logger().Log(ctx, levelCritical, fault.Line(err))
	if kind != fault.Credentials {
		j.refused = 0
		return 0, nil
	}
	j.refused++
	return restAfterRefusals(j.refused), nil
}

// restAfterRefusals is how long Jira is left alone after so many refused logins in a row: each further one brings the
// account nearer to being locked.
func restAfterRefusals(refused int) supervise.Rest {
	const longest = 24
	hours := longest
	if refused <= 5 {
		hours = min(1<<(refused-1), longest)
	}
	return supervise.Rest(time.Duration(hours) * time.Hour)
}

// jobRun is one run of a job.
type jobRun struct {
	*job
	lines  *tapLines
	log    *slog.Logger // of standard error and the log of the run
	keeper *supervise.Keeper
	entry  *runlog.Entry // nil when there is no room for a log
	file   io.Writer     // the log of the run
	began  time.Time
}

// run runs tap and target once, and returns what the run came to.
func (j *job) run(ctx context.Context) error {
	r := &jobRun{job: j, began: j.Now()}
	if err := r.openLog(); err != nil {
		return err
	}
	r.log = slog.New(slog.NewMultiHandler(j.logger().Handler(), j.fileHandler(r.file)))
	view := r.view()
	r.lines = &tapLines{log: r.log, summarize: r.tellSummary, progress: view.Show}
	r.keeper = supervise.NewKeeper(
		func(state []byte) error { return j.replaceFile(j.state, append(state, '\n'), stateMode) },
		func(err error) {
			r.log.Error("the state cannot be kept; it is tried again with the next", "state", j.state, "error", err)
		})
	outcome, started := r.supervised().Run(ctx)
	view.Close()
	states, unkept := r.keeper.Close()
	err := r.verdict(ctx, outcome, started, unkept)
	r.finish(outcome, started, states, err)
	return err
}

// openLog begins the log of the run. A folder that cannot be written is a mistake at first; later, when a disk is full,
// it is no reason to let the data wait.
func (r *jobRun) openLog() error {
	entry, err := r.folder.Begin(r.began)
	if err == nil {
		r.entry, r.file = entry, entry
		return nil
	}
	if !r.settled {
		return fault.Wrap(fault.Usage, err, "make room, or let --log-dir name a folder that can be written")
	}
	r.logger().Warn("this run leaves no log", "folder", r.folder.Path, "error", err)
	r.file = io.Discard
	return nil
}

// supervised is the job as it is supervised.
func (r *jobRun) supervised() supervise.Job {
	return supervise.Job{
		Tap:      supervise.Command{Path: r.Program, Args: r.tapArguments(), Dir: r.Dir, Env: r.Environ()},
		Target:   supervise.Command{Path: "sh", Args: []string{"-c", r.flags.target}, Dir: r.Dir, Env: r.Environ()},
		Held:     r.held,
		TapLog:   r.lines.line,
		State:    r.keeper.Offer,
		Garbage:  r.warnOfGarbage,
		Patience: r.flags.patience,
		Grace:    r.flags.grace,
		TargetLog: func(line []byte) {
			r.tellTarget(oneLine(string(line)))
		},
	}
}

// tapArguments make of our binary the tap of the job.
func (r *jobRun) tapArguments() []string {
	level, _, _ := r.logSettings() // they were checked at the start
	mode := supervisedSeldom
	if r.runsLive() {
		mode = supervisedLive
	}
	args := []string{"sync", "--supervised", mode, "--log-format", formatJSON, "--log-level", levelFlag(level)}
	for _, name := range r.configs {
		args = append(args, "--config", name)
	}
	for flag, name := range map[string]string{"--catalog": r.catalog, "--properties": r.properties, "--shard": r.shard} {
		if name != "" {
			args = append(args, flag, name)
		}
	}
	for _, pattern := range r.selects {
		args = append(args, "--select", pattern)
	}
	if _, err := os.Stat(r.path(r.state)); !errors.Is(err, os.ErrNotExist) {
		args = append(args, "--state", r.state) // one that cannot be read is the tap's to complain of
	}
	return args
}

// tellTarget passes on a line of the target's standard error.
func (r *jobRun) tellTarget(line string) {
	if _, ok := r.logger().Handler().(*jsonHandler); ok {
		r.logger().Info("target: " + line)
	} else {
		fmt.Fprintf(r.errors(), "target: %s\n", line)
	}
	fmt.Fprintf(r.file, "%s target: %s\n", r.Now().UTC().Format(logTime), line)
}

// maxGarbage is how much is shown of a line that is no state.
const maxGarbage = 200

// warnOfGarbage tells of a line on the target's standard output that is no state.
func (r *jobRun) warnOfGarbage(line []byte) {
	text := string(line[:min(len(line), maxGarbage)])
	r.log.Warn("a line of the target is no state and is not kept: a target prints states on standard output and nothing else", "line", oneLine(text))
}

// tellSummary prints the tap's summary in both logs.
func (r *jobRun) tellSummary(s summaryLine) {
	r.printSummary(s.Summary)
	inFile := &app{Process: r.Process, log: slog.New(r.fileHandler(r.file))}
	inFile.printSummary(s.Summary)
}

// verdict says what the run came to; nil when all is well. What is not the verdict is logged.
func (r *jobRun) verdict(ctx context.Context, o supervise.Outcome, started, unkept error) error {
	if unkept != nil {
		unkept = fault.New(fault.Internal, "make room; the old state is as it was, and the next run reads again what came after it",
			"keep the state in %s: %w", r.state, unkept)
	}
	err := r.failure(ctx, o, started)
	if err == nil {
		return unkept
	}
	if unkept != nil {
		r.log.Error(fault.Line(unkept))
	}
	return err
}

// failure is what went wrong with tap or target.
func (r *jobRun) failure(ctx context.Context, o supervise.Outcome, started error) error {
	switch {
	case errors.Is(started, exec.ErrNotFound):
		return fault.Wrap(fault.Usage, started, "run needs sh; let it stand in a folder of PATH")
	case started != nil:
		return fault.Wrap(fault.Internal, started, "")
	case o.Stopped:
		return stopped(context.Cause(ctx))
	case o.Cause == supervise.ByTarget:
		return r.targetFailure(o)
	case o.Tap.Code == 0:
		return nil
	}
	return r.tapFailure(o.Tap)
}

// stopped says of a signal how to go on after a run.
func stopped(err error) error {
	if cause, ok := errors.AsType[*signalError](err); ok {
		return fault.Wrap(cause.kind(), cause, "the next run goes on from the last state that the target printed")
	}
	return err
}

// tapFailure is the tap's own last line under its own exit code. A tap that ended without a last line broke down.
func (r *jobRun) tapFailure(end supervise.End) error {
	if last := r.lines.last(); last != "" && end.Code > 0 {
		return fault.New(fault.Kind(end.Code), "", "%s", last)
	}
	return fault.New(fault.Internal, "its last lines are above, and in the log of the run", "the tap broke down (%s)", describe(end))
}

// The exit codes with which a shell says that it could not start a command.
const (
	notExecutable = 126
	notFound      = 127
)

// unstartableError says that the target's command cannot be started.
type unstartableError struct{ code int }

// Error says so.
func (e *unstartableError) Error() string {
	return fmt.Sprintf("the target could not be started (exit code %d)", e.code)
}

// targetFailure says how the target failed.
func (r *jobRun) targetFailure(o supervise.Outcome) error {
	const goesOn = "see its own lines in the log of the run; the next run goes on from the last state that it printed"
	switch {
	case o.Hung:
		return fault.New(fault.Target, "look what it waits for; --target-timeout says how long that may take",
			"the target neither read what there was nor printed anything for %s, and was ended", r.flags.patience)
	case o.Target.Code == notFound || o.Target.Code == notExecutable:
		return fault.Wrap(fault.Target, &unstartableError{code: o.Target.Code}, "correct --target; sh -c must find it")
	case o.Early && o.Target.Code == 0:
		return fault.New(fault.Target, goesOn, "the target ended before it had read everything (exit code 0)")
	}
	return fault.New(fault.Target, goesOn, "the target failed (%s)", describe(o.Target))
}

// describe says how a process ended.
func describe(end supervise.End) string {
	if end.Signal != "" {
		return "signal: " + end.Signal
	}
	return fmt.Sprintf("exit code %d", end.Code)
}

// finish tells how the run ended, and writes its summary.
func (r *jobRun) finish(o supervise.Outcome, started error, states int, err error) {
	summary := r.lines.tapSummary()
	summary.Started, summary.Seconds = r.began.UTC(), r.Now().Sub(r.began).Seconds()
	summary.States, summary.Bytes = states, o.Bytes
	attrs := []any{slog.Int("states", states), slog.Float64("seconds", rounded(summary.Seconds))}
	if started == nil {
		summary.Tap = &runlog.End{Exit: o.Tap.Code, Signal: o.Tap.Signal}
		summary.Target = &runlog.End{Exit: o.Target.Code, Signal: o.Target.Signal}
		attrs = append(attrs, slog.String("tap", describe(o.Tap)), slog.String("target", describe(o.Target)))
	}
	summary.Exit = 0
	if err == nil && states == 0 {
		r.log.Warn("the target printed no state, so the next run reads the same again; a Singer target prints on standard output what it has stored")
	}
	if err != nil {
		summary.Exit, summary.Error = int(fault.KindOf(err)), fault.Line(err)
	}
	attrs = append(attrs, slog.Int("exit", summary.Exit))
	if r.entry != nil && err != nil {
		attrs = append(attrs, slog.String("log", r.entry.LogPath()))
	}
	r.log.Info("run ended", attrs...)
	if r.entry == nil {
		return
	}
	if err != nil {
		fmt.Fprintf(r.file, "%s CRITICAL %s\n", r.Now().UTC().Format(logTime), summary.Error)
	}
	if err := r.entry.Finish(summary); err != nil {
		r.logger().Warn("the log of the run is not whole", "folder", r.folder.Path, "error", err)
	}
}
