package tap

import (
	"context"
	"fmt"
	"time"

	"tap-jira/internal/bookmark"
	"tap-jira/internal/jira"
	"tap-jira/internal/jsonread"
	"tap-jira/internal/overlap"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
)

// windowRead reads an incremental list between two moments: the bookmark and
// the server's clock when the run began. Both stay the same for all pages, so
// that no new record moves the others from page to page.
type windowRead struct {
	run      *run
	table    *table
	from, to time.Time
	printed  *overlap.Saved   // what the last run printed since from; nil when that is not known
	overlap  *overlap.Overlap // what the next run need not print; only the writing side uses it
}

// newWindow decides from where the stream is read.
func (r *run) newWindow(t *table) (*windowRead, error) {
	var saved bookmark.Issues
	if !t.whole && !r.options.again() {
		var err error
		if saved, err = r.savedBookmark(t.stream.Name); err != nil {
			return nil, err
		}
	}
	value, err := bookmark.ParseTime(saved.Value)
	if err != nil {
		return nil, bookmark.Unreadable(t.stream.Name, err)
	}
	w := &windowRead{run: r, table: t, from: value, to: r.site.ServerTime, printed: saved.Overlap}
	switch {
	case value.IsZero():
		w.from, w.printed = r.start, nil
	case saved.Overlap == nil || saved.Overlap.From != singer.FormatTime(value):
		// Another tap's bookmark is the newest record it saw; an older one may come late.
		w.from, w.printed = value.Add(-r.options.Lookback), nil
	}
	if end := r.options.EndDate; !end.IsZero() && end.Before(w.to) {
		w.to = end
	}
	next := w.to.Add(-r.options.Lookback)
	if next.Before(w.from) {
		next = w.from
	}
	w.overlap = overlap.New(next.Truncate(time.Millisecond))
	return w, nil
}

// task reads the window and moves the bookmark when all of it is written.
func (w *windowRead) task() task {
	return task{Fetch: w.fetch, Done: func(err error) error {
		if err != nil || !w.run.options.movesBookmarks() || w.table.whole {
			return w.run.settle(err, w.table)
		}
		saved := w.overlap.Save()
		if err := w.run.setBookmark(w.table, bookmark.Issues{Key: w.table.stream.Bookmark, Value: saved.From, Overlap: &saved}); err != nil {
			return err
		}
		return w.run.printState()
	}}
}

// fetch reads the pages. Those that hold what the last run may have printed are
// kept until all of that is listed: it is a span of half an hour.
func (w *windowRead) fetch(ctx context.Context, out func(*page) error) error {
	e := w.table.stream.Endpoint(w.run.site.Deployment)
	request := jira.Request{Path: e.Path, Query: e.Parameters(stream.Between(w.from, w.to))}
	sink := &datedPage{recorder: w.run.newRecorder(w.table)}
	var held []datedPart
	for _, err := range w.run.client.Pages(jira.WithMeter(ctx, w.table.meter), request, e.Pager, sink) {
		if err != nil {
			return fmt.Errorf("read %s: %w", w.table.stream.Name, err)
		}
		part := sink.take()
		if w.mayBePrinted(part) {
			held = append(held, part)
			continue
		}
		if err := out(w.page(part)); err != nil {
			return err
		}
		if w.run.options.RecordLimit > 0 {
			return nil
		}
	}
	return w.release(held, out)
}

// mayBePrinted tells whether a record of the part is as old as what the last run printed.
func (w *windowRead) mayBePrinted(p datedPart) bool {
	if w.printed == nil {
		return false
	}
	for _, v := range p.versions {
		if v.Updated <= w.printed.Until {
			return true
		}
	}
	return false
}

// release hands over what was kept, without what the last run printed.
func (w *windowRead) release(held []datedPart, out func(*page) error) error {
	if w.printed == nil {
		return nil
	}
	var listed []overlap.Version
	for _, p := range held {
		listed = append(listed, p.versions...)
	}
	printed, err := w.printed.Printed(listed)
	if err != nil {
		return bookmark.Unreadable(w.table.stream.Name, err)
	}
	for _, p := range held {
		p.lines.chunks, p.lines.records = linesWhere(p.lines.chunks, func(i int) bool { return !printed[p.versions[i]] })
		if err := out(w.page(p)); err != nil {
			return err
		}
	}
	return nil
}

// page is what is written of a part, and what is remembered of it.
func (w *windowRead) page(p datedPart) *page {
	return &page{parts: []part{p.part}, after: func() error {
		for _, v := range p.versions {
			w.overlap.Add(v)
		}
		return nil
	}}
}

// datedPart is a part with the ids and dates of the records that were read for
// it, in their order.
type datedPart struct {
	part
	versions []overlap.Version
}

// datedPage notes the ids and dates of a page's records. It is a jira.Sink.
type datedPage struct {
	*recorder
	versions []overlap.Version
}

// Begin forgets the page, because it is read anew.
func (d *datedPage) Begin() {
	d.recorder.Begin()
	d.versions = nil
}

// Record appends the line of the next record. Its date is captured after the key.
func (d *datedPage) Record(dec *jsonread.Decoder) error {
	if err := d.recorder.Record(dec); err != nil {
		return err
	}
	d.versions = append(d.versions, overlap.Version{ID: idOf(d.key()), Updated: capturedTime(d.row.Captured[1])})
	return nil
}

// take returns the page and starts the next.
func (d *datedPage) take() datedPart {
	p := datedPart{part: d.part(), versions: d.versions}
	d.versions = nil
	return p
}
