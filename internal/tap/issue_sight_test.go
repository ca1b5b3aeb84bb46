package tap_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/singer"
	"tap-jira/internal/tap"
)

const (
	bulkHistoriesPath = "/rest/api/{v}/changelog/bulkfetch"
	issueWorklogPath  = "/rest/api/{v}/issue/{issueIdOrKey}/worklog"
)

// withWorklogs are ways to select worklogs with something that reads the issues:
// with their histories, without, and with what is made of histories alone.
var withWorklogs = map[string][]string{
	"with histories":    {"issues", "issue_comments", "changelogs", "worklogs"},
	"without histories": {"issues", "worklogs"},
	"with rows of them": {"issue_keys", "worklogs"},
	"comments alone":    {"issue_comments", "worklogs"},
}

// choice is the streams of one of them.
type choice []string

// run is a run that reads them and goes on from a state, nil for none.
func (c choice) run(state *singer.State) tap.Options {
	o := light(c...)
	o.State = state
	return o
}

// has tells whether it has a stream.
func (c choice) has(stream string) bool { return slices.Contains(c, stream) }

// onEachSelection runs a test on both dialects with each of them, on sites of so many issues.
func onEachSelection(t *testing.T, issues int, test func(t *testing.T, s *site, c choice)) {
	t.Helper()
	for name, streams := range withWorklogs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onEach(t, func(t *testing.T, o jirasim.Options) {
				o.Issues = issues
				test(t, newSite(t, o).plain(), streams)
			})
		})
	}
}

// logged are issues with worklogs, the fewest first.
func (s *site) logged() []string {
	counts := map[string]int{}
	for worklog := range s.Ledger().Children("worklogs") {
		counts[worklog.Issue]++
	}
	issues := slices.Sorted(s.Ledger().Keys("issues"))
	issues = slices.DeleteFunc(issues, func(id string) bool { return counts[id] == 0 })
	slices.SortStableFunc(issues, func(a, b string) int { return counts[a] - counts[b] })
	return issues
}

// newestLogged is the newest issue with worklogs that are not the last ones of all.
func (s *site) newestLogged() string {
	var newest time.Time
	last := map[string]time.Time{}
	for worklog := range s.Ledger().Children("worklogs") {
		if worklog.Updated.After(last[worklog.Issue]) {
			last[worklog.Issue] = worklog.Updated
		}
		if worklog.Updated.After(newest) {
			newest = worklog.Updated
		}
	}
	maps.DeleteFunc(last, func(_ string, at time.Time) bool { return at.Equal(newest) })
	return slices.Max(slices.Collect(maps.Keys(last)))
}

// The feed of worklogs has passed over what was logged before a security level was
// lifted: these worklogs come when the issue does.
func TestWorklogsOfAnIssueWhoseLevelIsLifted(t *testing.T) {
	t.Parallel()
	onEachSelection(t, 60, func(t *testing.T, s *site, c choice) {
		ids := s.logged()
		before, never := ids[len(ids)-1], ids[len(ids)-2]
		s.edit(t, jirasim.Edit{Kind: jirasim.RestrictIssue, Issue: never})
		first := s.whole(t, c.run(nil))
		s.edit(t, jirasim.Edit{Kind: jirasim.RestrictIssue, Issue: before})
		s.edit(t, jirasim.Edit{Kind: jirasim.AddWorklog, Issue: before})
		s.clock.pass(time.Hour)
		second := s.whole(t, c.run(first.state(t)))
		s.clock.pass(time.Hour)
		for _, id := range []string{before, never} {
			s.edit(t, jirasim.Edit{Kind: jirasim.LiftIssue, Issue: id})
		}
		third := s.whole(t, c.run(second.state(t)))
		requireProtocol(t, third)
		requireLedger(t, s, merged(first.messages, second.messages, third.messages), "worklogs")

		s.clock.pass(2 * time.Hour)
		idle := s.whole(t, c.run(third.state(t)))
		require.Empty(t, idle.incremental(), "they come once")
		require.LessOrEqual(t, len(idle.requests), 10)
	})
}

