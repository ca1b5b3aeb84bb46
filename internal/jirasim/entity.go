package jirasim

import (
	"slices"
	"strconv"
	"strings"
)

// entity is something that a path can name or a record can refer to.
type entity struct {
	id      string
	alias   string // another name that a path may use, such as a key
	ordinal int
	members map[string]any    // what records show of it
	vars    map[string]string // what else it tells about where it is
}

// kind is a kind of entities, by the name of its placeholder.
type kind struct {
	all     func(j *Jira, vars map[string]string) []entity
	find    func(j *Jira, vars map[string]string, text string) (entity, bool) // nil: look through all
	missing string                                                            // what a 404 says; %s is the value
	nested  bool                                                              // its ordinals count over all places
	portal  bool                                                              // its errors are service management's
}

// search finds an entity by its id or alias.
func (k kind) search(j *Jira, vars map[string]string, text string) (entity, bool) {
	if k.all == nil {
		return entity{}, false // the site has none such
	}
	if k.find != nil {
		return k.find(j, vars, text)
	}
	for _, found := range k.all(j, vars) {
		if found.id == text || found.alias != "" && strings.EqualFold(found.alias, text) {
			return found, true
		}
	}
	return entity{}, false
}

// coreKinds are the kinds of what the site is made of.
func coreKinds() map[string]kind {
	project := kind{all: liveProjects, missing: "No project could be found with key or id '%s'."}
	user := kind{all: listedUsers, find: findUser, missing: "The user '%s' does not exist."}
	kinds := map[string]kind{
		"project": project, "projectId": project, "projectIdOrKey": project, "projectKeyOrId": project,
		"user": user, "accountId": user, "userKey": user, "username": userByName(user),
		"versionId":   {all: projectVersions, missing: "Could not find version for id '%s'"},
		"componentId": {all: projectComponents, missing: "The component with id %s does not exist."},
		"group":       {all: siteGroups}, "groupId": {all: siteGroups, missing: "The group named '%s' does not exist."},
		"role": {all: siteRoles}, "roleId": {all: projectRoles, missing: "Can not retrieve a role actor for a null project role."},
		"issueType": {all: globalIssueTypes}, "issueTypeId": {all: issueTypes, missing: "The issue type was not found."},
		"status": {all: globalStatusEntities}, "statusId": {all: globalStatusEntities, missing: "The status was not found."},
		"priority": {all: priorityEntities},
		"level":    {all: levelEntities},
		"issue":    {all: visibleIssueEntities, find: findIssue},
		"issueId": {
			all: visibleIssueEntities, find: findIssue,
			missing: "Issue does not exist or you do not have permission to see it.",
		},
		"requestId":        {all: requestIssues, find: findRequest, missing: "The request could not be found, or you do not have permission to view it.", portal: true},
		"commentId":        {all: issueComments, find: findComment, missing: "Can not find a comment for the id: %s."},
		"worklogId":        {all: issueWorklogs, missing: "Cannot find worklog with id: '%s'."},
		"customFieldId":    {all: numberedOptionFields, missing: "The custom field was not found."},
		"fieldId":          {all: customFieldEntities, missing: "The custom field was not found."},
		"anyFieldId":       {all: everyFieldEntity, missing: "The field was not found."},
		"fieldKey":         {all: appFields, missing: "The field was not found."},
		"board":            {all: filterBoards},
		"desk":             {all: deskProjects},
		"workflowSchemeId": fixed("workflow scheme", itoa(firstFlowScheme), itoa(firstFlowScheme+1)),
		"type":             fixed("avatar type", "issuetype", "project", "user", "priority"),
		"applicationKey":   fixed("application", "jira-core", "jira-product-discovery", "jira-software", "jira-servicedesk"),
	}
	return kinds
}

// fixed is a kind of a few words.
func fixed(what string, words ...string) kind {
	return kind{missing: "Unknown " + what + ": %s", all: func(*Jira, map[string]string) []entity {
		found := make([]entity, len(words))
		for k, word := range words {
			found[k] = entity{id: word, ordinal: k}
		}
		return found
	}}
}

// projectEntity is a project as records refer to it.
func (j *Jira) projectEntity(p int) entity {
	made := &j.site.catalog.projects[p]
	id := utoa(made.id)
	return entity{id: id, alias: made.key, ordinal: p, members: map[string]any{
		"id": id, "key": made.key, "name": made.name, "projectTypeKey": made.kind, "simplified": made.team,
		"self": j.BaseURL() + "/rest/api/2/project/" + id, "projectId": id, "projectKey": made.key, "projectName": made.name,
	}}
}

func liveProjects(j *Jira, _ map[string]string) []entity {
	var found []entity
	for p := range j.site.projectCount() {
		if j.site.projectStatus(p) == "live" {
			found = append(found, j.projectEntity(p))
		}
	}
	return found
}

func deskProjects(j *Jira, vars map[string]string) []entity {
	return slices.DeleteFunc(liveProjects(j, vars), func(e entity) bool {
		return j.site.catalog.projects[e.ordinal].kind != "service_desk"
	})
}

// partEntities are the versions or the components of all live projects.
func partEntities(j *Jira, count func(p *project) int, id func(p, k int) uint64) []entity {
	var found []entity
	for p := range j.site.projectCount() {
		if !j.site.browsable(p) {
			continue
		}
		for k := range count(&j.site.catalog.projects[p]) {
			found = append(found, entity{id: utoa(id(p, k)), ordinal: len(found)})
		}
	}
	return found
}

