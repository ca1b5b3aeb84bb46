package jirasim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIssueChildrenArePaged(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Giants: true})
	giant := "/rest/api/3/issue/" + c.giant()
	ids := c.pages(giant+"/changelog?maxResults=1000", func(p offsetPage, i int) string {
		require.Equal(t, 100, p.MaxResults)
		return p.Values[i].ID
	})
	require.Len(t, ids, 6000)
	slices.Sort(ids)
	require.Len(t, slices.Compact(ids), 6000)

	var page struct {
		StartAt, MaxResults, Total int
		Comments                   []struct{ ID, Created string }
		Worklogs                   []struct{ ID string }
	}
	c.get(giant + "/comment?maxResults=5000&startAt=4950").status(200).into(&page)
	require.Equal(t, []int{100, 5000, 50}, []int{page.MaxResults, page.Total, len(page.Comments)})
	last := page.Comments[49].ID
	c.get(giant + "/comment?orderBy=-created&maxResults=1").status(200).into(&page)
	require.Equal(t, last, page.Comments[0].ID)
	c.get(giant + "/comment?orderBy=updated").status(400)
	c.get(giant + "/comment?startAt=-1").status(400)
	c.get(giant + "/comment?startAt=x").status(404)
	c.get(giant + "/worklog").status(200).into(&page)
	require.Len(t, page.Worklogs, 5000)

	dc := newClient(t, Options{Deployment: DataCenter, Giants: true})
	dc.get("/rest/api/2/issue/" + dc.giant() + "/worklog").status(200).into(&page)
	require.Equal(t, []int{20, 20, 5000}, []int{page.MaxResults, len(page.Worklogs), page.Total})
	dc.get("/rest/api/2/issue/" + dc.giant() + "/comment").status(200).into(&page)
	require.Len(t, page.Comments, 50)
}

func TestIssuesByIDAndKey(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		c := newClient(t, Options{Deployment: d})
		m := c.visible()[7]
		var byID, byKey map[string]json.RawMessage
		c.get(fmt.Sprintf("/rest/api/2/issue/%d", m.ID)).status(200).into(&byID)
		c.get("/rest/api/2/issue/" + strings.ToLower(c.jira.site.issueKey(m.Index)) + "?expand=changelog,transitions").status(200).into(&byKey)
		require.Equal(t, byID["id"], byKey["id"])
		require.Contains(t, byKey, "changelog")
		require.Contains(t, byKey, "transitions")
		require.NotContains(t, byID, "changelog")
		c.get(fmt.Sprintf("/rest/api/2/issue/%d/transitions", m.ID)).status(200)
		_, err := c.jira.Edit(Edit{Kind: DeleteIssue, Issue: fmt.Sprint(m.ID)})
		require.NoError(t, err)
		for _, path := range []string{"", "/comment", "/worklog", "/transitions"} {
			gone := c.get(fmt.Sprintf("/rest/api/2/issue/%d%s", m.ID, path)).status(404)
			require.Equal(t, []string{"Issue does not exist or you do not have permission to see it."}, gone.messages())
		}
		want := map[Deployment]int{Cloud: 404, DataCenter: 401}[d]
		c.as("", "").get(fmt.Sprintf("/rest/api/2/issue/%d", c.visible()[8].ID)).status(want)
	}
}

func TestArchivedIssuesAreThereByIDOnly(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter})
	m := c.visible()[7]
	_, err := c.jira.Edit(Edit{Kind: ArchiveIssue, Issue: fmt.Sprint(m.ID)})
	require.NoError(t, err)
	c.get(fmt.Sprintf("/rest/api/2/issue/%d", m.ID)).status(200)
	require.Empty(t, c.searchIDs(fmt.Sprintf("id = %d", m.ID)))
}

func TestMovedIssuesAnswerToTheirOldKey(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	m := c.visible()[7]
	old := c.jira.site.issueKey(m.Index)
	_, err := c.jira.Edit(Edit{Kind: MoveIssue, Issue: old})
	require.NoError(t, err)
	var issue struct{ ID, Key string }
	c.get("/rest/api/3/issue/" + old).status(200).into(&issue)
	require.Equal(t, fmt.Sprint(m.ID), issue.ID)
	require.NotEqual(t, old, issue.Key)
}

