package jirasim

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// callersOf is how many people watch an issue, or voted for it, as its fields say.
func (s *Site) callersOf(i int) int { return int(s.hash(domField, i, -4) % 7) }

// callerAt is the how-manieth of them.
func (s *Site) callerAt(i, k int) int { return (i*3 + k) % s.userCount() }

// listWatchers is GET issue/{issueIdOrKey}/watchers.
func listWatchers(j *Jira, q *request) response {
	return j.callers(q, "watchers", "watchCount", "isWatching", "watchers")
}

// listVotes is GET issue/{issueIdOrKey}/votes.
func listVotes(j *Jira, q *request) response {
	return j.callers(q, "votes", "votes", "hasVoted", "voters")
}

// callers writes either.
func (j *Jira) callers(q *request, path, count, mine, list string) response {
	i, missing := j.issueOf(q)
	if missing != nil {
		return *missing
	}
	n := j.site.callersOf(i)
	return j.agileRecord(q, func(w *writer) {
		w.open("")
		w.self("issue/", j.site.issueKey(i)+"/"+path)
		w.num(count, int64(n))
		w.boolean(mine, n == 3)
		w.list(list)
		if !j.may(q.caller, viewVoters) {
			n = 0 // the count stays
		}
		for k := range n {
			w.user("", j.site.callerAt(i, k))
		}
		w.end()
		w.close()
	})
}

// jqlData is GET jql/autocompletedata: the names of fields, functions and reserved words that JQL knows.
func jqlData(j *Jira, q *request) response {
	words := []string{"empty", "and", "or", "in", "distinct"}
	return ok(fmt.Appendf(nil, `{"visibleFieldNames":%s,"visibleFunctionNames":%s,"jqlReservedWords":%s}`,
		j.recordsOf(q, "jql_reference_data"), j.recordsOf(q, "jql_functions"), encodeRecord(words)))
}

// recordsOf are the records of a resource without placeholders.
func (j *Jira) recordsOf(q *request, stream string) []byte {
	for k := range j.resources {
		if r := &j.resources[k]; r.stream == stream {
			c := cell{j: j, resource: r, listing: r.on(j.opt.Deployment), api: q.api, vars: map[string]string{}}
			return c.values(0, c.count())
		}
	}
	return []byte("[]")
}

// The limits of what an issue may hold, and from which share on the report warns.
const (
	commentLimit = 5000
	worklogLimit = 10000
	warnedShare  = 0.8
)

// limitReport is Cloud's GET issue/limit/report: issues with nearly too many comments or worklogs, and with too many.
func limitReport(j *Jira, _ *request) response {
	near, over := map[string]map[string]int{}, map[string]map[string]int{}
	j.limited(func(field, issue string, count int, breaching bool) bool {
		into := near
		if breaching {
			into = over
		}
		if into[field] == nil {
			into[field] = map[string]int{}
		}
		into[field][issue] = count
		return true
	})
	return valueResponse(http.StatusOK, map[string]any{
		"issuesApproachingLimit": near, "issuesBreachingLimit": over,
		"limits": map[string]int{"comment": commentLimit, "worklog": worklogLimit, "attachment": 2000, "issuelinks": 2000, "remoteIssueLinks": 2000},
	})
}

// limited goes through what the report says.
func (j *Jira) limited(yield func(field, issue string, count int, breaching bool) bool) {
	snap := j.site.live.Load()
	for i := range j.site.visibleIssues(snap) {
		id := utoa(j.site.issueID(i))
		if n := j.site.commentTotal(snap, i); float64(n) >= warnedShare*commentLimit && !yield("comment", id, n, n > commentLimit) {
			return
		}
		if n := j.site.worklogTotal(snap, i); float64(n) >= warnedShare*worklogLimit && !yield("worklog", id, n, n > worklogLimit) {
			return
		}
	}
}

// schemeProjects is a list of which projects use which schemes, for the projects that the request names.
type schemeProjects struct {
	template, stream string
	member           string // that holds the scheme
	schemes          string // the stream of the schemes
	paged            bool
	denied           string
}

