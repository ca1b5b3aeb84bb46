package tap_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// Properties of comments and worklogs are asked for one by one, for each row of
// lists that come with the issues, whether or not those are selected.
func TestPropertiesOfCommentsAndWorklogs(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 40
		s := newSite(t, o)
		streams := []string{"issue_comment_properties"}
		if s.cloud {
			streams = append(streams, "issue_worklog_properties")
		}
		alone := s.whole(t, tap.Options{Select: streams})
		requireProtocol(t, alone)
		requireLedger(t, s, merged(alone.messages), streams...)
		require.ElementsMatch(t, streams, alone.streamsOf("RECORD"))
		again := s.whole(t, tap.Options{Select: streams, State: alone.state(t)})
		require.Empty(t, again.streamsOf("RECORD"), "an issue that is not read again sends none")

		with := append([]string{"issue_comments", "worklogs", "issues"}, streams...)
		both := s.whole(t, tap.Options{Select: with})
		requireProtocol(t, both)
		requireLedger(t, s, merged(both.messages), with...)

		const path = "/rest/api/{v}/comment/{commentId}/properties"
		s.Script(jirasim.Fault{Template: path, From: 2, Times: 1, Status: http.StatusNotFound})
		gone := s.whole(t, tap.Options{Select: streams[:1]})
		require.NotEmpty(t, gone.asked(path))
		s.ClearScript()
		s.Script(jirasim.Fault{Template: path, From: 2, Times: -1, Status: http.StatusInternalServerError})
		broken := s.sync(t, tap.Options{Select: streams[:1]})
		require.Equal(t, fault.Incomplete, fault.KindOf(broken.err), "%v", broken.err)
		require.Positive(t, broken.stream(t, streams[0]).Gaps, "what was read for the stream's sake is its own gap")
	})
}
