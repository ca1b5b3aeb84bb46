package tap_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

func TestTheGiantIssueIsWhole(t *testing.T) {
	large(t)
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues, o.Giants = 40, true
		s := newSite(t, o)
		streams := []string{"issues", "issue_comments", "changelogs", "worklogs"}
		if s.cloud {
			streams = append(streams, giantsOnly...)
		}
		got := s.whole(t, tap.Options{Select: streams, Validate: tap.ValidateSample})
		rows := merged(got.messages)
		requireLedger(t, s, rows, streams...)
		require.True(t, !s.cloud || len(rows.rows["issue_limit_reports"]) > 0, "the giant's comments are beyond a limit")
		for stream, atLeast := range map[string]int{"issue_comments": 5_000, "changelogs": 6_000, "worklogs": 5_000} {
			require.Greater(t, len(rows.rows[stream]), atLeast, stream)
			require.Len(t, got.records(stream), len(rows.rows[stream]), "%s has rows twice", stream)
		}
	})
}

// With limits on issues, worklogs come from the issues and not from the feed.
func TestTheGiantIssuesWorklogsAreWholeWithoutTheFeed(t *testing.T) {
	large(t)
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues, o.Giants = 40, true
		s := newSite(t, o)
		got := s.whole(t, tap.Options{Select: []string{"worklogs"}, JQL: "created is not EMPTY", Validate: tap.ValidateSample})
		requireLedger(t, s, merged(got.messages), "worklogs")
		require.Empty(t, got.asked("/rest/api/{v}/worklog/updated"))
		require.Len(t, got.ids("worklogs"), len(merged(got.messages).rows["worklogs"]))
	})
}

// More than a thousand worklogs of one millisecond cannot be listed by the
// feed: they are read from their issues.
func TestATieInTheFeedIsWhole(t *testing.T) {
	large(t)
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues, o.Giants, o.WorklogTie = 40, true, 1_500
		s := newSite(t, o)
		got := s.whole(t, tap.Options{Select: []string{"worklogs"}, Validate: tap.ValidateSample})
		requireLedger(t, s, merged(got.messages), "worklogs")
		require.Contains(t, got.log, "reading them from their issues")
		require.Empty(t, s.whole(t, tap.Options{Select: []string{"worklogs"}, State: got.state(t)}).records("worklogs"))
	})
}

// The feed's bookmark does not pass an import of which only a part is in the output.
func TestATieThatCannotBeReadIsAskedForAgain(t *testing.T) {
	large(t)
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 40, Giants: true, WorklogTie: 1_500})
	options := tap.Options{Select: []string{"worklogs"}, Validate: tap.ValidateSample}
	s.Script(jirasim.Fault{Template: "/rest/api/{v}/issue/{issueIdOrKey}/worklog", Status: http.StatusInternalServerError, Times: -1})
	broken := s.sync(t, options)
	require.Equal(t, fault.Incomplete, fault.KindOf(broken.err))

	s.ClearScript()
	options.State = broken.state(t)
	healed := s.whole(t, options)
	requireLedger(t, s, merged(broken.messages, healed.messages), "worklogs")
	options.State = healed.state(t)
	require.Empty(t, s.whole(t, options).records("worklogs"))
}

func TestUsersAreCompleteOrNamed(t *testing.T) {
	large(t)
	t.Parallel()
	for name, c := range map[string]struct {
		options jirasim.Options
		named   bool
	}{
		"cloud":            {options: jirasim.Options{Deployment: jirasim.Cloud, UserCount: 1_300}},
		"data center 10.3": {options: jirasim.Options{Deployment: jirasim.DataCenter, BasePath: "/jira", UserCount: 400}},
		"data center 8.20": {options: jirasim.Options{Deployment: jirasim.DataCenter, BasePath: "/jira", UserCount: 400, Version: "8.20.30"}},
		"data center 9.12": {options: jirasim.Options{Deployment: jirasim.DataCenter, BasePath: "/jira", UserCount: 1_200, Version: "9.12.2"}, named: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, c.options)
			got := s.sync(t, tap.Options{Select: []string{"users", "issues", "changelogs"}})
			rows := merged(got.messages)
			requireLedger(t, s, rows, "issues")
			if !c.named {
				require.NoError(t, got.err)
				requireLedger(t, s, rows, "users")
				return
			}
			require.Equal(t, fault.Incomplete, fault.KindOf(got.err))
			require.ErrorContains(t, got.err, "users are incomplete")
		})
	}
}

// Nobody whom an issue names is missing, whatever the list of users says.
func TestPeopleOfOldHistoriesAreUsersToo(t *testing.T) {
	large(t)
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		got := s.whole(t, tap.Options{Select: []string{"users", "changelogs"}})
		listed := 0
		for range s.Ledger().ListedUsers() {
			listed++
		}
		requireLedger(t, s, merged(got.messages), "users")
		require.Greater(t, len(got.ids("users")), listed, "people who left the directory are named by histories only")

		s.clock.pass(time.Hour)
		again := s.whole(t, tap.Options{Select: []string{"users", "changelogs"}, State: got.state(t)})
		require.Len(t, again.ids("users"), listed, "histories that are not read again name nobody")
	})
}
