package stream

import (
	"slices"

	"tap-jira/internal/jira"
)

// settingStreams are the lists that issues refer to.
func settingStreams() []Stream {
	return slices.Concat(judgementStreams(), kindStreams())
}

// judgementStreams are how issues are judged and where they stand.
func judgementStreams() []Stream {
	return []Stream{
		{
			Name:       "resolutions",
			Documented: platform("issue-resolutions"),
			Keys:       []string{"id"},
			Cloud: Get("/rest/api/{v}/resolution/search", jira.Offset("values")).
				Or(Get("/rest/api/{v}/resolution", jira.Whole(""))),
			DataCenter: Get("/rest/api/{v}/resolution", jira.Whole("")),
			Standard:   true,
		},
		{
			Name:       "priorities",
			Documented: platform("issue-priorities"),
			Keys:       []string{"id"},
			Cloud: Get("/rest/api/{v}/priority/search", jira.Offset("values")).
				Or(Get("/rest/api/{v}/priority", jira.Whole(""))),
			DataCenter: Get("/rest/api/{v}/priority", jira.Whole("")),
			Standard:   true,
		},
		{
			Name:       "workflow_statuses",
			Documented: platform("workflow-statuses"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/status", jira.Whole("")),
			DataCenter: Get("/rest/api/{v}/status", jira.Whole("")),
			Standard:   true,
		},
	}
}

// kindStreams are the kinds of issues, links and fields.
func kindStreams() []Stream {
	return []Stream{
		{
			Name:       "issue_types",
			Documented: platform("issue-types"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/issuetype", jira.Whole("")),
			DataCenter: Get("/rest/api/{v}/issuetype", jira.Whole("")),
			Standard:   true,
		},
		{
			Name:       "issue_link_types",
			Documented: platform("issue-link-types"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/issueLinkType", jira.Whole("issueLinkTypes")),
			DataCenter: Get("/rest/api/{v}/issueLinkType", jira.Whole("issueLinkTypes")),
			Absent:     []Absence{On(404, "issue linking is switched off on this site")},
			Standard:   true,
		},
		{
			Name:       "fields",
			Documented: platform("issue-fields"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/field", jira.Whole("")),
			DataCenter: Get("/rest/api/{v}/field", jira.Whole("")),
			Standard:   true,
		},
	}
}
