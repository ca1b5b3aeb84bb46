package tap

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
)

// FuzzIssueBookmark reads bookmarks of any make, as a hand, another tap or an older state may have left them: refused in
// words, or read, written and read again as the same; and an overlap never claims a version that was not listed.
func FuzzIssueBookmark(f *testing.F) {
	full := newOverlap(time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC))
	for i := range 500 {
		full.add(version{id: uint64(i), updated: full.from + int64(i)*1000})
	}
	saved, err := json.Marshal(issueBookmark{Key: "updated", Value: "2026-11-22T08:00:00.000000Z", Overlap: new(full.save()), Unread: []uint64{1, 1 << 63}})
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
		var b, again issueBookmark
		if err := fromBookmark("issues", held, &b); err != nil {
			require.Equal(t, fault.Usage, fault.KindOf(err))
			require.ErrorContains(t, err, "the bookmark of issues")
			return
		}
		written, err := toBookmark(b)
		require.NoError(t, err)
		require.NoError(t, fromBookmark("issues", written, &again))
		require.True(t, b.same(again))
		require.Equal(t, b.Value, again.Value)

		if at, err := parseMoment(b.Value); err == nil && !at.IsZero() && at.Year() > 0 && at.Year() < 10_000 {
			kept, err := parseMoment(formatTime(at))
			require.NoError(t, err)
			require.Equal(t, at.Truncate(time.Microsecond), kept, "a moment changes by being kept")
		}
		if _, err := b.due(time.Hour, time.UnixMilli(updated)); err != nil {
			require.ErrorContains(t, err, "RFC 3339")
		}
		if b.Overlap == nil {
			return
		}
		listed := []version{{id: id, updated: updated}, {id: id + 1, updated: updated}, {id: id, updated: updated / 2}}
		claimed, err := b.Overlap.printed(listed)
		if err != nil {
			require.ErrorContains(t, err, "overlap in the state")
		}
		for v := range claimed {
			require.Contains(t, listed, v)
		}
	})
}

// FuzzOverlap prints versions, keeps what it printed as a state does, and lists again: all of it is known, nothing that
// changed is, and the state stays small, however many there were and however long they took.
func FuzzOverlap(f *testing.F) {
	for _, few := range []uint16{0, 1, overlapExact, overlapExact + 1, 5000} {
		f.Add(uint64(few), few, uint32(30*60))
		f.Add(uint64(few), few, uint32(40*24*3600))
	}
	f.Fuzz(func(t *testing.T, seed uint64, many uint16, seconds uint32) {
		random := rand.New(rand.NewPCG(seed, 1))
		from := time.Date(2026, 11, 22, 8, 0, 17, 123e6, time.UTC)
		o := newOverlap(from)
		var listed []version
		for i := range uint64(many) {
			v := version{id: i, updated: from.UnixMilli() + random.Int64N(int64(seconds)*1000+1)}
			listed = append(listed, v)
			o.add(v)
		}
		saved := o.save()
		raw, err := json.Marshal(saved)
		require.NoError(t, err)
		require.Less(t, len(raw), 5000, "%d versions in %d s", many, seconds)
		var kept savedOverlap
		require.NoError(t, json.Unmarshal(raw, &kept))
		printed, err := kept.printed(listed)
		require.NoError(t, err)
		require.Len(t, printed, len(listed), "an idle run prints again")
		if len(listed) == 0 {
			return
		}
		at := random.IntN(len(listed))
		before := listed[at]
		listed[at].updated += 1 + random.Int64N(1000)
		printed, err = kept.printed(listed)
		require.NoError(t, err)
		require.False(t, printed[listed[at]], "a version that changed is taken for printed")
		require.False(t, printed[before])
		listed = append(listed[:at], listed[at+1:]...)
		printed, err = kept.printed(listed)
		require.NoError(t, err)
		require.LessOrEqual(t, len(printed), len(listed))
	})
}
