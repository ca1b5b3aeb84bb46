package tap

import (
	"slices"
	"time"

	"tap-jira/internal/bookmark"
	"tap-jira/internal/singer"
)

// advance moves the bookmark behind a page that is in the output, and prints it: the
// rest of a long feed comes behind the issues, where nothing else does.
func (f *worklogFeed) advance(listed spanPage) error {
	if f.failed || !f.run.options.movesBookmarks() || len(listed.IDs) == 0 && f.bookmark.Value == "" && listed.Until == 0 {
		return nil
	}
	f.remember(listed)
	if f.table.whole {
		return nil
	}
	if err := f.save(); err != nil || listed.Last && len(f.bookmark.Spans) == 0 {
		return err // a STATE stands at the end of the run
	}
	return f.run.printState()
}

// remember sets the bookmark to what is left of the feed behind the page.
func (f *worklogFeed) remember(listed spanPage) {
	of := &f.left[listed.span]
	of.from = max(of.from, listed.Until)
	left := slices.DeleteFunc(slices.Clone(f.left), feedSpan.ended)
	next := f.left[len(f.left)-1].before // when none is left
	if len(left) > 0 {
		next = left[0].from
	}
	f.bookmark.Value, f.bookmark.Spans = singer.FormatTime(f.bounded(next)), []bookmark.Span{}
	if len(left) > 1 && f.run.options.EndDate.IsZero() {
		f.bookmark.Spans = writtenSpans(left)
	}
	if of.before == 0 {
		f.rememberEnd(listed)
	}
}

// rememberEnd notes the worklogs that the next run finds where the feed ended.
func (f *worklogFeed) rememberEnd(listed spanPage) {
	end := f.bounded(listed.Until).UnixMilli()
	if end != f.reached {
		f.reached, f.bookmark.Printed = end, []uint64{}
	}
	for i, id := range listed.IDs {
		if listed.Times[i] == end && len(f.bookmark.Printed) < maxFeedIDs && !slices.Contains(f.bookmark.Printed, id) {
			f.bookmark.Printed = append(f.bookmark.Printed, id)
		}
	}
}

// bounded is a moment of the feed, epoch milliseconds, that is not beyond the end date.
func (f *worklogFeed) bounded(ms int64) time.Time {
	moment := time.UnixMilli(ms)
	if end := f.run.options.EndDate; !end.IsZero() && moment.After(end) {
		return end
	}
	return moment
}

// save puts the bookmark into the state.
func (f *worklogFeed) save() error {
	if err := f.run.printMet(); err != nil {
		return err
	}
	written, err := bookmark.Write(f.bookmark)
	if err != nil {
		return err
	}
	f.run.state.SetBookmark(f.table.stream.Name, written)
	return nil
}
