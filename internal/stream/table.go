package stream

import (
	"strings"

	"tap-jira/internal/jira"
)

// Family is a group of streams that people look for together.
type Family struct {
	// Name is the heading in lists that people choose from; several families may have the same.
	Name    string
	Streams []Stream
}

// Families returns every stream, parents before children, in the order of the output: small reference streams first, so that
// a run shows records at once.
func Families() []Family {
	return []Family{
		{Name: "Site", Streams: siteStreams()},
		{Name: "Projects", Streams: projectStreams()},
		{Name: "Issue settings", Streams: settingStreams()},
		{Name: "People", Streams: userStreams()},
		{Name: "Issues", Streams: issueStreams()},
		{Name: "Issue history", Streams: historyStreams()},
		{Name: "Projects", Streams: projectMoreStreams()},
		{Name: "Issues", Streams: issueMoreStreams()},
		{Name: "Fields", Streams: fieldStreams()},
		{Name: "Schemes", Streams: schemeStreams()},
		{Name: "Workflows", Streams: workflowFamily()},
		{Name: "Screens", Streams: screenStreams()},
		{Name: "People", Streams: peopleStreams()},
		{Name: "Filters and dashboards", Streams: filterFamily()},
		{Name: "Boards and sprints", Streams: agileStreams()},
		{Name: "Administration", Streams: adminFamily()},
		{Name: "Service management", Streams: serviceStreams()},
	}
}

// All returns the streams of all families, in their order.
func All() []Stream {
	var all []Stream
	for _, family := range Families() {
		all = append(all, family.Streams...)
	}
	return all
}

// AllOn returns the streams that the deployment has, as they are there.
func AllOn(d jira.Deployment) []Stream {
	var there []Stream
	for _, s := range All() {
		if s.Has(d) {
			there = append(there, s.On(d))
		}
	}
	return there
}

// Find returns the stream of that name.
func Find(name string) (Stream, bool) {
	for _, s := range All() {
		if s.Name == name {
			return s, true
		}
	}
	return Stream{}, false
}

// Canonical returns a function that gives our name for a stream in any
// spelling: with the prefix of messages, or as another Jira tap calls it. It
// gives "" for a stream that the tap does not have.
func Canonical(prefix string) func(name string) string {
	known := map[string]bool{}
	for _, s := range All() {
		known[s.Name] = true
	}
	return func(name string) string {
		name = ours(strings.TrimPrefix(name, prefix))
		if known[name] {
			return name
		}
		return ""
	}
}

// ours returns our name for a stream that another tap calls differently, and
// name itself when no other is known.
func ours(name string) string {
	if ours, ok := aliases()[name]; ok {
		return ours
	}
	return name
}

// aliases maps the stream names of MeltanoLabs' tap-jira and of Airbyte's
// source to ours, where they mean the same rows. Airbyte's
// project_permission_schemes are our project_security_levels: that name is ours
// for something else, and stays so.
func aliases() map[string]string {
	return map[string]string{
		"project_versions":   "versions",
		"project_components": "components",
		"project_roles":      "roles",
		"issue_changelog":    "changelogs",
		"issue_changelogs":   "changelogs",
		"issue_worklogs":     "worklogs",
		"issue_fields":       "fields",
		"issue_priorities":   "priorities",
		"issue_resolutions":  "resolutions",
		"workflow_status":    "workflow_statuses",

		"groups_pickers":              "groups",
		"permission_holders":          "permission_schemes",
		"project_email":               "project_emails",
		"issue_field_configurations":  "field_configurations",
		"issue_custom_field_contexts": "custom_field_contexts",
		"issue_custom_field_options":  "custom_field_options",
		"issue_notification_schemes":  "notification_schemes",
		"issue_navigator_settings":    "issue_navigator_columns",
		"workflow_status_categories":  "status_categories",
		"users_groups_detailed":       "user_details",
		"jira_settings":               "application_properties",
		"time_tracking":               "time_tracking_providers",
		"filter_sharing":              "filter_share_permissions",
	}
}
