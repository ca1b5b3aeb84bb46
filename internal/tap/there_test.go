package tap_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
	"tap-jira/internal/tap"
)

// proxyPage is what a proxy answers for an address that its rules do not let through.
var proxyPage = jirasim.Fault{
	Name: "proxy", Status: http.StatusNotFound, Header: map[string]string{"Content-Type": "text/html"},
	Body: "<html><head><title>404 Not Found</title></head><body><center>nginx</center></body></html>", Times: -1,
}

// jiraSays is a 404 in Jira's own words.
func jiraSays(message string) jirasim.Fault {
	return jirasim.Fault{
		Name: "proxy", Status: http.StatusNotFound, Header: map[string]string{"Content-Type": "application/json"},
		Body: `{"errorMessages":["` + message + `"],"errors":{}}`, Times: -1,
	}
}

// dialect is the client's name of the site's deployment.
func (s *site) dialect() jira.Deployment {
	if s.cloud {
		return jira.Cloud
	}
	return jira.DataCenter
}

// block plays the fault on all requests to the stream's endpoint, and tells whether there are any.
func (s *site) block(requests []jirasim.RequestRecord, e stream.Endpoint, blocked jirasim.Fault) bool {
	s.ClearScript()
	path := regexp.MustCompile(`\\\{[^}]*\\\}`).ReplaceAllString(regexp.QuoteMeta(e.Path), `[^/]+`)
	address := regexp.MustCompile("^" + path + "$")
	i := slices.IndexFunc(requests, func(r jirasim.RequestRecord) bool { return address.MatchString(r.Path) })
	if i < 0 {
		return false
	}
	blocked.Template = requests[i].Template
	s.Script(blocked)
	return true
}

// TestABlockedAddressIsNoAbsence is a proxy whose rules do not let the parts of something through: each part is a 404,
// as it would be if all of it were gone.
func TestABlockedAddressIsNoAbsence(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 30
		s := newSite(t, o)
		s.clock.pass(2 * time.Minute) // for the feed of worklogs
		tried := 0
		for _, each := range stream.AllOn(s.dialect()) {
			if _, tolerated := each.Tolerates(http.StatusNotFound, nil); !tolerated || each.Parent == nil || each.Hidden {
				continue
			}
			s.ClearScript()
			options := light(each.Name)
			undisturbed := s.whole(t, options)
			e := each.Endpoint(s.dialect())
			if !s.block(undisturbed.requests, e, proxyPage) {
				continue // the site has nothing to ask it of
			}
			if e.Successor != nil {
				s.whole(t, options) // there is another way
				continue
			}
			tried++
			got := s.sync(t, options)
			require.Equal(t, fault.Incomplete, fault.KindOf(got.err), "%s: %v\n%s", each.Name, got.err, got.log)
			require.ErrorContains(t, got.err, each.Name+" failed: ")
			require.Contains(t, strings.Join(got.stream(t, each.Name).Reasons, " "), `"404 Not Found"`)
			require.Empty(t, got.records(each.Name))
			require.Empty(t, got.state(t).Bookmark(each.Name), "%s goes on from where it was never read", each.Name)
			requireProtocol(t, got)
		}
		require.Greater(t, tried, 25)
	})
}

// TestPartsOfALiveProject are versions and components, which each live project has: their 404 is believed of a project
// that is gone, whatever it says.
func TestPartsOfALiveProject(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		options := light("versions", "components", "projects")
		undisturbed := s.whole(t, options)
		for _, name := range []string{"versions", "components"} {
			each, _ := stream.Find(name)
			require.True(t, s.block(undisturbed.requests, each.Endpoint(s.dialect()), jiraSays("No project could be found with id '10001'.")))
			got := s.sync(t, options)
			require.ErrorContains(t, got.err, name+" failed: ")
			require.ErrorContains(t, got.err, "is there")
			other := map[string]string{"versions": "components", "components": "versions"}[name]
			requireLedger(t, s, merged(got.messages), other, "projects")
			asked := 0
			for _, r := range got.requests {
				if strings.Count(r.Path, "/") == 5 && strings.Contains(r.Path, "/project/") && r.Path[strings.LastIndex(r.Path, "/")+1] == '1' {
					asked++
				}
			}
			require.LessOrEqual(t, asked, len(got.records("projects")), "each project is asked for once at most")
		}
		s.ClearScript()
		again := s.whole(t, options)
		requireLedger(t, s, merged(again.messages), options.Select...)
	})
}

// TestListsOfALiveIssue are comments that Jira embeds in part: a 404 for the rest is a gap while the issue is there.
func TestListsOfALiveIssue(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 60
		s := newSite(t, o)
		options := light("issues", "issue_comments")
		undisturbed := s.whole(t, options)
		template := "/rest/api/{v}/issue/{issueIdOrKey}/comment"
		if !slices.ContainsFunc(undisturbed.requests, func(r jirasim.RequestRecord) bool { return r.Template == template }) {
			require.Equal(t, jira.DataCenter, s.dialect())
			return // embeds them all
		}
		for name, blocked := range map[string]jirasim.Fault{"a proxy": proxyPage, "Jira": jiraSays("Issue does not exist or you do not have permission to see it.")} {
			blocked.Template = template
			s.ClearScript()
			s.Script(blocked)
			got := s.sync(t, options)
			require.Equal(t, fault.Incomplete, fault.KindOf(got.err), name)
			require.ErrorContains(t, got.err, "is there", name)
			require.Positive(t, got.stream(t, "issue_comments").Gaps, name)
			s.ClearScript()
			requireRest(t, s, options, got)
		}
	})
}