func TestChangelogAndCommentsByID(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Giants: true})
	var some offsetPage
	c.get("/rest/api/3/issue/" + c.giant() + "/changelog?maxResults=3").status(200).into(&some)
	wanted, err := strconv.Atoi(some.Values[1].ID)
	require.NoError(t, err)
	var list struct{ Histories []struct{ ID string } }
	c.post("/rest/api/3/issue/"+c.giant()+"/changelog/list", map[string]any{"changelogIds": []int{wanted, 1}}).status(200).into(&list)
	require.Len(t, list.Histories, 1)
	var comments struct{ Comments []struct{ ID string } }
	c.get("/rest/api/3/issue/" + c.giant() + "/comment?maxResults=1").status(200).into(&comments)
	id, err := strconv.Atoi(comments.Comments[0].ID)
	require.NoError(t, err)
	var page offsetPage
	c.post("/rest/api/3/comment/list", map[string]any{"ids": []int{id, 3}}).status(200).into(&page)
	require.Len(t, page.Values, 1)
	c.post("/rest/api/3/comment/list", map[string]any{"ids": []int{}}).status(400)
}

// A single issue embeds all of its comments and 20 worklogs; its changelog is whole on Data Center, and the newest hundred on
// Cloud (jira-api.md C.5).
func TestWhatOneIssueEmbeds(t *testing.T) {
	t.Parallel()
	for d, histories := range map[Deployment]int{Cloud: 100, DataCenter: 6000} {
		c := newClient(t, Options{Deployment: d, Giants: true})
		var issue struct {
			Fields struct {
				Comment struct{ Comments []struct{ ID string } }
				Worklog struct{ Worklogs []struct{ ID string } }
				Summary string
			}
			Changelog struct {
				Total     int
				Histories []struct{ Created string }
			}
		}
		c.get("/rest/api/2/issue/" + c.giant() + "?expand=changelog&fields=comment,worklog").status(200).into(&issue)
		require.Len(t, issue.Fields.Comment.Comments, 5000)
		require.Len(t, issue.Fields.Worklog.Worklogs, 20)
		require.Empty(t, issue.Fields.Summary, "fields that were not named")
		require.Len(t, issue.Changelog.Histories, histories)
		require.Equal(t, 6000, issue.Changelog.Total)
	}
}

// Lists by id take a thousand ids and no more, name each child once, and leave out what is not there.
func TestListsByIDAtTheirEdges(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Issues: 30})
	thousand := make([]uint64, 1000)
	for k := range thousand {
		thousand[k] = uint64(k + 1)
	}
	for _, path := range []string{"/rest/api/3/worklog/list", "/rest/api/3/comment/list"} {
		c.post(path, map[string]any{"ids": thousand}).status(200)
		c.post(path, map[string]any{"ids": append(thousand, 1)}).status(400)
		c.do("POST", path, `{"ids":["x"]}`).status(400)
	}
	var feed feedAnswer
	c.get("/rest/api/3/worklog/updated").status(200).into(&feed)
	var found []struct{ ID string }
	first := feed.Values[0].WorklogID
	c.post("/rest/api/3/worklog/list", map[string]any{"ids": []uint64{first, 1, first}}).status(200).into(&found)
	require.LessOrEqual(t, len(found), 1)
	c.as("", "").post("/rest/api/3/worklog/list", map[string]any{"ids": []uint64{first}}).status(401)
	require.Contains(t, c.as("", "").post("/rest/api/3/comment/list", map[string]any{"ids": thousand}).status(200).body, `"values":[]`)
}

// The report names an issue with nearly too many comments or worklogs, and how many it has.
func TestLimitReport(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Giants: true})
	var report struct {
		IssuesApproachingLimit, IssuesBreachingLimit map[string]map[string]int
		Limits                                       map[string]int
	}
	c.get("/rest/api/3/issue/limit/report").status(200).into(&report)
	require.Equal(t, map[string]map[string]int{"comment": {c.giant(): 5000}}, report.IssuesApproachingLimit, "5,000 worklogs are half of what an issue takes")
	require.Empty(t, report.IssuesBreachingLimit)
	require.Equal(t, []int{5000, 10_000}, []int{report.Limits["comment"], report.Limits["worklog"]})
	_, err := c.jira.Edit(Edit{Kind: AddComment, Issue: c.giant()})
	require.NoError(t, err)
	c.get("/rest/api/3/issue/limit/report").status(200).into(&report)
	require.Equal(t, map[string]map[string]int{"comment": {c.giant(): 5001}}, report.IssuesBreachingLimit)
	require.Equal(t, []string{adminsOnly}, c.asReader().get("/rest/api/3/issue/limit/report").status(403).messages())
}
