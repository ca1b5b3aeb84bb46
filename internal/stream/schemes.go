package stream

import (
	"slices"

	"tap-jira/internal/jira"
)

// schemeStreams are all streams of this family.
func schemeStreams() []Stream {
	return slices.Concat(
		issueTypeSchemeStreams(), issueTypeScreenSchemeStreams(), prioritySchemeStreams(), securitySchemeStreams(),
		permissionSchemeStreams(),
	)
}

// issueTypeSchemeStreams are the schemes of issue types.
func issueTypeSchemeStreams() []Stream {
	return []Stream{
		{
			Name:       "issue_type_schemes",
			Documented: platform("issue-type-schemes"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/issuetypescheme", jira.Offset("values"), "expand", "projects,issueTypes"),
			DataCenter: Get("/rest/api/{v}/issuetypescheme", jira.Whole("schemes")),
			Permission: "Administer Jira",
		},
		{
			Name:       "issue_type_scheme_mappings",
			Documented: platform("issue-type-schemes"),
			Keys:       []string{"issueTypeSchemeId", "issueTypeId"},
			Cloud:      Get("/rest/api/{v}/issuetypescheme/mapping", jira.Offset("values")),
			NotOn:      cloudOnly,
			Permission: "Administer Jira",
		},
		{
			Name:       "issue_type_scheme_projects",
			Documented: platform("issue-type-schemes"),
			Keys:       []string{"projectId"},
			Cloud: Get("/rest/api/{v}/issuetypescheme/project", jira.Offset("values"), "projectId", "{projectId*}").
				Lifting(map[string]string{"issueTypeSchemeId": "issueTypeScheme.id"}),
			DataCenter: Get("/rest/api/{v}/issuetypescheme/{issueTypeSchemeId}/associations", jira.Whole("")).
				Each(Parent{Stream: "issue_type_schemes", Field: "id", As: "issueTypeSchemeId", Column: true}).
				Lifting(map[string]string{"projectId": "id"}),
			Parent:     schemesOfProjects(),
			Permission: "Administer Jira",
		},
	}
}

// issueTypeScreenSchemeStreams are the schemes of the screens of issue types.
func issueTypeScreenSchemeStreams() []Stream {
	return []Stream{
		{
			Name:       "issue_type_screen_schemes",
			Documented: platform("issue-type-screen-schemes"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/issuetypescreenscheme", jira.Offset("values"), "expand", "projects"),
			NotOn:      cloudOnly,
			Permission: "Administer Jira",
		},
		{
			Name:       "issue_type_screen_scheme_mappings",
			Documented: platform("issue-type-screen-schemes"),
			Keys:       []string{"issueTypeScreenSchemeId", "issueTypeId"},
			Cloud:      Get("/rest/api/{v}/issuetypescreenscheme/mapping", jira.Offset("values")),
			NotOn:      cloudOnly,
			Permission: "Administer Jira",
		},
		{
			Name:       "issue_type_screen_scheme_projects",
			Documented: platform("issue-type-screen-schemes"),
			Keys:       []string{"projectId"},
			Cloud:      Get("/rest/api/{v}/issuetypescreenscheme/project", jira.Offset("values"), "projectId", "{projectId*}"),
			NotOn:      cloudOnly,
			Parent:     schemesOfProjects(),
			Lift:       map[string]string{"issueTypeScreenSchemeId": "issueTypeScreenScheme.id"},
			Permission: "Administer Jira",
		},
	}
}

// prioritySchemeStreams are the schemes of priorities and notifications.
func prioritySchemeStreams() []Stream {
	return []Stream{
		{
			Name:       "priority_schemes",
			Documented: platform("priority-schemes"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/priorityscheme", jira.Offset("values"), "expand", "priorities,projects"),
			DataCenter: Get("/rest/api/{v}/priorityschemes", jira.Offset("schemes")),
			Permission: "Administer Jira",
		},
		{
			Name:       "priority_scheme_priorities",
			Documented: platform("priority-schemes"),
			Keys:       []string{"prioritySchemeId", "id"},
			Cloud:      Get("/rest/api/{v}/priorityscheme/{prioritySchemeId}/priorities", jira.Offset("values")),
			NotOn:      "the Data Center form of priority_schemes holds its priorities in optionIds",
			Parent:     &Parent{Stream: "priority_schemes", Field: "id", As: "prioritySchemeId", Column: true},
			Absent:     []Absence{On(404, "the priority scheme was deleted")},
			Permission: "Administer Jira",
		},
		{
			Name:       "priority_scheme_projects",
			Documented: platform("priority-schemes"),
			Keys:       []string{"prioritySchemeId", "id"},
			Cloud:      Get("/rest/api/{v}/priorityscheme/{prioritySchemeId}/projects", jira.Offset("values")),
			NotOn:      "the Data Center form of priority_schemes holds its projects in projectKeys",
			Parent:     &Parent{Stream: "priority_schemes", Field: "id", As: "prioritySchemeId", Column: true},
			Absent:     []Absence{On(404, "the priority scheme was deleted")},
			Permission: "Administer Jira",
		},
		{
			Name:       "notification_schemes",
			Documented: platform("issue-notification-schemes"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/notificationscheme", jira.Offset("values"), "expand", "all"),
			DataCenter: Get("/rest/api/{v}/notificationscheme", jira.Offset("values"), "expand", "all"),
			Permission: "Administer Projects",
		},
	}
}

// securitySchemeStreams are the schemes that say who may see which issues.
func securitySchemeStreams() []Stream {
	return []Stream{
		{
			Name:       "issue_security_schemes",
			Documented: platform("issue-security-schemes"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/issuesecurityschemes", jira.Whole("issueSecuritySchemes")),
			DataCenter: Get("/rest/api/{v}/issuesecurityschemes", jira.Whole("issueSecuritySchemes")),
			Permission: "Administer Jira",
		},
		{
			Name:       "issue_security_levels",
			Documented: platform("issue-security-schemes"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/issuesecurityschemes/level", jira.Offset("values")),
			DataCenter: Get("/rest/api/{v}/issuesecurityschemes/{issueSecuritySchemeId}", jira.Whole("levels")).
				Each(Parent{Stream: "issue_security_schemes", Field: "id", As: "issueSecuritySchemeId", Column: true}),
			Absent:     []Absence{On(404, "the scheme was deleted")},
			Permission: "Administer Jira",
		},
		{
			Name:       "issue_security_level_members",
			Documented: platform("issue-security-schemes"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/issuesecurityschemes/level/member", jira.Offset("values"), "expand", "all"),
			NotOn:      cloudOnly,
			Permission: "Administer Jira",
		},
	}
}

// permissionSchemeStreams are the schemes that say who may do what.
func permissionSchemeStreams() []Stream {
	return []Stream{
		{
			Name:                 "permission_schemes",
			Documented:           platform("permission-schemes"),
			Keys:                 []string{"id"},
			Cloud:                Get("/rest/api/{v}/permissionscheme", jira.Whole("permissionSchemes"), "expand", "all"),
			DataCenter:           Get("/rest/api/{v}/permissionscheme", jira.Whole("permissionSchemes"), "expand", "all"),
			DataCenterPermission: "Administer Jira",
		},
		{
			Name:       "permission_grants",
			Documented: platform("permission-schemes"),
			Keys:       []string{"permissionSchemeId", "id"},
			Cloud: Get("/rest/api/{v}/permissionscheme/{permissionSchemeId}/permission", jira.Whole("permissions"),
				"expand", "all"),
			DataCenter: Get("/rest/api/{v}/permissionscheme/{permissionSchemeId}/permission", jira.Whole("permissions"),
				"expand", "all"),
			Parent:               &Parent{Stream: "permission_schemes", Field: "id", As: "permissionSchemeId", Column: true},
			Absent:               []Absence{On(404, "the permission scheme was deleted")},
			DataCenterPermission: "Administer Jira",
		},
	}
}

// Why a stream is not on one of the deployments.
const (
	cloudOnly      = "Jira Data Center has no such list in its REST API"
	dataCenterOnly = "Jira Cloud has no such list in its REST API"
	noAssets       = "Data Center keeps Assets at addresses of its own"
)

// software is the page of one API group in Atlassian's reference of Jira
// Software's API on Cloud.
func software(group string) string {
	return "https://developer.atlassian.com/cloud/jira/software/rest/api-group-" + group + "/"
}

// serviceDesk is the same for Jira Service Management.
func serviceDesk(group string) string {
	return "https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-" + group + "/"
}

// dataCenter is the same for Jira Data Center.
func dataCenter(group string) string {
	return "https://developer.atlassian.com/server/jira/platform/rest/v10003/api-group-" + group + "/"
}

// schemesOfProjects is the parent of Cloud's lists of which scheme a project
// uses: they want the projects named, and tell all that use a scheme in one
// record. Jira documents at most 100 projects a request for workflow schemes and
// no limit for the others; half of that keeps addresses short.
func schemesOfProjects() *Parent {
	return &Parent{Stream: "projects", Field: "id", As: "projectId", Column: true, Batch: 50, Spread: "projectIds"}
}
