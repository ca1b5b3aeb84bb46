package jirasim

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// agilePage is a page of any agile list.
type agilePage struct {
	StartAt, MaxResults int
	Total               *int
	IsLast              *bool
	NextPageToken       string
	Values, Issues      []struct {
		ID       any
		Key      string
		Name     *string
		Type     *string
		Location map[string]any
		State    string
		Fields   map[string]any
	}
}

// agileIDs reads an agile list to its end by what came, in whichever form it is.
func (c *client) agileIDs(path string) (ids []string) {
	c.t.Helper()
	token := ""
	for {
		var page agilePage
		next := with(path, "startAt=%d", len(ids))
		if strings.HasPrefix(path, "/rest/software/") {
			next = with(path, "maxResults=7&nextPageToken=%s", url.QueryEscape(token))
		}
		c.get(next).status(200).into(&page)
		found := page.Values
		if page.Issues != nil {
			found = page.Issues
		}
		for _, v := range found {
			id := fmt.Sprint(v.ID)
			if number, isNumber := v.ID.(float64); isNumber {
				id = strconv.Itoa(int(number))
			}
			ids = append(ids, id)
		}
		switch {
		case strings.HasPrefix(path, "/rest/software/"):
			if token = page.NextPageToken; token == "" {
				return ids
			}
		case page.IsLast != nil && *page.IsLast, page.IsLast == nil && len(ids) == *page.Total:
			return ids
		}
		require.NotEmpty(c.t, found, path)
	}
}

func TestBoardsAreListed(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		c := newClient(t, Options{Deployment: d, Issues: 6_000})
		var page agilePage
		c.get("/rest/agile/1.0/board?maxResults=1000").status(200).into(&page)
		require.Equal(t, 50, page.MaxResults, "a page of boards is capped")
		require.Len(t, page.Values, 50)
		require.Equal(t, d == Cloud, page.Total != nil, "only Cloud counts boards")
		require.Equal(t, d == Cloud, page.Values[0].Location != nil, "only Cloud tells where boards are")
		all := c.agileIDs("/rest/agile/1.0/board")
		require.Len(t, all, len(c.jira.site.boards)-1)
		require.NotContains(t, all, strconv.Itoa(privateBoard))
		private := c.agileIDs("/rest/agile/1.0/board?includePrivate=true&orderBy=name")
		require.Equal(t, d == Cloud, private[len(private)-1] == strconv.Itoa(privateBoard), "private boards come last, on Cloud")
		kanban := c.agileIDs("/rest/agile/1.0/board?type=kanban")
		require.Less(t, len(kanban), len(all))
		require.NotContains(t, kanban, "1")
		c.get("/rest/agile/1.0/board?type=nonsense").status(400)
		require.Contains(t, c.agileIDs("/rest/agile/1.0/board?projectKeyOrId=R2_D"), "2")
		c.get("/rest/agile/1.0/board?projectKeyOrId=NOPE").status(400)
		c.as("", "").get("/rest/agile/1.0/board").status(401)
	}
}

func TestBoardsThatRefuse(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		c := newClient(t, Options{Deployment: d, Issues: 50})
		board := func(id int, child string) answer { return c.get("/rest/agile/1.0/board/" + strconv.Itoa(id) + child) }
		require.Equal(t, []string{"The board does not support sprints"}, board(4, "/sprint").status(400).messages())
		require.Equal(t, []string{"The board does not support sprints"}, board(5, "/sprint").status(400).messages())
		board(4, "/backlog").status(400)
		require.Equal(t, []string{boardUnseen}, board(privateBoard, "/configuration").status(404).messages())
		board(privateBoard, "/sprint").status(404)
		board(9999, "").status(404)
		c.get("/rest/agile/1.0/board/first").status(404)
		board(brokenBoard, "").status(200)
		board(brokenBoard, "/sprint").status(404)
		board(brokenBoard, "/project").status(400)
		board(brokenBoard, "/issue").status(400)
		board(1, "/sprint?state=nonsense").status(400)
		c.get("/rest/agile/1.0/sprint/9999/issue").status(404)
		c.get("/rest/agile/1.0/board/1/properties/none").status(404)
		if d == DataCenter {
			c.get("/rest/software/1.0/board/1/issue").status(404)
			board(1, "/features").status(404)
		}
	}
}

func TestSprintsOfBoardsAgreeWithIssues(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		c := newClient(t, Options{Deployment: d, Issues: 300})
		states := map[string]string{}
		var sprints agilePage
		c.get("/rest/agile/1.0/board/9/sprint").status(200).into(&sprints)
		require.Nil(t, sprints.Total, "sprints are not counted")
		var order []string
		for _, v := range sprints.Values {
			id := strconv.Itoa(int(v.ID.(float64)))
			states[id] = v.State
			order = append(order, v.State)
		}
		require.True(t, slices.IsSortedFunc(order, func(a, b string) int {
			rank := []string{"closed", "active", "future"}
			return slices.Index(rank, a) - slices.Index(rank, b)
		}))
		require.Contains(t, order, "closed")
		require.Contains(t, order, "future")
		field := c.jira.site.fieldOf(valueSprint).id
		seen := 0
		for id, state := range states {
			path := "/rest/agile/1.0/sprint/" + id + "/issue?fields=" + field
			var page agilePage
			c.get(path + "&maxResults=5000").status(200).into(&page)
			for _, issue := range page.Issues {
				require.Contains(t, sprintIDs(t, issue.Fields[field]), id+" "+state, "issue %s", issue.Key)
				seen++
			}
		}
		require.NotZero(t, seen)
		origin := c.agileIDs("/rest/agile/1.0/board/1/sprint")
		require.NotEqual(t, origin, c.agileIDs("/rest/agile/1.0/board/3/sprint"))
		require.NotEmpty(t, intersection(origin, c.agileIDs("/rest/agile/1.0/board/9/sprint")), "a sprint is seen from several boards")
	}
}

