package jirasim

// systemFields are the fields that Jira comes with, in the order in which issues carry them.
var systemFields = []systemField{
	{only: cloudOnly, field: field{
		id: "statuscategorychangedate", name: "Status Category Changed", kind: valueCategoryChanged, schema: `"type":"datetime"`,
		clauses: []string{"statusCategoryChangedDate"}, navigable: true, searchable: true,
	}},
	{field: field{
		id: "issuetype", name: "Issue Type", kind: valueIssueType, schema: `"type":"issuetype"`,
		clauses: []string{"issuetype", "type"}, navigable: true, orderable: true, searchable: true,
	}},
	{field: field{
		id: "parent", name: "Parent", kind: valueParent, schema: "",
		clauses: []string{"parent"}, navigable: true,
	}},
	{field: field{
		id: "timespent", name: "Time Spent", kind: valueTimeSpent, schema: `"type":"number"`,
		clauses: []string{"timespent"}, navigable: true,
	}},
	{field: field{
		id: "project", name: "Project", kind: valueProject, schema: `"type":"project"`,
		clauses: []string{"project"}, navigable: true, searchable: true,
	}},
	{field: field{
		id: "fixVersions", name: "Fix Version/s", kind: valueFixVersions, schema: `"type":"array","items":"version"`,
		clauses: []string{"fixVersion"}, navigable: true, orderable: true, searchable: true,
	}},
	{field: field{
		id: "aggregatetimespent", name: "Σ Time Spent", kind: valueTimeSpent, schema: `"type":"number"`,
		navigable: true,
	}},
	{only: cloudOnly, field: field{
		id: "statusCategory", name: "Status Category", kind: valueStatusCategory, schema: `"type":"statusCategory"`,
		clauses: []string{"statusCategory"}, navigable: true, searchable: true,
	}},
	{field: field{
		id: "resolution", name: "Resolution", kind: valueResolution, schema: `"type":"resolution"`,
		clauses: []string{"resolution"}, navigable: true, orderable: true, searchable: true,
	}},
	{field: field{
		id: "resolutiondate", name: "Resolved", kind: valueResolutionDate, schema: `"type":"datetime"`,
		clauses: []string{"resolutiondate", "resolved"}, navigable: true, searchable: true,
	}},
	{field: field{
		id: "workratio", name: "Work Ratio", kind: valueWorkRatio, schema: `"type":"number"`,
		clauses: []string{"workratio"}, navigable: true, searchable: true,
	}},
	{only: cloudOnly, field: field{
		id: "issuerestriction", name: "Restrict to", kind: valueRestriction, schema: `"type":"issuerestriction"`,
		navigable: true, orderable: true,
	}},
	{field: field{
		id: "lastViewed", name: "Last Viewed", kind: valueViewed, schema: `"type":"datetime"`,
		clauses: []string{"lastViewed"}, navigable: true,
	}},
	{field: field{
		id: "watches", name: "Watchers", kind: valueWatches, schema: `"type":"watches"`,
		clauses: []string{"watchers"}, navigable: true,
	}},
	{field: field{
		id: "created", name: "Created", kind: valueCreated, schema: `"type":"datetime"`,
		clauses: []string{"created", "createdDate"}, navigable: true, searchable: true,
	}},
	{field: field{
		id: "priority", name: "Priority", kind: valuePriority, schema: `"type":"priority"`,
		clauses: []string{"priority"}, navigable: true, orderable: true, searchable: true,
	}},
	{field: field{
		id: "labels", name: "Labels", kind: valueLabels, schema: `"type":"array","items":"string"`,
		clauses: []string{"labels"}, navigable: true, orderable: true, searchable: true,
	}},
	{field: field{
		id: "timeestimate", name: "Remaining Estimate", kind: valueRemaining, schema: `"type":"number"`,
		clauses: []string{"remainingEstimate", "timeestimate"}, navigable: true,
	}},
	{field: field{
		id: "aggregatetimeoriginalestimate", name: "Σ Original Estimate", kind: valueOriginal, schema: `"type":"number"`,
		navigable: true,
	}},
	{field: field{
		id: "versions", name: "Affects Version/s", kind: valueAffectsVersions, schema: `"type":"array","items":"version"`,
		clauses: []string{"affectedVersion"}, navigable: true, orderable: true, searchable: true,
	}},
	{field: field{
		id: "issuelinks", name: "Linked Issues", kind: valueLinks, schema: `"type":"array","items":"issuelinks"`,
		clauses: []string{"issueLink"}, navigable: true, orderable: true, searchable: true,
	}},
	{field: field{
		id: "assignee", name: "Assignee", kind: valueAssignee, schema: `"type":"user"`,
		clauses: []string{"assignee"}, navigable: true, orderable: true, searchable: true,
	}},
	{field: field{
		id: "updated", name: "Updated", kind: valueUpdated, schema: `"type":"datetime"`,
		clauses: []string{"updated", "updatedDate"}, navigable: true, searchable: true,
	}},
	{field: field{
		id: "status", name: "Status", kind: valueStatus, schema: `"type":"status"`,
		clauses: []string{"status"}, navigable: true, searchable: true,
	}},
	{field: field{
		id: "components", name: "Component/s", kind: valueComponents, schema: `"type":"array","items":"component"`,
		clauses: []string{"component"}, navigable: true, orderable: true, searchable: true,
	}},
	{field: field{
		id: "issuekey", name: "Key", kind: valueNone, schema: "",
		clauses: []string{"id", "issue", "issuekey", "key"}, navigable: true,
	}},
	{field: field{
		id: "timeoriginalestimate", name: "Original Estimate", kind: valueOriginal, schema: `"type":"number"`,
		clauses: []string{"originalEstimate", "timeoriginalestimate"}, navigable: true,
	}},
	{field: field{
		id: "description", name: "Description", kind: valueDescription, schema: `"type":"string"`,
		clauses: []string{"description"}, navigable: true, orderable: true, searchable: true,
	}},
	{field: field{
		id: "timetracking", name: "Time tracking", kind: valueTimeTracking, schema: `"type":"timetracking"`,
		orderable: true,
	}},
	{only: serverOnly, field: field{
		id: "archiveddate", name: "Archived", kind: valueArchivedDate, schema: `"type":"datetime"`,
		navigable: true, searchable: true,
	}},
	{only: serverOnly, field: field{
		id: "archivedby", name: "Archiver", kind: valueArchiver, schema: `"type":"user"`,
		navigable: true, searchable: true,
	}},
	{field: field{
		id: "security", name: "Security Level", kind: valueSecurity, schema: `"type":"securitylevel"`,
		clauses: []string{"level"}, navigable: true, orderable: true, searchable: true,
	}},
	{field: field{
		id: "attachment", name: "Attachment", kind: valueAttachments, schema: `"type":"array","items":"attachment"`,
		clauses: []string{"attachments"}, orderable: true, searchable: true,
	}},
	{field: field{
		id: "aggregatetimeestimate", name: "Σ Remaining Estimate", kind: valueRemaining, schema: `"type":"number"`,
		navigable: true,
	}},
	{field: field{
		id: "summary", name: "Summary", kind: valueSummary, schema: `"type":"string"`,
		clauses: []string{"summary"}, navigable: true, orderable: true, searchable: true,
	}},
	{field: field{
		id: "creator", name: "Creator", kind: valueCreator, schema: `"type":"user"`,
		clauses: []string{"creator"}, navigable: true, searchable: true,
	}},
	{field: field{
		id: "subtasks", name: "Sub-Tasks", kind: valueSubtasks, schema: `"type":"array","items":"issuelinks"`,
		clauses: []string{"subtasks"}, navigable: true,
	}},
	{field: field{
		id: "reporter", name: "Reporter", kind: valueReporter, schema: `"type":"user"`,
		clauses: []string{"reporter"}, navigable: true, orderable: true, searchable: true,
	}},
	{field: field{
		id: "aggregateprogress", name: "Σ Progress", kind: valueProgress, schema: `"type":"progress"`,
		navigable: true,
	}},
	{field: field{
		id: "environment", name: "Environment", kind: valueEnvironment, schema: `"type":"string"`,
		clauses: []string{"environment"}, navigable: true, orderable: true, searchable: true,
	}},
	{field: field{
		id: "duedate", name: "Due date", kind: valueDueDate, schema: `"type":"date"`,
		clauses: []string{"due", "duedate"}, navigable: true, orderable: true, searchable: true,
	}},
	{field: field{
		id: "progress", name: "Progress", kind: valueProgress, schema: `"type":"progress"`,
		clauses: []string{"progress"}, navigable: true,
	}},
	{field: field{
		id: "votes", name: "Votes", kind: valueVotes, schema: `"type":"votes"`,
		clauses: []string{"votes"}, navigable: true,
	}},
	{field: field{
		id: "thumbnail", name: "Images", kind: valueNone, schema: "",
		navigable: true,
	}},
	{field: field{
		id: "comment", name: "Comment", kind: valueComments, schema: `"type":"comments-page"`,
		clauses: []string{"comment"}, orderable: true, searchable: true,
	}},
	{field: field{
		id: "worklog", name: "Log Work", kind: valueWorklogs, schema: `"type":"array","items":"worklog"`,
		orderable: true, searchable: true,
	}},
}
