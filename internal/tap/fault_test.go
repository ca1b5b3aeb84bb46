package tap_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/stream"
	"tap-jira/internal/tap"
)

// What passes costs time and nothing else, on whichever request it happens.
func TestFaultsThatPassLoseNothing(t *testing.T) {
	large(t)
	t.Parallel()
	limits := map[string]jirasim.RateLimitVariant{
		"429 with seconds": jirasim.WaitSeconds, "429 with a date": jirasim.WaitDate, "429 with a reset": jirasim.WaitReset,
		"429 that says nothing": jirasim.WaitUnsaid, "429 of a data center": jirasim.WaitDataCenter,
	}
	faults := map[string]jirasim.Fault{
		"500":                      {Status: http.StatusInternalServerError},
		"502 of a proxy":           {Status: http.StatusBadGateway, Body: "<html>Bad Gateway</html>", Header: map[string]string{"Content-Type": "text/html"}},
		"503 with a wait":          {Status: http.StatusServiceUnavailable, Header: map[string]string{"Retry-After": "30"}},
		"a reset before an answer": {Reset: jirasim.ResetBefore},
		"a reset within the body":  {Reset: jirasim.ResetMidBody},
		"a cut body":               {CutBody: true},
	}
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues, o.UserCount = 60, 30
		s := newSite(t, o)
		s.clock.pass(time.Minute)
		undisturbed := s.whole(t, everything(nil))
		passing := maps.Clone(faults)
		for name, limit := range limits {
			passing[name] = jirasim.RateLimited(limit, s.clock.Now(), 40*time.Minute)
		}
		for name, each := range passing {
			s.ClearScript()
			for from := 1; from <= len(undisturbed.requests); from += 9 {
				each.From, each.Times = from, 2
				s.Script(each)
			}
			got := s.whole(t, everything(nil))
			requireProtocol(t, got)
			requireLedger(t, s, merged(got.messages), s.Ledger().Streams()...)
			require.Greater(t, len(got.requests), len(undisturbed.requests), "%s: nothing went wrong", name)
			if each.Reset != jirasim.ResetBefore { // those net/http tries again by itself
				require.Positive(t, got.summary.WaitsSeconds, name)
			}
		}
	})
}

// A login that ends in the middle of a run ends the run, with a state that says
// no more than what is in the output.
func TestALoginThatIsLostEndsTheRun(t *testing.T) {
	t.Parallel()
	lost := map[string]jirasim.Fault{
		"anonymous from then on":          {Anonymous: true},
		"a page of single sign-on":        {LoginPage: true},
		"refused from then on":            {Status: http.StatusUnauthorized},
		"anonymous, and nothing tells so": {Anonymous: true, Quiet: true},
	}
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 60
		for name, each := range lost {
			if each.Quiet && o.Deployment == jirasim.Cloud {
				continue // Cloud has no other sign
			}
			s := newSite(t, o)
			options := light("projects", "users", "issues", "issue_comments", "changelogs", "worklogs")
			total := len(s.whole(t, options).requests)
			for from := 2; from <= total; from += 4 {
				s.ClearScript()
				each.From, each.Times = from, -1
				s.Script(each)
				got := s.sync(t, options)
				where := fmt.Sprintf("%s, request %d: %v", name, from, got.err)
				require.Equal(t, fault.Credentials, fault.KindOf(got.err), where)
				require.LessOrEqual(t, len(got.requests), from+options.Concurrency, where)
				s.ClearScript()
				if len(got.messages) == 0 {
					continue
				}
				requireProtocol(t, got)
				requireRest(t, s, options, got)
			}
		}
	})
}

