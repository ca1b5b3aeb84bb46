package jirasim

import (
	"strconv"
	"strings"
)

// projectResources are the parts of projects.
func projectResources() []resource {
	own := []string{"projectId"}
	return append(cloudOf([]resource{
		{
			stream: "project_emails", columns: own, cloud: objectAt("/rest/api/{v}/project/{projectId}/email"),
			rules: []rule{
				{path: "emailAddress", to: func(c cell) any { return "project" + c.vars["projectId"] + "@example.com" }},
			},
		},
		{
			stream: "project_features", columns: []string{"projectId", "feature"}, amount: exactly(3),
			cloud: wholeAt("/rest/api/{v}/project/{projectId}/features", "features"),
			rules: []rule{
				oneOf("feature", "jsw.classic.roadmap", "jsw.classic.backlog", "jsw.classic.deployments"),
				oneOf("localisedName", "Timeline", "Backlog", "Deployments"),
				{path: "projectId", to: variable("projectId")},
			},
		},
		{
			stream: "project_hierarchies", columns: []string{"projectId", "level"}, amount: exactly(3),
			cloud: wholeAt("/rest/api/{v}/project/{projectId}/hierarchy", "hierarchy"),
			rules: []rule{
				oneOf("name", "Epic", "Base", "Subtask"), oneOf("level", "1", "0", "-1"), unique("entityId"),
				{path: "level", to: func(c cell) any { return 1 - c.k }},
			},
		},
		{
			stream: "project_template_usages", columns: own, amount: oneIn(3), denied: adminsOnly,
			cloud: objectAt("/rest/api/{v}/project-template/live-template?projectId={projectId}"),
			rules: []rule{{path: "liveTemplateProjectIdReference", to: variable("projectId")}},
		},
	}), projectListResources()...)
}

// projectListResources are those of both deployments.
func projectListResources() []resource {
	levels := wholeAt("/rest/api/{v}/project/{projectId}/securitylevel", "levels")
	avatars := wholeAt("/rest/api/{v}/project/{projectId}/avatars", "system")
	avatars.style = splitLists
	return append([]resource{
		{
			stream: "project_avatars", columns: []string{"projectId", "id"}, amount: exactly(4), cloud: avatars,
			server: avatars,
			rules: []rule{
				from("id", 10800),
				{path: "isSystemAvatar", to: func(c cell) any { return c.k < 3 }},
				{path: "isDeletable", to: func(c cell) any { return c.k == 3 }},
				{path: "isSelected", to: func(c cell) any { return c.k == 0 }},
				{path: "owner", to: func(c cell) any {
					if c.k < 3 {
						return leftOut{}
					}
					return c.vars["projectId"]
				}},
			},
		},
		{
			stream: "project_security_levels", columns: []string{"projectId", "id"}, amount: each("level"),
			needs: setSecurity, cloud: levels, server: levels, rules: entityRules("level"),
		},
	}, properties("project_properties", "/rest/api/{v}/project/{projectId}/properties", []string{"projectId"}, atMost(2), "keys")...)
}

// projectSchemeResources say which schemes a project uses. Data Center gives the scheme itself.
func projectSchemeResources() []resource {
	own := []string{"projectId"}
	const refused = "You cannot edit the configuration of this project."
	scheme := objectAt("/rest/api/{v}/project/{projectId}/permissionscheme")
	notify := listing{path: "/rest/api/{v}/project/{projectId}/notificationscheme", style: object, like: "notification_schemes"}
	notify.rules = []rule{schemeOf("id", 10100)}
	secure := listing{path: "/rest/api/{v}/project/{projectId}/issuesecuritylevelscheme", style: object, like: "issue_security_schemes"}
	flow := pagedAt("/rest/api/{v}/issuesecurityschemes/project")
	flow.rules = []rule{idOf("projectId", "projectId"), {path: "issueSecuritySchemeId", to: func(cell) any { return "10010" }}}
	mail := pagedAt("/rest/api/{v}/notificationscheme/project")
	mail.rules = []rule{idOf("projectId", "projectId"), {path: "notificationSchemeId", to: func(c cell) any { return 10100 + c.k%2 }}}
	perProject := &amount{most: siblings, of: func(c cell) int {
		if len(c.vars) > 0 {
			return 1
		}
		return len(liveProjects(c.j, nil))
	}}
	return []resource{
		{
			stream: "project_permission_schemes", columns: own, denied: refused, cloud: scheme, server: scheme,
			rules: []rule{schemeOf("id", 10000)},
		},
		{
			stream: "project_notification_schemes", columns: own, denied: refused, amount: perProject, cloud: mail,
			server: notify,
		},
		{
			stream: "project_issue_security_schemes", columns: own, denied: adminsOnly, amount: perProject, cloud: flow,
			server: secure,
		},
	}
}

// schemeOf is which of two schemes the project of the path uses.
func schemeOf(path string, first int) rule {
	return rule{path: path, to: func(c cell) any {
		id, _ := strconv.Atoi(c.vars["projectId"])
		return first + id%2
	}}
}

// versionResources hang on versions and components.
func versionResources() []resource {
	counts := objectAt("/rest/api/{v}/version/{versionId}/relatedIssueCounts")
	unresolved := objectAt("/rest/api/{v}/version/{versionId}/unresolvedIssueCount")
	component := objectAt("/rest/api/{v}/component/{componentId}/relatedIssueCounts")
	links := wholeAt("/rest/api/{v}/version/{versionId}/remotelink", "links")
	links.record = `{"self":"","name":"Release notes","link":"https://wiki.example.com/release"}`
	links.rules = []rule{{path: "self", to: func(c cell) any {
		return strings.TrimSuffix(c.resolved(), "/remotelink") + "/remotelink/" + c.uuid()
	}}}
	return []resource{
		{
			stream: "version_related_works", columns: []string{"versionId", "relatedWorkId"}, amount: atMost(2),
			serverColumns: []string{"versionId", "relatedWorkId=self"},
			cloud:         listing{path: "/rest/api/{v}/version/{versionId}/relatedwork", rules: []rule{unique("relatedWorkId"), anIssue("issueId")}},
			server:        links,
		},
		{
			stream: "version_issue_counts", columns: []string{"versionId"}, cloud: counts, server: counts,
			rules: []rule{selfOf("version/", "versionId")},
		},
		{
			stream: "version_unresolved_issue_counts", columns: []string{"versionId"}, cloud: unresolved, server: unresolved,
			rules: []rule{selfOf("version/", "versionId")},
		},
		{
			stream: "component_issue_counts", columns: []string{"componentId"}, cloud: component, server: component,
			rules: []rule{selfOf("component/", "componentId")},
		},
	}
}

// anIssue is the id of some issue that can be seen; without any the member is left out.
func anIssue(path string) rule {
	return rule{path: path, to: func(c cell) any {
		snap := c.j.site.live.Load()
		n := c.j.site.issueCount()
		for k := range n {
			if i := (c.n*7 + k) % n; c.j.site.visible(snap, i) {
				return utoa(c.j.site.issueID(i))
			}
		}
		return leftOut{}
	}}
}
