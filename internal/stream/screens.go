package stream

import (
	"slices"

	"tap-jira/internal/jira"
)

// screenStreams are screens, their tabs and fields.
func screenStreams() []Stream {
	return slices.Concat(screenTabStreams(), screenSchemeStreams())
}

// screenTabStreams are screens, their tabs and fields.
func screenTabStreams() []Stream {
	return []Stream{
		{
			Name:       "screens",
			Documented: platform("screens"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/screens", jira.Offset("values")),
			DataCenter: Get("/rest/api/{v}/screens", jira.OffsetArray(), "expand", "deletable"),
			Permission: "Administer Jira",
		},
		{
			Name:       "screen_tabs",
			Documented: platform("screen-tabs"),
			Keys:       []string{"screenId", "id"},
			Cloud:      Get("/rest/api/{v}/screens/{screenId}/tabs", jira.Whole("")),
			DataCenter: Get("/rest/api/{v}/screens/{screenId}/tabs", jira.Whole("")),
			Parent:     &Parent{Stream: "screens", Field: "id", As: "screenId", Column: true},
			Absent: []Absence{
				On(400, "the screen or the tab was deleted").Saying("does not exist"),
				On(404, "the screen was deleted"),
			},
			Permission: "Administer Jira",
		},
		{
			Name:       "screen_tab_fields",
			Documented: platform("screen-tab-fields"),
			Keys:       []string{"screenId", "tabId", "id"},
			Cloud:      Get("/rest/api/{v}/screens/{screenId}/tabs/{tabId}/fields", jira.Whole("")),
			DataCenter: Get("/rest/api/{v}/screens/{screenId}/tabs/{tabId}/fields", jira.Whole("")),
			Parent:     &Parent{Stream: "screen_tabs", Field: "id", As: "tabId", Column: true, Inherit: []string{"screenId"}},
			Absent: []Absence{
				On(400, "the screen or the tab was deleted").Saying("does not exist"),
				On(404, "the screen was deleted"),
			},
			Permission: "Administer Jira",
		},
	}
}

// screenSchemeStreams are the schemes of screens.
func screenSchemeStreams() []Stream {
	return []Stream{
		{
			Name:       "screen_schemes",
			Documented: platform("screen-schemes"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/screenscheme", jira.Offset("values"), "expand", "issueTypeScreenSchemes"),
			NotOn:      cloudOnly,
			Permission: "Administer Jira",
		},
	}
}