func projectVersions(j *Jira, _ map[string]string) []entity {
	return partEntities(j, func(p *project) int { return p.versions }, versionID)
}

func projectComponents(j *Jira, _ map[string]string) []entity {
	return partEntities(j, func(p *project) int { return p.components }, componentID)
}

func listedUsers(j *Jira, _ map[string]string) []entity {
	found := make([]entity, j.site.userCount())
	for u := range found {
		found[u] = entity{id: j.site.users[u].id, ordinal: u}
	}
	return found
}

func findUser(j *Jira, _ map[string]string, text string) (entity, bool) {
	u, there := j.site.userBy(text)
	if !there || u >= j.site.userCount() {
		return entity{}, false
	}
	return entity{id: j.site.users[u].id, ordinal: u}, true
}

// userByName is the kind of users by their logins, on Data Center.
func userByName(user kind) kind {
	user.all = func(j *Jira, vars map[string]string) []entity {
		found := listedUsers(j, vars)
		for u := range found {
			found[u].id = j.site.users[u].name
		}
		return found
	}
	user.find = func(j *Jira, vars map[string]string, text string) (entity, bool) {
		found, there := findUser(j, vars, text)
		if there {
			found.id = j.site.users[found.ordinal].name
		}
		return found, there
	}
	return user
}

func siteGroups(j *Jira, _ map[string]string) []entity {
	var found []entity
	for g, name := range groups {
		id := j.site.groupID(name)
		found = append(found, entity{id: id, alias: name, ordinal: g, members: map[string]any{
			"name": name, "groupId": id, "self": j.BaseURL() + "/rest/api/2/group?groupId=" + id,
		}})
	}
	return found
}

// rolesWhere are the project roles that a test takes.
func rolesWhere(j *Jira, takes func(made *role) bool) []entity {
	var found []entity
	for k := range j.site.catalog.roles {
		made := &j.site.catalog.roles[k]
		if takes(made) {
			found = append(found, entity{id: itoa(made.id), alias: made.name, ordinal: k, members: map[string]any{
				"id": itoa(made.id), "name": made.name, "description": made.about,
			}})
		}
	}
	return found
}

func siteRoles(j *Jira, _ map[string]string) []entity {
	return rolesWhere(j, func(made *role) bool { return made.scope < 0 })
}

// projectRoles are the roles of the project that the path names.
func projectRoles(j *Jira, vars map[string]string) []entity {
	p, there := j.site.projectByIDOrKey(vars["projectId"])
	return rolesWhere(j, func(made *role) bool {
		return made.scope < 0 && (!there || !j.site.catalog.projects[p].team) || there && made.scope == p
	})
}

// typesWhere are the issue types that a test takes.
func typesWhere(j *Jira, takes func(made *issueType) bool) []entity {
	var found []entity
	for k := range j.site.catalog.types {
		if made := &j.site.catalog.types[k]; takes(made) {
			found = append(found, entity{id: made.id, ordinal: k, members: map[string]any{"id": made.id, "name": made.name, "subtask": made.subtask}})
		}
	}
	return found
}

func globalIssueTypes(j *Jira, _ map[string]string) []entity {
	return typesWhere(j, func(made *issueType) bool { return made.scope < 0 })
}

func issueTypes(j *Jira, _ map[string]string) []entity {
	return typesWhere(j, func(*issueType) bool { return true })
}

func globalStatusEntities(j *Jira, _ map[string]string) []entity {
	var found []entity
	for k, made := range j.site.catalog.statuses {
		if made.scope < 0 {
			found = append(found, entity{id: made.id, ordinal: k, members: map[string]any{
				"id": made.id, "name": made.name, "description": made.about,
				"statusCategory": []string{"UNDEFINED", "TODO", "IN_PROGRESS", "DONE"}[made.category],
			}})
		}
	}
	return found
}

func priorityEntities(j *Jira, _ map[string]string) []entity {
	var found []entity
	for k, made := range j.site.catalog.priorities {
		found = append(found, entity{id: made.id, ordinal: k, members: map[string]any{
			"id": made.id, "name": made.name, "description": made.about, "statusColor": made.color,
			"self": j.BaseURL() + "/rest/api/2/priority/" + made.id,
		}})
	}
	return found
}

func levelEntities(j *Jira, _ map[string]string) []entity {
	var found []entity
	for k, made := range j.site.catalog.levels {
		found = append(found, entity{id: made.id, ordinal: k, members: map[string]any{
			"id": made.id, "name": made.name, "description": made.about,
			"self": j.BaseURL() + "/rest/api/2/securitylevel/" + made.id,
		}})
	}
	return found
}

// filterBoards are the boards whose filters are listed.
func filterBoards(j *Jira, _ map[string]string) []entity {
	var found []entity
	for b := range j.site.boards {
		if made := &j.site.boards[b]; !made.private {
			found = append(found, entity{id: itoa(boardFilter(made)), ordinal: b, members: map[string]any{
				"id": itoa(boardFilter(made)), "name": "Filter for " + made.name,
			}})
		}
	}
	return found
}

// isNumber reports whether a text is a number that fits.
func isNumber(text string) (uint64, bool) {
	n, err := strconv.ParseUint(text, 10, 64)
	return n, err == nil
}
