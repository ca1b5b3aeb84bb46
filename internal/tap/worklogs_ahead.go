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
	// feedNear is the same for a feed whose pages come among the issues, and partNear
	// for each of its later parts: what is listed and not in the output is listed
	// again after a kill.
	feedNear, partNear = 4, 1
	// feedParts is in how many parts Data Center's feed is followed at once. Its
	// issues take so few requests that its feed alone would take longer.
	feedParts = 5
	// feedPart is the least time that is a part of its own, and feedPartPages how many
	// pages one has at least as far as that can be told: each ends with half a page.
	feedPart      = time.Hour
	feedPartPages = 4
	// cloudFeedEvery and dataCenterFeedEvery are after how many issues a page of the
	// feed comes: in about one round trip with eight requests in flight, which is what
	// the next page takes.
	cloudFeedEvery      = 300
	dataCenterFeedEvery = 600
)

// mayInterleave tells that the pages of the feed may come among the issues. With
// detect_deletes the feed stays behind the issues and the census: of an issue that
// comes in sight between its worklogs' place in the feed and its own in the walk,
// the census would take the worklogs for printed.
func (r *run) mayInterleave() bool {
	return r.scope == "" && len(r.options.Issues) == 0 && !r.options.DetectDeletes && r.options.RecordLimit == 0
}

// beside is where a walk is read: with the feed among its tasks, once in the run,
// when both may be long.
func (f *worklogFeed) beside(tree *issueTree) source {
	if f == nil || f.placed || tree.bookmark.Loading == nil || !f.run.mayInterleave() {
		return tree.tasks
	}
	f.near, f.placed = true, true
	every := cloudFeedEvery
	if f.run.site.Deployment == jira.DataCenter {
		every = dataCenterFeedEvery
	}
	return interleave(tree.tasks, f.tasks, max(1, every/tree.groupSize()))
}

// list follows the feed from now on, while the issues are still read, where it may
// be long. Later it is a page or two.
func (f *worklogFeed) list(ctx context.Context) iter.Seq2[jira.WorklogPage, error] {
	if f.run.sharesFeed(f.table.stream) {
		return f.inSpans(ctx, feedSpans(f.run.options.Shard.Worklogs, time.UnixMilli(f.since), f.run.site.ServerTime))
	}
	feed := f.run.client.WorklogsUpdated(ctx, f.since)
	if f.run.options.RecordLimit > 0 || f.goesOn && !f.near {
		return feed
	}
	if f.run.site.Deployment == jira.DataCenter {
		feed = f.inParts(ctx)
	}
	if f.near {
		return readAhead(ctx, f.run, feed, feedNear)
	}
	return readAhead(ctx, f.run, feed, feedAhead)
}

// inParts follows the feed from several moments at once, and gives its pages in
// the order in which one chain would. The first page says when the feed begins.
func (f *worklogFeed) inParts(ctx context.Context) iter.Seq2[jira.WorklogPage, error] {
	return func(yield func(jira.WorklogPage, error) bool) {
		for first, err := range f.run.client.WorklogsUpdated(ctx, f.since) {
			if yield(first, err) && err == nil && !first.Last {
				f.inSpans(ctx, f.parts(first.Until))(yield)
			}
			return
		}
	}
}

// parts cut what is left of the feed from a moment on, epoch milliseconds. None ends
// in what Jira still withholds.
func (f *worklogFeed) parts(since int64) []feedSpan {
	settled := f.run.site.ServerTime.Add(-feedSlack).UnixMilli()
	each := max((settled-since+feedParts-1)/feedParts, feedPart.Milliseconds())
	if f.goesOn {
		each = max(each, feedPartPages*(since-f.since)) // the page before took that long
	}
	var spans []feedSpan
	for ; settled-since > each; since += each {
		spans = append(spans, feedSpan{since, since + each})
	}
	return append(spans, feedSpan{from: since})
}
