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

// feedSlack is by how much the clock of the feed may be behind the site's:
// Jira withholds the last minute.
const feedSlack = 2 * time.Minute

// deletedSince is from when on deletions of worklogs matter to a census that
// begins now.
func (r *run) deletedSince() time.Time { return r.site.ServerTime.Add(-feedSlack) }

// deletedTasks follows Jira's feed of deleted worklogs, behind that of changed
// ones, and prints tombstones for those that were printed.
func (f *worklogFeed) deletedTasks(ctx context.Context) iter.Seq[task] {
	return func(yield func(task) bool) {
		ctx = jira.WithMeter(ctx, f.table.meter)
		since, err := bookmark.ParseTime(f.bookmark.Deleted)
		if since.IsZero() {
			since = f.run.deletedSince()
		}
		if err != nil {
			yield(f.deletedFailure(bookmark.Unreadable(f.table.stream.Name, err)))
			return
		}
		for listed, err := range f.run.client.WorklogsDeleted(ctx, since.UnixMilli()) {
			if err != nil {
				yield(f.deletedFailure(fmt.Errorf("follow the feed of deleted worklogs: %w", err)))
				return
			}
			if !yield(task{Fetch: nothing, Done: func(error) error { return f.buryWorklogs(listed) }}) {
				return
			}
		}
	}
}

func (f *worklogFeed) deletedFailure(err error) task {
	return task{Fetch: func(context.Context, func(*page) error) error { return err }, Done: f.done}
}

// buryWorklogs prints tombstones for those of a page that were printed, and
// moves the bookmark behind it.
func (f *worklogFeed) buryWorklogs(listed jira.WorklogPage) error {
	var tombs []tomb
	for _, id := range listed.IDs {
		if f.run.deletions.census.DropWorklog(id) {
			tombs = append(tombs, tomb{id: id, reason: deleted})
		}
	}
	if len(tombs) > 0 {
		if err := f.run.write(&page{parts: []part{f.run.buried(f.table, tombs)}}); err != nil {
			return err
		}
	}
	if listed.Tie {
		f.table.account.doubt("more worklogs were deleted in the millisecond before " + singer.FormatTime(time.UnixMilli(listed.Until)) + " than Jira lists at once")
	}
	f.bookmark.Deleted = singer.FormatTime(time.UnixMilli(listed.Until))
	bookmark := f.run.state.Bookmark(f.table.stream.Name)
	bookmark["deleted"] = f.bookmark.Deleted
	f.run.state.SetBookmark(f.table.stream.Name, bookmark)
	return nil
}
