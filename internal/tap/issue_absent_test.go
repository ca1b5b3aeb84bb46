package tap_test

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// everyIssue is a JQL that limits nothing; with one, worklogs are read from the issues.
const everyIssue = `created >= "2001-01-01"`

// hides makes the site leave lists out of its issues wherever many are read at once.
func (s *site) hides(lists ...string) {
	for _, template := range []string{"/rest/api/{v}/issue/bulkfetch", "/rest/api/{v}/search"} {
		s.Script(jirasim.Fault{Template: template, Times: -1, Rewrite: func(body []byte) []byte {
			for _, list := range lists {
				body = bytes.ReplaceAll(body, []byte(`"`+list+`":{`), []byte(`"hidden":{`))
			}
			return body
		}})
	}
}

// Cloud leaves out values that it could not load (failFast=false), and a field
// that a project hides is not in its issues.
func TestAListThatIsNotThereIsAskedFor(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 80
		s := newSite(t, o).plain()
		s.hides("comment", "worklog", "changelog")
		options := tap.Options{Select: []string{"issues", "issue_comments", "worklogs", "changelogs"}, JQL: everyIssue}
		got := s.whole(t, options)
		requireLedger(t, s, merged(got.messages), options.Select...)
	})
}

func TestAListThatIsNotThereIsNoDeletion(t *testing.T) {
	t.Parallel()
	bothModes(t, func(t *testing.T, f *follower) {
		f.run(t)
		id := f.talkative(t)
		f.hides("comment", "worklog")
		f.edit(t, jirasim.Edit{Kind: jirasim.EditSummary, Issue: id})
		f.clock.pass(2 * time.Hour)
		f.run(t)
		require.Empty(t, f.tombs["issue_comments"])
		require.Empty(t, f.tombs["worklogs"])
		f.requireTruth(t)
	})
}

// Where time tracking is switched off, no issue has worklogs: one of them is asked.
func TestASiteMayDoWithoutWorklogs(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 80
		s := newSite(t, o).plain()
		s.hides("worklog")
		const list = "/rest/api/{v}/issue/{issueIdOrKey}/worklog"
		s.Script(jirasim.Fault{
			Template: list, Times: -1, Status: http.StatusNotFound, Header: map[string]string{"Content-Type": "application/json"},
			Body: `{"errorMessages":["Time tracking is not enabled."],"errors":{}}`,
		})
		got := s.whole(t, tap.Options{Select: []string{"issues", "worklogs"}, JQL: everyIssue, Concurrency: 1})
		requireLedger(t, s, merged(got.messages), "issues")
		require.Empty(t, got.records("worklogs"))
		require.EqualValues(t, s.count("issues"), got.stream(t, "worklogs").Tolerated)
		require.Len(t, got.asked(list), 1)
	})
}

// A list that is there with no rows and no count is empty: it costs nothing more.
func TestAnEmptyListIsNotAskedFor(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues, o.EmptyLists = 80, true
		s := newSite(t, o)
		got := s.whole(t, tap.Options{Select: []string{"issue_comments"}})
		require.NotEmpty(t, got.records("issue_comments"))
		long := map[string]bool{}
		for _, row := range merged(got.messages).rows["issue_comments"] {
			long[text(row["issueId"])] = true
		}
		require.LessOrEqual(t, len(got.asked("/rest/api/{v}/issue/{issueIdOrKey}/comment")), len(long), "no issue without comments is asked")
	})
}
