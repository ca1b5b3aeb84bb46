package shard

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
)

// stateOf is the state of a piece with these bookmarks, JSON without its braces.
func stateOf(t *testing.T, number, of int, done bool, bookmarks string) *singer.State {
	t.Helper()
	text := fmt.Sprintf(`{"version":1,"bookmarks":{%s},"currently_syncing":"issues","shards":{"shard":%d,"plan":"p","of":%d,"done":%t}}`, bookmarks, number, of, done)
	state, err := singer.ParseState([]byte(text), nil)
	require.NoError(t, err)
	return state
}

// bookmarksOf are what a state says of its streams; null is nothing.
func bookmarksOf(t *testing.T, state *singer.State) map[string]map[string]any {
	t.Helper()
	var whole struct {
		Bookmarks map[string]map[string]any `json:"bookmarks"`
	}
	require.NoError(t, json.Unmarshal(state.Encode(), &whole))
	for _, bookmark := range whole.Bookmarks {
		maps.DeleteFunc(bookmark, func(_ string, value any) bool { return value == nil })
	}
	return whole.Bookmarks
}

const (
	early = `"replication_key_value":"2026-11-21T00:00:00.000000Z"`
	late  = `"replication_key_value":"2026-11-22T00:00:00.000000Z"`
)

// The states of all pieces are one, from which the next run goes on: at the earlier of their places.
func TestMergeUnitesTheIssuesOfAllPieces(t *testing.T) {
	t.Parallel()
	two := stateOf(t, 2, 2, true, `"issues":{`+early+`,"scope":"s","unread":[3],"overlap":{"from":"2026-11-21T00:00:00.000000Z","width":2,"data":"AAAA"}}`)
	one := stateOf(t, 1, 2, true, `"issues":{`+late+`,"scope":"s","unread":[7]},"boards":{"version":9}`)
	for _, states := range [][]*singer.State{{one, two}, {two, one}, {two, one, two}} {
		merged, err := Merge(states)
		require.NoError(t, err)
		got := bookmarksOf(t, merged)
		require.Equal(t, "2026-11-21T00:00:00.000000Z", got["issues"]["replication_key_value"])
		require.Equal(t, []any{3.0, 7.0}, got["issues"]["unread"])
		require.Nil(t, got["issues"]["overlap"], "each has printed its own issues only")
		require.Equal(t, map[string]any{"version": 9.0}, got["boards"], "what only the first piece reads is as it is")
		require.NotContains(t, string(merged.Encode()), `"currently_syncing":"issues"`)
		note, err := NoteOf(merged)
		require.NoError(t, err)
		require.Equal(t, &Note{Plan: "p", Of: 2, Done: true}, note)
	}
}

// A stream that some pieces have not read whole is read from the start.
func TestMergeForgetsWhatSomePiecesHaveNot(t *testing.T) {
	t.Parallel()
	whole := `"issues":{` + early + `,"scope":"s"}`
	for name, other := range map[string]string{
		"no bookmark":         ``,
		"an empty one":        `"issues":{}`,
		"still loading":       `"issues":{` + late + `,"scope":"s","loading":{"started":"2026-11-22T00:00:00.000000Z"}}`,
		"loading, not begun":  `"issues":{` + late + `,"scope":"s","loading":{}}`,
		"of another stream":   `"comments":{}`,
		"nothing of anything": `"boards":{}`,
	} {
		for _, pieces := range [][2]string{{whole, other}, {other, whole}} {
			merged, err := Merge([]*singer.State{stateOf(t, 1, 2, true, pieces[0]), stateOf(t, 2, 2, true, pieces[1])})
			require.NoError(t, err)
			require.Empty(t, bookmarksOf(t, merged)["issues"], name)
		}
	}
}

// A load in one piece keeps all that its state says.
func TestMergeOfOnePieceKeepsItsBookmarks(t *testing.T) {
	t.Parallel()
	loading := `"issues":{` + late + `,"scope":"s","loading":{"started":"2026-11-22T00:00:00.000000Z"}}`
	one := stateOf(t, 1, 1, true, loading)
	merged, err := Merge([]*singer.State{one})
	require.NoError(t, err)
	require.Equal(t, bookmarksOf(t, one), bookmarksOf(t, merged))
}

