package tap

import (
	"context"
	"fmt"
	"iter"
	"slices"
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
	since    int64            // epoch milliseconds
	printed  map[uint64]bool  // worklogs changed at since that are in the output
	last     map[uint64]int64 // the page before: Jira lists its edge again
	bookmark bookmark.Feed
	failed   bool
	goesOn   bool // from a bookmark
	// pages are the feed's, where it is followed already.
	pages iter.Seq2[jira.WorklogPage, error]
	// near tells that its pages come among the issues, and placed that a walk has
	// taken them.
	near, placed bool
}

// newWorklogFeed prepares the feed from the state's bookmark on.
func (r *run) newWorklogFeed(t *table) (*worklogFeed, error) {
	feed := &worklogFeed{run: r, table: t, since: r.start.UnixMilli(), printed: map[uint64]bool{}}
	feed.bookmark.Key = t.stream.Bookmark
	if t.whole || r.options.again() {
		return feed, nil
	}
	if err := bookmark.Read(t.stream.Name, r.state.Bookmark(t.stream.Name), &feed.bookmark); err != nil {
		return nil, err
	}
	feed.bookmark.Key, feed.bookmark.Part = t.stream.Bookmark, ""
	if r.sharesFeed(t.stream) {
		feed.bookmark.Part = bookmark.PartLoading
	}
	value, err := bookmark.ParseTime(feed.bookmark.Value)
	if err != nil {
		return nil, bookmark.Unreadable(t.stream.Name, err)
	}
	if value.IsZero() {
		return feed, nil
	}
	feed.since, feed.goesOn = value.UnixMilli(), true
	for _, id := range feed.bookmark.Printed {
		feed.printed[id] = true
	}
	return feed, nil
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
		reached := f.since
		for listed, err := range pages {
			if err != nil {
				yield(task{
					fetch: func(context.Context, func(*page) error) error {
						return fmt.Errorf("follow the feed of worklogs: %w", err)
					},
					done: f.done,
				})
				return
			}
			// A part that is followed from a millisecond early may end there.
			reached = max(reached, listed.Until)
			listed.Until = reached
			then := f.advance
			if listed.Tie { // the bookmark moves once the issues are read, too
				then = func(jira.WorklogPage) error { return nil }
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
func (f *worklogFeed) readTie(ctx context.Context, listed jira.WorklogPage, yield func(task) bool) bool {
	moment := time.UnixMilli(listed.Until - 1)
	f.run.log.Warn("more worklogs changed in one millisecond than Jira lists at once: reading them from their issues", "moment", singer.FormatTime(moment))
	tree, err := f.run.newIssueTree([]*table{f.table}, bookmark.Issues{})
	if err != nil {
		return yield(task{fetch: nothing, done: func(error) error { return f.done(err) }})
	}
	tree.aside, tree.from = true, time.Time{}
	for t := range tree.tasks(ctx) {
		done := t.done
		t.done = func(err error) error {
			f.failed = f.failed || err != nil
			return done(err)
		}
		if !yield(t) {
			return false
		}
	}
	return yield(task{fetch: nothing, done: func(error) error {
		// The feed's bookmark cannot remember single issues: they keep it where it is.
		f.failed = f.failed || tree.short > 0 || len(tree.unread) > 0
		return f.advance(listed)
	}})
}

// fresh returns the listed worklogs that are not in the output, each once.
func (f *worklogFeed) fresh(listed jira.WorklogPage) []uint64 {
	var ids []uint64
	seen := map[uint64]bool{}
	for i, id := range listed.IDs {
		if changed, again := f.last[id]; again && changed == listed.Times[i] || listed.Times[i] <= f.since && f.printed[id] || seen[id] {
			continue
		}
		if end := f.run.options.EndDate; !end.IsZero() && listed.Times[i] > end.UnixMilli() {
			continue
		}
		seen[id] = true
		ids = append(ids, id)
	}
	f.last = map[uint64]int64{}
	for i, id := range listed.IDs {
		f.last[id] = listed.Times[i]
	}
	return ids
}

// read is the task that reads the worklogs of one page of the feed; then runs
// once they are in the output.
func (f *worklogFeed) read(ids []uint64, listed jira.WorklogPage, then func(jira.WorklogPage) error) task {
	return task{
		kind: "worklogs",
		fetch: func(ctx context.Context, out func(*page) error) error {
			rec := &noted{recorder: f.run.newRecorder(f.table)}
			if len(ids) > 0 {
				if err := f.run.client.WorklogList(jira.WithMeter(ctx, f.table.meter), ids, rec); err != nil {
					return fmt.Errorf("read worklogs: %w", err)
				}
			}
			return out(&page{parts: []part{rec.part()}, before: func() error { return f.run.deletions.putWorklogs(rec.ids()) }})
		},
		done: func(err error) error {
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

// advance moves the bookmark behind a page that is in the output, and prints it: the
// rest of a long feed comes behind the issues, where nothing else does.
func (f *worklogFeed) advance(listed jira.WorklogPage) error {
	if f.failed || !f.run.options.movesBookmarks() || len(listed.IDs) == 0 && f.bookmark.Value == "" && listed.Until == 0 {
		return nil
	}
	f.remember(listed)
	if f.table.whole {
		return nil
	}
	if err := f.save(); err != nil || listed.Last {
		return err // a STATE stands at the end of the run
	}
	return f.run.printState()
}

// save puts the bookmark into the state.
func (f *worklogFeed) save() error {
	if err := f.run.printMet(); err != nil {
		return err
	}
	bookmark, err := bookmark.Write(f.bookmark)
	if err != nil {
		return err
	}
	f.run.state.SetBookmark(f.table.stream.Name, bookmark)
	return nil
}

// remember sets the bookmark to the end of the page.
func (f *worklogFeed) remember(listed jira.WorklogPage) {
	until := time.UnixMilli(listed.Until)
	if end := f.run.options.EndDate; !end.IsZero() && until.After(end) {
		until = end
	}
	value := singer.FormatTime(until)
	if value != f.bookmark.Value {
		f.bookmark.Value, f.bookmark.Printed = value, []uint64{}
	}
	for i, id := range listed.IDs {
		if listed.Times[i] == until.UnixMilli() && len(f.bookmark.Printed) < maxFeedIDs && !slices.Contains(f.bookmark.Printed, id) {
			f.bookmark.Printed = append(f.bookmark.Printed, id)
		}
	}
}