// With detect_deletes the census knows such an issue, where issues are selected; where
// they are not, and something else is read with them, their histories tell as ever.
func TestWorklogsOfAnIssueInSightWithDeletesAndWithoutIssues(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 60
		f := newSite(t, o).plain().follow(t, light("issue_comments", "worklogs"))
		ids := f.logged()
		id := ids[len(ids)-1]
		f.run(t)
		f.edit(t, jirasim.Edit{Kind: jirasim.RestrictIssue, Issue: id})
		f.edit(t, jirasim.Edit{Kind: jirasim.AddWorklog, Issue: id})
		f.clock.pass(time.Hour)
		f.run(t)
		f.edit(t, jirasim.Edit{Kind: jirasim.LiftIssue, Issue: id})
		f.clock.pass(time.Hour)
		f.run(t)
		requireLedger(t, f.site, f.rows, "worklogs")
		f.edit(t, jirasim.Edit{Kind: jirasim.DeleteWorklog, Issue: id})
		f.clock.pass(time.Hour)
		f.run(t)
		requireLedger(t, f.site, f.rows, "worklogs")
	})
}

// Worklogs alone lack them, which the run says: in the log when it begins, and in the summary.
func TestWorklogsAloneTellWhatTheyMiss(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o).plain()
		first := s.whole(t, light("worklogs"))
		require.Contains(t, first.log, "select issues beside them")
		require.Contains(t, first.summary.Streams[0].Reasons[0], "comes in sight later")
		require.Zero(t, first.summary.Exit)
		next := light("worklogs")
		next.State = first.state(t)
		again := s.whole(t, next)
		require.NotContains(t, again.log, "select issues beside them", "once")
		require.Contains(t, again.summary.Streams[0].Reasons[0], "comes in sight later")
		for _, beside := range []string{"issues", "issue_comments"} {
			got := s.whole(t, light(beside, "worklogs"))
			require.NotContains(t, got.log, "in sight")
		}
		limited := light("worklogs")
		limited.JQL = `created >= "2001-01-01"` // they come with the issues
		require.NotContains(t, s.whole(t, limited).log, "in sight")
	})
}

// So with an issue that others move out of a project that the account may not browse.
func TestWorklogsOfAnIssueThatIsMovedIntoSight(t *testing.T) {
	t.Parallel()
	onEachSelection(t, 60, func(t *testing.T, s *site, c choice) {
		all := s.logged()
		require.NoError(t, s.ChangeProject("BETA", jirasim.WithdrawProject))
		hidden := slices.DeleteFunc(all, func(id string) bool { return slices.Contains(s.logged(), id) })
		require.NotEmpty(t, hidden)
		first := s.whole(t, c.run(nil))
		s.clock.pass(time.Hour)
		s.edit(t, jirasim.Edit{Kind: jirasim.MoveIssue, Issue: hidden[0]})
		require.Contains(t, s.logged(), hidden[0])
		second := s.whole(t, c.run(first.state(t)))
		requireLedger(t, s, merged(first.messages, second.messages), "worklogs")
	})
}

// Who came in sight is asked for all changed issues at once, and nothing is asked
// for where the histories tell it or nothing changed.
func TestLookingForArrivalsCostsARequest(t *testing.T) {
	large(t)
	t.Parallel()
	onEachSelection(t, 250, func(t *testing.T, s *site, c choice) {
		first := s.whole(t, c.run(nil))
		s.clock.pass(time.Hour)
		for _, id := range slices.Sorted(s.Ledger().Keys("issues")) {
			s.edit(t, jirasim.Edit{Kind: jirasim.EditStatus, Issue: id})
		}
		second := s.whole(t, c.run(first.state(t)))
		require.Empty(t, second.records("worklogs"), "none of the issues moved")
		require.Empty(t, second.asked(issueWorklogPath))
		asked := second.asked(bulkHistoriesPath)
		if c.has("changelogs") || c.has("issue_keys") {
			require.False(t, slices.ContainsFunc(asked, func(r jirasim.RequestRecord) bool { return strings.Contains(r.Body, "fieldIds") }))
			return
		}
		require.Len(t, asked, map[bool]int{true: 1, false: 0}[s.cloud])
	})
}

// A site that does not tell histories in bulk costs more, and no worklogs.
func TestArrivalsWhereHistoriesAreWithheld(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Deployment: jirasim.Cloud, Issues: 60}).plain()
	ids := s.logged()
	hidden := ids[len(ids)-1]
	s.edit(t, jirasim.Edit{Kind: jirasim.RestrictIssue, Issue: hidden})
	o := light("issues", "worklogs")
	first := s.whole(t, o)
	s.clock.pass(time.Hour)
	s.edit(t, jirasim.Edit{Kind: jirasim.LiftIssue, Issue: hidden})
	s.Script(jirasim.Fault{Template: bulkHistoriesPath, Status: http.StatusForbidden, Times: -1})
	o.State = first.state(t)
	second := s.whole(t, o)
	require.Contains(t, second.log, "Jira does not tell who moved")
	requireLedger(t, s, merged(first.messages, second.messages), "worklogs")
}

