package supervise

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// The defaults of a Job.
const (
	// DefaultPatience is how long a target may show no sign of life. Loading one batch into a warehouse is known to take
	// many minutes in which a target neither reads nor prints.
	DefaultPatience = time.Hour
	// DefaultGrace is what is left for flushing after a signal: less than systemd's default of 90 s until it kills.
	DefaultGrace = 60 * time.Second
)

// leftoverWait is for how long output is still read of a process that has ended, because one that it left behind in
// the background may hold the pipe open for ever.
const leftoverWait = 2 * time.Second

// Command is a process to start.
type Command struct {
	// Path and Args are the program and its arguments.
	Path string
	Args []string
	// Dir is the folder it starts in; empty is our own.
	Dir string
	// Env is its whole environment.
	Env []string
}

// Job is one run of a tap into a target.
type Job struct {
	Tap, Target Command
	// Held is a file that both processes inherit, as Lock.Inherited gives it; nil for none.
	Held *os.File
	// TapLog and TargetLog get each line that a process writes to its standard error, without the line break. They are
	// called one line at a time for each process, but for both processes at once.
	TapLog, TargetLog func(line []byte)
	// State gets each state that the target prints, in their order.
	State func(state []byte)
	// Garbage gets each other line that the target prints.
	Garbage func(line []byte)
	// Patience is for how long the target may neither take what there is to read nor print anything; zero is
	// DefaultPatience.
	Patience time.Duration
	// Grace is for how long tap and target may go on after the job was stopped; zero is DefaultGrace.
	Grace time.Duration
}

// End is how a process ended.
type End struct {
	// Code is its exit code, -1 when a signal ended it.
	Code int
	// Signal names the signal that ended it, or is empty.
	Signal string
}

// Cause says which of the two made a job fail.
type Cause int

// The causes of a failure.
const (
	// Nobody: both came to a good end, or the job was stopped from outside.
	Nobody Cause = iota
	// ByTap: the tap failed by itself.
	ByTap
	// ByTarget: the target failed, ended before it had read everything, or hung.
	ByTarget
)

// Outcome is what became of a job.
type Outcome struct {
	Tap, Target End
	// Cause is who failed first.
	Cause Cause
	// Hung tells that the target was killed because it showed no sign of life.
	Hung bool
	// Early tells that the target ended before it had read everything.
	Early bool
	// Stopped tells that the context ended while the job ran.
	Stopped bool
	// Bytes is how much the target took.
	Bytes int64
}

// Run runs the job to its end. The end of ctx stops it: the tap is asked to flush, and the target to finish what it
// got. An error says that a process could not be started or its pipes not be made; how processes that did start came
// to their ends is the outcome. Nothing that Run started runs on when it returns, except what a target put into the
// background on purpose.
func (j Job) Run(ctx context.Context) (Outcome, error) {
	r, err := j.start()
	if err != nil {
		return Outcome{}, err
	}
	return r.supervise(ctx), nil
}

// running is a job under way.
type running struct {
	job          Job
	tap, target  *process
	pulse        *pulse
	pumped       chan pumpEnd // one: the pump's only message
	outcome      Outcome
	tapStopped   bool // we asked the tap to end
	closeReading func()
}

// start starts the target and then the tap, joined by the pump.
func (j Job) start() (*running, error) {
	if j.Patience <= 0 {
		j.Patience = DefaultPatience
	}
	if j.Grace <= 0 {
		j.Grace = DefaultGrace
	}
	r := &running{job: j, pulse: newPulse(), pumped: make(chan pumpEnd, 1)}
	target, err := launch(j.Target, j.Held, r.targetLine, r.targetError)
	if err != nil {
		return nil, fmt.Errorf("start the target: %w", err)
	}
	r.target = target
	tap, err := launch(j.Tap, j.Held, nil, j.TapLog)
	if err != nil {
		target.end(j.Grace)
		target.wait()
		return nil, fmt.Errorf("start the tap: %w", err)
	}
	r.tap = tap
	r.closeReading = func() { _ = tap.stdout.Close() } // the tap's next write fails, which is the point
	go func() { r.pumped <- pump(target.stdin, tap.stdout, r.pulse) }()
	return r, nil
}

