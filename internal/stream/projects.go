package stream

import (
	"slices"

	"tap-jira/internal/jira"
)

// projectStreams are projects and what belongs to one project.
func projectStreams() []Stream {
	return slices.Concat(projectRootStreams(), projectKindStreams())
}

// projectRootStreams are projects and what belongs to one project.
func projectRootStreams() []Stream {
	return []Stream{
		{
			Name:       "projects",
			Documented: platform("projects"),
			Keys:       []string{"id"},
			Cloud: Get("/rest/api/{v}/project/search", jira.Offset("values"),
				"expand", "description,lead,issueTypes,url,projectKeys,permissions,insight",
				"status", "live", "status", "archived", "status", "deleted"),
			DataCenter: Get("/rest/api/{v}/project", jira.Whole(""),
				"expand", "description,lead,url,projectKeys", "includeArchived", "true"),
			Standard: true,
		},
		{
			Name:       "versions",
			Documented: platform("project-versions"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/project/{projectId}/version", jira.Offset("values"), "orderBy", "sequence"),
			DataCenter: Get("/rest/api/{v}/project/{projectId}/version", jira.Offset("values"), "orderBy", "sequence"),
			Parent:     &Parent{Stream: "projects", Field: "id", As: "projectId", Where: untrashedProjects()},
			Lift:       map[string]string{"userStartDate": "startDate", "userReleaseDate": "releaseDate"},
			Absent:     onlyProjectGone(),
			Standard:   true,
		},
		{
			Name:       "components",
			Documented: platform("project-components"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/project/{projectId}/component", jira.Offset("values")),
			DataCenter: Get("/rest/api/{v}/project/{projectId}/components", jira.Whole("")),
			Parent:     &Parent{Stream: "projects", Field: "id", As: "projectId", Where: untrashedProjects()},
			Absent:     onlyProjectGone(),
			Standard:   true,
		},
	}
}

// projectKindStreams are the kinds of projects.
func projectKindStreams() []Stream {
	return []Stream{
		{
			Name:       "project_types",
			Documented: platform("project-types"),
			Keys:       []string{"key"},
			Cloud:      Get("/rest/api/{v}/project/type", jira.Whole("")),
			DataCenter: Get("/rest/api/{v}/project/type", jira.Whole("")),
			Standard:   true,
		},
		{
			Name:       "project_categories",
			Documented: platform("project-categories"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/projectCategory", jira.Whole("")),
			DataCenter: Get("/rest/api/{v}/projectCategory", jira.Whole("")),
			Standard:   true,
		},
	}
}

// projectGone is the answer for the parts of a project that was deleted, moved
// to the trash or archived since projects were listed.
func projectGone() []Absence {
	return []Absence{On(404, "the project is deleted, in the trash, or no longer visible to the account")}
}

// onlyProjectGone is the same for parts that each project has, if only as an empty list.
func onlyProjectGone() []Absence {
	gone := projectGone()
	gone[0].OnlyGone = true
	return gone
}

// untrashedProjects leaves out those in the trash, which Cloud lists and of whose
// parts it answers nothing. Of archived ones some Jiras do.
func untrashedProjects() map[string][]string {
	return map[string][]string{"deleted": {"", "false"}}
}
