package tap

import (
	"context"
	"iter"
	"slices"
	"time"

	"tap-jira/internal/bookmark"
	"tap-jira/internal/jira"
	"tap-jira/internal/singer"
)

// feedSpan is a time of update, epoch milliseconds: from inclusive, before
// exclusive and 0 where it is open.
type feedSpan struct{ from, before int64 }

// ended tells that nothing is left of the span.
func (s feedSpan) ended() bool { return s.before != 0 && s.from >= s.before }

// spanPage is a page of the feed, with the number of the span that it is of.
type spanPage struct {
	jira.WorklogPage
	span int
}

// withOpenEnd cuts the last of several spans, where it is open, at a moment up to which
// Jira shows all changes, epoch milliseconds: the rest is short, and can wait for
// the others.
func withOpenEnd(spans []feedSpan, settled int64) []feedSpan {
	last := len(spans) - 1
	if last < 1 || spans[last].before != 0 || settled <= spans[last].from {
		return spans
	}
	return append(slices.Clone(spans[:last]), feedSpan{spans[last].from, settled}, feedSpan{from: settled})
}

// readSpans reads spans of a bookmark.
func readSpans(written []bookmark.Span) ([]feedSpan, error) {
	var spans []feedSpan
	for _, w := range written {
		from, err := bookmark.ParseTime(w.From)
		if err != nil {
			return nil, err
		}
		span := feedSpan{from: from.UnixMilli()}
		before, err := bookmark.ParseTime(w.Before)
		if err != nil {
			return nil, err
		}
		if !before.IsZero() {
			span.before = before.UnixMilli()
		}
		spans = append(spans, span)
	}
	return spans, nil
}

// writtenSpans are spans as a bookmark holds them.
func writtenSpans(spans []feedSpan) []bookmark.Span {
	written := make([]bookmark.Span, len(spans))
	for i, span := range spans {
		written[i].From = singer.FormatTime(time.UnixMilli(span.from))
		if span.before != 0 {
			written[i].Before = singer.FormatTime(time.UnixMilli(span.before))
		}
	}
	return written
}

// turns follows spans, some at once, and gives a page of each in turn. That goes by
// pages and never by time: the output is the same for any concurrency.
type turns struct {
	feed     *worklogFeed
	spans    []feedSpan
	begun    int
	followed []*followed
}

// followed is a span that is being followed; who takes its pages begins to pull them.
type followed struct {
	number int
	pages  iter.Seq2[jira.WorklogPage, error]
	next   func() (jira.WorklogPage, error, bool)
	stop   func()
}

// begin begins to pull, at the first page that is taken.
func (f *followed) begin() {
	if f.next == nil {
		f.next, f.stop = iter.Pull2(f.pages)
	}
}

// end stops pulling.
func (f *followed) end() {
	if f.stop != nil {
		f.stop()
	}
}

// inTurn follows spans from now on, and gives their pages in turn.
func (f *worklogFeed) inTurn(ctx context.Context, spans []feedSpan) iter.Seq2[spanPage, error] {
	f.left = slices.Clone(spans)
	t := &turns{feed: f, spans: spans}
	t.begin(ctx)
	return func(yield func(spanPage, error) bool) { t.pages(ctx, yield) }
}

// begin begins to follow as many spans as may be at once. An open one waits for the
// others: what is changed while they are read comes into it.
func (t *turns) begin(ctx context.Context) {
	atOnce := feedParts
	if t.feed.near {
		atOnce = feedNear
	}
	ahead := max(0, atOnce/max(1, len(t.spans))-1) // a chain alone is listed as far ahead as several are together
	for ; len(t.followed) < atOnce && t.begun < len(t.spans); t.begun++ {
		span := t.spans[t.begun]
		if span.before == 0 && len(t.followed) > 0 {
			return
		}
		t.followed = append(t.followed, &followed{number: t.begun, pages: readAhead(ctx, t.feed.run, t.feed.inSpan(ctx, span), ahead)})
	}
}

// pages gives a page of each span that is followed in turn, until all have ended.
func (t *turns) pages(ctx context.Context, yield func(spanPage, error) bool) {
	defer func() {
		for _, span := range t.followed {
			span.end()
		}
	}()
	for at := 0; len(t.followed) > 0; {
		at %= len(t.followed)
		span := t.followed[at]
		span.begin()
		page, err, more := span.next()
		if !more {
			t.followed = slices.Delete(t.followed, at, at+1)
			t.begin(ctx)
			continue
		}
		if !yield(spanPage{WorklogPage: page, span: span.number}, err) || err != nil {
			return
		}
		at++
	}
}

// inSpan follows one part of the feed. It asks from a millisecond early, should a
// site take "since" for "after".
func (f *worklogFeed) inSpan(ctx context.Context, span feedSpan) iter.Seq2[jira.WorklogPage, error] {
	since := span.from
	if since > f.since {
		since--
	}
	pages := f.run.client.WorklogsUpdated(ctx, since)
	if span.before != 0 {
		pages = f.run.client.WorklogsUpdatedBetween(ctx, since, span.before)
	}
	return func(yield func(jira.WorklogPage, error) bool) {
		for page, err := range pages {
			page.Until = max(page.Until, span.from) // it may end in the millisecond before
			if !yield(pageFrom(page, span.from), err) || err != nil {
				return
			}
		}
	}
}

// pageFrom is the page without what changed before an instant.
func pageFrom(page jira.WorklogPage, from int64) jira.WorklogPage {
	early := 0 // the oldest come first
	for early < len(page.Times) && page.Times[early] < from {
		early++
	}
	page.IDs, page.Times = page.IDs[early:], page.Times[early:]
	return page
}
