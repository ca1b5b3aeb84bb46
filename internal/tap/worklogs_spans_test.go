package tap

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jira"
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
		"years":                       {1000 * day, 0, feedParts},
		"a few pages":                 {12 * day, day, 3},
		"as much as one part":         {3 * day, day, 1},
		"hours":                       {150 * time.Minute, 0, 3},
		"less than an hour":           {50 * time.Minute, 0, 1},
		"what would end a moment ago": {2*time.Hour + time.Second, 0, 2},
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
		})
	}
}