// An issue may come in sight behind its worklogs' place in the feed while a first
// load goes on, and before its own place in the walk.
func TestArrivalsDuringAFirstLoad(t *testing.T) {
	large(t)
	t.Parallel()
	onEachSelection(t, 450, func(t *testing.T, s *site, c choice) {
		hidden := s.newestLogged()
		s.edit(t, jirasim.Edit{Kind: jirasim.RestrictIssue, Issue: hidden})
		listed := false
		s.watch = func(req *http.Request) {
			s.clock.pass(time.Second)
			if listed {
				s.watch = nil
				s.edit(t, jirasim.Edit{Kind: jirasim.LiftIssue, Issue: hidden})
			}
			listed = strings.Contains(req.URL.Path, "/worklog/list") // its answer is without them
		}
		load := c.run(nil)
		load.Concurrency = 1
		load.Client = jira.New(jira.Options{
			BaseURL: s.address, Transport: login{s}, Unsigned: s, Concurrency: 1, ListSize: 20, Now: s.clock.Now, Wait: s.clock.Wait,
		})
		first := s.whole(t, load)
		require.Nil(t, s.watch, "it was lifted meanwhile")
		if c.has("issues") {
			require.Contains(t, first.ids("issues"), hidden)
		}

		s.clock.pass(time.Hour)
		second := s.whole(t, c.run(first.state(t)))
		requireLedger(t, s, merged(first.messages, second.messages), "worklogs")
		s.clock.pass(time.Hour)
		require.Empty(t, s.whole(t, c.run(second.state(t))).incremental())
	})
}

// Worklogs that cannot be read when their issue comes are named and asked for again.
func TestArrivalsWhoseWorklogsCannotBeRead(t *testing.T) {
	t.Parallel()
	onEachSelection(t, 60, func(t *testing.T, s *site, c choice) {
		hidden := s.logged()[0]
		for range 25 { // more than Jira embeds
			s.edit(t, jirasim.Edit{Kind: jirasim.AddWorklog, Issue: hidden})
		}
		s.edit(t, jirasim.Edit{Kind: jirasim.RestrictIssue, Issue: hidden})
		first := s.whole(t, c.run(nil))
		s.clock.pass(time.Hour)
		s.edit(t, jirasim.Edit{Kind: jirasim.LiftIssue, Issue: hidden})
		s.Script(jirasim.Fault{Template: issueWorklogPath, Status: http.StatusForbidden, Times: -1})
		second := s.sync(t, c.run(first.state(t)))
		require.Equal(t, fault.Incomplete, fault.KindOf(second.err))
		require.ErrorContains(t, second.err, "worklogs lacks 1 rows")

		s.ClearScript()
		s.clock.pass(3 * time.Hour)
		third := s.whole(t, c.run(second.state(t)))
		requireLedger(t, s, merged(first.messages, second.messages, third.messages), "worklogs")
		s.clock.pass(time.Hour)
		require.Empty(t, s.whole(t, c.run(third.state(t))).incremental())
	})
}

// A history that stands inside an issue that cannot be read is older than the walk
// that reads the issue at last.
func TestArrivalsThatCouldNotBeRead(t *testing.T) {
	t.Parallel()
	onEachSelection(t, 60, func(t *testing.T, s *site, c choice) {
		ids := s.logged()
		hidden := ids[len(ids)-1]
		s.edit(t, jirasim.Edit{Kind: jirasim.RestrictIssue, Issue: hidden})
		first := s.whole(t, c.run(nil))
		s.clock.pass(time.Hour)
		s.edit(t, jirasim.Edit{Kind: jirasim.LiftIssue, Issue: hidden})
		template := "/rest/api/{v}/search"
		if s.cloud {
			template = "/rest/api/{v}/issue/bulkfetch"
		}
		s.Script(jirasim.Fault{Template: template, Contains: hidden, Status: http.StatusInternalServerError, Times: -1})
		outputs, state := [][]message{first.messages}, first.state(t)
		for range 2 { // the second begins behind the history
			failing := s.sync(t, c.run(state))
			require.Equal(t, fault.Incomplete, fault.KindOf(failing.err))
			outputs, state = append(outputs, failing.messages), failing.state(t)
			s.clock.pass(3 * time.Hour)
		}
		s.ClearScript()
		last := s.whole(t, c.run(state))
		requireLedger(t, s, merged(append(outputs, last.messages)...), "worklogs")
	})
}