func TestAForbiddenStream(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		s.Script(jirasim.Fault{Template: "/rest/api/{v}/projectCategory", Status: http.StatusForbidden, Times: -1})

		got := s.whole(t, tap.Options{})
		line := got.stream(t, "project_categories")
		require.Equal(t, int64(1), line.Tolerated, "a stream of the standard set is skipped")
		require.NotEmpty(t, line.Reasons)
		require.Contains(t, got.log, "skipped")

		named := s.sync(t, tap.Options{Select: []string{"project_categories", "projects", "issues"}})
		require.Equal(t, fault.Incomplete, fault.KindOf(named.err), "a stream that was named fails")
		require.ErrorContains(t, named.err, "project_categories")
		requireLedger(t, s, merged(named.messages), "projects", "issues")

		s.whole(t, tap.Options{Select: []string{"project_categories", "projects"}, SkipForbidden: true})
	})
}

// withChildren are a stream and those that need its rows.
func withChildren(name string) []string {
	family := []string{name}
	for _, s := range stream.All() { // parents stand before children
		if s.Parent != nil && slices.Contains(family, s.Parent.Stream) {
			family = append(family, s.Name)
		}
	}
	return family
}

// One stream that fails for good takes no other with it, but for those below it.
func TestAStreamThatFailsStopsNoOther(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		for stream, template := range map[string]string{
			"components": "/rest/api/{v}/project/{projectIdOrKey}/component", "priorities": "/rest/api/{v}/priority", "worklogs": "/rest/api/{v}/worklog/list",
		} {
			s.ClearScript()
			for _, more := range []string{"", "s", "/search"} {
				s.Script(jirasim.Fault{Template: template + more, Status: http.StatusInternalServerError, Times: -1})
			}
			got := s.sync(t, everything(nil))
			require.Equal(t, fault.Incomplete, fault.KindOf(got.err), stream)
			require.ErrorContains(t, got.err, stream+" failed")
			require.True(t, got.stream(t, stream).Failed)
			requireProtocol(t, got)
			requireLedger(t, s, merged(got.messages), minus(s.Ledger().Streams(), withChildren(stream))...)

			s.ClearScript()
			again := s.whole(t, everything(got.state(t)))
			requireLedger(t, s, merged(got.messages, again.messages), stream)
		}
	})
}

// historiesWithheld refuses histories in bulk and issue by issue.
func historiesWithheld(status int) []jirasim.Fault {
	var faults []jirasim.Fault
	for _, template := range []string{"/rest/api/{v}/changelog/bulkfetch", "/rest/api/{v}/issue/{issueIdOrKey}/changelog"} {
		faults = append(faults, jirasim.Fault{Template: template, Status: status, Times: -1})
	}
	return faults
}

// Histories that are withheld do not make each run read all issues again.
func TestWithheldHistoriesCostIdleRunsLittle(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 1_300}).plain()
	s.Script(historiesWithheld(http.StatusForbidden)...)
	options := light("issues", "changelogs")
	first := s.sync(t, options)
	require.Equal(t, fault.Incomplete, fault.KindOf(first.err))
	options.State = first.state(t)
	idle := s.sync(t, options)
	require.Equal(t, fault.Incomplete, fault.KindOf(idle.err))
	require.LessOrEqual(t, len(idle.asked("/rest/api/{v}/issue/bulkfetch")), 3*options.Concurrency, "all issues were read again")
	require.Less(t, len(idle.requests), len(first.requests))
	s.ClearScript()
	options.State = idle.state(t)
	requireLedger(t, s, merged(first.messages, s.whole(t, options).messages), options.Select...)
}

// Histories that cannot be read keep neither the issues nor their bookmark.
func TestHistoriesThatFailKeepTheIssues(t *testing.T) {
	t.Parallel()
	for name, status := range map[string]int{"forbidden": http.StatusForbidden, "broken": http.StatusInternalServerError} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, jirasim.Options{})
			s.Script(historiesWithheld(status)...)
			got := s.sync(t, tap.Options{Select: issueStreams})
			require.Equal(t, fault.Incomplete, fault.KindOf(got.err))
			require.True(t, strings.HasPrefix(got.err.Error(), "changelogs failed"), got.err)
			requireLedger(t, s, merged(got.messages), minus(issueStreams, []string{"changelogs"})...)

			s.ClearScript()
			again := s.whole(t, tap.Options{Select: issueStreams, State: got.state(t)})
			require.Empty(t, again.ids("issues"), "the issues were read")
			requireLedger(t, s, merged(again.messages), "changelogs")
			require.Empty(t, s.whole(t, tap.Options{Select: issueStreams, State: again.state(t)}).incremental())
		})
	}
}

