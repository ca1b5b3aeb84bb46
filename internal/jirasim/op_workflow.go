package jirasim

import "strconv"

// Screens and their schemes, by id.
const (
	firstScreen       = 10001
	screenTotal       = 6
	firstScreenScheme = 10011
	screenSchemeTotal = 3
	firstFlowScheme   = 10500
)

// screenName is the name of a screen.
func screenName(k int) string { return "Screen " + itoa(k+1) }

// workflowNames are the names of the workflows.
var workflowNames = []string{"Software Simplified Workflow", "Support \"flow\" & Co"}

// workflowResources are statuses, workflows and their schemes.
func workflowResources() []resource {
	flows := wholeAt("/rest/api/{v}/workflow", "")
	flows.record = `{"name":"","description":"How work goes","lastModifiedDate":"02/Jan/26 9:12 AM","lastModifiedUser":"demo","steps":5,"default":false}`
	flows.unauthorized = true
	draft := objectAt("/rest/api/{v}/workflowscheme/{workflowSchemeId}/draft")
	byProject := objectAt("/rest/api/{v}/project/{projectId}/workflowscheme")
	byProject.rules = []rule{schemeOf("id", firstFlowScheme), {path: "name", to: func(c cell) any {
		id, _ := strconv.Atoi(c.vars["projectId"])
		return flowSchemeName(id % schemeTotal)
	}}}
	usedTwice := byProject
	usedTwice.apart = true
	usedTwice.like = "workflow_schemes"
	listed := pagedAt("/rest/api/{v}/workflowscheme")
	listed.rules = []rule{from("id", firstFlowScheme), {path: "name", to: func(c cell) any { return flowSchemeName(c.k) }}}
	return append(statusResources(), deniedTo("Only Jira administrators can access workflows.", []resource{
		{
			stream: "workflows", columns: []string{"id"}, serverColumns: []string{"name"},
			amount: exactly(len(workflowNames)),
			cloud:  listing{path: "/rest/api/{v}/workflows/search", style: paged, unauthorized: true}, server: flows,
			rules: []rule{{path: "id", to: onCloud(cell.uuid)}, oneOf("name", workflowNames...)},
		},
		{
			stream: "workflow_schemes", columns: []string{"id"}, cloud: listed, server: byProject,
			amount: &amount{most: schemeTotal, of: func(c cell) int { return map[bool]int{true: schemeTotal, false: 1}[len(c.vars) == 0] }},
		},
		{stream: "workflow_scheme_project_associations", columns: []string{"projectId"}, server: usedTwice},
		{
			stream: "workflow_scheme_drafts", columns: []string{"workflowSchemeId"}, amount: oneIn(2), cloud: draft,
			server: draft,
			rules:  []rule{{path: "id", to: func(c cell) any { return firstFlowScheme + 100 + c.place }}},
		},
	})...)
}

func flowSchemeName(k int) string { return "Workflows of " + []string{"software", "services"}[k] }

// onCloud makes a value on Cloud and leaves the member out on Data Center.
func onCloud(make func(c cell) string) func(c cell) any {
	return func(c cell) any {
		if c.j.opt.Deployment == DataCenter {
			return leftOut{}
		}
		return make(c)
	}
}

// statusResources are the statuses of Cloud's newer search, and where they are used.
func statusResources() []resource {
	return cloudOf([]resource{
		{
			stream: "statuses", columns: []string{"id"}, amount: each("statusId"), rules: entityRules("statusId"),
			cloud:  listing{path: "/rest/api/{v}/statuses/search", style: paged, limit: 200, unauthorized: true},
			denied: "You do not have permission to view statuses.",
		},
		{
			stream: "status_usages", columns: []string{"statusId", "id"}, amount: each("project"),
			rules:  []rule{idOf("id", "project")},
			cloud:  listing{path: "/rest/api/{v}/statuses/{statusId}/projectUsages", style: tokened, at: "projects.values", unauthorized: true},
			denied: adminsOnly,
		},
		{
			stream: "status_workflow_usages", columns: []string{"statusId", "id"}, amount: exactly(1),
			rules:  []rule{idOf("id", "workflows")},
			cloud:  listing{path: "/rest/api/{v}/statuses/{statusId}/workflowUsages", style: tokened, at: "workflows.values", unauthorized: true},
			denied: adminsOnly,
		},
	})
}

// screenResources are screens, their tabs and fields.
func screenResources() []resource {
	const denied = "Only Jira administrators can manage screens."
	list := listing{path: "/rest/api/{v}/screens", style: paged, limit: 100}
	tabs := wholeAt("/rest/api/{v}/screens/{screenId}/tabs", "")
	fields := wholeAt("/rest/api/{v}/screens/{screenId}/tabs/{tabId}/fields", "")
	server := func(l listing) listing { l.unauthorized = true; return l }
	plain := server(list)
	plain.style = sliced
	return deniedTo(denied, []resource{
		{
			stream: "screens", columns: []string{"id"}, amount: exactly(screenTotal), cloud: list, server: plain,
			rules: []rule{from("id", firstScreen), {path: "name", to: func(c cell) any { return screenName(c.k) }}},
		},
		{
			stream: "screen_tabs", columns: []string{"screenId", "id"}, cloud: tabs, server: server(tabs),
			amount: &amount{most: 2, of: func(c cell) int { return 1 + c.place%2 }},
			rules:  []rule{from("id", 10010), oneOf("name", "Details", "More")},
		},
		{
			stream: "screen_tab_fields", columns: []string{"screenId", "tabId", "id"}, amount: exactly(3), cloud: fields,
			server: server(fields),
			rules: []rule{
				oneOf("id", "summary", "description", "assignee"), oneOf("name", "Summary", "Description", "Assignee"),
			},
		},
		{
			stream: "screen_schemes", columns: []string{"id"}, amount: exactly(screenSchemeTotal),
			cloud: listing{path: "/rest/api/{v}/screenscheme", style: paged, limit: 100, size: 25},
			rules: []rule{
				from("id", firstScreenScheme), titled("name", "Screens of teams"),
				{path: "screens.default", to: func(c cell) any { return firstScreen + c.k }},
				{path: "screens.edit", to: func(c cell) any { return firstScreen + c.k + 1 }},
			},
		},
	})
}
