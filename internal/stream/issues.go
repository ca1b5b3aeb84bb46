package stream

import "slices"

// issueStreams are the issues and what hangs on them. The children are read
// again whenever their issue was updated.
func issueStreams() []Stream {
	return slices.Concat(issueRootStreams(), issueChangeStreams())
}

// issueRootStreams are the issues and what is said on them.
func issueRootStreams() []Stream {
	return []Stream{
		{
			Name:        "issues",
			Documented:  platform("issue-search"),
			Keys:        []string{"id"},
			Replication: Incremental,
			Bookmark:    "updated",
			Source:      IssueTree,
			Part:        Issue,
			Lift:        map[string]string{"created": "fields.created", "updated": "fields.updated"},
			Standard:    true,
		},
		{
			Name:        "issue_comments",
			Documented:  platform("issue-comments"),
			Keys:        []string{"id"},
			Replication: Incremental,
			Bookmark:    "updated",
			Source:      IssueTree,
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true},
			Part:        Comments,
			Relies:      "adding and editing a comment updates its issue",
			Standard:    true,
		},
	}
}

// issueChangeStreams are what happened to issues, and what may.
func issueChangeStreams() []Stream {
	return []Stream{
		{
			Name:        "changelogs",
			Documented:  platform("issues"),
			Keys:        []string{"id"},
			Replication: Incremental,
			Bookmark:    "created",
			Source:      IssueTree,
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true},
			Part:        Histories,
			Relies:      "every history is an update of its issue",
			Standard:    true,
		},
		{
			Name:        "issue_transitions",
			Documented:  platform("issues"),
			Keys:        []string{"id", "issueId"},
			Replication: Incremental,
			Source:      IssueTree,
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true},
			Part:        Transitions,
			Permission:  "Transition issues",
		},
		{
			Name:        "worklogs",
			Documented:  platform("issue-worklogs"),
			Keys:        []string{"id"},
			Replication: Incremental,
			Bookmark:    "updated",
			Source:      WorklogFeed,
			Standard:    true,
		},
	}
}
