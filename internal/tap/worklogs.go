package tap

import (
	"context"
	"fmt"
	"iter"
	"time"

	"tap-jira/internal/bookmark"
	"tap-jira/internal/jira"
	"tap-jira/internal/singer"
)

// maxFeedIDs bounds how many worklogs of one millisecond the state remembers;
// beyond it they are printed again by the next run.
const maxFeedIDs = 200

// worklogFeed reads Jira's feed of changed worklogs. The feed is site-wide, so
// it serves only runs without limits on issues.
type worklogFeed struct {
	run      *run
	table    *table
	since    int64                    // epoch milliseconds
	end      int64                    // where the last run left the end of the feed, epoch milliseconds
	printed  map[uint64]bool          // worklogs changed at end that are in the output
	last     map[int]map[uint64]int64 // of each span the page before: Jira lists its edge again
	bookmark bookmark.Feed
	failed   bool
	goesOn   bool // from a bookmark
	// spans are what the last run had begun to follow and not finished; nil for none.
	spans []feedSpan
	// left are the spans that are followed, from where they are in the output on, and
	// reached is how far the last of them is. Once tasks come only the writing side uses both.
	left    []feedSpan
	reached int64
	// pages are the feed's, where it is followed already.
	pages iter.Seq2[spanPage, error]
	// near tells that its pages come among the issues, and placed that a walk has
	// taken them.
	near, placed bool
}

// newWorklogFeed prepares the feed from the state's bookmark on.
func (r *run) newWorklogFeed(t *table) (*worklogFeed, error) {
	feed := &worklogFeed{run: r, table: t, since: r.start.UnixMilli(), printed: map[uint64]bool{}, last: map[int]map[uint64]int64{}}
	feed.bookmark.Key = t.stream.Bookmark
	if t.whole || r.options.again() {
		return feed, nil
	}
	if err := bookmark.Read(t.stream.Name, r.state.Bookmark(t.stream.Name), &feed.bookmark); err != nil {
		return nil, err
	}
	if err := feed.goOn(); err != nil {
		return nil, bookmark.Unreadable(t.stream.Name, err)
	}
	return feed, nil
}

// goOn goes on from the bookmark, where there is one.
func (f *worklogFeed) goOn() error {
	part := ""
	if f.run.sharesFeed(f.table.stream) {
		part = bookmark.PartLoading
	}
	spans, err := readSpans(f.bookmark.Spans)
	if err != nil {
		return err
	}
	if f.bookmark.Part != part || !f.run.options.EndDate.IsZero() {
		spans = nil // they are another load's, or lead beyond what is wanted
	}
	f.bookmark.Key, f.bookmark.Part = f.table.stream.Bookmark, part
	value, err := bookmark.ParseTime(f.bookmark.Value)
	if err != nil || value.IsZero() {
		return err
	}
	f.since, f.goesOn, f.spans = value.UnixMilli(), true, spans
	if f.end = f.since; len(spans) > 0 {
		f.end = spans[len(spans)-1].from
	}
	f.reached = f.end
	for _, id := range f.bookmark.Printed {
		f.printed[id] = true
	}
	return nil
}

// tasks follows the feed, from the moment of the call on, and yields the lists
// to read.
func (f *worklogFeed) tasks(ctx context.Context) iter.Seq[task] {
	ctx = jira.WithMeter(ctx, f.table.meter)
	pages := f.pages
	if pages == nil {
		pages = f.list(ctx)
	}
	return func(yield func(task) bool) {
		for listed, err := range pages {
			if err != nil {
				yield(task{
					Fetch: func(context.Context, func(*page) error) error {
						return fmt.Errorf("follow the feed of worklogs: %w", err)
					},
					Done: f.done,
				})
				return
			}
			then := f.advance
			if listed.Tie { // the bookmark moves once the issues are read, too
				then = func(spanPage) error { return nil }
			}
			if !yield(f.read(f.fresh(listed), listed, then)) || f.run.options.RecordLimit > 0 {
				return
			}
			if listed.Tie && !f.readTie(ctx, listed, yield) {
				return
			}
		}
		if f.run.sharesFeed(f.table.stream) {
			yield(f.endOfPart())
		}
	}
}

// readTie reads the worklogs of every issue, as more of them changed in one
// millisecond than the feed can list: an import, which dates what it brings as it
// likes and need not touch the issues. Those that the feed did list are printed
// again, as only the issues know of the others.
func (f *worklogFeed) readTie(ctx context.Context, listed spanPage, yield func(task) bool) bool {
	moment := time.UnixMilli(listed.Until - 1)
	f.run.log.Warn("more worklogs changed in one millisecond than Jira lists at once: reading them from their issues", "moment", singer.FormatTime(moment))
	tree, err := f.run.newIssueTree([]*table{f.table}, bookmark.Issues{})
	if err != nil {
		return yield(task{Fetch: nothing, Done: func(error) error { return f.done(err) }})
	}
	tree.aside, tree.from = true, time.Time{}
	for t := range tree.tasks(ctx) {
		done := t.Done
		t.Done = func(err error) error {
			f.failed = f.failed || err != nil
			return done(err)
		}
		if !yield(t) {
			return false
		}
	}
	return yield(task{Fetch: nothing, Done: func(error) error {
		// The feed's bookmark cannot remember single issues: they keep it where it is.
		f.failed = f.failed || tree.short > 0 || len(tree.unread) > 0
		return f.advance(listed)
	}})
}

// fresh returns the listed worklogs that are not in the output, each once.
func (f *worklogFeed) fresh(listed spanPage) []uint64 {
	var ids []uint64
	seen := map[uint64]bool{}
	for i, id := range listed.IDs {
		if changed, again := f.last[listed.span][id]; again && changed == listed.Times[i] || listed.Times[i] <= f.end && f.printed[id] || seen[id] {
			continue
		}
		if end := f.run.options.EndDate; !end.IsZero() && listed.Times[i] > end.UnixMilli() {
			continue
		}
		seen[id] = true
		ids = append(ids, id)
	}
	page := make(map[uint64]int64, len(listed.IDs))
	for i, id := range listed.IDs {
		page[id] = listed.Times[i]
	}
	f.last[listed.span] = page
	return ids
}

// read is the task that reads the worklogs of one page of the feed; then runs
// once they are in the output.
func (f *worklogFeed) read(ids []uint64, listed spanPage, then func(spanPage) error) task {
	return task{
		Kind: "worklogs",
		Fetch: func(ctx context.Context, out func(*page) error) error {
			rec := &noted{recorder: f.run.newRecorder(f.table)}
			if len(ids) > 0 {
				if err := f.run.client.WorklogList(jira.WithMeter(ctx, f.table.meter), ids, rec); err != nil {
					return fmt.Errorf("read worklogs: %w", err)
				}
			}
			return out(&page{parts: []part{rec.part()}, before: func() error { return f.run.deletions.putWorklogs(rec.ids()) }})
		},
		Done: func(err error) error {
			if err != nil {
				return f.done(err)
			}
			return then(listed)
		},
	}
}

// done ends the feed with an error.
func (f *worklogFeed) done(err error) error {
	f.failed = true
	return f.run.settle(err, f.table)
}
