package jirasim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// offsetSearch is the input of Data Center's search.
type offsetSearch struct {
	JQL           string   `json:"jql"`
	StartAt       int64    `json:"startAt"`
	MaxResults    *int64   `json:"maxResults"`
	Fields        []string `json:"fields"`
	Expand        []string `json:"expand"`
	ValidateQuery any      `json:"validateQuery"`
}

// Sizes of Data Center's search: jira.search.views.default.max, and what a request without maxResults gets.
const (
	searchCap     = 1000
	searchDefault = 50
)

// searchGet is GET search.
func searchGet(j *Jira, q *request) response {
	in := offsetSearch{JQL: q.query.Get("jql"), Fields: q.list("fields"), Expand: q.list("expand")}
	var bad *response
	if in.StartAt, bad = q.number("startAt", 0); bad != nil {
		return *bad
	}
	size, bad := q.number("maxResults", searchDefault)
	if bad != nil {
		return *bad
	}
	in.MaxResults = &size
	if q.query.Has("validateQuery") {
		in.ValidateQuery = q.query.Get("validateQuery")
	}
	return j.searchOffset(q, in)
}

// searchPost is POST search.
func searchPost(j *Jira, q *request) response {
	var in offsetSearch
	if bad := q.decode(&in); bad != nil {
		return *bad
	}
	return j.searchOffset(q, in)
}

// searchOffset answers a page of Data Center's search.
func (j *Jira) searchOffset(q *request, in offsetSearch) response {
	lenient := strings.EqualFold(fmt.Sprint(in.ValidateQuery), "false")
	plan, bad := j.plan(q, in.JQL, lenient)
	if bad != nil {
		return *bad
	}
	size := int64(searchDefault)
	if in.MaxResults != nil {
		size = *in.MaxResults
	}
	if size < 0 || size > searchCap {
		size = searchCap
	}
	if in.StartAt < 0 {
		return errorCollection(http.StatusBadRequest, "The startAt parameter must not be negative.")
	}
	if window := int64(j.opt.ResultWindow); window > 0 && in.StartAt+size > window {
		return windowExceeded(in.StartAt+size, window)
	}
	var hits []placed
	total := 0
	switch {
	case q.caller.anonymous():
	case size == 0:
		total = j.search.count(plan, j.scope())
	default:
		f := j.search.find(plan, j.scope())
		total = f.total()
		hits = f.page(clampInt(in.StartAt), int(size))
	}
	page := slice{start: clampInt(in.StartAt), size: int(size), count: len(hits), total: total}
	return j.offsetAnswer(q, in, page, hits, plan.warnings)
}

// windowExceeded is what the search platform answers beyond its window.
func windowExceeded(asked, window int64) response {
	return errorCollection(http.StatusInternalServerError, "Search limit exceeded. We couldn't complete your search because it requests "+
		grouped(asked)+" results which exceeded the search platform limit of "+grouped(window)+" results.")
}

// grouped writes a number with commas at the thousands.
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// offsetAnswer writes a page of Data Center's search, with complete changelogs and comments and cut worklogs.
func (j *Jira) offsetAnswer(q *request, in offsetSearch, page slice, hits []placed, warnings []string) response {
	set, _ := j.site.parseFields(in.Fields, "*navigable")
	render := renderOptions{Fields: set, API: q.api, Zone: q.zone, Comments: -1, Worklogs: embeddedWorklogs}
	if slices.Contains(in.Expand, "changelog") {
		render.Changelog = -1
	}
	render.Transitions = slices.Contains(in.Expand, "transitions")
	render.Still = !j.may(q.caller, transition)
	for _, hit := range hits {
		if j.poisoned(q, hit.index, render) {
			return poisonResponse()
		}
	}
	body := fmt.Appendf(nil, `{"expand":"schema,names","startAt":%d,"maxResults":%d,"total":%d,"issues":`, page.start, page.size, page.total)
	body = appendJoined(body, len(hits), func(body []byte, i int) []byte { return j.site.appendIssue(body, hits[i].index, render) })
	if len(warnings) > 0 {
		if text, err := json.Marshal(warnings); err == nil {
			body = append(append(body, `,"warningMessages":`...), text...)
		}
	}
	body = j.appendExpansions(body, in.Expand, set)
	return ok(append(body, '}'))
}

// resultWindow is GET searchLimits/maxResultWindow, Data Center 11.3 and later.
func resultWindow(j *Jira, _ *request) response {
	return valueResponse(http.StatusOK, map[string]int{"maxResultWindow": j.opt.ResultWindow})
}
