package jirasim

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// memberOrder gives the names of an object's members in the order in which they stand.
func memberOrder(t *testing.T, body []byte) []string {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(string(body)))
	_, err := dec.Token()
	require.NoError(t, err)
	var names []string
	for dec.More() {
		name, err := dec.Token()
		require.NoError(t, err)
		names = append(names, name.(string))
		var skip json.RawMessage
		require.NoError(t, dec.Decode(&skip))
	}
	return names
}

func TestMembersStandWhereJiraPutsThem(t *testing.T) {
	t.Parallel()
	cloud := testSite(t, SiteOptions{Issues: 50})
	require.Equal(t, []string{"expand", "id", "self", "key", "transitions", "changelog", "fields"},
		memberOrder(t, cloud.appendIssue(nil, 3, everyField(cloud, 3))))
	server := testSite(t, SiteOptions{Issues: 50, Deployment: DataCenter})
	require.Equal(t, []string{"expand", "id", "self", "key", "fields", "transitions", "changelog"},
		memberOrder(t, server.appendIssue(nil, 3, everyField(server, 2))))
	require.Equal(t, []string{"expand", "id", "self", "key"}, memberOrder(t, server.appendIssue(nil, 3, renderOptions{})))
	require.Equal(t, `{"id":"`+utoa(cloud.issueID(3))+`"}`, string(cloud.appendIssue(nil, 3, renderOptions{Bare: true})))
}

func TestDialects(t *testing.T) {
	t.Parallel()
	base := func() string { return "https://jira.example.com/jira" }
	for _, d := range []Deployment{Cloud, DataCenter} {
		s := testSite(t, SiteOptions{Deployment: d, Issues: 300, TimeZone: "Europe/Berlin", BaseURL: base})
		var all strings.Builder
		for i := range s.issueCount() {
			all.Write(s.appendIssue(nil, i, everyField(s, 3)))
		}
		text, cloud := all.String(), d == Cloud
		require.Equal(t, cloud, strings.Contains(text, `"accountId":`))
		require.Equal(t, cloud, strings.Contains(text, `"hierarchyLevel":`))
		require.Equal(t, cloud, strings.Contains(text, `"jsdPublic":`))
		require.Equal(t, cloud, strings.Contains(text, `"type":"doc","version":1`))
		require.Equal(t, cloud, strings.Contains(text, `"fieldId":`))
		require.Equal(t, !cloud, strings.Contains(text, "com.atlassian.greenhopper.service.sprint.Sprint@"))
		require.Equal(t, !cloud, strings.Contains(text, `"key":"JIRAUSER`))
		require.Equal(t, !cloud, strings.Contains(text, `"opsbarSequence":`))
		require.Regexp(t, `"created":"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0[12]00"`, text)
		require.Contains(t, text, `"self":"https://jira.example.com/jira/rest/api/`)
		require.Contains(t, text, "0|i")
		for _, odd := range []string{"\u2028", "🚀", `<b>bold</b>`, `AT&T`, `C:\\temp\\new`, `\"quoted\"`, `\r\n`} {
			require.Contains(t, text, odd)
		}
	}
}

func TestVersionTwoOfCloudSendsWikiText(t *testing.T) {
	t.Parallel()
	s := testSite(t, SiteOptions{Issues: 80})
	for i := range s.issueCount() {
		require.NotContains(t, string(s.appendIssue(nil, i, everyField(s, 2))), `"type":"doc"`)
	}
}

func TestEmbeddedListsAreCut(t *testing.T) {
	t.Parallel()
	type list struct {
		Total     int
		Comments  []json.RawMessage
		Worklogs  []json.RawMessage
		Histories []struct{ ID string }
	}
	for _, d := range []Deployment{Cloud, DataCenter} {
		s := testSite(t, SiteOptions{Deployment: d, Issues: 30, Giants: true})
		o := everyField(s, 3)
		o.Comments, o.Worklogs, o.Changelog = 20, 20, 40
		i := s.giant()
		var issue struct {
			Changelog list
			Fields    struct{ Comment, Worklog list }
		}
		require.NoError(t, json.Unmarshal(s.appendIssue(nil, i, o), &issue))
		require.Equal(t, 5000, issue.Fields.Comment.Total)
		require.Len(t, issue.Fields.Comment.Comments, 20)
		require.Equal(t, 5000, issue.Fields.Worklog.Total)
		require.Len(t, issue.Fields.Worklog.Worklogs, 20)
		require.Equal(t, 6000, issue.Changelog.Total)
		oldest, _ := s.historyMeta(i, 0)
		newest, _ := s.historyMeta(i, 5999)
		if d == Cloud {
			require.Len(t, issue.Changelog.Histories, 40)
			require.Equal(t, utoa(newest), issue.Changelog.Histories[0].ID, "Cloud sends the newest first")
			continue
		}
		require.Len(t, issue.Changelog.Histories, 6000, "Data Center never cuts")
		require.Equal(t, utoa(oldest), issue.Changelog.Histories[0].ID)
	}
}

