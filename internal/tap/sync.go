package tap

import (
	"context"
	"errors"
	"io"
	"time"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/selection"
	"tap-jira/internal/singer"
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
	return r.read(ctx, done)
}

// read prints the first messages, and then reads, unless all is done.
func (r *run) read(ctx context.Context, done bool) error {
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
	return r.readInOrder(ctx, sources)
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
