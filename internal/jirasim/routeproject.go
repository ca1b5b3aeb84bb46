package jirasim

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// projectOf finds the project of a path, by id or key. Projects in the trash are not found.
func (j *Jira) projectOf(q *request) (p int, missing *response) {
	name := q.vars["projectIdOrKey"]
	p, there := j.site.projectByIDOrKey(name)
	if !there {
		p, there = j.site.projectByIDOrKey(strings.ToUpper(name))
	}
	if there && !q.caller.anonymous() && j.site.browsable(p) {
		return p, nil
	}
	kind := "key"
	if isWholeNumber(name) {
		kind = "id"
	}
	return 0, new(errorCollection(http.StatusNotFound, "No project could be found with "+kind+" '"+name+"'."))
}

// projectRendering reads expand.
func (q *request) projectRendering() projectOptions {
	options := projectOptions{API: q.api, Expand: map[string]bool{}, CanEdit: q.caller.administers()}
	for _, name := range q.list("expand") {
		options.Expand[name] = true
	}
	return options
}

// projectsByKey are the projects whose status the filter takes, by key.
func (j *Jira) projectsByKey(takes func(status string) bool) []int {
	var projects []int
	for p := range j.site.projectCount() {
		if takes(j.site.projectStatus(p)) {
			projects = append(projects, p)
		}
	}
	slices.SortFunc(projects, func(a, b int) int { return strings.Compare(j.site.projectKey(a), j.site.projectKey(b)) })
	return projects
}

// getProject is GET project/{projectIdOrKey}. On Data Center "project/search" leads here and finds no such key.
func getProject(j *Jira, q *request) response {
	p, missing := j.projectOf(q)
	if missing != nil {
		return *missing
	}
	return ok(j.site.appendProject(nil, p, q.projectRendering()))
}

// listProjects is GET project: all at once; archived ones on Data Center when asked for.
func listProjects(j *Jira, q *request) response {
	if q.caller.anonymous() {
		return ok([]byte("[]"))
	}
	archived := j.opt.Deployment == DataCenter && q.flag("includeArchived")
	projects := j.projectsByKey(func(status string) bool { return status == "live" || archived && status == "archived" })
	render := q.projectRendering()
	return ok(appendJoined(nil, len(projects), func(body []byte, i int) []byte { return j.site.appendProject(body, projects[i], render) }))
}

// pageProjects is Cloud's GET project/search: 50 a page by default and 100 at most; ids, keys and status may repeat.
func pageProjects(j *Jira, q *request) response {
	statuses := q.list("status")
	for _, status := range statuses {
		if !slices.Contains([]string{"live", "archived", "deleted"}, status) {
			return errorCollection(http.StatusBadRequest, "The status '"+status+"' is invalid.")
		}
	}
	if len(statuses) == 0 {
		statuses = []string{"live"}
	}
	ids, keys := q.list("id"), q.list("keys")
	if len(ids) > 50 || len(keys) > 50 {
		return errorCollection(http.StatusBadRequest, "At most 50 project ids or keys may be provided.")
	}
	projects := j.projectsByKey(func(status string) bool { return slices.Contains(statuses, status) })
	projects = slices.DeleteFunc(projects, func(p int) bool {
		return len(ids) > 0 && !slices.Contains(ids, strconv.FormatUint(j.site.projectID(p), 10)) ||
			len(keys) > 0 && !slices.Contains(keys, j.site.projectKey(p)) || q.caller.anonymous()
	})
	live := j.site.live.Load().projects
	projects = slices.DeleteFunc(projects, func(p int) bool {
		return live[p].closed && (q.query.Get("action") == "browse" || !q.caller.administers())
	})
	s, bad := q.slice(len(projects), 50, 100)
	if bad != nil {
		return *bad
	}
	render := q.projectRendering()
	values := appendJoined(nil, s.count, func(body []byte, i int) []byte {
		return j.site.appendProject(body, projects[s.start+i], render)
	})
	return j.page(q, s, values)
}

// pageVersions is GET project/{projectIdOrKey}/version.
func pageVersions(j *Jira, q *request) response {
	p, missing := j.projectOf(q)
	if missing != nil {
		return *missing
	}
	return j.pageRecords(q, j.site.versionRecords(p, q.api))
}

// listVersions is GET project/{projectIdOrKey}/versions.
func listVersions(j *Jira, q *request) response {
	p, missing := j.projectOf(q)
	if missing != nil {
		return *missing
	}
	return ok(arrayOf(j.site.versionRecords(p, q.api)))
}

// pageComponents is Cloud's GET project/{projectIdOrKey}/component.
func pageComponents(j *Jira, q *request) response {
	p, missing := j.projectOf(q)
	if missing != nil {
		return *missing
	}
	return j.pageRecords(q, j.site.componentRecords(p, q.api, true))
}

// listComponents is GET project/{projectIdOrKey}/components.
func listComponents(j *Jira, q *request) response {
	p, missing := j.projectOf(q)
	if missing != nil {
		return *missing
	}
	const paged = false
	return ok(arrayOf(j.site.componentRecords(p, q.api, paged)))
}

// pageRecords pages a list of records, 50 at a time.
func (j *Jira) pageRecords(q *request, all [][]byte) response {
	s, bad := q.slice(len(all), 50, 50)
	if bad != nil {
		return *bad
	}
	return j.page(q, s, arrayOf(s.records(all)))
}
