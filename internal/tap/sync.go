package tap

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/selection"
	"tap-jira/internal/shape"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
)

// Sync reads what is selected and prints it to out. The summary is filled in as
// far as the run came, also with an error. An error of kind fault.Incomplete
// says that the run came to its end but something selected is missing.
func Sync(ctx context.Context, o Options, out io.Writer) (Summary, error) {
	r := newRun(o)
	r.writer = singer.NewWriter(out)
	if o.State != nil {
		r.state = o.State
	}
	err := r.sync(ctx)
	defer r.deletions.close()
	if ctx.Err() != nil {
		err = context.Cause(ctx) // what the workers say of it is only that they were stopped
	}
	if r.begun {
		// An output that failed says so again for the last STATE.
		if ended := r.end(err); ended != nil && !errors.Is(err, ended) {
			err = errors.Join(err, ended)
		}
	}
	if err == nil {
		err = r.incomplete()
	}
	return r.summary(err), err
}

// sync prepares everything that may fail before the first message, and then reads.
func (r *run) sync(ctx context.Context) (err error) {
	defer fault.Rescue(&err)
	ctx, stop := context.WithCancel(ctx)
	defer r.background.Wait()
	defer stop()
	chosen, err := selection.New(r.options.selection())
	if err != nil {
		return err
	}
	done, err := r.startShard()
	if err != nil {
		return err
	}
	prepare := jira.WithMeter(ctx, r.overhead)
	if err := r.connect(prepare); err != nil {
		return err
	}
	r.setLimits()
	if !done {
		if err := r.startFeed(ctx, chosen); err != nil {
			return err
		}
	}
	if err := r.prepare(prepare, chosen); err != nil {
		return err
	}
	if err := r.openDeletions(); err != nil {
		return err
	}
	sources, err := r.sources()
	if err != nil {
		return err
	}
	if err := r.begin(); err != nil || r.options.SchemaOnly {
		return err
	}
	if done {
		r.log.Info("this piece is in the output already", "shard", r.options.Shard.String())
		return nil
	}
	tasks := func(ctx context.Context) iter.Seq[task] { return inOrder(ctx, sources) }
	return runInOrder(ctx, tasks, aheadOf(r.options.Concurrency), r.write)
}

// connect finds out what the site is and who we are there.
func (r *run) connect(ctx context.Context) error {
	r.site = r.client.Site()
	if r.site == nil {
		var err error
		if r.site, err = r.client.Connect(ctx); err != nil {
			return err
		}
	}
	r.connected = r.options.Now()
	return nil
}

// siteTime is what the site's clock shows now, or a little less.
func (r *run) siteTime() time.Time {
	return r.site.ServerTime.Add(r.options.Now().Sub(r.connected))
}

// prepare makes the selected streams ready, and asks Jira about what only Jira
// knows: the fields, and whether the limits on issues are understood.
func (r *run) prepare(ctx context.Context, chosen *selection.Selection) error {
	if err := r.ask(ctx, chosen); err != nil {
		return err
	}
	chosen.TellLeftOut(r.log)
	if err := r.choose(chosen); err != nil {
		return err
	}
	if err := errors.Join(r.wholeShard(), r.tellUnmatched(chosen.Patterns())); err != nil {
		return err
	}
	r.absent = chosen.Absent()
	r.keepColumns()
	if err := r.tellDrift(); err != nil {
		return err
	}
	r.collectPeople()
	return nil
}

// choose makes a table of each chosen stream that this run reads. There is none at
// the end where another piece of the load reads all of them.
func (r *run) choose(chosen *selection.Selection) error {
	another := false
	for _, s := range chosen.Streams() {
		switch {
		case !r.inPart(s):
			continue
		case !s.Offered(r.site.Deployment):
			chosen.Elsewhere(s)
			continue
		case !r.inShard(s):
			another = true
			continue
		}
		t, err := r.chosenTable(s, chosen)
		if err != nil {
			return err
		}
		if r.unnamed != nil && s.Part.NeedsFields() {
			r.fails(r.unnamed, t)
			r.lost = append(r.lost, t)
			continue
		}
		r.tables = append(r.tables, t)
	}
	switch {
	case len(r.tables) > 0:
		return nil
	case r.unnamed != nil:
		return r.unnamed
	case another:
		r.log.Info("this piece reads nothing: another has all that is selected", "shard", r.options.Shard.String())
		return nil
	}
	return chosen.NothingLeft()
}

// ask asks Jira for the fields of issues and about the limits on them, both at
// once, as far as what is selected needs them.
func (r *run) ask(ctx context.Context, chosen *selection.Selection) error {
	var scope error
	var asking sync.WaitGroup
	if slices.ContainsFunc(chosen.Streams(), func(s stream.Stream) bool {
		return s.Method() == stream.Incremental && r.inShard(s) && r.inPart(s) && s.Offered(r.site.Deployment)
	}) {
		asking.Go(func() {
			defer fault.Rescue(&scope)
			scope = r.checkScope(ctx)
		})
	}
	fields := r.learnFields(ctx, chosen)
	asking.Wait()
	return cmp.Or(fields, scope) // the same of the two on every run
}

