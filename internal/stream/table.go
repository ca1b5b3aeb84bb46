package stream

// All returns every stream, parents before children, in the order of the
// output: small reference streams first, so that a run shows records at once.
func All() []Stream {
	families := [][]Stream{
		siteStreams(), projectStreams(), settingStreams(), userStreams(), issueStreams(), historyStreams(),
		projectMoreStreams(), issueMoreStreams(), fieldStreams(), schemeStreams(), workflowFamily(), screenStreams(),
		peopleStreams(), filterFamily(), agileStreams(), adminFamily(), serviceStreams(),
	}
	var all []Stream
	for _, family := range families {
		all = append(all, family...)
	}
	return all
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

// Canonical returns our name for a stream that another tap calls differently,
// and name itself when no other is known.
func Canonical(name string) string {
	if ours, ok := aliases()[name]; ok {
		return ours
	}
	return name
}

// aliases maps the stream names of MeltanoLabs' tap-jira and of Airbyte's
// source to ours, where they mean the same rows.
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
	}
}