// targetError passes on a line of the target's standard error, which is a sign of life.
func (r *running) targetError(line []byte) {
	r.pulse.beat()
	r.job.TargetLog(line)
}

// targetLine sorts a line of the target's standard output.
func (r *running) targetLine(line []byte) {
	r.pulse.beat()
	switch {
	case isState(line):
		r.job.State(line)
	case len(line) > 0:
		r.job.Garbage(line)
	}
}

// supervise waits for both processes and sees to it that neither outlives the other's failure.
func (r *running) supervise(ctx context.Context) Outcome {
	stop, grace := ctx.Done(), (<-chan time.Time)(nil)
	hung := r.pulse.watch(r.job.Patience)
	defer r.pulse.stop()
	tapDone, targetDone, pumped := r.tap.done, r.target.done, r.pumped
	for tapDone != nil || targetDone != nil || pumped != nil {
		select {
		case <-tapDone:
			tapDone = nil
			r.tapEnded()
		case <-targetDone:
			targetDone, hung = nil, nil
			r.targetEnded()
		case end := <-pumped:
			pumped = nil
			r.pumpEnded(end)
		case <-hung:
			hung = nil
			r.targetHangs()
		case <-stop:
			stop, r.outcome.Stopped = nil, true
			r.stopTap()
			grace = time.After(r.job.Grace)
		case <-grace:
			grace = nil
			r.tap.kill()
			r.target.end(0)
		}
	}
	r.tap.wait()
	r.target.wait()
	r.outcome.Tap, r.outcome.Target = r.tap.ended, r.target.ended
	return r.outcome
}

// tapEnded notes a failure that is the tap's own. A tap that came to its end with something missing (5) has done its
// work, so that a target that fails after it failed by itself; one whose pipe was closed (141) failed by the target.
func (r *running) tapEnded() {
	const incomplete, closedPipe = 5, 141
	switch r.tap.ended.Code {
	case 0, incomplete, closedPipe:
		return
	}
	if !r.tapStopped {
		r.blame(ByTap)
	}
}

// targetEnded ends the tap, for whom there is nobody to write to. A target that ends before it has everything has
// failed, whatever its exit code says.
func (r *running) targetEnded() {
	if r.pulse.completed() {
		r.awaitTap()
	} else {
		r.tooEarly()
	}
	if r.target.ended.Code != 0 {
		r.blame(ByTarget)
	}
	if r.target.ended.Code != 0 || r.outcome.Early {
		r.target.endRest()
	}
	_ = r.target.stdin.Close() // what the target left behind may hold the other end
	r.closeReading()
	r.stopTap()
}

// awaitTap lets a tap that has closed its output say first how it ended: the target may have failed because of that.
func (r *running) awaitTap() {
	select {
	case <-r.tap.done:
		r.tapEnded()
	case <-time.After(leftoverWait):
	}
}

// pumpEnded notes that the target takes no more while there is more.
func (r *running) pumpEnded(end pumpEnd) {
	r.outcome.Bytes = end.bytes
	if !errors.Is(end.err, errTargetGone) {
		return
	}
	r.tooEarly()
	r.closeReading()
	r.stopTap()
}

// tooEarly notes that the target ended before it had read everything, unless there was a reason.
func (r *running) tooEarly() {
	if r.outcome.Cause == Nobody && !r.outcome.Stopped {
		r.outcome.Early = true
		r.blame(ByTarget)
	}
}

// targetHangs ends a target that shows no sign of life.
func (r *running) targetHangs() {
	r.outcome.Hung = r.outcome.Cause == Nobody
	r.blame(ByTarget)
	r.target.end(0)
}

// blame keeps the first cause.
func (r *running) blame(cause Cause) {
	if r.outcome.Cause == Nobody {
		r.outcome.Cause = cause
	}
}

// stopTap asks the tap to end, and makes it end where it does not.
func (r *running) stopTap() {
	if r.tapStopped {
		return
	}
	r.tapStopped = true
	r.tap.end(r.job.Grace)
}
