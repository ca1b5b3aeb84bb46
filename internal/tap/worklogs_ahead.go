package tap

import (
	"context"
	"iter"
	"time"

	"tap-jira/internal/jira"
)

const (
	// feedAhead is how many pages of the feed, a thousand worklogs each, may be
	// listed ahead of their reading: 8 MB of ids and times at most.
	feedAhead = 512
	// feedParts is in how many parts Data Center's feed is followed at once. Its
	// issues take so few requests that its feed alone would take longer.
	feedParts = 4
	// feedPart is the least time that is a part of its own.
	feedPart = time.Hour
)

// list follows the feed, on a first load from now on, while the issues are still
// read. Later the feed is a page or two.
func (f *worklogFeed) list(ctx context.Context) iter.Seq2[jira.WorklogPage, error] {
	if f.run.sharesFeed(f.table.stream) {
		return f.inSpans(ctx)
	}
	feed := f.run.client.WorklogsUpdated(ctx, f.since)
	if f.run.options.RecordLimit > 0 || f.bookmark.Value != "" {
		return feed
	}
	if f.run.site.Deployment == jira.DataCenter {
		return readAhead(ctx, f.run, f.inParts(ctx), feedAhead/feedParts)
	}
	return readAhead(ctx, f.run, feed, feedAhead)
}

// inParts follows the feed from several moments at once, and gives its pages in
// the order in which one chain would. The first page says when the feed begins.
func (f *worklogFeed) inParts(ctx context.Context) iter.Seq2[jira.WorklogPage, error] {
	client := f.run.client
	return func(yield func(jira.WorklogPage, error) bool) {
		for first, err := range client.WorklogsUpdated(ctx, f.since) {
			if !yield(first, err) || err != nil || first.Last {
				return
			}
			for _, part := range f.parts(ctx, first.Until) {
				for page, err := range part {
					if !yield(page, err) || err != nil {
						return
					}
				}
			}
			return
		}
	}
}

// parts are the pages from a moment on, epoch milliseconds. All parts but the
// first are followed from now on.
func (f *worklogFeed) parts(ctx context.Context, since int64) []iter.Seq2[jira.WorklogPage, error] {
	each := (f.run.site.ServerTime.UnixMilli() - since) / feedParts
	if each < feedPart.Milliseconds() {
		return []iter.Seq2[jira.WorklogPage, error]{f.run.client.WorklogsUpdated(ctx, since)}
	}
	parts := []iter.Seq2[jira.WorklogPage, error]{f.run.client.WorklogsUpdatedBetween(ctx, since, since+each)}
	for i := int64(1); i < feedParts; i++ {
		// A millisecond early, should a site take "since" for "after"; what then comes twice is dropped like any edge.
		from := since + i*each - 1
		part := f.run.client.WorklogsUpdatedBetween(ctx, from, from+1+each)
		if i == feedParts-1 {
			part = f.run.client.WorklogsUpdated(ctx, from)
		}
		parts = append(parts, readAhead(ctx, f.run, part, feedAhead/feedParts))
	}
	return parts
}
