package shard

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
)

// FuzzMerge unites states as hands may have left them: refused in words, or united to the same state whatever
// the order, which united again with its pieces stays as it is.
func FuzzMerge(f *testing.F) {
	const done = `"plan":"p","of":2,"done":true}`
	for _, s := range [][2]string{
		{`{"version":1,"bookmarks":{"issues":{"replication_key_value":"2026-11-22T00:00:00.000000Z"}},"shards":{"shard":1,` + done + `}`, `{"version":1,"bookmarks":{},"shards":{"shard":2,` + done + `}`},
		{`{"version":1,"bookmarks":{},"shards":{"shard":1,` + done + `}`, `{"version":1,"bookmarks":{},"shards":{"shard":2,"plan":"p","of":2}}`},
		{`{"version":1,"bookmarks":{},"shards":{"shard":0,` + done + `}`, `{"version":1,"bookmarks":{},"shards":{"shard":2,` + done + `}`},
		{`{"version":1,"bookmarks":{},"shards":{"shard":-1,` + done + `}`, `{"version":1,"bookmarks":{},"shards":{"shard":2,` + done + `}`},
		{`{"version":1,"bookmarks":{},"shards":{"shard":1,"plan":"p","of":-7,"done":true}}`, `{"version":1,"bookmarks":{}}`},
		{`{"version":1,"bookmarks":{},"shards":{"shard":1,"plan":"p","of":9000000000000000000,"done":true}}`, `{"version":1,"bookmarks":{},"shards":{"shard":1,"plan":"p","of":9000000000000000000}}`},
		{`{"version":1,"bookmarks":{},"shards":{"shard":3,` + done + `}`, `{"version":1,"bookmarks":{},"shards":null}`},
		{
			`{"version":1,"bookmarks":{"worklogs":{"replication_key_value":"2026-11-22","part":"read"}},"shards":{"shard":1,` + done + `}`,
			`{"version":1,"bookmarks":{"worklogs":{"replication_key_value":"2026-11-21","part":"loading","printed":[7]}},"shards":{"shard":2,` + done + `}`,
		},
		{`{"version":1,"bookmarks":{},"shards":[]}`, `{"version":1,"bookmarks":{},"shards":{"shard":"1"}}`},
		{
			`{"version":1,"bookmarks":{"issues":{"unread":[1],"overlap":{"width":-1},"claim":{"ahead":[[1,2]]}},"boards":1},"shards":{"shard":1,` + done + `}`,
			`{"version":1,"bookmarks":{"issues":{"unread":[0,18446744073709551615],"claim":{"ahead":[[9223372036854775807,-9223372036854775808]]}}},"shards":{"shard":2,` + done + `}`,
		},
	} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, one, other string) {
		a, err := singer.ParseState([]byte(one), nil)
		if err != nil {
			return
		}
		b, err := singer.ParseState([]byte(other), nil)
		if err != nil {
			return
		}
		merged, err := Merge([]*singer.State{a, b})
		if err != nil {
			require.Equal(t, fault.Usage, fault.KindOf(err), "%v", err)
			require.NotEmpty(t, fault.HintOf(err))
			require.Less(t, len(err.Error()), 20_000)
			return
		}
		again, err := Merge([]*singer.State{b, a})
		require.NoError(t, err)
		require.JSONEq(t, string(merged.Encode()), string(again.Encode()))
		whole, err := Merge([]*singer.State{a, merged, b})
		require.NoError(t, err)
		require.JSONEq(t, string(merged.Encode()), string(whole.Encode()), "a state that was united already changes")
	})
}

// Two states that were united at different times are no pieces of one load.
func TestMergeRefusesTwoWholes(t *testing.T) {
	t.Parallel()
	parse := func(raw string) *singer.State {
		state, err := singer.ParseState([]byte(raw), nil)
		require.NoError(t, err)
		return state
	}
	const shards = `"shards":{"plan":"p","of":2,"done":true}}`
	early := parse(`{"version":1,"bookmarks":{"issues":{"replication_key_value":"2026-11-21T00:00:00.000000Z"}},` + shards)
	late := parse(`{"version":1,"bookmarks":{"issues":{"replication_key_value":"2026-11-22T00:00:00.000000Z"}},` + shards)
	whole, err := Merge([]*singer.State{late, late})
	require.NoError(t, err)
	require.Equal(t, late, whole)
	_, err = Merge([]*singer.State{early, late})
	require.Equal(t, fault.Usage, fault.KindOf(err))
	require.ErrorContains(t, err, "united already, and differ")
}
