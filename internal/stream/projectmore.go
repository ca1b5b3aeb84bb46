package stream

import (
	"slices"

	"tap-jira/internal/jira"
)

// projectMoreStreams are all streams of this family.
func projectMoreStreams() []Stream {
	return slices.Concat(
		projectRoleStreams(), projectFaceStreams(), projectPropertyStreams(), projectSetupStreams(),
		projectHierarchyStreams(), projectSchemeStreams(), projectPolicyStreams(), versionStreams(),
		componentStreams(),
	)
}

// projectRoleStreams are who works on a project.
func projectRoleStreams() []Stream {
	return []Stream{
		{
			Name:           "project_role_links",
			Documented:     platform("project-roles"),
			Keys:           []string{"projectId", "id"},
			DataCenterKeys: []string{"projectId", "name"},
			Hidden:         true,
			Cloud:          Get("/rest/api/{v}/project/{projectId}/roledetails", jira.Whole("")),
			DataCenter:     Get("/rest/api/{v}/project/{projectId}/role", jira.Map("")),
			Parent:         &Parent{Stream: "projects", Field: "id", As: "projectId", Column: true, Where: liveProjects()},
			Absent:         projectGone(),
			Permission:     "Administer Projects",
		},
		{
			Name:       "project_role_actors",
			Documented: platform("project-roles"),
			Keys:       []string{"projectId", "roleId", "id"},
			Cloud:      Get("/rest/api/{v}/project/{projectId}/role/{roleId}", jira.Whole("actors")),
			DataCenter: Get("/rest/api/{v}/project/{projectId}/role/{roleId}", jira.Whole("actors")).
				Each(Parent{Stream: "project_role_links", Field: "value", Tail: true, As: "roleId", Column: true, Inherit: []string{"projectId"}}),
			Parent:     &Parent{Stream: "project_role_links", Field: "id", As: "roleId", Column: true, Inherit: []string{"projectId"}},
			Absent:     []Absence{On(404, "the account does not administer this project")},
			Permission: "Administer Projects",
		},
	}
}

// projectFaceStreams are how a project looks and writes, and whom it hides
// issues from.
func projectFaceStreams() []Stream {
	return []Stream{
		{
			Name:       "project_avatars",
			Documented: platform("project-avatars"),
			Keys:       []string{"projectId", "id"},
			Cloud:      Get("/rest/api/{v}/project/{projectId}/avatars", jira.Lists("system", "custom")),
			DataCenter: Get("/rest/api/{v}/project/{projectId}/avatars", jira.Lists("system", "custom")),
			Parent:     &Parent{Stream: "projects", Field: "id", As: "projectId", Column: true, Where: liveProjects()},
			Absent:     projectGone(),
		},
		{
			Name:       "project_emails",
			Documented: platform("project-email"),
			Keys:       []string{"projectId"},
			Cloud:      Get("/rest/api/{v}/project/{projectId}/email", jira.One()),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "projects", Field: "id", As: "projectId", Column: true, Where: map[string][]string{"archived": {"", "false"}, "deleted": {"", "false"}, "permissions.canEdit": {"true"}}},
			Absent:     projectGone(),
		},
		{
			Name:       "project_security_levels",
			Documented: platform("project-permission-schemes"),
			Keys:       []string{"projectId", "id"},
			Cloud:      Get("/rest/api/{v}/project/{projectId}/securitylevel", jira.Whole("levels")),
			DataCenter: Get("/rest/api/{v}/project/{projectId}/securitylevel", jira.Whole("levels")),
			Parent:     &Parent{Stream: "projects", Field: "id", As: "projectId", Column: true, Where: liveProjects()},
			Absent:     projectGone(),
			Permission: "Set Issue Security",
		},
	}
}

