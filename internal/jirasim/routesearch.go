package jirasim

import (
	"errors"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// jqlSearch is the input of Cloud's search/jql.
type jqlSearch struct {
	JQL             string   `json:"jql"`
	NextPageToken   string   `json:"nextPageToken"`
	MaxResults      *int     `json:"maxResults"`
	Fields          []string `json:"fields"`
	Expand          string   `json:"expand"`
	Properties      []string `json:"properties"`
	FieldsByKeys    bool     `json:"fieldsByKeys"`
	FailFast        bool     `json:"failFast"`
	ReconcileIssues []uint64 `json:"reconcileIssues"`
}

// Page sizes of Cloud's search/jql, measured in October 2026: ids alone, any other field, and all fields or expansions.
const (
	cloudIDPage      = 5000
	cloudFieldPage   = 100
	cloudHeavyPage   = 50
	cloudDefaultPage = 50
)

// What search and bulkfetch embed.
const (
	embeddedComments  = 20
	embeddedWorklogs  = 20
	embeddedHistories = 40
)

// maxQueryJQL is about where queries in an address begin to fail on Cloud.
const maxQueryJQL = 2000

// searchJQLGet is GET search/jql.
func searchJQLGet(j *Jira, q *request) response {
	if len(q.query.Get("jql")) > maxQueryJQL {
		return uriTooLong()
	}
	in := jqlSearch{JQL: q.query.Get("jql"), NextPageToken: q.query.Get("nextPageToken"), Fields: q.list("fields"), Expand: q.query.Get("expand")}
	in.Properties = q.list("properties")
	if q.query.Has("maxResults") {
		n, bad := q.number("maxResults", 0)
		if bad != nil {
			return *bad
		}
		in.MaxResults = new(int(n))
	}
	for _, text := range q.list("reconcileIssues") {
		id, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return errorCollection(http.StatusBadRequest, "reconcileIssues must be issue ids.")
		}
		in.ReconcileIssues = append(in.ReconcileIssues, id)
	}
	return j.searchJQL(q, in)
}

// searchJQLPost is POST search/jql.
func searchJQLPost(j *Jira, q *request) response {
	var in jqlSearch
	if bad := q.decode(&in); bad != nil {
		return *bad
	}
	return j.searchJQL(q, in)
}

// searchJQL answers a page of Cloud's search.
func (j *Jira) searchJQL(q *request, in jqlSearch) response {
	if len(in.Properties) > 5 || len(in.ReconcileIssues) > 50 {
		return errorCollection(http.StatusBadRequest, "At most 5 properties and 50 reconcileIssues may be asked for.")
	}
	plan, bad := j.plan(q, in.JQL, false)
	if bad != nil {
		return *bad
	}
	if !plan.bounded {
		return unbounded()
	}
	render, size, bad := j.searchRendering(q, in)
	if bad != nil {
		return *bad
	}
	asked := question(in.JQL, strings.Join(in.Fields, ","), in.Expand)
	var place []int64
	if in.NextPageToken != "" {
		if place, bad = j.decodeToken(in.NextPageToken, asked, len(plan.order)+1); bad != nil {
			return *bad
		}
	}
	hits, more, next := j.hits(q, plan, place, size, in.ReconcileIssues)
	token := ""
	if more {
		token = j.encodeToken(pageToken{question: asked, issued: j.opt.Now(), place: next})
		if q.turn.repeatsToken() && in.NextPageToken != "" {
			token = in.NextPageToken
		}
	}
	return j.searchAnswer(q, in, hits, render, token)
}

// hits finds a page: its issues, whether there are more, and the place behind which they come.
func (j *Jira) hits(q *request, plan *jqlPlan, place []int64, size int, reconcile []uint64) (hits []placed, more bool, next []int64) {
	if q.caller.anonymous() {
		return nil, false, nil
	}
	scope := j.scope()
	scope.reconcile = reconcile
	f := j.search.find(plan, scope)
	start := 0
	if place != nil {
		start = f.after(place)
	}
	if q.turn.emptiesPage() {
		return nil, start < f.total(), place
	}
	hits = f.page(start, size)
	if len(hits) > 0 {
		next = hits[len(hits)-1].place
	}
	return hits, start+len(hits) < f.total(), next
}

// searchRendering says how the issues are written and how many fit on a page.
func (j *Jira) searchRendering(q *request, in jqlSearch) (renderOptions, int, *response) {
	set, bare := j.site.parseFields(in.Fields, "id")
	render := renderOptions{Fields: set, Bare: bare, API: q.api, Zone: q.zone, Comments: embeddedComments, Worklogs: embeddedWorklogs}
	names := slices.ContainsFunc(in.Fields, func(name string) bool { return name != "id" && name != "key" })
	limit := cloudFieldPage
	expand := splitList(in.Expand)
	if slices.Contains(expand, "changelog") {
		render.Changelog = embeddedHistories
	}
	render.Transitions = slices.Contains(expand, "transitions")
	render.Still = !j.may(q.caller, transition)
	heavy := slices.Contains(in.Fields, "*all") || slices.Contains(in.Fields, "*navigable") || render.Transitions || render.Changelog != 0
	switch {
	case heavy:
		limit, render.Bare = cloudHeavyPage, false
	case !names:
		limit = cloudIDPage
	}
	size := cloudDefaultPage
	if in.MaxResults != nil {
		size = *in.MaxResults
	}
	if size < 1 {
		return render, 0, new(errorCollection(http.StatusBadRequest, "The value of maxResults must be between 1 and 5000."))
	}
	return render, min(size, limit), nil
}