// sprintIDs reads a sprint field in either form: "id state".
func sprintIDs(t *testing.T, value any) (found []string) {
	t.Helper()
	java := regexp.MustCompile(`[\[,]id=(\d+),|,id=(\d+)[,\]]`)
	for _, element := range value.([]any) {
		if object, isObject := element.(map[string]any); isObject {
			found = append(found, fmt.Sprintf("%v %v", object["id"], object["state"]))
			continue
		}
		text := element.(string)
		id := java.FindStringSubmatch(text)
		require.NotNil(t, id, text)
		state := regexp.MustCompile(`state=([A-Z]+)`).FindStringSubmatch(text)
		found = append(found, id[1]+id[2]+" "+strings.ToLower(state[1]))
	}
	return found
}

func intersection(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(x string) bool { return !slices.Contains(b, x) })
}

func TestAgileLedgerAgreesWithWhatIsServed(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		c := newClient(t, Options{Deployment: d, Issues: 150, Examples: testExamples(t)})
		for range 20 {
			_, err := c.jira.EditAny()
			require.NoError(t, err)
		}
		ledger := c.jira.Ledger()
		agree := func(stream string, have []string) {
			t.Helper()
			slices.Sort(have)
			require.NotEmpty(t, have, stream)
			require.Equal(t, slices.Sorted(ledger.Keys(stream)), slices.Compact(have), "%s of %s", stream, d)
		}
		agree("boards", c.agileIDs("/rest/agile/1.0/board?includePrivate=true"))
		found := map[string][]string{}
		children := map[string]string{"board_projects": "/project", "board_issues": "/issue", "board_versions": "/version", "epics": "/epic"}
		for _, b := range c.jira.site.openBoards() {
			at := "/rest/agile/1.0/board/" + strconv.Itoa(b.id)
			found["board_configurations"] = append(found["board_configurations"], strconv.Itoa(b.id))
			c.get(at + "/configuration").status(200)
			for stream, tail := range children {
				found[stream] = append(found[stream], prefixed(b.id, c.agileIDs(at+tail))...)
			}
			if b.sprints {
				found["sprints"] = append(found["sprints"], c.agileIDs(at+"/sprint")...)
				found["board_backlog_issues"] = append(found["board_backlog_issues"], prefixed(b.id, c.agileIDs(at+"/backlog"))...)
			}
		}
		found["sprints"] = slices.Compact(slices.Sorted(slices.Values(found["sprints"])))
		for _, key := range found["sprints"] {
			for _, id := range c.agileIDs("/rest/agile/1.0/sprint/" + key + "/issue") {
				found["sprint_issues"] = append(found["sprint_issues"], key+"/"+id)
			}
		}
		for stream, have := range found {
			agree(stream, have)
		}
	}
}

// prefixed puts a board's id in front of ids.
func prefixed(board int, ids []string) []string {
	keys := make([]string, len(ids))
	for k, id := range ids {
		keys[k] = strconv.Itoa(board) + "/" + id
	}
	return keys
}

func TestAgileIssuesInBothForms(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Issues: 200})
	for _, tail := range []string{"board/4/issue", "board/1/backlog", "sprint/9/issue"} {
		require.Equal(t, c.agileIDs("/rest/agile/1.0/"+tail), c.agileIDs("/rest/software/1.0/"+tail), tail)
	}
	var bare agilePage
	c.get("/rest/software/1.0/board/4/issue").status(200).into(&bare)
	require.Nil(t, bare.Issues[0].Fields, "without names of fields only ids come")
	require.Nil(t, bare.Total)
	c.get("/rest/software/1.0/board/4/issue?fields=updated").status(200).into(&bare)
	require.NotNil(t, bare.Issues[0].Fields["updated"])
	c.get("/rest/software/1.0/board/4/issue?nextPageToken=nonsense").status(400)
	c.get("/rest/software/1.0/board/4/issue?jql=nonsense").status(400)
	narrow := c.agileIDs("/rest/agile/1.0/board/4/issue?jql=" + url.QueryEscape("project = OPS"))
	require.NotEmpty(t, narrow)
	require.Less(t, len(narrow), len(c.agileIDs("/rest/agile/1.0/board/4/issue")))
}

func TestEpics(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Issues: 300})
	classic := c.agileIDs("/rest/agile/1.0/board/1/epic")
	team := c.agileIDs("/rest/agile/1.0/board/3/epic")
	require.NotEmpty(t, classic)
	require.NotEmpty(t, team, "a team-managed board lists its epics")
	c.get("/rest/agile/1.0/epic/" + classic[0]).status(200)
	require.Contains(t, c.get("/rest/agile/1.0/epic/" + team[0]).status(400).messages()[0], "next-gen")
	c.get("/rest/agile/1.0/epic/1").status(404)
	children := 0
	for _, id := range classic {
		children += len(c.agileIDs("/rest/software/1.0/epic/" + id + "/issue"))
	}
	require.NotZero(t, children)
	issue := c.agileIDs("/rest/agile/1.0/board/1/issue")[0]
	c.get("/rest/agile/1.0/issue/" + issue + "/estimation?boardId=1").status(200)
	c.get("/rest/agile/1.0/issue/" + issue + "/estimation").status(400)
	c.get("/rest/agile/1.0/issue/" + issue + "/estimation?boardId=4").status(400)
}
