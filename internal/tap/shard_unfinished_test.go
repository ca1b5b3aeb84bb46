package tap_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
	"tap-jira/internal/shard"
	"tap-jira/internal/singer"
	"tap-jira/internal/tap"
)

// TestAFeedThatFailsLeavesTheShardUnfinished: a merge must not take it.
func TestAFeedThatFailsLeavesTheShardUnfinished(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 300})
	shards := s.piecesOf(t, 2, false)
	s.Script(jirasim.Fault{Template: "/rest/api/{v}/worklog/list", Status: http.StatusInternalServerError, Times: -1})
	o := s.worklogOptions(nil)
	o.Shard = shards[0]
	broken := s.sync(t, o)
	require.Error(t, broken.err)
	s.ClearScript()
	other := s.worklogsOf(t, shards[1], nil).state(t)
	_, err := shard.Merge([]*singer.State{broken.state(t), other})
	require.ErrorContains(t, err, "these are not finished: 1")
	again := s.worklogsOf(t, shards[0], broken.state(t))
	_, err = shard.Merge([]*singer.State{again.state(t), other})
	require.NoError(t, err)
}

// mergedOver reads a load in two pieces, one of which passes over what is refused
// it, and returns what they print and their united state.
func (s *site) mergedOver(t *testing.T, number int, refused ...string) ([][]message, *singer.State) {
	t.Helper()
	var runs [][]message
	var states []*singer.State
	for i, piece := range s.planned(t, 2) {
		if i == number {
			for _, template := range refused {
				s.Script(jirasim.Fault{Template: template, Status: http.StatusForbidden, Times: -1})
			}
		}
		o := s.shardOptions(nil)
		o.Shard, o.SkipForbidden = piece, true
		got := s.whole(t, o)
		runs, states = append(runs, got.messages), append(states, got.state(t))
		s.ClearScript()
	}
	state, err := shard.Merge(states)
	require.NoError(t, err)
	return runs, state
}

// TestAPartThatWasPassedOver: with on_forbidden a piece may end without its
// worklogs. What the others read must not make the next run pass over them.
func TestAPartThatWasPassedOver(t *testing.T) {
	t.Parallel()
	for _, refused := range []string{"/rest/api/{v}/worklog/updated", "/rest/api/{v}/worklog/list"} {
		for number := range 2 {
			t.Run(fmt.Sprintf("%s by %d", refused, number+1), func(t *testing.T) {
				t.Parallel()
				s := newSite(t, jirasim.Options{Issues: 120})
				runs, state := s.mergedOver(t, number, refused)
				require.Empty(t, state.Bookmark("worklogs"))
				require.NotEmpty(t, state.Bookmark("issues"))
				next := s.whole(t, s.shardOptions(state))
				require.Empty(t, next.records("issues"))
				requireWorklogs(t, s, append(runs, next.messages)...)
			})
		}
	}
}

// TestAPartThatWasPassedOverHalfWay: nothing may go on from where it stopped.
func TestAPartThatWasPassedOverHalfWay(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 60})
	var states []*singer.State
	for _, piece := range s.piecesOf(t, 2, false) {
		states = append(states, s.worklogsOf(t, piece, nil).state(t))
	}
	whole, err := shard.Merge(states)
	require.NoError(t, err)
	require.NotEmpty(t, whole.Bookmark("worklogs"))
	for i, state := range states {
		changed := strings.Replace(string(state.Encode()), `"part":"read"`, `"part":"loading"`, 1)
		require.NotEqual(t, string(state.Encode()), changed)
		half := slices.Clone(states)
		half[i] = parseState(t, changed)
		merged, err := shard.Merge(half)
		require.NoError(t, err)
		require.Empty(t, merged.Bookmark("worklogs"))
	}
}

// TestATieThatIsNotWhollyReadLeavesTheShardUnfinished: more worklogs share a
// millisecond than the feed lists, and an issue that has the others is not delivered.
func TestATieThatIsNotWhollyReadLeavesTheShardUnfinished(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 60, Giants: true, WorklogTie: 1500})
	shards := s.piecesOf(t, 2, false)
	last := time.Time{}
	poison := jirasim.Fault{Name: "poison", Times: -1}
	for key, updated := range s.Ledger().Updated() {
		if updated.After(last) {
			number, err := strconv.ParseUint(key, 10, 64)
			require.NoError(t, err)
			last, poison.Poison = updated, number
		}
	}
	var states []*singer.State
	for _, piece := range shards {
		s.Script(poison)
		o := s.worklogOptions(nil)
		o.Shard = piece
		got := s.sync(t, o)
		require.False(t, got.stream(t, "worklogs").Failed)
		states = append(states, got.state(t))
		s.ClearScript()
	}
	_, err := shard.Merge(states)
	require.ErrorContains(t, err, "not finished")
	for i, piece := range shards {
		states[i] = s.worklogsOf(t, piece, states[i]).state(t)
	}
	_, err = shard.Merge(states)
	require.NoError(t, err)
}

// TestAChildThatWasPassedOver: what the other pieces read of it must not make the
// next run go on from there.
func TestAChildThatWasPassedOver(t *testing.T) {
	t.Parallel()
	for number := range 2 {
		t.Run(fmt.Sprintf("by %d", number+1), func(t *testing.T) {
			t.Parallel()
			s := newSite(t, jirasim.Options{Issues: 120})
			runs, state := s.mergedOver(t, number, "/rest/api/{v}/changelog/bulkfetch", "/rest/api/{v}/issue/{issueIdOrKey}/changelog")
			require.Empty(t, state.Bookmark("changelogs"))
			next := s.whole(t, s.shardOptions(state))
			require.Empty(t, next.records("issues"))
			requireLedger(t, s, merged(append(runs, next.messages)...), "changelogs", "issues")
		})
	}
}

// TestAStreamThatIsAddedAfterAMerge is read whole: the bookmark of the issues is
// not its own.
func TestAStreamThatIsAddedAfterAMerge(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 60})
	o := s.shardOptions(nil)
	o.Select = []string{"issues", "projects"}
	planned, err := tap.PlanShards(t.Context(), o, 2, 0)
	require.NoError(t, err)
	var states []*singer.State
	for i := range planned {
		part := o
		part.Client, part.Shard = s.client(4), &planned[i]
		states = append(states, s.whole(t, part).state(t))
	}
	state, err := shard.Merge(states)
	require.NoError(t, err)
	more := s.whole(t, s.shardOptions(state))
	requireLedger(t, s, merged(more.messages), "issue_comments", "changelogs", "worklogs")
	require.Empty(t, more.records("issues"))
}
