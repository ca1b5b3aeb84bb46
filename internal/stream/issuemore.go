package stream

import (
	"slices"

	"tap-jira/internal/jira"
)

// issueMoreStreams are all streams of this family.
func issueMoreStreams() []Stream {
	return slices.Concat(
		issuePeopleStreams(), issueRemoteStreams(), propertiesOfIssueStreams(), pinnedCommentStreams(),
		commentPropertyStreams(), worklogPropertyStreams(), issueRowStreams(), serviceLevelStreams(), issueSiteStreams(),
	)
}

// issuePeopleStreams are who watches an issue and who votes for it.
func issuePeopleStreams() []Stream {
	return []Stream{
		{
			Name:           "issue_watchers",
			Documented:     platform("issue-watchers"),
			Keys:           []string{"issueId", "accountId"},
			DataCenterKeys: []string{"issueId", "key"},
			Replication:    Incremental,
			Source:         IssueTree,
			Cloud:          Get("/rest/api/{v}/issue/{issueId}/watchers", jira.Whole("watchers")),
			DataCenter:     Get("/rest/api/{v}/issue/{issueId}/watchers", jira.Whole("watchers")),
			Parent:         &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true},
			Part:           PerIssue,
			Absent:         []Absence{On(404, "watching is switched off on this site, or the issue is no longer visible to the account")},
			Permission:     "View Voters and Watchers",
		},
		{
			Name:        "issue_votes",
			Documented:  platform("issue-votes"),
			Keys:        []string{"issueId"},
			Replication: Incremental,
			Source:      IssueTree,
			Cloud:       Get("/rest/api/{v}/issue/{issueId}/votes", jira.One()),
			DataCenter:  Get("/rest/api/{v}/issue/{issueId}/votes", jira.One()),
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true},
			Part:        PerIssue,
			Absent:      []Absence{On(404, "voting is switched off on this site, or the issue is no longer visible to the account")},
			Permission:  "View Voters and Watchers",
		},
	}
}

// issueRemoteStreams are the links of an issue to elsewhere.
func issueRemoteStreams() []Stream {
	return []Stream{
		{
			Name:        "issue_remote_links",
			Documented:  platform("issue-remote-links"),
			Keys:        []string{"issueId", "id"},
			Replication: Incremental,
			Source:      IssueTree,
			Cloud:       Get("/rest/api/{v}/issue/{issueId}/remotelink", jira.Whole("")),
			DataCenter:  Get("/rest/api/{v}/issue/{issueId}/remotelink", jira.Whole("")),
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true},
			Part:        PerIssue,
			Absent: []Absence{
				On(403, "issue linking is switched off on this site").Saying("linking"),
				On(404, "the issue was deleted, moved out of sight, or is no longer visible to the account"),
			},
		},
	}
}

// propertiesOfIssueStreams are the properties of issues.
func propertiesOfIssueStreams() []Stream {
	return []Stream{
		{
			Name:        "issue_property_keys",
			Documented:  platform("issue-properties"),
			Keys:        []string{"issueId", "key"},
			Replication: Incremental,
			Source:      IssueTree,
			Hidden:      true,
			Cloud:       Get("/rest/api/{v}/issue/{issueId}/properties", jira.Whole("keys")),
			DataCenter:  Get("/rest/api/{v}/issue/{issueId}/properties", jira.Whole("keys")),
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true},
			Part:        PerIssue,
			Absent:      []Absence{On(404, "the issue was deleted, moved out of sight, or is no longer visible to the account")},
		},
		{
			Name:        "issue_properties",
			Documented:  platform("issue-properties"),
			Keys:        []string{"issueId", "key"},
			Replication: Incremental,
			Source:      IssueTree,
			Cloud:       Get("/rest/api/{v}/issue/{issueId}/properties/{key}", jira.One()),
			DataCenter:  Get("/rest/api/{v}/issue/{issueId}/properties/{key}", jira.One()),
			Parent:      &Parent{Stream: "issue_property_keys", Field: "key", As: "key", Column: true, Inherit: []string{"issueId"}},
			Part:        PerIssue,
			Absent:      []Absence{On(404, "the issue was deleted, moved out of sight, or is no longer visible to the account")},
		},
	}
}

// pinnedCommentStreams are the comments that are pinned to their issues.
func pinnedCommentStreams() []Stream {
	return []Stream{
		{
			Name:        "issue_pinned_comments",
			Documented:  dataCenter("issue"),
			Keys:        []string{"issueId", "commentId"},
			Replication: Incremental,
			Source:      IssueTree,
			DataCenter:  Get("/rest/api/{v}/issue/{issueId}/pinned-comments", jira.Whole("")),
			NotOn:       dataCenterOnly,
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true},
			Part:        PerIssue,
			Lift:        map[string]string{"commentId": "comment.id"},
			Absent:      []Absence{On(404, "the issue was deleted, moved out of sight, or is no longer visible to the account")},
		},
	}
}

