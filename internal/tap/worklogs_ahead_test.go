package tap_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
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

// loadingStates are the STATEs of a run that name worklogs while issues are still loaded, in their order: the worklogs' values.
func loadingStates(t *testing.T, messages []message) []string {
	t.Helper()
	var values []string
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
		if value := state.Bookmarks["worklogs"].Value; value != "" && load != "" && load != "null" {
			values = append(values, value)
		}
	}
	return values
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
		require.Equal(t, []string{"issues", "worklogs", "issues"}, streamsInTurn(got.messages)[:3])
		values := loadingStates(t, got.messages)
		require.NotEmpty(t, values)
		require.True(t, slices.IsSorted(values))
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
		require.Empty(t, loadingStates(t, got.messages))
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
