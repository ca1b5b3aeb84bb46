package jira

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestWalkDataCenterEndsInTheNightWhenClocksChange has more issues in the hour
// that text takes for two than a page holds: the walk to a bound in that hour
// must not begin again and again.
func TestWalkDataCenterEndsInTheNightWhenClocksChange(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	night := time.Date(2026, 10, 24, 22, 0, 0, 0, time.UTC)
	for _, field := range []string{"created", "updated"} {
		index := &fakeIndex{t: t, page: 5, zone: berlin}
		for i := range 60 {
			at := night.Add(time.Duration(i) * 30 * time.Second) // half an hour
			index.rows = append(index.rows, indexed{id: i + 1, key: i, at: at.UnixMilli()})
		}
		index.before = func(n int, f *fakeIndex) {
			if n == 200 {
				f.rows = nil // a walk without end ends here
			}
		}
		s := newSite(t, DataCenter)
		s.handle(searchPath, index.ServeHTTP)
		c := s.connected(nil)
		c.dates.Store(&knownDates{dateForm: dateForm{zone: berlin}})
		ids := walked(t, c, Walk{Field: field, From: night, Before: night.Add(20 * time.Minute)})
		require.Less(t, index.n, 200)
		require.Subset(t, ids, []uint64{1, 20, 40}, "all that was asked for is there, if more")
	}
}
