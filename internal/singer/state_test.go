package singer_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
)

func TestNewStateIsNeverAnEmptyObject(t *testing.T) {
	t.Parallel()
	s := singer.NewState()
	// Targets of the pipelinewise family need the member bookmarks in the first STATE.
	require.JSONEq(t, `{"version":1,"bookmarks":{},"currently_syncing":null}`, string(s.Encode()))
	require.Empty(t, s.Streams())
	require.Equal(t, singer.Bookmark{}, s.Bookmark("issues"), "never nil, so that the caller may write into it")
	_, set := s.Start()
	require.False(t, set)
}

func TestStateEncode(t *testing.T) {
	t.Parallel()
	s := singer.NewState()
	s.SetBookmark("worklogs", singer.Bookmark{singer.ReplicationKeyValue: "2024-05-01T00:00:00.000000Z", singer.ReplicationKey: "updated"})
	s.SetBookmark("issues", singer.Bookmark{
		singer.ReplicationKey: "updated", singer.ReplicationKeyValue: "2024-05-02T00:00:00.000000Z",
		"windows": []any{map[string]any{"from": int64(math.MaxInt64), "hash": uint64(math.MaxUint64)}},
		"note":    "<a> & \u2028 ü",
	})
	s.SetCurrentlySyncing("issues")
	s.SetStart(time.Date(2023, 11, 22, 1, 2, 3, 456_789_000, time.FixedZone("IST", 19800)))

	exactly(t, `{"version":1,"bookmarks":{`+
		`"issues":{"note":"<a> & \u2028 ü","replication_key":"updated","replication_key_value":"2024-05-02T00:00:00.000000Z",`+
		`"windows":[{"from":9223372036854775807,"hash":18446744073709551615}]},`+
		`"worklogs":{"replication_key":"updated","replication_key_value":"2024-05-01T00:00:00.000000Z"}},`+
		`"currently_syncing":"issues","start_date":"2023-11-21T19:32:03.456789Z"}`, string(s.Encode()))
	first, second := s.Encode(), s.Encode()
	require.Equal(t, first, second)
	require.Equal(t, []string{"issues", "worklogs"}, s.Streams())
}

func TestSetBookmarkNullsWhatWent(t *testing.T) {
	t.Parallel()
	s := singer.NewState()
	s.SetBookmark("issues", singer.Bookmark{"windows": []any{"a"}, "replication_key_value": "2024-01-01T00:00:00Z"})
	s.SetBookmark("issues", singer.Bookmark{"replication_key_value": "2024-02-01T00:00:00Z"})

	// Meltano merges the new state into the old one: a member that is only left out would come back.
	require.JSONEq(t, `{"version":1,"bookmarks":{"issues":{"replication_key_value":"2024-02-01T00:00:00Z","windows":null}},
		"currently_syncing":null}`, string(s.Encode()))
	require.Equal(t, singer.Bookmark{"replication_key_value": "2024-02-01T00:00:00Z"}, s.Bookmark("issues"))

	again, err := singer.ParseState(s.Encode(), nil)
	require.NoError(t, err)
	require.Equal(t, s.Encode(), again.Encode(), "the null survives reading and writing")
}

func TestBookmarksAreCopies(t *testing.T) {
	t.Parallel()
	s := singer.NewState()
	given := singer.Bookmark{"list": []any{"a"}}
	s.SetBookmark("issues", given)
	given["list"].([]any)[0] = "changed by the giver"
	taken := s.Bookmark("issues")
	taken["list"].([]any)[0] = "changed by the taker"
	taken["more"] = true
	require.Equal(t, singer.Bookmark{"list": []any{"a"}}, s.Bookmark("issues"))
}

func TestSetBookmarkRefusesWhatJSONCannotHold(t *testing.T) {
	t.Parallel()
	require.Panics(t, func() { singer.NewState().SetBookmark("issues", singer.Bookmark{"ratio": math.NaN()}) })
}

func TestStateClone(t *testing.T) {
	t.Parallel()
	s, err := singer.ParseState([]byte(`{"version":1,"bookmarks":{"issues":{"a":1},"foreign":[1,2]},"currently_syncing":"issues",
		"start_date":"2024-01-01","other":{"x":1}}`), ourNames)
	require.NoError(t, err)
	before := string(s.Encode())
	copied := s.Clone()
	require.Equal(t, before, string(copied.Encode()))

	copied.SetBookmark("issues", singer.Bookmark{"a": 2})
	copied.SetBookmark("worklogs", singer.Bookmark{"b": 3})
	copied.SetCurrentlySyncing("")
	copied.SetStart(time.Time{})
	require.Equal(t, before, string(s.Encode()))
	require.NotContains(t, string(copied.Encode()), "start_date")
}

func TestBookmarkTime(t *testing.T) {
	t.Parallel()
	want := time.Date(2024, 5, 1, 12, 30, 0, 120_000_000, time.UTC)
	for _, text := range []string{
		"2024-05-01T12:30:00.120000Z", "2024-05-01T12:30:00.12Z", "2024-05-01T14:30:00.120+02:00", "2024-05-01T12:30:00.120+0000",
		"2024-05-01T07:30:00.120-0500", "2024-05-01T12:30:00.12", "2024-05-01 12:30:00.120000", "2024-05-01 12:30:00.12+00:00",
	} {
		at, err := singer.Bookmark{singer.ReplicationKeyValue: text}.Time()
		require.NoError(t, err, text)
		require.Equal(t, want, at, text)
	}
	at, err := singer.Bookmark{singer.ReplicationKeyValue: "2024-05-01"}.Time()
	require.NoError(t, err)
	require.Equal(t, time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC), at)
}

func TestBookmarkTimeAbsent(t *testing.T) {
	t.Parallel()
	for _, b := range []singer.Bookmark{nil, {}, {singer.ReplicationKeyValue: nil}, {"windows": []any{}}} {
		at, err := b.Time()
		require.NoError(t, err)
		require.True(t, at.IsZero())
	}
}

func TestBookmarkTimeBroken(t *testing.T) {
	t.Parallel()
	for _, value := range []any{"yesterday", "", 7, json.Number("1.5"), true, []any{}} {
		_, err := singer.Bookmark{singer.ReplicationKeyValue: value}.Time()
		require.ErrorContains(t, err, "not a date-time")
		require.Equal(t, fault.Usage, fault.KindOf(err))
	}
}

func TestMembersOfTheTopLevel(t *testing.T) {
	t.Parallel()
	state, err := singer.ParseState([]byte(`{"version":1,"bookmarks":{},"shards":{"plan":"a","of":12345678901234567890}}`), nil)
	require.NoError(t, err)
	var kept struct {
		Plan string
		Of   uint64
	}
	require.NoError(t, state.Member("shards", &kept))
	require.Equal(t, uint64(12345678901234567890), kept.Of, "numbers stay exact")
	require.NoError(t, state.Member("absent", &kept))
	require.Equal(t, "a", kept.Plan, "what is not there changes nothing")
	require.Error(t, state.Member("shards", new(string)))

	copied := state.Clone()
	copied.SetMember("shards", map[string]any{"plan": "b"})
	require.NoError(t, state.Member("shards", &kept))
	require.Equal(t, "a", kept.Plan, "a copy is a copy")
	require.Contains(t, string(copied.Encode()), `"shards":{"plan":"b"}`)
}
