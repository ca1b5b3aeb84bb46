package tap_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// What only service projects have is not asked for of the issues of others.
func TestRequestsOfCustomersAreAskedForInServiceProjects(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 300, Deployment: jirasim.Cloud})
	got := s.whole(t, tap.Options{Select: []string{"projects", "issues", "request_slas", "issue_votes"}})
	requireLedger(t, s, merged(got.messages), "request_slas", "issue_votes")
	service := map[string]bool{}
	for _, project := range got.records("projects") {
		service[text(project.Record["id"])] = text(project.Record["projectTypeKey"]) == "service_desk"
	}
	asked := map[bool]int{}
	for _, issue := range got.records("issues") {
		var fields struct{ Project struct{ ID string } }
		require.NoError(t, json.Unmarshal(issue.Record["fields"], &fields))
		asked[service[fields.Project.ID]]++
	}
	require.Positive(t, asked[true])
	require.Greater(t, asked[false], asked[true])
	require.Len(t, got.asked("/rest/servicedeskapi/request/{issueId}/sla"), asked[true])
	require.Len(t, got.asked("/rest/api/{v}/issue/{issueIdOrKey}/votes"), asked[true]+asked[false])

	alone := s.whole(t, tap.Options{Select: []string{"request_slas"}})
	require.Len(t, alone.asked("/rest/servicedeskapi/request/{issueId}/sla"), asked[true], "also where nobody selected the issues")
	requireLedger(t, s, merged(alone.messages), "request_slas")
}

// Properties of comments and worklogs come with the issues, whether or not
// comments and worklogs are selected: by the thousand on Cloud, and one by one,
// those of comments alone, on Data Center.
func TestPropertiesOfCommentsAndWorklogs(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 40
		s := newSite(t, o)
		streams, path := []string{"issue_comment_properties"}, "/rest/api/{v}/comment/{commentId}/properties"
		if s.cloud {
			streams, path = append(streams, "issue_worklog_properties"), "/rest/api/{v}/comment/list"
		}
		alone := s.whole(t, tap.Options{Select: streams})
		requireProtocol(t, alone)
		requireLedger(t, s, merged(alone.messages), streams...)
		require.ElementsMatch(t, streams, alone.streamsOf("RECORD"))
		if s.cloud {
			require.Len(t, alone.asked(path), 1, "one request for all comments of a hundred issues")
			require.Len(t, alone.asked("/rest/api/{v}/worklog/list"), 1)
		}
		again := s.whole(t, tap.Options{Select: streams, State: alone.state(t)})
		require.Empty(t, again.streamsOf("RECORD"), "an issue that is not read again sends none")

		with := append([]string{"issue_comments", "worklogs", "issues"}, streams...)
		both := s.whole(t, tap.Options{Select: with})
		requireProtocol(t, both)
		requireLedger(t, s, merged(both.messages), with...)

		if !s.cloud {
			s.Script(jirasim.Fault{
				Template: path, From: 2, Times: 1, Status: http.StatusNotFound, Body: `{"errorMessages":["Can not find a comment for the id: 1."],"errors":{}}`,
			})
			gone := s.whole(t, tap.Options{Select: streams[:1]})
			require.NotEmpty(t, gone.asked(path))
			s.ClearScript()
		}
		s.Script(jirasim.Fault{Template: path, Times: -1, Status: http.StatusInternalServerError})
		broken := s.sync(t, tap.Options{Select: streams[:1]})
		require.Equal(t, fault.Incomplete, fault.KindOf(broken.err), "%v", broken.err)
		require.Positive(t, broken.stream(t, streams[0]).Gaps, "what was read for the stream's sake is its own gap")
		s.ClearScript()
		mended := s.whole(t, tap.Options{Select: streams[:1], State: broken.state(t)})
		requireLedger(t, s, merged(mended.messages), streams[0])
	})
}

// Jira does not document how many comments it would send at once: those that do
// not come are asked for again, as long as any come.
func TestPropertiesOfCommentsThatComeShort(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 40})
	const path = "/rest/api/{v}/comment/list"
	whole := s.whole(t, tap.Options{Select: []string{"issue_comment_properties", "issue_comments"}})
	first := whole.ids("issue_comments")[0]
	s.Script(jirasim.Fault{Template: path, Times: 1, Status: http.StatusOK, Body: `{"isLast":false,"total":99,"values":[
		{"id":"` + first + `","properties":[{"key":"acme.asked","value":{"by":1}}]},{"id":"` + first + `","properties":[{"key":"again"}]},{"id":"1","properties":[{"key":"x"}]}]}`})
	short := s.whole(t, tap.Options{Select: []string{"issue_comment_properties"}})
	require.Len(t, short.asked(path), 2)
	require.NotContains(t, short.asked(path)[1].Body, first)
	rows := short.records("issue_comment_properties")
	require.Equal(t, `"`+first+`"`, string(rows[0].Record["commentId"]))
	require.Equal(t, `"acme.asked"`, string(rows[0].Record["key"]))
	require.NotEmpty(t, text(rows[0].Record["issueId"]))
	require.GreaterOrEqual(t, len(rows), len(whole.records("issue_comment_properties")))

	s.ClearScript()
	s.Script(jirasim.Fault{Template: path, Times: -1, Status: http.StatusOK, Body: `{"values":[]}`})
	none := s.whole(t, tap.Options{Select: []string{"issue_comment_properties"}})
	require.Empty(t, none.streamsOf("RECORD"))
	require.Len(t, none.asked(path), 1, "what nobody may see is not asked for again")
}
