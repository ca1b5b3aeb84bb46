package jirasim

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// Sizes of the lists of issues: the older lists give 50 unless more are asked for, the newer ones too.
const (
	agileIssues    = 50
	agileIssuesCap = 5000
)

// boardIssueList is GET board/{boardId}/issue in both its forms.
func boardIssueList(j *Jira, q *request, b *board) response {
	return j.agileIssues(q, j.site.boardIssues(b))
}

// backlogList is GET board/{boardId}/backlog; a board without a backlog refuses it.
func backlogList(j *Jira, q *request, b *board) response {
	if !b.hasBacklog() {
		return errorCollection(http.StatusBadRequest, "The board does not support backlog")
	}
	return j.agileIssues(q, j.site.backlogIssues(b))
}

// sprintOf finds the sprint of a path: on a board that can be seen, or with an issue that can.
func (j *Jira) sprintOf(q *request) (sprint, *response) {
	n, err := strconv.Atoi(q.vars["sprintId"])
	if err != nil || n < 1 || n > j.site.sprintTotal() {
		return sprint{}, new(errorCollection(http.StatusNotFound, "Sprint does not exist or you do not have permission to view it."))
	}
	return j.site.sprintAt(n), nil
}

// getSprint is GET sprint/{sprintId}.
func getSprint(j *Jira, q *request) response {
	made, bad := j.sprintOf(q)
	if bad != nil {
		return *bad
	}
	return j.agileRecord(q, func(w *writer) { w.sprintListed(made) })
}

// sprintIssueList is GET sprint/{sprintId}/issue in both its forms.
func sprintIssueList(j *Jira, q *request) response {
	made, bad := j.sprintOf(q)
	if bad != nil {
		return *bad
	}
	return j.agileIssues(q, j.site.sprintIssues(made.id))
}

// What the agile resources say of epics that cannot be had.
const (
	epicUnseen = "The requested epic cannot be viewed because it either does not exist or you do not have permission to view it."
	epicOfTeam = "The request contains a next-gen issue. This operation can't add next-gen issues to a classic epic."
)

// epicOf finds the epic of a path. Epics of team-managed projects are refused.
func (j *Jira) epicOf(q *request) (int, *response) {
	name := q.vars["epicIdOrKey"]
	i, there := j.visibleIssue(q, name)
	snap := j.site.live.Load()
	if !there || !j.site.isEpic(snap, i) {
		return 0, new(errorCollection(http.StatusNotFound, epicUnseen))
	}
	if j.site.catalog.projects[j.site.keyOf(snap, i).project].team {
		return 0, new(errorCollection(http.StatusBadRequest, epicOfTeam))
	}
	return i, nil
}

// getEpic is GET epic/{epicIdOrKey}.
func getEpic(j *Jira, q *request) response {
	i, bad := j.epicOf(q)
	if bad != nil {
		return *bad
	}
	return j.agileRecord(q, func(w *writer) { w.epicListed(i) })
}

// epicIssueList is GET epic/{epicIdOrKey}/issue in both its forms.
func epicIssueList(j *Jira, q *request) response {
	i, bad := j.epicOf(q)
	if bad != nil {
		return *bad
	}
	return j.agileIssues(q, j.site.epicIssues(i))
}

// agileIssues writes a list of issues: by startAt and total below /rest/agile, by tokens below /rest/software, where
// only ids come unless fields are named.
func (j *Jira) agileIssues(q *request, issues []int) response {
	issues, bad := j.narrowed(q, issues)
	if bad != nil {
		return *bad
	}
	if strings.Contains(q.http.URL.Path, "/rest/software/") {
		return j.tokenIssues(q, issues)
	}
	s, bad := q.slice(len(issues), agileIssues, agileIssuesCap)
	if bad != nil {
		return *bad
	}
	set, _ := j.site.parseFields(q.list("fields"), "*all")
	render := renderOptions{Fields: set, API: 2, Zone: q.zone, Comments: embeddedComments, Worklogs: embeddedWorklogs}
	body := fmt.Appendf(nil, `{"expand":"schema,names","startAt":%d,"maxResults":%d,"total":%d,"issues":`, s.start, s.size, s.total)
	body = appendJoined(body, s.count, func(body []byte, k int) []byte { return j.site.appendIssue(body, issues[s.start+k], render) })
	return ok(append(body, '}'))
}