// projectPropertyStreams are the properties of projects.
func projectPropertyStreams() []Stream {
	return []Stream{
		{
			Name:       "project_property_keys",
			Documented: platform("project-properties"),
			Keys:       []string{"projectId", "key"},
			Hidden:     true,
			Cloud:      Get("/rest/api/{v}/project/{projectId}/properties", jira.Whole("keys")),
			DataCenter: Get("/rest/api/{v}/project/{projectId}/properties", jira.Whole("keys")),
			Parent:     &Parent{Stream: "projects", Field: "id", As: "projectId", Column: true, Where: liveProjects()},
			Absent:     projectGone(),
		},
		{
			Name:       "project_properties",
			Documented: platform("project-properties"),
			Keys:       []string{"projectId", "key"},
			Cloud:      Get("/rest/api/{v}/project/{projectId}/properties/{key}", jira.One()),
			DataCenter: Get("/rest/api/{v}/project/{projectId}/properties/{key}", jira.One()),
			Parent:     &Parent{Stream: "project_property_keys", Field: "key", As: "key", Column: true, Inherit: []string{"projectId"}},
			Absent:     projectGone(),
		},
	}
}

// projectSetupStreams are what a project is set up with.
func projectSetupStreams() []Stream {
	return []Stream{
		{
			Name:       "project_features",
			Documented: platform("project-features"),
			Keys:       []string{"projectId", "feature"},
			Cloud:      Get("/rest/api/{v}/project/{projectId}/features", jira.Whole("features")),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "projects", Field: "id", As: "projectId", Where: liveProjects()},
			Absent:     projectGone(),
		},
		{
			Name:       "project_issue_types",
			Documented: platform("projects"),
			Keys:       []string{"projectId", "id"},
			Hidden:     true,
			Cloud:      Get("/rest/api/{v}/project/{projectId}/statuses", jira.Whole("")),
			DataCenter: Get("/rest/api/{v}/project/{projectId}/statuses", jira.Whole("")),
			Parent:     &Parent{Stream: "projects", Field: "id", As: "projectId", Column: true, Where: liveProjects()},
			Absent:     projectGone(),
		},
		{
			Name:       "project_statuses",
			Documented: platform("projects"),
			Keys:       []string{"projectId", "issueTypeId", "id"},
			Cloud:      Within("statuses"),
			DataCenter: Within("statuses"),
			Parent:     &Parent{Stream: "project_issue_types", Field: "id", As: "issueTypeId", Column: true, Inherit: []string{"projectId"}},
		},
	}
}

// projectHierarchyStreams are the levels of the issue types of a project.
func projectHierarchyStreams() []Stream {
	return []Stream{
		{
			Name:       "project_hierarchies",
			Documented: platform("projects"),
			Keys:       []string{"projectId", "level"},
			Cloud:      Get("/rest/api/{v}/project/{projectId}/hierarchy", jira.Whole("hierarchy")),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "projects", Field: "id", As: "projectId", Column: true, Where: liveProjects()},
			Absent:     projectGone(),
		},
	}
}

// projectSchemeStreams are the schemes of a project.
func projectSchemeStreams() []Stream {
	return []Stream{
		{
			Name:       "project_permission_schemes",
			Documented: platform("project-permission-schemes"),
			Keys:       []string{"projectId"},
			Cloud:      Get("/rest/api/{v}/project/{projectId}/permissionscheme", jira.One()),
			DataCenter: Get("/rest/api/{v}/project/{projectId}/permissionscheme", jira.One()),
			Parent:     &Parent{Stream: "projects", Field: "id", As: "projectId", Column: true, Where: liveProjects()},
			Absent:     projectGone(),
			Permission: "Administer Projects",
		},
		{
			Name:       "project_notification_schemes",
			Documented: platform("issue-notification-schemes"),
			Keys:       []string{"projectId"},
			Cloud:      Get("/rest/api/{v}/notificationscheme/project", jira.Offset("values")),
			DataCenter: Get("/rest/api/{v}/project/{projectId}/notificationscheme", jira.One()).
				Each(Parent{Stream: "projects", Field: "id", As: "projectId", Column: true, Where: liveProjects()}).
				Lifting(map[string]string{"notificationSchemeId": "id"}),
			Absent:     []Absence{On(404, "the project is gone, or has no notification scheme")},
			Permission: "Administer Projects",
		},
		{
			Name:       "project_issue_security_schemes",
			Documented: platform("issue-security-schemes"),
			Keys:       []string{"projectId"},
			Cloud:      Get("/rest/api/{v}/issuesecurityschemes/project", jira.Offset("values")),
			DataCenter: Get("/rest/api/{v}/project/{projectId}/issuesecuritylevelscheme", jira.One()).
				Each(Parent{Stream: "projects", Field: "id", As: "projectId", Column: true, Where: liveProjects()}).
				Lifting(map[string]string{"issueSecuritySchemeId": "id"}),
			Absent:     []Absence{On(404, "the project is gone, or has no issue security scheme")},
			Permission: "Administer Jira",
		},
	}
}