// TestHistoriesThatAreBlocked are those of a proxy that lets neither the bulk nor the single address through.
func TestHistoriesThatAreBlocked(t *testing.T) {
	t.Parallel()
	o := dialects["cloud"]
	o.Issues = 30
	s := newSite(t, o)
	for name, blocked := range map[string]jirasim.Fault{"a proxy": proxyPage, "Jira": jiraSays("Issue does not exist or you do not have permission to see it.")} {
		s.ClearScript()
		for _, template := range []string{"/rest/api/{v}/changelog/bulkfetch", "/rest/api/{v}/issue/{issueIdOrKey}/changelog"} {
			blocked.Template = template
			s.Script(blocked)
		}
		got := s.sync(t, light("issues", "changelogs"))
		require.Equal(t, fault.Incomplete, fault.KindOf(got.err), name)
		require.ErrorContains(t, got.err, "changelogs")
		require.ErrorContains(t, got.err, "404")
		s.ClearScript()
		requireRest(t, s, light("issues", "changelogs"), got)
	}
}

// TestAnErrorOfTheIssuesIsNoAbsence is a search that is blocked: the streams that hang on issues take their own 404 for
// "nothing here", and not that one.
func TestAnErrorOfTheIssuesIsNoAbsence(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		s.Script(jirasim.Fault{Contains: "ORDER BY", Status: http.StatusNotFound, Body: `{"errorMessages":["gone"]}`, Times: -1})
		for _, name := range []string{"issue_watchers", "issue_votes", "issue_remote_links"} {
			got := s.sync(t, tap.Options{Select: []string{name}, IssueFields: []string{"summary"}})
			require.Equal(t, fault.Incomplete, fault.KindOf(got.err), "%s: %s", name, got.log)
			require.ErrorContains(t, got.err, name+" failed: ")
		}
	})
}

// TestWithoutFields is a site that does not tell what its issues are made of: the streams that need no field are read.
func TestWithoutFields(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 30
		s := newSite(t, o)
		options := light("projects", "issues", "issue_comments", "changelogs")
		before := s.whole(t, options)
		for _, status := range []int{http.StatusForbidden, http.StatusNotFound, http.StatusServiceUnavailable} {
			for _, state := range []*singer.State{nil, before.state(t)} {
				s.ClearScript()
				s.Script(jirasim.Fault{Template: "/rest/api/{v}/field", Status: status, Times: -1})
				options.State = state
				got := s.sync(t, options)
				require.Equal(t, fault.Incomplete, fault.KindOf(got.err), got.err)
				require.ErrorContains(t, got.err, "issues failed: read the fields of issues")
				require.True(t, got.stream(t, "issues").Failed)
				requireProtocol(t, got)
				requireLedger(t, s, merged(before.messages, got.messages), "projects", "issue_comments", "changelogs")
				s.ClearScript()
				options.State = got.state(t)
				rest := s.whole(t, options)
				printed := [][]message{got.messages, rest.messages}
				if state != nil {
					printed = append([][]message{before.messages}, printed...)
				}
				requireLedger(t, s, merged(printed...), options.Select...)
			}
			s.Script(jirasim.Fault{Template: "/rest/api/{v}/field", Status: status, Times: -1})
			alone := s.sync(t, light("issues"))
			require.Error(t, alone.err)
			require.Empty(t, alone.out, "nothing could be read")
		}
	})
}

// TestAFirewallIsNoJira is something before Jira that refuses: neither is the product missing, as a Jira without it
// says, nor may a stream of the standard set be skipped, as one that the account may not read is.
func TestAFirewallIsNoJira(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		for _, status := range []int{http.StatusNotFound, http.StatusForbidden} {
			firewall := proxyPage
			firewall.Status, firewall.Template = status, "/rest/agile/1.0/board"
			s.ClearScript()
			s.Script(firewall)
			s.whole(t, tap.Options{}) // a Jira that says so
			firewall.BeforeJira = true
			s.ClearScript()
			s.Script(firewall)
			got := s.sync(t, tap.Options{})
			require.Equal(t, fault.Incomplete, fault.KindOf(got.err), "%d", status)
			require.ErrorContains(t, got.err, "boards failed: ")
			require.ErrorContains(t, got.err, "something before Jira")
		}
	})
}

// TestAFirewallGivesNoTombstones answers for issues that are not listed any more, and for projects: what it says of them
// is not believed.
func TestAFirewallGivesNoTombstones(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 60
		for _, template := range []string{"/rest/api/{v}/issue/{issueIdOrKey}", "/rest/api/{v}/project/{projectIdOrKey}"} {
			f := newSite(t, o).plain().follow(t, withProject("issues"))
			f.run(t)
			f.clock.pass(2 * time.Hour)
			archived := f.edit(t, jirasim.Edit{Kind: jirasim.ArchiveIssue, Issue: f.keys()[3]})
			for name, page := range map[string]jirasim.Fault{"a page": proxyPage, "a firewall": {Status: http.StatusForbidden, BeforeJira: true, Times: -1}} {
				page.Template = template
				f.ClearScript()
				f.Script(page)
				f.attempt(t)
				require.NotContains(t, []string{"deleted", "unobserved", "access_lost"}, f.tombs["issues"][archived], "%s at %s", name, template)
			}
			f.ClearScript()
			f.run(t)
			f.requireTruth(t)
		}
	})
}
