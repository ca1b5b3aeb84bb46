package tap_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// A link stands in both of its issues, and is one row whichever was read.
func TestALinkIsPrintedOnce(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 150
		s := newSite(t, o)
		first := s.whole(t, tap.Options{Select: []string{"issue_links", "issues"}})
		requireProtocol(t, first) // none twice
		rows := merged(first.messages)
		requireLedger(t, s, rows, "issue_links", "issues")
		issues := map[string]string{}
		for id, row := range rows.rows["issues"] {
			issues[id] = text(row["key"])
		}
		for id, row := range rows.rows["issue_links"] {
			require.Equal(t, issues[text(row["inwardIssueId"])], text(row["inwardIssueKey"]), id)
			require.Equal(t, issues[text(row["outwardIssueId"])], text(row["outwardIssueKey"]), id)
			require.NotEmpty(t, text(row["inwardIssueKey"]))
			require.NotEqual(t, text(row["inwardIssueId"]), text(row["outwardIssueId"]))
			require.Contains(t, string(row["type"]), `"outward"`)
		}
		alone := s.whole(t, tap.Options{Select: []string{"issue_links"}, Concurrency: 1})
		require.Equal(t, merged(alone.messages).rows["issue_links"], rows.rows["issue_links"])

		// From either of its issues alone it is the same row.
		for id, row := range rows.rows["issue_links"] {
			for _, end := range []string{"inwardIssueKey", "outwardIssueKey"} {
				again := s.whole(t, tap.Options{Select: []string{"issue_links"}, Issues: []string{text(row[end])}})
				i := slices.Index(again.ids("issue_links"), id)
				require.GreaterOrEqual(t, i, 0, "link %s from %s", id, end)
				require.Equal(t, row, again.records("issue_links")[i].Record)
			}
			break
		}
	})
}

func TestLinksThatAreOdd(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 1})
	issue := s.whole(t, tap.Options{Select: []string{"issues"}}).ids("issues")[0]
	body := `{"issues":[{"id":"` + issue + `","key":"A-1","fields":{"created":"2024-01-01T00:00:00.000+0000","updated":"2024-01-01T00:00:00.000+0000","issuelinks":[
		{"id":"1","outwardIssue":{"id":"7","key":"B-7"}},{"id":"2","type":{"id":"3"},"inwardIssue":{"id":"8","key":"B-8"}},{"id":"3"},{"id":"1","outwardIssue":{"id":"7","key":"B-7"}}]}}],"issueErrors":[]}`
	s.Script(jirasim.Fault{Template: "/rest/api/{v}/issue/bulkfetch", Status: http.StatusOK, Body: body, Times: -1})
	got := s.whole(t, tap.Options{Select: []string{"issue_links"}})
	require.Equal(t, []string{"1", "2", "3"}, got.ids("issue_links"))
	rows := got.records("issue_links")
	require.Equal(t, []string{`"` + issue + `"`, `"A-1"`, `"7"`, `"B-7"`}, ends(rows[0]))
	require.Equal(t, []string{`"8"`, `"B-8"`, `"` + issue + `"`, `"A-1"`}, ends(rows[1]))
	require.Equal(t, []string{"null", "null", "null", "null"}, ends(rows[2]))
}

// ends are the columns of a link that name its issues.
func ends(m message) []string {
	var values []string
	for _, column := range []string{"inwardIssueId", "inwardIssueKey", "outwardIssueId", "outwardIssueKey"} {
		values = append(values, string(m.Record[column]))
	}
	return values
}
