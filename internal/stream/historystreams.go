package stream

import "slices"

// historyStreams are worked out from the histories of the issues and what they
// hold now, at no further request.
func historyStreams() []Stream {
	return slices.Concat(fieldHistoryStreams(), pathStreams())
}

// fieldHistoryStreams are what the fields of issues held, at any time.
func fieldHistoryStreams() []Stream {
	return []Stream{
		{
			Name:        "issue_field_history",
			Documented:  platform("issues"),
			Keys:        []string{"id"},
			Replication: Incremental,
			Bookmark:    "created",
			Source:      IssueTree,
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true},
			Part:        FieldHistory,
			Relies:      "every change of a field is a history of its issue",
		},
		{
			Name:        "issue_multiselect_history",
			Documented:  platform("issues"),
			Keys:        []string{"historyId", "value"},
			Replication: Incremental,
			Bookmark:    "created",
			Source:      IssueTree,
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true},
			Part:        MultiselectHistory,
			Relies:      "every change of a field is a history of its issue",
		},
	}
}

// pathStreams are the sprints and the keys that issues had.
func pathStreams() []Stream {
	return []Stream{
		{
			Name:        "issue_sprint_history",
			Documented:  platform("issues"),
			Keys:        []string{"historyId", "sprintId"},
			Replication: Incremental,
			Bookmark:    "created",
			Source:      IssueTree,
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true},
			Part:        SprintHistory,
			Relies:      "coming to a sprint and leaving it is a history of the issue",
		},
		{
			Name:        "issue_keys",
			Documented:  platform("issues"),
			Keys:        []string{"issueId", "key"},
			Replication: Incremental,
			Source:      IssueTree,
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true},
			Part:        KeyHistory,
			Relies:      "moving an issue to another project is a history of the issue",
		},
	}
}