// An endpoint that is refused or gone has a successor.
func TestSuccessorsOfEndpoints(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusForbidden, http.StatusNotFound, http.StatusGone} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			s := newSite(t, jirasim.Options{})
			for _, path := range []string{"priority", "resolution"} {
				s.Script(jirasim.Fault{Template: "/rest/api/{v}/" + path + "/search", Status: status, Times: -1})
			}
			got := s.whole(t, tap.Options{Select: []string{"priorities", "resolutions"}})
			requireLedger(t, s, merged(got.messages), "priorities", "resolutions")
		})
	}
}

// A refusal stands where the site knows no other address: what the stream lacks
// is told, and not that the other address leads nowhere.
func TestRefusalWithoutASuccessor(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{})
	s.Script(jirasim.Fault{Template: "/rest/software/1.0/board/{boardId}/issue", Status: http.StatusForbidden, Times: -1, Body: `{"errorMessages":["no licence"]}`})
	s.Script(jirasim.Fault{Template: "/rest/agile/1.0/board/{boardId}/issue", Status: http.StatusNotFound, Times: -1, Body: `{"message":"null for uri"}`})
	got := s.sync(t, light("board_issues"))
	require.Equal(t, fault.Incomplete, fault.KindOf(got.err))
	require.ErrorContains(t, got.err, "no licence")
	require.NotContains(t, got.err.Error(), "404")
}

// What is let pass is no part of what failed.
func TestFailuresAreToldWithoutWhatIsLetPass(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{})
	passed := s.whole(t, light("sprints")).stream(t, "sprints").Reasons
	require.NotEmpty(t, passed)
	s.Script(jirasim.Fault{Path: "/rest/agile/1.0/board/1/sprint", Status: http.StatusForbidden, Times: -1, Body: `{"errorMessages":["no licence"]}`})
	got := s.sync(t, light("sprints"))
	require.ErrorContains(t, got.err, "no licence")
	for _, reason := range passed {
		require.NotContains(t, got.err.Error(), reason)
		require.Contains(t, got.stream(t, "sprints").Reasons, reason)
	}
}

func TestAPoisonIssueIsNamedAndAskedForAgain(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		ids := slices.Sorted(s.Ledger().Keys("issues"))
		one := []string{ids[5]}
		number, err := strconv.ParseUint(one[0], 10, 64)
		require.NoError(t, err)
		s.Script(jirasim.Fault{Name: "poison", Poison: number, PoisonField: "summary", Times: -1})
		state := parseState(t, "{}")
		var parts [][]message
		for range 2 {
			got := s.sync(t, tap.Options{Select: []string{"issues", "issue_comments"}, State: state})
			require.Equal(t, fault.Incomplete, fault.KindOf(got.err))
			require.ErrorContains(t, got.err, one[0])
			require.Equal(t, int64(1), got.stream(t, "issues").Gaps)
			parts, state = append(parts, got.messages), got.state(t)
			requireSame(t, one, minus(ids, merged(parts...).ids("issues")), "missing issues")
		}
		s.ClearScript()
		healed := s.whole(t, tap.Options{Select: []string{"issues", "issue_comments"}, State: state})
		require.Equal(t, one, healed.ids("issues"), "it is read once it can be, and alone")
		requireLedger(t, s, merged(append(parts, healed.messages)...), "issues", "issue_comments")
		require.Empty(t, s.whole(t, tap.Options{Select: []string{"issues", "issue_comments"}, State: healed.state(t)}).incremental())
	})
}

