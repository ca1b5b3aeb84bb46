package jirasim

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// issueOf finds the issue of a path, by id or key; old keys of moved issues lead there too.
func (j *Jira) issueOf(q *request) (index int, missing *response) {
	index, there := j.visibleIssue(q, q.vars["issueIdOrKey"])
	if there {
		return index, nil
	}
	if q.caller.anonymous() && j.opt.Deployment == DataCenter {
		return 0, new(errorCollection(http.StatusUnauthorized, "You do not have the permission to see the specified issue.", "Login Required"))
	}
	return 0, new(errorCollection(http.StatusNotFound, "Issue does not exist or you do not have permission to see it."))
}

// visibleIssue finds an issue that the caller may see. Archived issues are there; those of deleted projects are not.
func (j *Jira) visibleIssue(q *request, idOrKey string) (index int, there bool) {
	if q.caller.anonymous() {
		return 0, false
	}
	if id, err := strconv.ParseUint(idOrKey, 10, 64); err == nil {
		index, there = j.site.issueByID(id)
	} else {
		index, there = j.site.issueByKey(strings.ToUpper(idOrKey))
	}
	if !there {
		return 0, false
	}
	m := j.site.issueMeta(index)
	return index, !m.Deleted && j.site.browsable(m.Project)
}

// getIssue is GET issue/{issueIdOrKey}: all comments, 20 worklogs; a changelog is complete on Data Center and holds the
// newest 100 on Cloud.
func getIssue(j *Jira, q *request) response {
	index, missing := j.issueOf(q)
	if missing != nil {
		return *missing
	}
	set, _ := j.site.parseFields(q.list("fields"), "*all")
	render := renderOptions{Fields: set, API: q.api, Zone: q.zone, Comments: -1, Worklogs: embeddedWorklogs}
	expand := q.list("expand")
	render.Transitions = slices.Contains(expand, "transitions")
	render.Still = !j.may(q.caller, transition)
	if slices.Contains(expand, "changelog") {
		render.Changelog = -1
		if j.opt.Deployment == Cloud {
			render.Changelog = 100
		}
	}
	if j.poisoned(q, index, render) {
		return poisonResponse()
	}
	return ok(j.site.appendIssue(nil, index, render))
}

// rendering is how records beside issues are written.
func (q *request) rendering() renderOptions { return renderOptions{API: q.api, Zone: q.zone} }

// pageComments is GET issue/{issueIdOrKey}/comment: 100 a page at most on Cloud, 50 by default on Data Center.
func pageComments(j *Jira, q *request) response {
	index, missing := j.issueOf(q)
	if missing != nil {
		return *missing
	}
	order := q.query.Get("orderBy")
	if !slices.Contains([]string{"", "created", "+created", "-created"}, strings.ReplaceAll(order, " ", "+")) {
		return errorCollection(http.StatusBadRequest, "orderBy may be created, +created or -created.")
	}
	total := j.site.commentCount(index)
	fallback, limit := 100, 100
	if j.opt.Deployment == DataCenter {
		fallback, limit = 50, 1000
	}
	s, bad := q.slice(total, fallback, limit)
	if bad != nil {
		return *bad
	}
	return offsetList("comments", s, func(body []byte, i int) []byte {
		at := s.start + i
		if strings.HasPrefix(order, "-") {
			at = total - 1 - at
		}
		return j.site.appendComment(body, index, at, q.rendering())
	})
}

// pageWorklogs is GET issue/{issueIdOrKey}/worklog: 5,000 a page on Cloud by its document; on Data Center 20 unless
// more are asked for, as a user of 9.x measured.
func pageWorklogs(j *Jira, q *request) response {
	index, missing := j.issueOf(q)
	if missing != nil {
		return *missing
	}
	fallback := 5000
	if j.opt.Deployment == DataCenter {
		fallback = 20
	}
	s, bad := q.slice(j.site.worklogCount(index), fallback, 5000)
	if bad != nil {
		return *bad
	}
	return offsetList("worklogs", s, func(body []byte, i int) []byte {
		return j.site.appendWorklog(body, index, s.start+i, q.rendering())
	})
}

