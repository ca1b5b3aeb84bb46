package jirasim

import "net/http"

// partRoutes are what hangs on projects, issues and users, in handlers of their own because the site's core knows it.
func partRoutes() []route {
	return []route{
		{method: http.MethodGet, template: "/rest/api/{v}/project/{projectIdOrKey}/role", access: strict, do: mapRoles},
		{method: http.MethodGet, template: "/rest/api/{v}/project/{projectIdOrKey}/role/{roleId}", access: strict, do: getRoleActors},
		{method: http.MethodGet, template: "/rest/api/{v}/project/{projectIdOrKey}/statuses", do: listProjectStatuses},
		{method: http.MethodGet, template: "/rest/api/{v}/issue/{issueIdOrKey}/watchers", do: listWatchers},
		{method: http.MethodGet, template: "/rest/api/{v}/issue/{issueIdOrKey}/votes", do: listVotes},
		{method: http.MethodGet, template: "/rest/api/{v}/statuscategory", access: strict, do: listVisible((*Site).statusCategoryRecords)},
		{method: http.MethodGet, template: "/rest/api/{v}/permissions", access: strict, do: listPermissions},
		{method: http.MethodGet, template: "/rest/api/{v}/jql/autocompletedata", do: jqlData},
	}
}

// cloudPartRoutes are Cloud's own.
func cloudPartRoutes() []route {
	return append([]route{
		{method: http.MethodGet, template: "/rest/api/{v}/project/{projectIdOrKey}/roledetails", access: strict, do: listRoleDetails},
		{method: http.MethodGet, template: "/rest/api/{v}/issue/limit/report", access: strict, denied: adminsOnly, do: limitReport},
	}, schemeProjectRoutes()...)
}

// rolesOf are the roles that a project has: its own when it is team-managed.
func (j *Jira) rolesOf(p int) []entity {
	return projectRoles(j, map[string]string{"projectId": utoa(j.site.projectID(p))})
}

// mapRoles is GET project/{projectIdOrKey}/role: names and addresses.
func mapRoles(j *Jira, q *request) response {
	p, missing := j.projectOf(q)
	if missing != nil {
		return *missing
	}
	return j.agileRecord(q, func(w *writer) {
		w.open("")
		for _, made := range j.rolesOf(p) {
			w.str(made.alias, w.base+w.api+"project/"+utoa(j.site.projectID(p))+"/role/"+made.id)
		}
		w.close()
	})
}

// listRoleDetails is Cloud's GET project/{projectIdOrKey}/roledetails.
func listRoleDetails(j *Jira, q *request) response {
	p, missing := j.projectOf(q)
	if missing != nil {
		return *missing
	}
	roles := j.rolesOf(p)
	w := j.site.writer(nil, q.rendering())
	w.list("")
	for _, found := range roles {
		made := &j.site.catalog.roles[found.ordinal]
		w.open("")
		w.self("project/"+utoa(j.site.projectID(p))+"/role/", found.id)
		w.str("name", made.name)
		w.num("id", int64(made.id))
		w.str("description", made.about)
		w.boolean("admin", made.name == "Administrators")
		w.boolean("default", made.scope < 0)
		w.boolean("roleConfigurable", true)
		w.str("translatedName", made.name)
		w.close()
	}
	w.end()
	return ok(w.b)
}

// getRoleActors is GET project/{projectIdOrKey}/role/{roleId}: 404 also for those who do not administer the project.
func getRoleActors(j *Jira, q *request) response {
	p, missing := j.projectOf(q)
	if missing != nil {
		return *missing
	}
	if !q.caller.administers() {
		return errorCollection(http.StatusNotFound, "You do not have permission to administer the project.")
	}
	for _, found := range j.rolesOf(p) {
		if found.id != q.vars["roleId"] {
			continue
		}
		made := &j.site.catalog.roles[found.ordinal]
		return j.agileRecord(q, func(w *writer) {
			w.open("")
			w.self("project/"+utoa(j.site.projectID(p))+"/role/", found.id)
			w.str("name", made.name)
			w.num("id", int64(made.id))
			w.str("description", made.about)
			w.list("actors")
			w.roleActors(made)
			w.end()
			w.close()
		})
	}
	return errorCollection(http.StatusNotFound, "Can not retrieve a role actor for a null project role.")
}

// listProjectStatuses is GET project/{projectIdOrKey}/statuses: the statuses of each issue type.
func listProjectStatuses(j *Jira, q *request) response {
	p, missing := j.projectOf(q)
	if missing != nil {
		return *missing
	}
	made := &j.site.catalog.projects[p]
	w := j.site.writer(nil, q.rendering())
	w.list("")
	for _, t := range made.types {
		own := &j.site.catalog.types[t]
		w.open("")
		w.self("issuetype/", own.id)
		w.str("id", own.id)
		w.str("name", own.name)
		w.boolean("subtask", own.subtask)
		w.list("statuses")
		for _, status := range made.workflow {
			w.status("", status, true)
		}
		w.end()
		w.close()
	}
	w.end()
	return ok(w.b)
}

// statusCategoryRecords are Jira's four categories.
func (s *Site) statusCategoryRecords(api int) [][]byte {
	return s.records(len(statusCategories), api, func(w *writer, k int) { w.statusCategory("", k) })
}

// listPermissions is GET permissions: all that there are, by key. Data Center tells administrators only.
func listPermissions(j *Jira, q *request) response {
	if j.opt.Deployment == DataCenter && !q.caller.administers() {
		return errorCollection(http.StatusForbidden, adminsOnly)
	}
	known := map[string]any{}
	for _, p := range j.permissionsOf(q.caller) {
		known[p.Key] = map[string]string{"key": p.Key, "name": p.Name, "type": p.Type, "description": p.Description}
	}
	return valueResponse(http.StatusOK, map[string]any{"permissions": known})
}
