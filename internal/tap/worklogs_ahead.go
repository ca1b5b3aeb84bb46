package tap

import (
	"context"
	"iter"
	"time"

	"tap-jira/internal/inorder"
	"tap-jira/internal/jira"
)

const (
	// feedParts is into how many spans of time a long feed is cut: each page of it leads
	// to the next only, and read one after the other they would take longer than
	// everything else.
	feedParts = 5
	// feedPart is the least time that is a span of its own, and feedPartPages how many
	// pages one has at least as far as that can be told: each ends with half a page.
	feedPart      = time.Hour
	feedPartPages = 4
	// feedNear is how many pages of the feed are listed ahead where they come among the
	// issues: what is listed and not in the output is listed again after a kill.
	feedNear = 4
	// cloudFeedEvery and dataCenterFeedEvery are after how many issues a page of the
	// feed comes: in about one round trip with eight requests in flight.
	cloudFeedEvery      = 300
	dataCenterFeedEvery = 500
)

// mayInterleave tells that the pages of the feed may come among the issues. With
// detect_deletes the feed stays behind the issues and the census: of an issue that
// comes in sight between its worklogs' place in the feed and its own in the walk,
// the census would take the worklogs for printed. A kill costs no more for that:
// nothing of the feed is asked for before its turn.
func (r *run) mayInterleave() bool {
	return r.scope == "" && len(r.options.Issues) == 0 && !r.options.DetectDeletes && r.options.RecordLimit == 0
}

// beside is where a walk is read: with the feed among its tasks, once in the run,
// when both may be long.
func (f *worklogFeed) beside(tree *issueTree) source {
	if f == nil || f.placed || tree.bookmark.Loading == nil || !f.run.mayInterleave() {
		return tree.tasks
	}
	f.placed = true
	if f.pages == nil { // else it is so, and its spans may be begun just now
		f.near = true
	}
	first, every := 1, cloudFeedEvery
	if f.run.site.Deployment == jira.DataCenter {
		first, every = 1+feedNear, dataCenterFeedEvery // a page of each span besides the first of all
	}
	return inorder.Interleave(tree.tasks, f.tasks, first, max(1, every/tree.groupSize()))
}

// list follows the feed: among the issues from now on, behind them when its turn
// comes, so that a run that ends before has asked for nothing in vain.
func (f *worklogFeed) list(ctx context.Context) iter.Seq2[spanPage, error] {
	switch {
	case f.run.options.RecordLimit > 0: // its first page is enough
		return func(yield func(spanPage, error) bool) {
			f.left = []feedSpan{{from: f.since}}
			for page, err := range f.run.client.WorklogsUpdated(ctx, f.since) {
				yield(spanPage{WorklogPage: page}, err)
				return
			}
		}
	case f.near:
		return f.follow(ctx)
	}
	return func(yield func(spanPage, error) bool) { f.follow(ctx)(yield) }
}

// follow begins to follow the feed from where it stands. Cloud's issues take so many
// requests that its feed comes along in one chain.
func (f *worklogFeed) follow(ctx context.Context) iter.Seq2[spanPage, error] {
	cloud := f.run.site.Deployment == jira.Cloud
	switch {
	case len(f.spans) > 0:
		return f.inTurn(ctx, withOpenEnd(f.spans, f.settled()))
	case f.run.sharesFeed(f.table.stream):
		return f.inTurn(ctx, withOpenEnd(feedSpans(f.run.options.Shard.Worklogs, time.UnixMilli(f.since), f.run.site.ServerTime), f.settled()))
	case f.near && cloud, f.goesOn && !f.near: // in the second case it is a page or two
		return f.inTurn(ctx, []feedSpan{{from: f.since}})
	}
	return f.cut(ctx)
}

// opening is the first page of a feed, and all behind it.
type opening struct {
	page jira.WorklogPage
	rest iter.Seq2[spanPage, error]
}

// cut follows the feed in as many spans as are worth it. Its first page, which is asked
// for now, says where they begin.
func (f *worklogFeed) cut(ctx context.Context) iter.Seq2[spanPage, error] {
	opened := readAhead(ctx, f.run, func(yield func(opening, error) bool) { yield(f.open(ctx)) }, 0)
	return func(yield func(spanPage, error) bool) {
		for begin, err := range opened {
			if yield(spanPage{WorklogPage: begin.page}, err) && err == nil {
				begin.rest(yield)
			}
		}
	}
}

// open reads the first page, and begins to follow what is behind it.
func (f *worklogFeed) open(ctx context.Context) (opening, error) {
	for page, err := range f.run.client.WorklogsUpdated(ctx, f.since) {
		switch {
		case err != nil:
			return opening{}, err
		case page.Last:
			f.left = []feedSpan{{from: page.Until}}
			return opening{page: page, rest: func(func(spanPage, error) bool) {}}, nil
		}
		return opening{page: page, rest: f.inTurn(ctx, f.parts(page.Until))}, nil
	}
	return opening{}, context.Cause(ctx)
}

// settled is up to when Jira shows all changes, epoch milliseconds.
func (f *worklogFeed) settled() int64 { return f.run.site.ServerTime.Add(-feedSlack).UnixMilli() }

// parts cut what is left of the feed from a moment on, epoch milliseconds.
func (f *worklogFeed) parts(since int64) []feedSpan {
	settled := f.settled()
	each := max((settled-since+feedParts-1)/feedParts, feedPart.Milliseconds())
	if f.goesOn {
		each = max(each, feedPartPages*(since-f.since)) // the page before took that long
	}
	var spans []feedSpan
	for ; settled-since > each; since += each {
		spans = append(spans, feedSpan{since, since + each})
	}
	return withOpenEnd(append(spans, feedSpan{from: since}), settled)
}