// offsetList writes style 2 of jira-api.md D.1: no isLast.
func offsetList(name string, s slice, write func(body []byte, i int) []byte) response {
	body := fmt.Appendf(nil, `{"startAt":%d,"maxResults":%d,"total":%d,%q:`, s.start, s.size, s.total, name)
	return ok(append(appendJoined(body, s.count, write), '}'))
}

// listTransitions is GET issue/{issueIdOrKey}/transitions.
func listTransitions(j *Jira, q *request) response {
	index, missing := j.issueOf(q)
	if missing != nil {
		return *missing
	}
	render := q.rendering()
	render.Still = !j.may(q.caller, transition)
	body := []byte(`{"expand":"transitions","transitions":`)
	return ok(append(j.site.appendTransitions(body, index, render), '}'))
}

// pageChangelog is Cloud's GET issue/{issueIdOrKey}/changelog: oldest first, 100 a page at most.
func pageChangelog(j *Jira, q *request) response {
	index, missing := j.issueOf(q)
	if missing != nil {
		return *missing
	}
	s, bad := q.slice(j.site.historyCount(index), 100, 100)
	if bad != nil {
		return *bad
	}
	values := appendJoined(nil, s.count, func(body []byte, i int) []byte {
		return j.site.appendHistory(body, index, s.start+i, q.rendering())
	})
	return j.page(q, s, values)
}

// listChangelog is Cloud's POST issue/{issueIdOrKey}/changelog/list.
func listChangelog(j *Jira, q *request) response {
	var in struct {
		ChangelogIDs []uint64 `json:"changelogIds"`
	}
	if bad := q.decode(&in); bad != nil {
		return *bad
	}
	index, missing := j.issueOf(q)
	if missing != nil {
		return *missing
	}
	var wanted []int
	for at := range j.site.historyCount(index) {
		if id, _ := j.site.historyMeta(index, at); slices.Contains(in.ChangelogIDs, id) {
			wanted = append(wanted, at)
		}
	}
	s := slice{size: len(wanted), count: len(wanted), total: len(wanted)}
	return offsetList("histories", s, func(body []byte, i int) []byte {
		return j.site.appendHistory(body, index, wanted[i], q.rendering())
	})
}

// maxListed is how many ids comment/list and worklog/list take.
const maxListed = 1000

// listComments is Cloud's POST comment/list.
func listComments(j *Jira, q *request) response {
	var in struct {
		IDs []uint64 `json:"ids"`
	}
	if bad := q.decode(&in); bad != nil {
		return *bad
	}
	if len(in.IDs) == 0 || len(in.IDs) > maxListed {
		return errorCollection(http.StatusBadRequest, "Between 1 and 1000 comment ids are required.")
	}
	var values [][]byte
	for _, id := range in.IDs {
		index, at, there := j.site.commentByID(id)
		if there && !q.caller.anonymous() && j.readable(index) {
			comment := j.site.appendComment(nil, index, at, q.rendering())
			values = append(values, j.withProperties(q, comment, "issue_comment_properties", index, "commentId", j.commentEntity(index, id)))
		}
	}
	return j.page(q, slice{size: 1_048_576, count: len(values), total: len(values)}, arrayOf(values))
}

// readable reports whether an issue is there for those who are logged in.
func (j *Jira) readable(index int) bool {
	m := j.site.issueMeta(index)
	return !m.Deleted && j.site.browsable(m.Project)
}

// listWorklogs is POST worklog/list: an array of those that may be seen, by id.
func listWorklogs(j *Jira, q *request) response {
	var in struct {
		IDs []uint64 `json:"ids"`
	}
	if bad := q.decode(&in); bad != nil {
		return *bad
	}
	if len(in.IDs) == 0 || len(in.IDs) > maxListed {
		return errorCollection(http.StatusBadRequest, "The request must contain between 1 and 1000 worklog ids.")
	}
	slices.Sort(in.IDs)
	var values [][]byte
	for _, id := range slices.Compact(in.IDs) {
		if index, at, there := j.site.worklogByID(id); there && j.readable(index) {
			worklog := j.site.appendWorklog(nil, index, at, q.rendering())
			own := entity{id: utoa(id), ordinal: at}
			values = append(values, j.withProperties(q, worklog, "issue_worklog_properties", index, "worklogId", own))
		}
	}
	return ok(arrayOf(values))
}