// The feed of worklogs goes on from when the load began, once every piece has read its part.
func TestMergeUnitesThePartsOfTheFeed(t *testing.T) {
	t.Parallel()
	part := func(value, part string) string {
		return `"worklogs":{"replication_key":"updated",` + value + `,"part":"` + part + `","printed":[1]}`
	}
	want := map[string]any{"replication_key": "updated", "replication_key_value": "2026-11-21T00:00:00.000000Z", "printed": []any{}}
	for name, tt := range map[string]struct {
		one, two string
		want     map[string]any
	}{
		"all read":           {part(late, "read"), part(early, "read"), want},
		"in the other order": {part(early, "read"), part(late, "read"), want},
		"one is under way":   {part(late, "read"), part(early, "loading"), nil},
		"one has none":       {part(late, "read"), ``, nil},
		"one came unparted":  {part(late, "read"), `"worklogs":{` + early + `}`, nil},
	} {
		merged, err := Merge([]*singer.State{stateOf(t, 1, 2, true, tt.one), stateOf(t, 2, 2, true, tt.two)})
		require.NoError(t, err)
		got := bookmarksOf(t, merged)["worklogs"]
		if tt.want == nil {
			require.Empty(t, got, name)
			continue
		}
		for key, value := range tt.want {
			require.Equal(t, value, got[key], "%s: %s", name, key)
		}
		require.NotContains(t, got, "part", name)
	}
}

// A stream of pieces that tell nothing of issues' limits is the first piece's.
func TestMergeTakesOtherStreamsFromTheFirstPiece(t *testing.T) {
	t.Parallel()
	one, two := stateOf(t, 1, 2, true, `"users":{"version":1}`), stateOf(t, 2, 2, true, `"users":{"version":2}`)
	merged, err := Merge([]*singer.State{two, one})
	require.NoError(t, err)
	require.Equal(t, map[string]any{"version": 1.0}, bookmarksOf(t, merged)["users"])
}

// What cannot be united is refused, and which piece is at fault is named.
func TestMergeSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	plain, err := singer.ParseState([]byte(`{"version":1,"bookmarks":{}}`), nil)
	require.NoError(t, err)
	broken, err := singer.ParseState([]byte(`{"version":1,"bookmarks":{},"shards":[]}`), nil)
	require.NoError(t, err)
	another, err := singer.ParseState([]byte(`{"version":1,"bookmarks":{},"shards":{"shard":2,"plan":"q","of":3,"done":true}}`), nil)
	require.NoError(t, err)
	one, two, three := stateOf(t, 1, 3, true, ""), stateOf(t, 2, 3, false, ""), stateOf(t, 3, 3, false, "")
	for want, states := range map[string][]*singer.State{
		"there is no state to merge":                        {},
		"one of the states is of no shard":                  {one, plain},
		"of 3 shards the states of these are missing: 2, 3": {one},
		"of 3 shards the states of these are missing: 1, 3": {two},
		"of 3 shards these are not finished: 2, 3":          {three, two, one},
		"different plans":                                   {one, another},
		"decode \"shards\"":                                 {broken},
		"two of the states were united already, and differ": {stateOf(t, 0, 3, true, ""), stateOf(t, 0, 3, true, `"boards":{"version":1}`)},
		"read the bookmark of issues in the state":          {stateOf(t, 1, 1, true, `"issues":{"unread":"x"}`)},
		"of 2 shards the states of these are missing: 1":    {stateOf(t, 2, 2, true, "")},
		"there is no shard 4 of 3":                          {stateOf(t, 4, 3, true, "")},
	} {
		_, err := Merge(states)
		require.Error(t, err, want)
		require.Equal(t, fault.Usage, fault.KindOf(err), want)
		require.NotEmpty(t, fault.HintOf(err), want)
		require.Contains(t, strings.ReplaceAll(err.Error(), "\n", " "), want)
	}
}

// Of two states of one piece the finished one counts, in whatever order they are given.
func TestMergeTakesTheFinishedStateOfAPiece(t *testing.T) {
	t.Parallel()
	one := stateOf(t, 1, 2, true, `"issues":{`+late+`,"scope":"s"}`)
	before := stateOf(t, 2, 2, false, ``)
	two := stateOf(t, 2, 2, true, `"issues":{`+early+`,"scope":"s"}`)
	for _, states := range [][]*singer.State{{one, before, two}, {two, before, one}} {
		merged, err := Merge(states)
		require.NoError(t, err)
		require.Equal(t, "2026-11-21T00:00:00.000000Z", bookmarksOf(t, merged)["issues"]["replication_key_value"])
	}
}
