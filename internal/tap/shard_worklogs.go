package tap

import (
	"context"
	"time"

	"tap-jira/internal/bookmark"
	"tap-jira/internal/jira"
	"tap-jira/internal/shard"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
)

// sharesFeed tells that the run's piece reads a part of the feed of worklogs. A
// worklog that is edited meanwhile goes from one part into the last, whose piece
// may have ended: the run after the merge reads all that changed since the start.
func (r *run) sharesFeed(s stream.Stream) bool {
	piece := r.options.Shard
	return piece != nil && s.Source == stream.WorklogFeed && r.scope == "" && len(piece.Worklogs) > 0
}

// feedSpans are a shard's parts of the feed between two moments. A part that is
// still going on is open: its end must not count as read before it has come.
func feedSpans(worklogs []shard.Span, first, now time.Time) []feedSpan {
	var spans []feedSpan
	since, settled := first.UnixMilli(), now.Add(-feedSlack)
	for _, written := range worklogs {
		from, _ := bookmark.ParseTime(written.From) // shard.Parse has read both
		before, _ := bookmark.ParseTime(written.Before)
		span := feedSpan{from: since}
		if !from.IsZero() {
			span.from = max(since, from.UnixMilli())
		}
		if !before.IsZero() && before.Before(settled) {
			span.before = before.UnixMilli()
		}
		if span.from <= now.UnixMilli() && (span.before == 0 || span.from < span.before) {
			spans = append(spans, span)
		}
	}
	return spans
}

// endOfPart is the task that ends a piece's part of the feed: the run after the
// merge goes on from when the load began, as all pieces say alike, and not from
// where this part ends.
func (f *worklogFeed) endOfPart() task {
	return task{Fetch: nothing, Done: func(error) error {
		if f.failed || f.table.whole || !f.run.options.movesBookmarks() {
			return nil
		}
		next := f.run.options.Shard.StartedAt(f.run.site.ServerTime).Add(-feedSlack)
		if end := f.run.options.EndDate; !end.IsZero() && next.After(end) {
			next = end
		}
		if next.Before(f.run.start) {
			next = f.run.start
		}
		f.bookmark.Value, f.bookmark.Part = singer.FormatTime(next), bookmark.PartRead
		f.bookmark.Printed, f.bookmark.Spans = []uint64{}, []bookmark.Span{}
		if err := f.save(); err != nil {
			return err
		}
		return f.run.printState()
	}}
}

// feedIsRead tells that the piece's part of the feed is in the output.
func (r *run) feedIsRead(s stream.Stream) bool {
	var saved bookmark.Feed
	err := bookmark.Read(s.Name, r.state.Bookmark(s.Name), &saved)
	return err == nil && saved.Part == bookmark.PartRead
}

// cutWorklogs returns the moments of update between the pieces' parts of the feed
// of worklogs; none where they come with the issues or are not selected. Nothing
// counts worklogs by when they were updated. People log work while the issues are
// new, so the parts are cut as the issues created since the start date are.
func (r *run) cutWorklogs(ctx context.Context, c *shard.Cutter, pieces int) ([]time.Time, error) {
	if r.scope != "" || r.table("worklogs") == nil {
		return nil, nil
	}
	return c.CutSince(ctx, r.start, pieces)
}

// spansOfWorklogs are a piece's parts of the feed, its number from 0; begins is when the first of all parts does. On Data Center
// they are several, to be followed at once; see feedParts.
func (r *run) spansOfWorklogs(cuts []time.Time, begins time.Time, number int) []shard.Span {
	from, before := begins, r.site.ServerTime
	if number > 0 {
		from = cuts[number-1]
	}
	if number < len(cuts) {
		before = cuts[number]
	}
	each := (before.Sub(from) / feedParts).Truncate(time.Minute)
	spans := []shard.Span{shard.SpanBetween(cuts, number)}
	if r.site.Deployment != jira.DataCenter || each < feedPart {
		return spans
	}
	for range feedParts - 1 {
		from = from.Add(each)
		rest := shard.Span{From: singer.FormatTime(from), Before: spans[len(spans)-1].Before}
		spans[len(spans)-1].Before = rest.From
		spans = append(spans, rest)
	}
	return spans
}