func TestHistoriesInTheirThreeForms(t *testing.T) {
	t.Parallel()
	s := testSite(t, SiteOptions{Issues: 200})
	touched, last := 0, int64(0)
	for i := range s.issueCount() {
		last = 0
		for j := range s.historyCount(i) {
			id, at := s.historyMeta(i, j)
			require.GreaterOrEqual(t, at, last, "histories ascend")
			last = at
			var bulk struct {
				ID      string
				Created int64
				Items   []struct{ FieldID string }
			}
			require.NoError(t, json.Unmarshal(s.appendBulkHistory(nil, i, j, renderOptions{API: 3}), &bulk))
			require.Equal(t, at, bulk.Created, "a number of epoch milliseconds")
			require.Equal(t, utoa(id), bulk.ID)
			require.NotEmpty(t, bulk.Items)
			require.NotEmpty(t, bulk.Items[0].FieldID)
			if s.historyTouches(i, j, []string{"status"}) {
				touched++
				require.Equal(t, "status", bulk.Items[0].FieldID)
			}
			var text struct{ Created string }
			require.NoError(t, json.Unmarshal(s.appendHistory(nil, i, j, renderOptions{API: 3}), &text))
			require.Contains(t, text.Created, "T")
		}
		if n := s.historyCount(i); n > 0 {
			require.Equal(t, s.issueMeta(i).Updated, last, "the last history is the last update")
		}
	}
	require.Positive(t, touched)
}

func TestStatusIsWhatTheLastChangeLedTo(t *testing.T) {
	t.Parallel()
	s := testSite(t, SiteOptions{Issues: 300, Deployment: DataCenter})
	for i := range s.issueCount() {
		var issue struct {
			Changelog struct {
				Histories []struct {
					Items []struct{ Field, From, To string }
				}
			}
			Fields struct{ Status struct{ ID string } }
		}
		require.NoError(t, json.Unmarshal(s.appendIssue(nil, i, everyField(s, 2)), &issue))
		now := ""
		for _, h := range issue.Changelog.Histories {
			for _, item := range h.Items {
				if item.Field != "status" {
					continue
				}
				if now != "" {
					require.Equal(t, now, item.From, "issue %d: the chain of statuses is broken", i)
				}
				now = item.To
			}
		}
		if now != "" {
			require.Equal(t, issue.Fields.Status.ID, now)
		}
		require.Equal(t, issue.Fields.Status.ID, s.issueMeta(i).Status)
	}
}

func TestLinksStandOnBothSides(t *testing.T) {
	t.Parallel()
	s := testSite(t, SiteOptions{Issues: 400})
	snap := s.live.Load()
	sides := map[uint64][]int{}
	for i := range s.issueCount() {
		if !s.visible(snap, i) {
			continue
		}
		for _, l := range s.linksOf(snap, i) {
			sides[l.id] = append(sides[l.id], i)
			require.NotEqual(t, i, l.other)
		}
	}
	require.NotEmpty(t, sides)
	for id, issues := range sides {
		require.Len(t, issues, 2, "link %d", id)
	}
}

func TestSubtasksAndParentsAgree(t *testing.T) {
	t.Parallel()
	s := testSite(t, SiteOptions{Issues: 800})
	snap, subtasks := s.live.Load(), 0
	for i := range s.issueCount() {
		p := s.parentOf(snap, i)
		isSubtask := s.catalog.types[s.typeOf(snap, i)].subtask
		if !isSubtask || !s.visible(snap, i) {
			continue
		}
		subtasks++
		require.GreaterOrEqual(t, p, 0, "a subtask has a parent")
		require.Contains(t, s.subtasksOf(snap, p), i)
		require.Equal(t, s.issueMeta(i).Project, s.issueMeta(p).Project)
	}
	require.Greater(t, subtasks, 50)
}