// searchAnswer writes a page of search/jql. On the last one nextPageToken is absent.
func (j *Jira) searchAnswer(q *request, in jqlSearch, hits []placed, render renderOptions, token string) response {
	body := []byte(`{"issues":`)
	for _, hit := range hits {
		if j.poisoned(q, hit.index, render) {
			return poisonResponse()
		}
	}
	body = appendJoined(body, len(hits), func(body []byte, i int) []byte { return j.site.appendIssue(body, hits[i].index, render) })
	if token != "" {
		body = append(append(body, `,"nextPageToken":`...), quote(token)...)
	}
	if !q.turn.hidesLast() {
		body = strconv.AppendBool(append(body, `,"isLast":`...), token == "")
	}
	body = j.appendExpansions(body, splitList(in.Expand), render.Fields)
	return ok(append(body, '}'))
}

// appendExpansions writes names and schema where asked for.
func (j *Jira) appendExpansions(body []byte, expand []string, fields fieldSet) []byte {
	if slices.Contains(expand, "names") {
		body = j.site.appendFieldNames(append(body, `,"names":`...), fields)
	}
	if slices.Contains(expand, "schema") {
		body = j.site.appendFieldSchemas(append(body, `,"schema":`...), fields)
	}
	return body
}

// plan parses and compiles a query, or answers what is wrong with it.
func (j *Jira) plan(q *request, jql string, lenient bool) (*jqlPlan, *response) {
	context := &jqlContext{
		site: j.site, names: j.names, deployment: j.opt.Deployment, now: j.opt.Now().In(q.zone), zone: q.zone, me: q.caller.user(),
		anonymous: q.caller.anonymous(), textDatesOnly: j.opt.TextDatesOnly, lenient: lenient,
	}
	query, err := parseJQL(jql)
	if err == nil {
		var plan *jqlPlan
		if plan, err = context.compile(query); err == nil {
			return plan, nil
		}
	}
	return nil, new(j.jqlRefusal(err))
}

// jqlRefusal is the 400 of a query; Data Center lists its warnings beside the errors.
func (j *Jira) jqlRefusal(err error) response {
	messages := []string{err.Error()}
	if problem, ok := errors.AsType[*jqlError](err); ok {
		messages = problem.messages
	}
	if j.opt.Deployment == DataCenter {
		return valueResponse(http.StatusBadRequest, map[string]any{"errorMessages": messages, "warningMessages": []string{}})
	}
	return errorCollection(http.StatusBadRequest, messages...)
}

// unbounded refuses a query without a restriction.
func unbounded() response {
	return errorCollection(http.StatusBadRequest, "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.")
}

// removedSearch answers for the old search, gone from Cloud since 2025.
func removedSearch(*Jira, *request) response {
	return errorCollection(http.StatusGone, "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046")
}

// approximateCount is POST search/approximate-count. It counts what the index has yet to learn too.
func approximateCount(j *Jira, q *request) response {
	var in struct {
		JQL string `json:"jql"`
	}
	if bad := q.decode(&in); bad != nil {
		return *bad
	}
	plan, bad := j.plan(q, in.JQL, false)
	if bad != nil {
		return *bad
	}
	if !plan.bounded {
		return unbounded()
	}
	count := 0
	if !q.caller.anonymous() {
		count = j.search.count(plan, searchScope{generation: j.generation.Load()})
	}
	return valueResponse(http.StatusOK, map[string]int{"count": count})
}

// parseQueries is POST jql/parse: it validates queries without running them. strict and warn tell of every error, none only
// of what is no query at all.
func parseQueries(j *Jira, q *request) response {
	var in struct {
		Queries []string `json:"queries"`
	}
	if bad := q.decode(&in); bad != nil {
		return *bad
	}
	mode := q.query.Get("validation")
	if len(in.Queries) == 0 || !slices.Contains([]string{"strict", "warn", "none"}, mode) {
		return errorCollection(http.StatusBadRequest, "A list of queries and validation=strict, warn or none are required.")
	}
	type parsed struct {
		Query  string   `json:"query"`
		Errors []string `json:"errors,omitempty"`
	}
	answer := make([]parsed, len(in.Queries))
	for i, jql := range in.Queries {
		answer[i].Query = jql
		context := &jqlContext{site: j.site, names: j.names, now: j.opt.Now().In(q.zone), zone: q.zone, anonymous: q.caller.anonymous(), lenient: mode == "none"}
		query, err := parseJQL(jql)
		if err == nil {
			_, err = context.compile(query)
		}
		if problem, ok := errors.AsType[*jqlError](err); ok {
			answer[i].Errors = problem.messages
		}
	}
	return valueResponse(http.StatusOK, map[string]any{"queries": answer})
}

// poisoned reports whether the fault in play spoils this issue, rendered so.
func (j *Jira) poisoned(q *request, index int, render renderOptions) bool {
	if q.turn.fault == nil || q.turn.fault.Poison == 0 || render.Bare || render.Fields == (fieldSet{}) {
		return false
	}
	return q.turn.poisoned(j.site.issueMeta(index).ID, func(name string) bool {
		wanted, _ := j.site.parseFields([]string{name}, "")
		return wanted.within(render.Fields)
	})
}

// within reports whether all of the set's fields are in the other.
func (f fieldSet) within(other fieldSet) bool {
	for i := range f.bits {
		if f.bits[i]&^other.bits[i] != 0 {
			return false
		}
	}
	return true
}

// poisonResponse is the 500 of an issue that cannot be written.
func poisonResponse() response {
	return errorCollection(http.StatusInternalServerError, "Internal server error")
}

// clampInt brings a number of the outside into an int.
func clampInt(n int64) int { return int(min(max(n, math.MinInt32), math.MaxInt32)) }
