package tap

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"tap-jira/internal/bookmark"
	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/selection"
	"tap-jira/internal/shape"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
)

// stateEvery is after how many records a STATE is printed at the latest. It is
// never a matter of time, so that the output is the same for any concurrency.
const stateEvery = 10_000

// run is one sync. Workers read what is set before they start; everything that
// changes belongs to the writing side.
type run struct {
	options Options
	client  *jira.Client
	site    *jira.Site
	log     *slog.Logger
	// wanted tells what the streams below a stream ask of its rows, by the name of the stream above.
	wanted  func() map[string][]string
	fields  []shape.Field
	columns shape.ColumnNames // of the fields of issues, where they have columns
	scope   string            // the user's limits on issues, in JQL
	start   time.Time         // the oldest update wanted
	chunks  *chunkPool
	memo    *shape.Memo // of what the records of all streams hold
	began   time.Time   // by our own clock
	// overhead counts the requests that belong to no stream.
	overhead *jira.Meter

	// background are the chains of requests that run ahead of their turn; they end
	// with the context of the tasks.
	background sync.WaitGroup
	writer     *singer.Writer
	state      *singer.State
	tables     []*table
	// lost are selected streams that cannot be read because the site does not tell its fields, and unnamed is why.
	lost    []*table
	unnamed error
	// users is read when it is selected, or for the streams below it; nil otherwise.
	users      *table
	usersBelow *parents // hands its rows to those streams; nil when there are none
	directory  *directory
	feed       *worklogFeed // the site's, where it is read; nil otherwise
	deletions  *deletions   // nil when nobody looks for them
	present    presence     // what was asked for to know whether it is there
	sample     *sample      // what a forecast learns; nil on a run that reads all
	absent     []string     // what was selected and does not exist, in words
	unsaved    int          // records since the last STATE
	vanished   int          // issues gone between listing and reading
	begun      bool
	connected  time.Time // by this machine's clock, not before the site told its own
}

// newRun begins a run with these options; its state is a new one.
func newRun(o Options) *run {
	o = o.withDefaults()
	r := &run{
		options: o, client: o.Client, log: o.Logger, began: o.Now(), overhead: &jira.Meter{},
		chunks: newChunkPool(), memo: shape.NewMemo(), state: singer.NewState(),
	}
	r.wanted = sync.OnceValue(func() map[string][]string { return wantedFields(r.site.Deployment) })
	return r
}

// ready makes a run ready that only asks: its streams are prepared, and dates are
// written as the site takes them.
func (r *run) ready(ctx context.Context) error {
	chosen, err := selection.New(r.options.selection())
	if err != nil {
		return err
	}
	if err := r.connect(ctx); err != nil {
		return err
	}
	r.setLimits()
	if err := r.prepare(ctx, chosen); err != nil {
		return err
	}
	if r.unnamed != nil || !r.readsIssues() {
		return r.unnamed
	}
	return r.client.ProbeDates(ctx)
}

// write prints a page and notes what it says. It is called in order, by one
// goroutine.
func (r *run) write(p *page) error {
	if p.before != nil {
		if err := p.before(); err != nil {
			return err
		}
	}
	for i := range p.parts {
		if err := r.writePart(&p.parts[i]); err != nil {
			return err
		}
	}
	p.release()
	if p.after != nil {
		if err := p.after(); err != nil {
			return err
		}
	}
	if r.unsaved >= stateEvery {
		return r.printState()
	}
	return nil
}

// writePart prints one stream's share of a page.
func (r *run) writePart(p *part) error {
	if r.directory != nil {
		r.directory.meet(p.people)
	}
	if p.table.hidden || p.lines.records == 0 {
		return nil
	}
	chunks, records := p.lines.chunks, p.lines.records
	if len(p.ids) > 0 {
		if chunks, records = p.table.account.unprinted(chunks, p.ids); records == 0 {
			return nil
		}
	}
	if limit := r.options.RecordLimit; limit > 0 {
		chunks, records = firstLines(chunks, limit-int(p.table.account.records))
	}
	if err := r.writer.Lines(chunks...); err != nil {
		return err
	}
	if r.options.movesBookmarks() {
		r.state.SetCurrentlySyncing(p.table.stream.Name)
	}
	p.table.account.records += int64(records)
	r.options.Progress.Printed(p.table.stream.Name, int64(records))
	for _, chunk := range chunks {
		p.table.account.bytes += int64(len(chunk))
	}
	r.unsaved += records
	r.tellRepairs(p)
	return nil
}

// firstLines cuts chunks after so many lines.
func firstLines(chunks [][]byte, limit int) (cut [][]byte, records int) {
	for _, chunk := range chunks {
		for line := range strings.Lines(string(chunk)) {
			if records >= limit {
				return cut, records
			}
			cut = append(cut, []byte(line))
			records++
		}
	}
	return cut, records
}