// projectPolicyStreams are what a project keeps from apps, and the template
// that it was made from.
func projectPolicyStreams() []Stream {
	return []Stream{
		{
			Name:       "project_data_policies",
			Documented: platform("app-data-policies"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/data-policy/project", jira.Whole("projectDataPolicies"), "ids", "{id}"),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "projects", Field: "id", As: "id", Batch: 50, Where: liveProjects()}, // a 400 otherwise
			Absent:     forApps(),
			Permission: "an OAuth 2.0 or Forge app",
		},
		{
			Name:       "project_template_usages",
			Documented: platform("project-templates"),
			Keys:       []string{"projectId"},
			Cloud:      Get("/rest/api/{v}/project-template/live-template", jira.One(), "projectId", "{projectId}"),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "projects", Field: "id", As: "projectId", Column: true, Where: liveProjects()},
			Absent:     []Absence{On(404, "the project was not made from a template of this site")},
			Permission: "Administer Jira, on Jira Enterprise",
		},
	}
}

// versionStreams are what hangs on versions.
func versionStreams() []Stream {
	return []Stream{
		{
			Name:       "version_related_works",
			Documented: platform("project-versions"),
			Keys:       []string{"versionId", "relatedWorkId"},
			Cloud:      Get("/rest/api/{v}/version/{versionId}/relatedwork", jira.Whole("")),
			DataCenter: Get("/rest/api/{v}/version/{versionId}/remotelink", jira.Whole("links")).
				Lifting(map[string]string{"relatedWorkId": "self", "title": "name", "url": "link"}),
			Parent: &Parent{Stream: "versions", Field: "id", As: "versionId", Column: true},
			Absent: []Absence{On(404, "the version was deleted, or its project is no longer visible to the account")},
		},
		{
			Name:       "version_issue_counts",
			Documented: platform("project-versions"),
			Keys:       []string{"versionId"},
			Cloud:      Get("/rest/api/{v}/version/{versionId}/relatedIssueCounts", jira.One()),
			DataCenter: Get("/rest/api/{v}/version/{versionId}/relatedIssueCounts", jira.One()),
			Parent:     &Parent{Stream: "versions", Field: "id", As: "versionId", Column: true},
			Absent:     []Absence{On(404, "the version was deleted, or its project is no longer visible to the account")},
		},
		{
			Name:       "version_unresolved_issue_counts",
			Documented: platform("project-versions"),
			Keys:       []string{"versionId"},
			Cloud:      Get("/rest/api/{v}/version/{versionId}/unresolvedIssueCount", jira.One()),
			DataCenter: Get("/rest/api/{v}/version/{versionId}/unresolvedIssueCount", jira.One()),
			Parent:     &Parent{Stream: "versions", Field: "id", As: "versionId", Column: true},
			Absent:     []Absence{On(404, "the version was deleted, or its project is no longer visible to the account")},
		},
	}
}

// componentStreams are what hangs on components.
func componentStreams() []Stream {
	return []Stream{
		{
			Name:       "component_issue_counts",
			Documented: platform("project-components"),
			Keys:       []string{"componentId"},
			Cloud:      Get("/rest/api/{v}/component/{componentId}/relatedIssueCounts", jira.One()),
			DataCenter: Get("/rest/api/{v}/component/{componentId}/relatedIssueCounts", jira.One()),
			Parent:     &Parent{Stream: "components", Field: "id", As: "componentId", Column: true},
			Absent:     []Absence{On(404, "the component was deleted, or its project is no longer visible to the account")},
		},
	}
}

// liveProjects leaves out what Jira keeps of archived and deleted projects: it
// answers nothing about their parts.
func liveProjects() map[string][]string {
	return map[string][]string{"archived": {"", "false"}, "deleted": {"", "false"}}
}
