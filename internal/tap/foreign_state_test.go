package tap_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// Users of other taps switch without a full load: what they have is not read
// again, but for the time that Jira's index may have hidden from them.
func TestStatesOfOtherTapsAreGoneOnFrom(t *testing.T) {
	t.Parallel()
	since := morning.AddDate(0, -5, 0)
	moment := since.Format("2006-01-02T15:04:05.000000Z")
	zoned := since.In(time.FixedZone("", 5*3600)).Format("2006-01-02T15:04:05.000-0700")
	states := map[string]string{
		"singer-io":                       `{"currently_syncing":"issues","bookmarks":{"issues":{"updated":"$","offset":{"page_num":3}},"worklogs":{"updated":"$"},"projects":{}}}`,
		"singer-io, a line of its output": `{"type":"STATE","value":{"bookmarks":{"issues":{"updated":"$"},"worklogs":{"updated":"$"}}}}`,
		"MeltanoLabs": `{"bookmarks":{"issues":{"replication_key":"updated","replication_key_value":"` + zoned + `"},
			"issue_comments":{"partitions":[{"context":{"issue_id":"10001"},"replication_key":"updated","replication_key_value":"$"},
				{"context":{"issue_id":"10002"},"replication_key":"updated","replication_key_value":"2026-11-20T00:00:00Z"}]},
			"issue_changelog":{"partitions":[{"context":{"issue_id":"10001"},"replication_key":"created","replication_key_value":"$"}]},
			"issue_worklogs":{"replication_key":"updated","replication_key_value":"$"},"boards":{}}}`,
		"MeltanoLabs, as Meltano keeps it": `{"singer_state":{"bookmarks":{"issues":{"replication_key":"updated","replication_key_value":"$"},"issue_worklogs":{"replication_key":"updated","replication_key_value":"$"}}}}`,
	}
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		for name, state := range states {
			options := tap.Options{
				Select: []string{"issues", "issue_comments", "changelogs", "worklogs"},
				State:  parseState(t, strings.ReplaceAll(state, "$", moment)),
			}
			got := s.whole(t, options)
			requireProtocol(t, got)
			ids := merged(got.messages).ids("issues")
			require.Empty(t, minus(s.Ledger().EditedSince(since), ids), "%s: an issue is missing", name)
			require.Empty(t, minus(ids, s.Ledger().EditedSince(since.Add(-time.Hour))), "%s: an issue is too old", name)
			require.Less(t, len(ids), 200)
			requireNoOtherParents(t, got, ids)

			options.State = got.state(t)
			require.Empty(t, s.whole(t, options).incremental(), "%s: the state is ours from now on", name)
		}
	})
}

// requireNoOtherParents checks that the children printed belong to the issues.
func requireNoOtherParents(t *testing.T, got outcome, issues []string) {
	t.Helper()
	for _, stream := range []string{"issue_comments", "changelogs"} {
		require.NotEmpty(t, got.records(stream), stream)
		for _, m := range got.records(stream) {
			require.True(t, slices.Contains(issues, text(m.Record["issueId"])), "%s of an issue that was not read", stream)
		}
	}
}

func TestAStateThatCannotBeReadIsRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 20})
	for name, state := range map[string]string{
		"a broken overlap": `{"version":1,"bookmarks":{"issues":{"replication_key_value":"2026-11-01T00:00:00Z","overlap":7}}}`,
		"a broken loading": `{"version":1,"bookmarks":{"changelogs":{"replication_key_value":"2026-11-01T00:00:00Z","loading":{"started":"soon"}}}}`,
	} {
		got := s.sync(t, tap.Options{State: parseState(t, state)})
		require.Equal(t, fault.Usage, fault.KindOf(got.err), "%s: %v", name, got.err)
		require.Contains(t, got.err.Error(), "the state")
		require.NotEmpty(t, fault.HintOf(got.err))
		require.Empty(t, got.out, name)
	}
}

// What the state holds of streams that are not read now stays in it.
func TestTheStateCarriesOtherStreams(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 20})
	first := s.whole(t, tap.Options{Select: issueStreams})
	second := s.whole(t, tap.Options{Select: []string{"issue_comments"}, State: first.state(t)})
	require.Empty(t, second.incremental())
	s.clock.pass(time.Hour)
	id := s.edit(t, jirasim.Edit{Kind: jirasim.EditStatus, Issue: slices.Sorted(s.Ledger().Keys("issues"))[0]})
	third := s.whole(t, tap.Options{Select: []string{"issue_comments", "projects"}, State: second.state(t)})
	fourth := s.whole(t, tap.Options{Select: issueStreams, State: third.state(t)})
	require.Equal(t, []string{id}, fourth.ids("issues"), "issues go on from their own bookmark")
	require.Empty(t, fourth.ids("issue_comments"), "comments from theirs")
	require.Empty(t, s.whole(t, tap.Options{Select: issueStreams, State: fourth.state(t)}).incremental())
}