// narrowed applies the jql parameter.
func (j *Jira) narrowed(q *request, issues []int) ([]int, *response) {
	jql := q.query.Get("jql")
	if jql == "" {
		return issues, nil
	}
	plan, bad := j.plan(q, jql, false)
	if bad != nil {
		return nil, bad
	}
	found := j.search.find(plan, j.scope())
	wanted := map[int]bool{}
	for _, hit := range found.page(0, found.total()) {
		wanted[hit.index] = true
	}
	var kept []int
	for _, i := range issues {
		if wanted[i] {
			kept = append(kept, i)
		}
	}
	return kept, nil
}

// tokenIssues writes the newer form.
func (j *Jira) tokenIssues(q *request, issues []int) response {
	size, bad := q.number("maxResults", agileIssues)
	if bad != nil {
		return *bad
	}
	if size < 1 {
		return errorCollection(http.StatusBadRequest, "maxResults must be positive.")
	}
	asked := question(q.http.URL.Path, q.query.Get("jql"), q.query.Get("fields"))
	start, bad := j.tokenStart(q, asked)
	if bad != nil {
		return *bad
	}
	s, bad := cut(start, size, len(issues), agileIssuesCap)
	if bad != nil {
		return *bad
	}
	set, idOnly := j.site.parseFields(q.list("fields"), "id")
	render := renderOptions{Fields: set, API: 2, Zone: q.zone, Bare: !q.query.Has("fields") || idOnly, Comments: embeddedComments, Worklogs: embeddedWorklogs}
	body := appendJoined([]byte(`{"issues":`), s.count, func(body []byte, k int) []byte {
		return j.site.appendIssue(body, issues[s.start+k], render)
	})
	return ok(append(append(body, j.tokenTail(s, asked)...), '}'))
}

// tokenStart reads nextPageToken.
func (j *Jira) tokenStart(q *request, asked string) (int64, *response) {
	text := q.query.Get("nextPageToken")
	if text == "" {
		return 0, nil
	}
	place, bad := j.decodeToken(text, asked, 1)
	if bad != nil || len(place) == 0 {
		return 0, bad
	}
	return place[0], nil
}

// tokenTail is the end of a page: the token of the next one, and whether there is one.
func (j *Jira) tokenTail(s slice, asked string) []byte {
	if s.last() {
		return []byte(`,"isLast":true`)
	}
	token := j.encodeToken(pageToken{question: asked, issued: j.opt.Now(), place: []int64{int64(s.start + s.count)}})
	return fmt.Appendf(nil, `,"nextPageToken":%q,"isLast":false`, token)
}

// getEstimation is GET issue/{issueIdOrKey}/estimation: the number that the board named in the query estimates by.
func getEstimation(j *Jira, q *request) response {
	i, missing := j.issueOf(q)
	if missing != nil {
		return *missing
	}
	if !q.query.Has("boardId") {
		return errorCollection(http.StatusBadRequest, "The boardId query parameter is required.")
	}
	q.vars["boardId"] = q.query.Get("boardId")
	b, bad := j.boardOf(q)
	if bad != nil {
		return *bad
	}
	if !b.sprints || !j.site.holds(j.site.live.Load(), b, i) {
		return errorCollection(http.StatusBadRequest, "The issue cannot be estimated on this board.")
	}
	f := j.site.estimationField(b)
	return j.agileRecord(q, func(w *writer) {
		w.open("")
		w.str("fieldId", f.id)
		if r := j.site.rng(domField, f.customID, i); r.intn(100) < f.fill {
			w.str("value", []string{"1.0", "2.0", "3.0", "5.0", "8.0", "13.0", "0.5", "-2.25"}[r.intn(8)])
		}
		w.close()
	})
}