// commentPropertyStreams are the properties of comments. Cloud sends them with
// lists of comments, Data Center one by one.
func commentPropertyStreams() []Stream {
	comments := Parent{Stream: "issue_comments", Field: "id", As: "commentId", Column: true, Inherit: []string{"issueId"}}
	keys := Parent{Stream: "issue_comment_property_keys", Field: "key", As: "key", Column: true, Inherit: []string{"issueId", "commentId"}}
	batch := comments
	batch.Batch = 1000 // as documented
	gone := []Absence{On(404, "the comment was deleted, or its issue is no longer visible to the account")}
	return []Stream{
		{
			Name:        "issue_comment_property_keys",
			Documented:  platform("issue-comment-properties"),
			Keys:        []string{"issueId", "commentId", "key"},
			Replication: Incremental,
			Source:      IssueTree,
			Hidden:      true,
			DataCenter:  Get("/rest/api/{v}/comment/{commentId}/properties", jira.Whole("keys")),
			NotOn:       "Jira Cloud sends properties with lists of comments",
			Parent:      &comments,
			Part:        PerIssue,
			Absent:      gone,
		},
		{
			Name:        "issue_comment_properties",
			Documented:  platform("issue-comment-properties"),
			Keys:        []string{"issueId", "commentId", "key"},
			Replication: Incremental,
			Source:      IssueTree,
			Cloud:       Post("/rest/api/{v}/comment/list", jira.Whole("values"), "ids", "properties", "expand", "properties").Each(batch),
			DataCenter:  Get("/rest/api/{v}/comment/{commentId}/properties/{key}", jira.One()).Each(keys),
			Parent:      &comments,
			Part:        PerIssue,
			Absent:      gone,
		},
	}
}

// worklogPropertyStreams are the properties of worklogs, which Cloud sends with
// lists of worklogs.
func worklogPropertyStreams() []Stream {
	return []Stream{
		{
			Name:        "issue_worklog_properties",
			Documented:  platform("issue-worklog-properties"),
			Keys:        []string{"issueId", "worklogId", "key"},
			Replication: Incremental,
			Source:      IssueTree,
			Cloud:       Post("/rest/api/{v}/worklog/list", jira.Whole(""), "ids", "properties", "expand", "properties"),
			NotOn:       cloudOnly,
			Parent:      &Parent{Stream: "worklogs", Field: "id", As: "worklogId", Column: true, Inherit: []string{"issueId"}, Batch: 1000},
			Part:        PerIssue,
		},
	}
}

// issueRowStreams are what stands inside the issues that are read anyway, and
// costs no request.
func issueRowStreams() []Stream {
	return []Stream{
		{
			Name:        "issue_links",
			Documented:  platform("issue-links"),
			Keys:        []string{"id"},
			Replication: Incremental,
			Source:      IssueTree,
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId"},
			Part:        Links,
			Once:        true,
			Relies:      "adding and removing a link updates both of its issues",
		},
		{
			Name:        "issue_attachments",
			Documented:  platform("issue-attachments"),
			Keys:        []string{"id"},
			Replication: Incremental,
			Source:      IssueTree,
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true},
			Part:        Embedded("fields.attachment"),
			Relies:      "adding and removing an attachment updates its issue",
		},
		{
			Name:        "issue_subtasks",
			Documented:  platform("issues"),
			Keys:        []string{"issueId", "id"},
			Replication: Incremental,
			Source:      IssueTree,
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true},
			Part:        Embedded("fields.subtasks"),
			Relies:      "adding a subtask updates its parent",
		},
	}
}

// serviceLevelStreams are the service levels that issues of Jira Service
// Management hold in fields.
func serviceLevelStreams() []Stream {
	return []Stream{
		{
			Name:        "issue_sla_cycles",
			Documented:  platform("issues"),
			Keys:        []string{"issueId", "fieldId", "cycle"},
			Replication: Incremental,
			Source:      IssueTree,
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true},
			Part:        SLACycles,
		},
	}
}

// issueSiteStreams tell about issues without going through them.
func issueSiteStreams() []Stream {
	return []Stream{
		{
			Name:       "issue_limit_reports",
			Documented: platform("issues"),
			Keys:       []string{"field", "issueId", "state"},
			Cloud:      Get("/rest/api/{v}/issue/limit/report", jira.LimitReport()),
			NotOn:      cloudOnly,
			Permission: "Administer Jira",
		},
	}
}
