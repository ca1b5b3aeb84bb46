package tap_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
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

// feedBegan says before how many searches the feed was first asked; -1 when it never was.
func feedBegan(got outcome) int {
	searches := 0
	for _, r := range got.requests {
		switch {
		case r.Template == "/rest/api/{v}/worklog/updated":
			return searches
		case strings.HasPrefix(r.Template, "/rest/api/{v}/search"):
			searches++
		}
	}
	return -1
}

// The feed begins beside the questions about dates, where it begins from nothing and nothing needs it to wait.
func TestTheFeedBeginsWithTheLogin(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 60
		s := newSite(t, o).plain()
		early := light("issues", "worklogs")
		first := s.whole(t, early)
		require.LessOrEqual(t, feedBegan(first), 1)
		requireLedger(t, s, merged(first.messages), "issues", "worklogs")
		require.Len(t, first.asked("/rest/api/{v}/worklog/updated"), 1, "it is followed once")

		later := map[string]func(*tap.Options){
			"without issues":       func(o *tap.Options) { o.Select = []string{"worklogs"} },
			"with deletes":         func(o *tap.Options) { o.DetectDeletes, o.CensusDir = true, t.TempDir() },
			"with a limit":         func(o *tap.Options) { o.RecordLimit = 5 },
			"within limits":        func(o *tap.Options) { o.JQL = "project = ALPHA" },
			"going on":             func(o *tap.Options) { o.State = first.state(t) },
			"of some issues":       func(o *tap.Options) { o.Issues = []string{"ALPHA-1"} },
			"not before it is due": func(o *tap.Options) { o.SchemaOnly = true },
		}
		for name, change := range later {
			options := light("issues", "worklogs")
			change(&options)
			got := s.sync(t, options)
			require.NoError(t, got.err, name)
			began := feedBegan(got)
			require.True(t, began < 0 || began > 1 || name == "without issues" || name == "going on" && began == 1, "%s: %d", name, began)
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
