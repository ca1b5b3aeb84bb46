package stream

import (
	"slices"

	"tap-jira/internal/jira"
)

// issueMoreStreams are all streams of this family.
func issueMoreStreams() []Stream {
	return slices.Concat(issuePartStreams(), issuePropertyStreams(), issueRowStreams(), issueSiteStreams())
}

// issuePartStreams are what is read for one issue at a time.
func issuePartStreams() []Stream {
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

// issuePropertyStreams are the properties of what hangs on issues.
func issuePropertyStreams() []Stream {
	return []Stream{
		{
			Name:        "issue_comment_property_keys",
			Documented:  platform("issue-comment-properties"),
			Keys:        []string{"issueId", "commentId", "key"},
			Replication: Incremental,
			Source:      IssueTree,
			Hidden:      true,
			Cloud:       Get("/rest/api/{v}/comment/{commentId}/properties", jira.Whole("keys")),
			DataCenter:  Get("/rest/api/{v}/comment/{commentId}/properties", jira.Whole("keys")),
			Parent:      &Parent{Stream: "issue_comments", Field: "id", As: "commentId", Column: true, Inherit: []string{"issueId"}},
			Part:        PerIssue,
			Absent:      []Absence{On(404, "the comment was deleted, or its issue is no longer visible to the account")},
		},
		{
			Name:        "issue_comment_properties",
			Documented:  platform("issue-comment-properties"),
			Keys:        []string{"issueId", "commentId", "key"},
			Replication: Incremental,
			Source:      IssueTree,
			Cloud:       Get("/rest/api/{v}/comment/{commentId}/properties/{key}", jira.One()),
			DataCenter:  Get("/rest/api/{v}/comment/{commentId}/properties/{key}", jira.One()),
			Parent:      &Parent{Stream: "issue_comment_property_keys", Field: "key", As: "key", Column: true, Inherit: []string{"issueId", "commentId"}},
			Part:        PerIssue,
			Absent:      []Absence{On(404, "the comment was deleted, or its issue is no longer visible to the account")},
		},
		{
			Name:        "issue_worklog_property_keys",
			Documented:  platform("issue-worklog-properties"),
			Keys:        []string{"issueId", "worklogId", "key"},
			Replication: Incremental,
			Source:      IssueTree,
			Hidden:      true,
			Cloud:       Get("/rest/api/{v}/issue/{issueId}/worklog/{worklogId}/properties", jira.Whole("keys")),
			NotOn:       cloudOnly,
			Parent:      &Parent{Stream: "worklogs", Field: "id", As: "worklogId", Column: true, Inherit: []string{"issueId"}},
			Part:        PerIssue,
			Absent:      []Absence{On(404, "the worklog was deleted, or its issue is no longer visible to the account")},
		},
		{
			Name:        "issue_worklog_properties",
			Documented:  platform("issue-worklog-properties"),
			Keys:        []string{"issueId", "worklogId", "key"},
			Replication: Incremental,
			Source:      IssueTree,
			Cloud:       Get("/rest/api/{v}/issue/{issueId}/worklog/{worklogId}/properties/{key}", jira.One()),
			NotOn:       cloudOnly,
			Parent:      &Parent{Stream: "issue_worklog_property_keys", Field: "key", As: "key", Column: true, Inherit: []string{"issueId", "worklogId"}},
			Part:        PerIssue,
			Absent:      []Absence{On(404, "the worklog was deleted, or its issue is no longer visible to the account")},
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