// schemesOfProjects are those lists.
func schemesOfProjects() []schemeProjects {
	return []schemeProjects{
		{
			template: "/rest/api/{v}/issuetypescheme/project", stream: "issue_type_scheme_projects",
			member:  "issueTypeScheme",
			schemes: "issue_type_schemes", paged: true, denied: adminsOnly,
		},
		{
			template: "/rest/api/{v}/issuetypescreenscheme/project", stream: "issue_type_screen_scheme_projects",
			member:  "issueTypeScreenScheme",
			schemes: "issue_type_screen_schemes", paged: true, denied: adminsOnly,
		},
		{
			template: "/rest/api/{v}/fieldconfigurationscheme/project", stream: "field_configuration_scheme_projects",
			member:  "fieldConfigurationScheme",
			schemes: "field_configuration_schemes", paged: true, denied: adminsOnly,
		},
		{
			template: "/rest/api/{v}/workflowscheme/project", stream: "workflow_scheme_project_associations",
			member:  "workflowScheme",
			schemes: "workflow_schemes", denied: "Only Jira administrators can access workflow scheme associations.",
		},
	}
}

// schemeProjectRoutes are their routes.
func schemeProjectRoutes() []route {
	var routes []route
	for _, l := range schemesOfProjects() {
		routes = append(routes, route{method: http.MethodGet, template: l.template, access: strict, denied: l.denied, do: l.answer})
	}
	return routes
}

// askedProjects is how many projects such a request may name.
const askedProjects = 100

// answer groups the projects that are asked for by their schemes; team-managed ones have none, unknown ones are left out.
func (l schemeProjects) answer(j *Jira, q *request) response {
	asked := q.query["projectId"]
	if len(asked) == 0 || len(asked) > askedProjects {
		return errorCollection(http.StatusBadRequest, "Between 1 and 100 project IDs must be provided.")
	}
	var records [][]byte
	for k, scheme := range j.schemeRecords(l.schemes) {
		var ids []string
		for _, e := range j.schemeUsers(k) {
			if slices.Contains(asked, e.id) {
				ids = append(ids, e.id)
			}
		}
		if len(ids) > 0 {
			records = append(records, encodeRecord(map[string]any{l.member: scheme, "projectIds": ids}))
		}
	}
	if l.paged {
		return j.pageRecords(q, records)
	}
	return ok(fmt.Appendf(nil, `{"values":%s}`, arrayOf(records)))
}

// schemeRecords are the schemes of a kind.
func (j *Jira) schemeRecords(stream string) []map[string]any {
	var found []map[string]any
	for k := range j.resources {
		r := &j.resources[k]
		if r.stream != stream {
			continue
		}
		c := cell{j: j, resource: r, listing: &r.cloud, api: 3, vars: map[string]string{}}
		for n := range c.count() {
			found = append(found, c.at(n).record())
		}
	}
	return found
}

// schemeUsers are the projects that use scheme k of a kind: all that are company-managed, archived or not, by turns.
func (j *Jira) schemeUsers(k int) []entity {
	var found []entity
	for p := range j.site.projectCount() {
		if status := j.site.projectStatus(p); status != "hidden" && status != "deleted" && !j.site.catalog.projects[p].team && p%schemeTotal == k {
			found = append(found, j.projectEntity(p))
		}
	}
	return found
}

// groupsOf are the groups of a user.
func (s *Site) groupsOf(u int) []int {
	var found []int
	for g := range groups {
		if s.inGroup(u, g) {
			found = append(found, g)
		}
	}
	return found
}

// appendExpandedUser appends a user with the groups and applications that Cloud adds when asked.
func (s *Site) appendExpandedUser(dst []byte, u, api int, expand []string) []byte {
	start := len(dst)
	dst = s.appendUser(dst, u, api)
	if !s.cloud() || len(expand) == 0 || len(dst) == start {
		return dst
	}
	w := s.writer(dst[:len(dst)-1], renderOptions{API: api})
	if slices.Contains(expand, "groups") {
		own := s.groupsOf(u)
		w.open("groups")
		w.num("size", int64(len(own)))
		w.list("items")
		for _, g := range own {
			w.group("", g)
		}
		w.end()
		w.close()
	}
	if slices.Contains(expand, "applicationRoles") {
		w.raw("applicationRoles", `{"size":1,"items":[{"key":"jira-software","name":"Jira Software"}]}`)
	}
	w.str("expand", strings.Join(expand, ","))
	w.close()
	return w.b
}