// An issue may be deleted between any two requests.
func TestIssuesThatVanishMeanwhile(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 200
		s := newSite(t, o)
		ids := slices.Sorted(s.Ledger().Keys("issues"))
		next := 0
		s.watch = func(req *http.Request) {
			if strings.Contains(req.URL.Path, "bulkfetch") || strings.Contains(req.URL.Path, "search") || strings.Contains(req.URL.Path, "/comment") {
				_, _ = s.Edit(jirasim.Edit{Kind: jirasim.DeleteIssue, Issue: ids[next%len(ids)]})
				next += 7
			}
		}
		options := tap.Options{Select: []string{"issues", "issue_comments", "changelogs"}, Concurrency: 1}
		got := s.whole(t, options)
		s.watch = nil
		requireProtocol(t, got)
		rows := merged(got.messages)
		for _, stream := range options.Select {
			require.Empty(t, minus(slices.Sorted(s.Ledger().Keys(stream)), rows.ids(stream)), stream)
		}
	})
}

// The whole list of a long issue may be what fails.
func TestALongListThatFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		gone   bool
	}{
		"the issue is gone":  {status: http.StatusNotFound, gone: true},
		"the issue is there": {status: http.StatusNotFound},
		"broken":             {status: http.StatusInternalServerError},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, jirasim.Options{Issues: 120, Giants: true})
			const list = "/rest/api/{v}/issue/{issueIdOrKey}/comment"
			s.Script(jirasim.Fault{Template: list, Status: c.status, Times: -1})
			if c.gone {
				gone := jiraSays("Issue does not exist or you do not have permission to see it.")
				gone.Template = "/rest/api/{v}/issue/{issueIdOrKey}"
				s.Script(gone)
			}
			options := tap.Options{Select: []string{"issues", "issue_comments", "changelogs"}, Validate: tap.ValidateSample}
			got := s.sync(t, options)
			requireLedger(t, s, merged(got.messages), "issues", "changelogs")
			if c.gone {
				require.NoError(t, got.err)
				return
			}
			require.Equal(t, fault.Incomplete, fault.KindOf(got.err))
			require.ErrorContains(t, got.err, "issue_comments lacks")
			require.Zero(t, got.stream(t, "issues").Gaps)

			s.ClearScript()
			options.State = got.state(t)
			again := s.whole(t, options)
			require.Less(t, len(again.ids("issues")), 60, "only what lacked something is read again")
			requireLedger(t, s, merged(got.messages, again.messages), options.Select...)
			options.State = again.state(t)
			require.Empty(t, s.whole(t, options).incremental())
		})
	}
}

func TestASiteThatGoesAwayEndsTheRun(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		options := light("projects", "issues", "changelogs")
		total := len(s.whole(t, options).requests)
		for from := 1; from <= total; from += 2 {
			s.ClearScript()
			s.Script(jirasim.Fault{Reset: jirasim.ResetBefore, From: from, Times: -1})
			got := s.sync(t, options)
			require.Equal(t, fault.Network, fault.KindOf(got.err), "from request %d: %v", from, got.err)
			if len(got.messages) == 0 {
				continue
			}
			requireProtocol(t, got)
			s.ClearScript()
			next := options
			next.State = got.state(t)
			requireLedger(t, s, merged(got.messages, s.whole(t, next).messages), options.Select...)
		}
	})
}

// The oddities of Cloud's search lose nothing.
func TestOddPagesOfCloudsSearch(t *testing.T) {
	t.Parallel()
	for name, each := range map[string]jirasim.Fault{
		"an empty page with a token": {EmptyPage: true}, "isLast is missing": {NoIsLast: true, Times: -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, jirasim.Options{})
			each.Template = "/rest/api/{v}/search/jql"
			s.Script(each)
			requireLedger(t, s, merged(s.whole(t, tap.Options{Select: issueStreams}).messages), issueStreams...)
		})
	}
}
