package bookmark

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/overlap"
	"tap-jira/internal/singer"
)

// FuzzIssueBookmark reads bookmarks of any make, as a hand, another tap or an older state may have left them: refused in
// words, or read, written and read again as the same; and an overlap never claims a version that was not listed.
func FuzzIssueBookmark(f *testing.F) {
	from := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	full := overlap.New(from)
	for i := range 500 {
		full.Add(overlap.Version{ID: uint64(i), Updated: from.UnixMilli() + int64(i)*1000})
	}
	saved, err := json.Marshal(Issues{Key: "updated", Value: "2026-11-22T08:00:00.000000Z", Overlap: new(full.Save()), Unread: []uint64{1, 1 << 63}})
	require.NoError(f, err)
	for _, s := range []string{
		string(saved), `{}`, `{"replication_key_value":"2026-11-22"}`, `{"overlap":{"from":"x","until":-1,"width":-5,"data":"AAAA"}}`,
		`{"overlap":{"from":"2026-11-22T08:00:00Z","width":1,"data":"////////////////////////////////"}}`, `{"unread":[-1]}`, `{"loading":{"started":1}}`,
		`{"replication_key_value":"9999-12-31T23:59:59-12:00","swept":"0000-01-01T00:00:00+14:00"}`, `{"overlap":{"width":9223372036854775807,"data":"AA"}}`,
		`{"loading":{"started":"2026-11-22 08:00:00","created":""},"scope":"a","claim":{},"census":[1]}`,
	} {
		f.Add(s, int64(1_795_334_400_000), uint64(7))
	}
	f.Fuzz(func(t *testing.T, raw string, updated int64, id uint64) {
		var held singer.Bookmark
		if json.Unmarshal([]byte(raw), &held) != nil {
			return
		}
		var b, again Issues
		if err := Read("issues", held, &b); err != nil {
			require.Equal(t, fault.Usage, fault.KindOf(err))
			require.ErrorContains(t, err, "the bookmark of issues")
			return
		}
		written, err := Write(b)
		require.NoError(t, err)
		require.NoError(t, Read("issues", written, &again))
		require.True(t, b.Same(again))
		require.Equal(t, b.Value, again.Value)

		if at, err := ParseTime(b.Value); err == nil && !at.IsZero() && at.Year() > 0 && at.Year() < 10_000 {
			kept, err := ParseTime(singer.FormatTime(at))
			require.NoError(t, err)
			require.Equal(t, at.Truncate(time.Microsecond), kept, "a moment changes by being kept")
		}
		if _, err := b.Due(time.Hour, time.UnixMilli(updated)); err != nil {
			require.ErrorContains(t, err, "RFC 3339")
		}
		if b.Overlap == nil {
			return
		}
		listed := []overlap.Version{{ID: id, Updated: updated}, {ID: id + 1, Updated: updated}, {ID: id, Updated: updated / 2}}
		claimed, err := b.Overlap.Printed(listed)
		if err != nil {
			require.ErrorContains(t, err, "overlap in the state")
		}
		for v := range claimed {
			require.Contains(t, listed, v)
		}
	})
}