// learnFields reads the site's fields where a chosen stream is made of them.
// Where they cannot be read the other streams go on without.
func (r *run) learnFields(ctx context.Context, chosen *selection.Selection) error {
	if !slices.ContainsFunc(chosen.Streams(), func(s stream.Stream) bool { return s.Part.NeedsFields() }) {
		return nil
	}
	if err := r.readFields(ctx); err != nil {
		if ends(err) {
			return err
		}
		r.unnamed = err
		return nil
	}
	return r.nameChosenColumns()
}

// inPart tells whether a stream is read when only a part is read again: what
// came since a moment, or some issues and what hangs on them.
func (r *run) inPart(s stream.Stream) bool {
	return !r.options.again() || s.Method() == stream.Incremental && (len(r.options.Issues) == 0 || !s.Window)
}

// readFields reads the site's fields, of which issues are made.
func (r *run) readFields(ctx context.Context) error {
	fields, err := r.client.Fields(ctx)
	if err != nil {
		return fmt.Errorf("read the fields of issues: %w", err)
	}
	for _, f := range fields {
		r.fields = append(r.fields, shape.Field(f))
	}
	return nil
}

// collectPeople decides whether people met in issues join the users.
func (r *run) collectPeople() {
	users := r.table("users")
	if users == nil || len(r.options.Groups) > 0 {
		return
	}
	if slices.ContainsFunc(r.tables, func(t *table) bool { return t.stream.Source != stream.Listed && t != users }) {
		r.directory = newDirectory(users)
	}
}

// table returns a selected stream, or nil.
func (r *run) table(name string) *table {
	for _, t := range r.tables {
		if t.stream.Name == name {
			return t
		}
	}
	return nil
}

// readsIssues tells that issues are searched for.
func (r *run) readsIssues() bool {
	return slices.ContainsFunc(r.tables, func(t *table) bool { return t.stream.Method() == stream.Incremental })
}

// begin prints what stands before the first record: the state that came in,
// for targets that would otherwise trust a later one too early, and the SCHEMAs.
func (r *run) begin() error {
	r.begun = true
	names := make([]string, len(r.tables))
	for i, t := range r.tables {
		names[i] = t.stream.Name
	}
	r.options.Progress.Begin(names)
	if err := r.printState(); err != nil {
		return err
	}
	for _, t := range r.tables {
		if err := r.writer.Schema(t.message, t.schema.JSON(), t.keys, t.bookmarks()); err != nil {
			return err
		}
	}
	return nil
}

// end prints the last STATE, also of a run that failed.
func (r *run) end(err error) error {
	if fault.KindOf(err) == fault.ClosedPipe && err != nil {
		return nil
	}
	if err == nil {
		r.state.SetCurrentlySyncing("")
	}
	r.keepDates()
	r.noteShard(err == nil && r.complete())
	return r.printState()
}

// inOrder joins the sources' tasks. All sources are called at once, so that a
// long chain of requests begins early, and their tasks are taken in turn.
func inOrder(ctx context.Context, sources []source) iter.Seq[task] {
	return func(yield func(task) bool) {
		begun := make([]iter.Seq[task], len(sources))
		for i, s := range sources {
			begun[i] = s(ctx)
		}
		for _, tasks := range begun {
			for t := range tasks {
				if !yield(t) {
					return
				}
			}
		}
	}
}

// incomplete says what is missing from a run that came to its end.
func (r *run) incomplete() error {
	var missing []string
	for _, t := range slices.Concat(r.lost, r.tables) {
		a := t.account
		switch {
		case a.failed:
			missing = append(missing, t.stream.Name+" failed: "+strings.Join(a.reasons, "; "))
		case a.gaps > 0:
			missing = append(missing, fmt.Sprintf("%s lacks %d rows: %s", t.stream.Name, a.gaps, strings.Join(a.reasons, "; ")))
		case a.doubted:
			missing = append(missing, fmt.Sprintf("deletes in %s are not told: %s", t.stream.Name, strings.Join(a.reasons, "; ")))
		}
	}
	const again, correct = "what is missing is asked for again by the next run", "correct what is selected; tap-jira streams lists what there is"
	hint := []string{"everything else was read"}
	if len(r.absent) > 0 {
		hint = append(hint, correct)
	}
	if len(missing) > 0 {
		hint = append(hint, again)
	}
	missing = slices.Concat(r.absent, missing)
	if len(missing) == 0 {
		return nil
	}
	return fault.New(fault.Incomplete, strings.Join(hint, "; "), "%s", strings.Join(missing, " · "))
}

// summary says what became of the run.
func (r *run) summary(err error) Summary {
	s := Summary{Started: r.began, Seconds: r.options.Now().Sub(r.began).Seconds(), Streams: []StreamSummary{}}
	if err != nil {
		s.Exit = int(fault.KindOf(err))
	}
	waited := r.overhead.Waited()
	for _, t := range slices.Concat(r.lost, r.tables) {
		line := t.account.summary(t.stream.Name)
		line.Requests = t.meter.Requests.Load()
		s.Requests += line.Requests
		waited += t.meter.Waited()
		s.Streams = append(s.Streams, line)
	}
	s.Requests += r.overhead.Requests.Load()
	s.WaitsSeconds = waited.Seconds()
	return s
}
