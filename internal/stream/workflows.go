package stream

import (
	"slices"

	"tap-jira/internal/jira"
)

// workflowFamily are all streams of this family.
func workflowFamily() []Stream {
	return slices.Concat(statusStreams(), workflowStreams(), transitionRuleStreams(), workflowSchemeStreams())
}

// statusStreams are statuses and where they are used.
func statusStreams() []Stream {
	return []Stream{
		{
			Name:                 "statuses",
			Documented:           platform("status"),
			Keys:                 []string{"id"},
			Cloud:                Get("/rest/api/{v}/statuses/search", jira.Offset("values").Size(200)),
			DataCenter:           Get("/rest/api/{v}/status/page", jira.Offset("values")),
			Permission:           "Administer Projects",
			DataCenterPermission: NoPermission,
		},
		{
			Name:       "status_categories",
			Documented: platform("workflow-status-categories"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/statuscategory", jira.Whole("")),
			DataCenter: Get("/rest/api/{v}/statuscategory", jira.Whole("")),
		},
		{
			Name:       "status_usages",
			Documented: platform("status"),
			Keys:       []string{"statusId", "id"},
			Cloud:      Get("/rest/api/{v}/statuses/{statusId}/projectUsages", jira.Token("projects.values")),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "statuses", Field: "id", As: "statusId", Column: true},
			Absent:     []Absence{On(404, "the status was deleted")},
			Permission: "Administer Projects",
		},
		{
			Name:       "status_workflow_usages",
			Documented: platform("status"),
			Keys:       []string{"statusId", "id"},
			Cloud:      Get("/rest/api/{v}/statuses/{statusId}/workflowUsages", jira.Token("workflows.values")),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "statuses", Field: "id", As: "statusId", Column: true},
			Absent:     []Absence{On(404, "the status was deleted")},
			Permission: "Administer Projects",
		},
	}
}

// workflowStreams are workflows with their transitions.
func workflowStreams() []Stream {
	return []Stream{
		{
			Name:           "workflows",
			Documented:     platform("workflows"),
			Keys:           []string{"id"},
			DataCenterKeys: []string{"name"},
			Cloud:          Get("/rest/api/{v}/workflows/search", jira.Offset("values"), "expand", "values.transitions"),
			DataCenter:     Get("/rest/api/{v}/workflow", jira.Whole("")),
			Permission:     "Administer Jira",
		},
		{
			Name:       "workflow_transitions",
			Documented: platform("workflows"),
			Keys:       []string{"workflowId", "id"},
			Hidden:     true,
			Cloud:      Within("transitions"),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "workflows", Field: "id", As: "workflowId", Column: true},
		},
		{
			Name:       "workflow_transition_properties",
			Documented: platform("workflows"),
			Keys:       []string{"workflowId", "transitionId", "key"},
			Cloud:      Within("properties"),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "workflow_transitions", Field: "id", As: "transitionId", Column: true, Inherit: []string{"workflowId"}},
			Permission: "Administer Jira",
		},
	}
}

// transitionRuleStreams are the rules that apps added to transitions.
func transitionRuleStreams() []Stream {
	return []Stream{
		{
			Name:       "workflow_transition_rules",
			Documented: platform("workflow-transition-rules"),
			Keys:       []string{"workflowName", "draft"},
			Cloud: Get("/rest/api/{v}/workflow/rule/config", jira.Offset("values"),
				"types", "postfunction", "types", "condition", "types", "validator", "expand", "transition"),
			NotOn:      cloudOnly,
			Lift:       map[string]string{"workflowName": "workflowId.name", "draft": "workflowId.draft"},
			Absent:     forApps(),
			Permission: "a Connect or Forge app, for the rules it added itself",
		},
	}
}

// workflowSchemeStreams are the schemes of workflows.
func workflowSchemeStreams() []Stream {
	return []Stream{
		{
			Name:       "workflow_schemes",
			Documented: platform("workflow-schemes"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/workflowscheme", jira.Offset("values")),
			DataCenter: Get("/rest/api/{v}/project/{projectId}/workflowscheme", jira.One()).
				Each(Parent{Stream: "projects", Field: "id", As: "projectId", Where: liveProjects()}),
			Once:       true,
			Absent:     projectGone(),
			Permission: "Administer Jira",
		},
		{
			Name:       "workflow_scheme_project_associations",
			Documented: platform("workflow-scheme-project-associations"),
			Keys:       []string{"projectId"},
			Cloud: Get("/rest/api/{v}/workflowscheme/project", jira.Whole("values"), "projectId", "{projectId*}").
				Lifting(map[string]string{"workflowSchemeId": "workflowScheme.id"}),
			DataCenter: Get("/rest/api/{v}/project/{projectId}/workflowscheme", jira.One()).
				Each(Parent{Stream: "projects", Field: "id", As: "projectId", Column: true, Where: liveProjects()}).
				Lifting(map[string]string{"workflowSchemeId": "id"}),
			Parent:     schemesOfProjects(),
			Absent:     projectGone(),
			Permission: "Administer Jira",
		},
		{
			Name:       "workflow_scheme_drafts",
			Documented: platform("workflow-scheme-drafts"),
			Keys:       []string{"workflowSchemeId"},
			Cloud:      Get("/rest/api/{v}/workflowscheme/{workflowSchemeId}/draft", jira.One()),
			DataCenter: Get("/rest/api/{v}/workflowscheme/{workflowSchemeId}/draft", jira.One()),
			Parent:     &Parent{Stream: "workflow_schemes", Field: "id", As: "workflowSchemeId", Column: true},
			Absent:     []Absence{On(404, "the workflow scheme has no draft")},
			Permission: "Administer Jira",
		},
	}
}
