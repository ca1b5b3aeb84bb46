package tap

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/bookmark"
	"tap-jira/internal/jira"
	"tap-jira/internal/singer"
)

// What is left of a feed is cut where it is long, into spans that meet; none ends in what Jira still withholds.
func TestTheRestOfTheFeedIsCut(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		left time.Duration // from the page before until now
		took time.Duration // the page before, where the feed is gone on with
		want int
	}{
		"years":                       {1000 * day, 0, feedParts + 1},
		"a few pages":                 {12 * day, day, 3 + 1},
		"as much as one part":         {3 * day, day, 1},
		"hours":                       {150 * time.Minute, 0, 3 + 1},
		"less than an hour":           {50 * time.Minute, 0, 1},
		"what would end a moment ago": {2*time.Hour + time.Second, 0, 2 + 1},
		"what comes yet":              {time.Second, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			since := now.Add(-c.left).UnixMilli()
			feed := &worklogFeed{run: &run{site: &jira.Site{ServerTime: now}}, goesOn: c.took > 0, since: since - c.took.Milliseconds()}
			spans := feed.parts(since)
			require.Len(t, spans, c.want)
			for i, span := range spans {
				require.Equal(t, since, span.from, "they meet")
				if i < len(spans)-1 {
					require.Greater(t, span.before, span.from)
					require.LessOrEqual(t, span.before, now.Add(-feedSlack).UnixMilli())
				}
				since = span.before
			}
			require.Zero(t, since, "the last is open")
			if c.want > 1 {
				require.Equal(t, now.Add(-feedSlack).UnixMilli(), spans[len(spans)-1].from, "and holds only what changes from now on")
			}
		})
	}
}

// An open span waits for the others; it is cut where they are several.
func TestAnOpenSpanIsShortWhereOthersAreBesideIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ spans, want []feedSpan }{
		"none":                    {nil, nil},
		"one":                     {[]feedSpan{{from: 5}}, []feedSpan{{from: 5}}},
		"several":                 {[]feedSpan{{1, 3}, {from: 5}}, []feedSpan{{1, 3}, {5, 100}, {from: 100}}},
		"several with an end":     {[]feedSpan{{1, 3}, {5, 9}}, []feedSpan{{1, 3}, {5, 9}}},
		"one that is short as is": {[]feedSpan{{1, 3}, {from: 100}}, []feedSpan{{1, 3}, {from: 100}}},
		"one that begins later":   {[]feedSpan{{1, 3}, {from: 101}}, []feedSpan{{1, 3}, {from: 101}}},
	} {
		given := slices.Clone(c.spans)
		require.Equal(t, c.want, withOpenEnd(c.spans, 100), name)
		require.Equal(t, given, c.spans, name)
	}
}

// Spans are read as they were written, and refused where they are no moments.
func TestSpansInABookmark(t *testing.T) {
	t.Parallel()
	spans := []feedSpan{{1795329000123, 1795332600000}, {from: 1795337880001}}
	written := writtenSpans(spans)
	require.Equal(t, []bookmark.Span{
		{From: "2026-11-22T06:30:00.123000Z", Before: "2026-11-22T07:30:00.000000Z"}, {From: "2026-11-22T08:58:00.001000Z"},
	}, written)
	read, err := readSpans(written)
	require.NoError(t, err)
	require.Equal(t, spans, read)
	for _, bad := range []bookmark.Span{{From: "soon"}, {From: written[0].From, Before: "later"}} {
		_, err := readSpans([]bookmark.Span{bad})
		require.ErrorContains(t, err, "RFC 3339")
	}
}

// bookmarkOf is the bookmark of a feed that follows spans when pages of them are in the output.
func bookmarkOf(o Options, spans []feedSpan, pages ...spanPage) bookmark.Feed {
	feed := &worklogFeed{run: &run{options: o}, left: slices.Clone(spans)}
	for _, page := range pages {
		feed.remember(page)
	}
	return feed.bookmark
}

// The bookmark says where each of the spans stands, and never more than what is in the output.
func TestTheBookmarkOfSpans(t *testing.T) {
	t.Parallel()
	spans := []feedSpan{{0, 2_000}, {2_000, 5_000}, {from: 5_000}}
	at := func(ms int64) string { return singer.FormatTime(time.UnixMilli(ms)) }
	page := func(span int, until int64, times ...int64) spanPage {
		p := spanPage{span: span, WorklogPage: jira.WorklogPage{Until: until, Times: times}}
		for _, changed := range times {
			p.IDs = append(p.IDs, uint64(changed)/10)
		}
		return p
	}
	for name, c := range map[string]struct {
		pages   []spanPage
		value   string
		left    []bookmark.Span
		printed []uint64
	}{
		"a page of the first":         {[]spanPage{page(0, 900, 900)}, at(900), []bookmark.Span{{From: at(900), Before: at(2_000)}, {From: at(2_000), Before: at(5_000)}, {From: at(5_000)}}, nil},
		"a page of the second":        {[]spanPage{page(1, 3_000, 3_000)}, at(0), []bookmark.Span{{From: at(0), Before: at(2_000)}, {From: at(3_000), Before: at(5_000)}, {From: at(5_000)}}, nil},
		"the second before the first": {[]spanPage{page(1, 5_000)}, at(0), []bookmark.Span{{From: at(0), Before: at(2_000)}, {From: at(5_000)}}, nil},
		"none goes back":              {[]spanPage{page(0, 900), page(0, 800)}, at(900), []bookmark.Span{{From: at(900), Before: at(2_000)}, {From: at(2_000), Before: at(5_000)}, {From: at(5_000)}}, nil},
		"the open one alone is left":  {[]spanPage{page(0, 2_000), page(1, 5_000)}, at(5_000), []bookmark.Span{}, nil},
		"its end":                     {[]spanPage{page(0, 2_000), page(1, 5_000), page(2, 7_000, 6_000, 7_000)}, at(7_000), []bookmark.Span{}, []uint64{700}},
	} {
		got := bookmarkOf(Options{}, spans, c.pages...)
		require.Equal(t, c.value, got.Value, name)
		require.Equal(t, c.left, got.Spans, name)
		require.Equal(t, c.printed, got.Printed, name)

		end := time.UnixMilli(2_500)
		got = bookmarkOf(Options{EndDate: end}, spans, c.pages...)
		require.Empty(t, got.Spans, "%s: beyond the end date nothing is in the output", name)
		require.LessOrEqual(t, got.Value, singer.FormatTime(end), name)
	}
	require.Equal(t, at(5_000), bookmarkOf(Options{}, spans[:2], page(0, 2_000), page(1, 5_000)).Value, "a piece's part of the feed has an end")
}
