package tap_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// streamsInTurn are the streams of a run's records, each as often as it comes anew.
func streamsInTurn(messages []message) []string {
	var names []string
	for _, m := range messages {
		if m.Type == "RECORD" {
			names = append(names, m.Stream)
		}
	}
	return slices.Compact(names)
}

// worklogStates are the worklogs' values in the STATEs of a run, in their order: those of all, and those while issues are still loaded.
func worklogStates(t *testing.T, messages []message) (all, loading []string) {
	t.Helper()
	for _, m := range messages {
		var state struct {
			Bookmarks map[string]struct {
				Value   string          `json:"replication_key_value"`
				Loading json.RawMessage `json:"loading"`
			} `json:"bookmarks"`
		}
		if m.Type != "STATE" {
			continue
		}
		require.NoError(t, json.Unmarshal(m.Value, &state))
		load := string(state.Bookmarks["issues"].Loading)
		value := state.Bookmarks["worklogs"].Value
		if value != "" {
			all = append(all, value)
		}
		if value != "" && load != "" && load != "null" {
			loading = append(loading, value)
		}
	}
	return all, loading
}

// On a first load worklogs come among the issues, and their bookmark moves beside the load's: in the same order
// whatever comes first.
func TestWorklogsComeAmongTheIssuesOfAFirstLoad(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 1_300
		s := newSite(t, o).plain()
		selected := light("issues", "worklogs")
		selected.Concurrency = 1
		got := s.whole(t, selected)
		requireProtocol(t, got)
		requireLedger(t, s, merged(got.messages), "issues", "worklogs")
		require.Equal(t, []string{"worklogs", "issues", "worklogs", "issues"}, streamsInTurn(got.messages)[:4])
		values, loading := worklogStates(t, got.messages)
		require.NotEmpty(t, loading)
		require.True(t, slices.IsSorted(values), "a bookmark does not go back: %v", values)
		require.Greater(t, len(slices.Compact(values)), 2, "each page of the feed has a STATE")
		require.Equal(t, []string{"issues", "worklogs"}, got.streamsOf("SCHEMA"), "once")

		selected.Concurrency = 16
		require.Equal(t, string(got.out), string(s.whole(t, selected).out))
	})
}

// Where the census must know the issues first, worklogs come behind them.
func TestWorklogsComeBehindTheCensus(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 700
		s := newSite(t, o).plain()
		got := s.follow(t, light("issues", "worklogs")).run(t)
		require.Equal(t, []string{"issues", "worklogs"}, streamsInTurn(got.messages))
		_, loading := worklogStates(t, got.messages)
		require.Empty(t, loading)
	})
}

// A feed that fails among the issues does not end them, and issues that fail do not end the feed.
func TestWorklogsAndIssuesFailEachForItself(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 1_300
		s := newSite(t, o).plain()
		broken := func(from int, templates ...string) outcome {
			s.ClearScript()
			for _, template := range templates {
				s.Script(jirasim.Fault{Template: template, Status: http.StatusInternalServerError, From: from, Times: -1})
			}
			return s.sync(t, light("issues", "worklogs"))
		}
		for _, template := range []string{"/rest/api/{v}/worklog/list", "/rest/api/{v}/worklog/updated"} {
			got := broken(2, template)
			require.Equal(t, fault.Incomplete, fault.KindOf(got.err))
			require.True(t, got.stream(t, "worklogs").Failed, template)
			requireLedger(t, s, merged(got.messages), "issues")
			s.ClearScript()
			requireRest(t, s, light("issues", "worklogs"), got)
		}
		got := broken(6, "/rest/api/{v}/search", "/rest/api/{v}/issue/bulkfetch", "/rest/api/{v}/issue/{issueIdOrKey}")
		require.Equal(t, fault.Incomplete, fault.KindOf(got.err))
		require.False(t, got.stream(t, "worklogs").Failed)
		requireLedger(t, s, merged(got.messages), "worklogs")
		s.ClearScript()
		requireRest(t, s, light("issues", "worklogs"), got)
	})
}

// The feed begins beside the questions about fields: that one is answered only when the feed was asked.
func TestTheFeedBeginsWithTheLogin(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o).plain()
		asked := make(chan struct{})
		s.Script(
			jirasim.Fault{Template: "/rest/api/{v}/field", HoldHeader: asked},
			jirasim.Fault{Template: "/rest/api/{v}/worklog/updated", Rewrite: func(body []byte) []byte { close(asked); return body }},
		)
		got := s.whole(t, light("issues", "worklogs"))
		requireLedger(t, s, merged(got.messages), "issues", "worklogs")
		require.Len(t, got.asked("/rest/api/{v}/worklog/updated"), 1, "it is followed once")
	})
}

// Where something needs the feed to wait, or does without it, a run that ends early has not asked it.
func TestTheFeedWaitsWhereItMust(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o).plain()
		state := s.whole(t, light("issues", "worklogs")).state(t)
		s.Script(jirasim.Fault{Template: "/rest/api/{v}/field", Anonymous: true, Times: -1})
		for name, change := range map[string]func(*tap.Options){
			"with deletes":   func(o *tap.Options) { o.DetectDeletes, o.CensusDir = true, t.TempDir() },
			"with a limit":   func(o *tap.Options) { o.RecordLimit = 5 },
			"within limits":  func(o *tap.Options) { o.JQL = "project = ALPHA" },
			"going on":       func(o *tap.Options) { o.State = state },
			"of some issues": func(o *tap.Options) { o.Issues = []string{"ALPHA-1"} },
			"schemas only":   func(o *tap.Options) { o.SchemaOnly = true },
			"not selected":   func(o *tap.Options) { o.Select = []string{"issues"} },
		} {
			options := light("issues", "worklogs")
			change(&options)
			got := s.sync(t, options)
			require.Error(t, got.err, name)
			require.Empty(t, got.asked("/rest/api/{v}/worklog/updated"), name)
		}
	})
}

// A run that fails before its first message leaves nothing behind that it had begun.
func TestAFeedThatBeganEndsWithTheRun(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o).plain()
		held := make(chan struct{})
		defer close(held)
		s.Script(
			jirasim.Fault{Template: "/rest/api/{v}/field", Anonymous: true, Times: -1},
			jirasim.Fault{Template: "/rest/api/{v}/worklog/updated", HoldHeader: held, Times: -1},
		)
		got := s.sync(t, light("issues", "worklogs"))
		require.Error(t, got.err)
		require.Empty(t, got.out)
	})
}

// Nor where it had begun to follow several spans.
func TestSpansThatWereBegunEndWithTheRun(t *testing.T) {
	t.Parallel()
	s := newSite(t, withIssues("datacenter", 2_000)).plain()
	asked := make(chan struct{})
	s.Script(
		jirasim.Fault{Template: "/rest/api/{v}/field", HoldHeader: asked, Anonymous: true, Times: -1},
		jirasim.Fault{Template: "/rest/api/{v}/worklog/updated", From: 2, Rewrite: func(body []byte) []byte { close(asked); return body }},
	)
	got := s.sync(t, light("issues", "worklogs"))
	require.Error(t, got.err)
	require.Empty(t, got.out)
	require.Greater(t, len(got.asked("/rest/api/{v}/worklog/updated")), 1)
}
