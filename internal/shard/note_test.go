package shard

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
)

func TestNoteOf(t *testing.T) {
	t.Parallel()
	for member, c := range map[string]struct {
		want  *Note
		wrong string
	}{
		`null`: {},
		`{"plan":"p","shard":2,"of":2,"done":true}`: {want: &Note{Plan: "p", Number: 2, Of: 2, Done: true}},
		`{"plan":"p","shard":0,"of":2}`:             {want: &Note{Plan: "p", Of: 2}},
		`{"plan":"p","shard":1,"of":1024}`:          {want: &Note{Plan: "p", Number: 1, Of: Max}},
		`{"plan":"p","shard":1,"of":1025}`:          {wrong: "there is no shard 1 of 1025"},
		`{"plan":"p","shard":3,"of":2}`:             {wrong: "there is no shard 3 of 2"},
		`{"plan":"p","shard":-1,"of":2}`:            {wrong: "there is no shard -1 of 2"},
		`{"plan":"p","shard":0,"of":0}`:             {wrong: "there is no shard 0 of 0"},
		`[1]`:                                       {wrong: `the member "shards"`},
	} {
		state, err := singer.ParseState([]byte(`{"version":1,"bookmarks":{},"shards":`+member+`}`), nil)
		require.NoError(t, err)
		note, err := NoteOf(state)
		if c.wrong != "" {
			require.ErrorContains(t, err, c.wrong)
			require.Equal(t, fault.Usage, fault.KindOf(err))
			continue
		}
		require.NoError(t, err, member)
		require.Equal(t, c.want, note, member)
	}
}
