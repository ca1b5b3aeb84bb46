package tap

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/shard"
)

func TestFeedSpans(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2026, 11, n, 0, 0, 0, 0, time.UTC) }
	ms := func(n int) int64 { return day(n).UnixMilli() }
	written := func(bounds ...[2]string) []shard.Span {
		var spans []shard.Span
		for _, b := range bounds {
			spans = append(spans, shard.Span{From: b[0], Before: b[1]})
		}
		return spans
	}
	for name, c := range map[string]struct {
		spans      []shard.Span
		since, now time.Time
		want       []feedSpan
	}{
		"all of the feed":               {written([2]string{"", ""}), day(3), day(20), []feedSpan{{from: ms(3)}}},
		"what is older is not wanted":   {written([2]string{"", "2026-11-02"}, [2]string{"2026-11-01", "2026-11-05"}), day(3), day(20), []feedSpan{{ms(3), ms(5)}}},
		"the last is open":              {written([2]string{"2026-11-07", ""}), day(3), day(20), []feedSpan{{from: ms(7)}}},
		"an empty one is none":          {written([2]string{"2026-11-07", "2026-11-07"}), day(3), day(20), nil},
		"what is to come is none":       {written([2]string{"2026-11-21", "2026-11-28"}), day(3), day(20), nil},
		"one that goes on has no end":   {written([2]string{"2026-11-18", "2026-11-28"}), day(3), day(20), []feedSpan{{from: ms(18)}}},
		"one that ended a moment ago":   {written([2]string{"2026-11-18", "2026-11-20"}), day(3), day(20).Add(time.Minute), []feedSpan{{from: ms(18)}}},
		"one that ended a while ago":    {written([2]string{"2026-11-18", "2026-11-20"}), day(3), day(20).Add(time.Hour), []feedSpan{{ms(18), ms(20)}}},
		"it goes on where it was":       {written([2]string{"2026-11-01", "2026-11-03"}, [2]string{"2026-11-05", "2026-11-07"}), day(6), day(20), []feedSpan{{ms(6), ms(7)}}},
		"the end of one is not read on": {written([2]string{"2026-11-01", "2026-11-06"}), day(6), day(20), nil},
	} {
		require.Equal(t, c.want, feedSpans(c.spans, c.since, c.now), name)
	}
}