// tellRepairs counts the changed values and tells the first of each kind.
func (r *run) tellRepairs(p *part) {
	for _, fixed := range p.repairs {
		if fixed.Kind == keyless {
			p.table.account.gap(1, "a row without "+fixed.Path+", which is its key, is left out")
			continue
		}
		if !p.table.account.repaired(fixed) {
			continue
		}
		tell := r.log.Warn
		if fixed.Kind == shape.Converted {
			tell = r.log.Debug // nothing is lost
		}
		tell("a value was changed to fit its column", "stream", p.table.stream.Name, "key", fixed.key, "field", fixed.Path, "why", fixed.Kind)
	}
}

// printState prints the state as it is.
func (r *run) printState() error {
	r.unsaved = 0
	if err := r.deletions.keep(); err != nil {
		return err
	}
	if err := r.writer.State(r.state); err != nil {
		return err
	}
	if r.options.StateSink == nil {
		return nil
	}
	if err := r.options.StateSink(r.state.Encode()); err != nil {
		r.options.StateSink = nil // the run ends with this error, and says it once
		return fmt.Errorf("keep the state: %w", err)
	}
	return nil
}

// setBookmark puts a bookmark of an issue stream into the state.
func (r *run) setBookmark(t *table, b bookmark.Issues) error {
	bookmark, err := bookmark.Write(b)
	if err != nil {
		return err
	}
	r.state.SetBookmark(t.stream.Name, bookmark)
	return nil
}

// settle decides what an error means for the streams: nothing, a tolerated
// absence, a failure of these streams, or the end of the run, which it returns.
func (r *run) settle(err error, tables ...*table) error {
	if err == nil {
		return nil
	}
	if ends(err) {
		for _, t := range tables {
			t.account.fail(err)
		}
		return err
	}
	for _, t := range tables {
		r.settleStream(err, t)
	}
	return nil
}

// settleShared is settle for an error in what several streams are read from:
// what one of them would take for "nothing here" is none of its own answers.
func (r *run) settleShared(err error, tables ...*table) error {
	if err == nil || ends(err) {
		return r.settle(err, tables...)
	}
	for _, t := range tables {
		r.fails(err, t)
	}
	return nil
}

// ends tells that no stream can go on after the error.
func ends(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, jira.ErrLoginLost) || errors.Is(err, jira.ErrAnonymous) {
		return true
	}
	if _, broken := errors.AsType[*fault.PanicError](err); broken {
		return true
	}
	switch fault.KindOf(err) {
	case fault.Credentials, fault.ClosedPipe, fault.Interrupted, fault.Terminated:
		return true
	}
	var refusal *jira.APIError
	return errors.Is(err, jira.ErrNetwork) && !errors.As(err, &refusal) && !errors.Is(err, jira.ErrBroken)
}

// settleStream decides what an error means for one stream.
func (r *run) settleStream(err error, t *table) {
	if r.tolerated(err, t) {
		return
	}
	r.fails(err, t)
}

// tolerated takes an error for "nothing here" where the stream declares it.
func (r *run) tolerated(err error, t *table) bool {
	refusal, refused := errors.AsType[*jira.APIError](err)
	if _, there := errors.AsType[*thereError](err); !refused || there || refusal.Foreign() {
		return false // a proxy does not know what there is
	}
	absence, ok := t.stream.Tolerates(refusal.Status, refusal.Messages)
	if !ok {
		return false
	}
	if errors.Is(err, jira.ErrUnrouted) {
		t.account.unrouted = err
	} else {
		t.account.answered = true
	}
	t.account.tolerate(absence.Reason)
	r.log.Debug("nothing there", "stream", t.stream.Name, "why", absence.Reason, "request", refusal.Target)
	return true
}

// fails notes an error that is a stream's failure, or one that the user lets pass.
func (r *run) fails(err error, t *table) {
	if refusal, refused := errors.AsType[*jira.APIError](err); refused && refusal.Foreign() {
		err = fmt.Errorf("%w, which something before Jira answered", err)
	} else if errors.Is(err, jira.ErrForbidden) {
		lack := r.lack(err, t)
		if r.options.maySkip(t.stream, t.byName) {
			t.account.skipped = true
			t.account.tolerate("the account may not read it; it lacks " + lack.String())
			r.log.Warn("skipped a stream that the account may not read", "stream", t.stream.Name, "missing", lack.Missing, "who", lack.Who)
			return
		}
		err = fmt.Errorf("%w; the account lacks %s", err, lack)
	}
	t.account.fail(err)
	r.log.Error("a stream failed", "stream", t.stream.Name, "error", err)
}

// lack says what a refusal is for, as far as it tells.
func (r *run) lack(err error, t *table) stream.Lack {
	if refusal, ok := errors.AsType[*jira.APIError](err); ok && refusal.LacksScope() {
		return t.stream.ScopeLack(nil)
	}
	return t.stream.PermissionLack(r.site.Deployment)
}
