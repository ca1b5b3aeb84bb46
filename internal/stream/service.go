package stream

import (
	"slices"

	"tap-jira/internal/jira"
)

// serviceStreams are all streams of this family.
func serviceStreams() []Stream {
	return alike(slices.Concat(
		serviceDeskStreams(), requestStreams(), requestWorkStreams(), requestTalkStreams(), requestTextStreams(),
		requestFeedbackStreams(), queueStreams(), organizationStreams(), organizationPropertyStreams(),
		customerStreams(),
	))
}

// alike gives streams the same addresses on Data Center as on Cloud, but for those
// that it lacks: service management is one API on both, of users with other ids.
func alike(streams []Stream) []Stream {
	for i := range streams {
		if streams[i].NotOn == "" {
			streams[i].DataCenter = streams[i].Cloud
		}
	}
	return streams
}

// serviceDeskStreams are service desks and what customers may ask for.
func serviceDeskStreams() []Stream {
	return []Stream{
		{
			Name:       "service_desks",
			Documented: serviceDesk("servicedesk"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/servicedeskapi/servicedesk", jira.StartLimit("values")),
			Absent:     []Absence{On(404, "Jira Service Management is not on this site")},
		},
		{
			Name:       "request_types",
			Documented: serviceDesk("servicedesk"),
			Keys:       []string{"serviceDeskId", "id"},
			Cloud:      Get("/rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype", jira.StartLimit("values")),
			Parent:     &Parent{Stream: "service_desks", Field: "id", As: "serviceDeskId"},
			Absent:     []Absence{On(404, "the service desk was deleted, or is no longer visible to the account")},
		},
		{
			Name:       "request_type_groups",
			Documented: serviceDesk("servicedesk"),
			Keys:       []string{"serviceDeskId", "id"},
			Cloud:      Get("/rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttypegroup", jira.StartLimit("values")),
			Parent:     &Parent{Stream: "service_desks", Field: "id", As: "serviceDeskId", Column: true},
			Absent:     []Absence{On(404, "the service desk was deleted, or is no longer visible to the account")},
		},
		{
			Name:       "request_type_fields",
			Documented: serviceDesk("servicedesk"),
			Keys:       []string{"requestTypeId", "fieldId"},
			Cloud:      Get("/rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype/{requestTypeId}/field", jira.Whole("requestTypeFields")),
			Parent:     &Parent{Stream: "request_types", Field: "id", As: "requestTypeId", Column: true, Inherit: []string{"serviceDeskId"}},
			Absent:     []Absence{On(404, "the request type was deleted, or is no longer visible to the account")},
		},
	}
}

// requestStreams are the requests of customers. Jira lists to an account only
// its own, so they are asked for by issue.
func requestStreams() []Stream {
	return []Stream{
		{
			Name:        "requests",
			Documented:  serviceDesk("request"),
			Keys:        []string{"issueId"},
			Replication: Incremental,
			Source:      IssueTree,
			Cloud:       Get("/rest/servicedeskapi/request/{issueId}", jira.One()),
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId", Where: serviceProjects()},
			Part:        PerIssue,
			Absent:      []Absence{On(404, "the issue is no request of a customer, or is no longer visible to the account")},
			Permission:  "Service Desk Agent",
		},
	}
}

// requestWorkStreams are what is promised for a request, and asked of others.
func requestWorkStreams() []Stream {
	return []Stream{
		{
			Name:        "request_slas",
			Documented:  serviceDesk("request"),
			Keys:        []string{"issueId", "id"},
			Replication: Incremental,
			Source:      IssueTree,
			Cloud:       Get("/rest/servicedeskapi/request/{issueId}/sla", jira.StartLimit("values")),
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true, Where: serviceProjects()},
			Part:        PerIssue,
			Absent:      []Absence{On(404, "the issue is no request of a customer, or is no longer visible to the account")},
			Permission:  "Service Desk Agent",
		},
		{
			Name:        "request_approvals",
			Documented:  serviceDesk("request"),
			Keys:        []string{"issueId", "id"},
			Replication: Incremental,
			Source:      IssueTree,
			Cloud:       Get("/rest/servicedeskapi/request/{issueId}/approval", jira.StartLimit("values")),
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true, Where: serviceProjects()},
			Part:        PerIssue,
			Absent:      []Absence{On(404, "the issue is no request of a customer, or is no longer visible to the account")},
		},
	}
}

// requestTalkStreams are who takes part in a request, and how it stands.
func requestTalkStreams() []Stream {
	return []Stream{
		{
			Name:           "request_participants",
			Documented:     serviceDesk("request"),
			Keys:           []string{"issueId", "accountId"},
			DataCenterKeys: []string{"issueId", "key"},
			Replication:    Incremental,
			Source:         IssueTree,
			Cloud:          Get("/rest/servicedeskapi/request/{issueId}/participant", jira.StartLimit("values")),
			Parent:         &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true, Where: serviceProjects()},
			Part:           PerIssue,
			Absent:         []Absence{On(404, "the issue is no request of a customer, or is no longer visible to the account")},
		},
		{
			Name:        "request_statuses",
			Documented:  serviceDesk("request"),
			Keys:        []string{"issueId", "epochMillis"},
			Replication: Incremental,
			Source:      IssueTree,
			Cloud:       Get("/rest/servicedeskapi/request/{issueId}/status", jira.StartLimit("values")),
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true, Where: serviceProjects()},
			Part:        PerIssue,
			Relies:      "every change of status updates the issue",
			Lift:        map[string]string{"epochMillis": "statusDate.epochMillis"},
			Absent:      []Absence{On(404, "the issue is no request of a customer, or is no longer visible to the account")},
		},
	}
}

// requestTextStreams are what is said on a request, and what came with it.
func requestTextStreams() []Stream {
	return []Stream{
		{
			Name:        "request_comments",
			Documented:  serviceDesk("request"),
			Keys:        []string{"issueId", "id"},
			Replication: Incremental,
			Source:      IssueTree,
			Cloud:       Get("/rest/servicedeskapi/request/{issueId}/comment", jira.StartLimit("values")),
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true, Where: serviceProjects()},
			Part:        PerIssue,
			Relies:      "adding and editing a comment updates its issue",
			Absent:      []Absence{On(404, "the issue is no request of a customer, or is no longer visible to the account")},
		},
		{
			Name:        "request_attachments",
			Documented:  serviceDesk("request"),
			Keys:        []string{"issueId", "filename", "epochMillis"},
			Replication: Incremental,
			Source:      IssueTree,
			Cloud:       Get("/rest/servicedeskapi/request/{issueId}/attachment", jira.StartLimit("values")),
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true, Where: serviceProjects()},
			Part:        PerIssue,
			Relies:      "adding and removing an attachment updates its issue",
			Lift:        map[string]string{"epochMillis": "created.epochMillis"},
			Absent:      []Absence{On(404, "the issue is no request of a customer, or is no longer visible to the account")},
		},
	}
}

// requestFeedbackStreams are what customers thought of the answer.
func requestFeedbackStreams() []Stream {
	return []Stream{
		{
			Name:        "request_feedback",
			Documented:  serviceDesk("request"),
			Keys:        []string{"issueId"},
			Replication: Incremental,
			Source:      IssueTree,
			Cloud:       Get("/rest/servicedeskapi/request/{issueId}/feedback", jira.One()),
			Parent:      &Parent{Stream: "issues", Field: "id", As: "issueId", Column: true, Where: serviceProjects()},
			Part:        PerIssue,
			Absent:      []Absence{On(404, "nobody has rated the request, or it is no longer visible to the account")},
		},
	}
}

// queueStreams are the queues of agents.
func queueStreams() []Stream {
	return []Stream{
		{
			Name:       "queues",
			Documented: serviceDesk("servicedesk"),
			Keys:       []string{"serviceDeskId", "id"},
			Cloud: Get("/rest/servicedeskapi/servicedesk/{serviceDeskId}/queue", jira.StartLimit("values"),
				"includeCount", "true"),
			Parent:     &Parent{Stream: "service_desks", Field: "id", As: "serviceDeskId", Column: true},
			Absent:     []Absence{On(404, "the service desk was deleted, or is no longer visible to the account")},
			Permission: "Service Desk Agent",
		},
		{
			Name:       "queue_issues",
			Documented: serviceDesk("servicedesk"),
			Keys:       []string{"queueId", "id"},
			Cloud:      Get("/rest/servicedeskapi/servicedesk/{serviceDeskId}/queue/{queueId}/issue", jira.StartLimit("values")),
			Parent:     &Parent{Stream: "queues", Field: "id", As: "queueId", Column: true, Inherit: []string{"serviceDeskId"}},
			Absent:     []Absence{On(404, "the queue was deleted")},
			Permission: "Service Desk Agent",
		},
	}
}

// organizationStreams are the companies that customers belong to.
func organizationStreams() []Stream {
	return []Stream{
		{
			Name:       "organizations",
			Documented: serviceDesk("organization"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/servicedeskapi/organization", jira.StartLimit("values")),
			Absent:     []Absence{On(404, "Jira Service Management is not on this site")},
			Permission: "Service Desk Agent",
		},
		{
			Name:       "service_desk_organizations",
			Documented: serviceDesk("organization"),
			Keys:       []string{"serviceDeskId", "id"},
			Cloud:      Get("/rest/servicedeskapi/servicedesk/{serviceDeskId}/organization", jira.StartLimit("values")),
			Parent:     &Parent{Stream: "service_desks", Field: "id", As: "serviceDeskId", Column: true},
			Absent:     []Absence{On(404, "the service desk was deleted, or is no longer visible to the account")},
			Permission: "Service Desk Agent",
		},
		{
			Name:           "organization_users",
			Documented:     serviceDesk("organization"),
			Keys:           []string{"organizationId", "accountId"},
			DataCenterKeys: []string{"organizationId", "key"},
			Cloud:          Get("/rest/servicedeskapi/organization/{organizationId}/user", jira.StartLimit("values")),
			Parent:         &Parent{Stream: "organizations", Field: "id", As: "organizationId", Column: true},
			Absent:         []Absence{On(404, "the organization was deleted")},
			Permission:     "Service Desk Agent",
		},
	}
}

// organizationPropertyStreams are the properties of organizations.
func organizationPropertyStreams() []Stream {
	return []Stream{
		{
			Name:       "organization_property_keys",
			Documented: serviceDesk("organization"),
			Keys:       []string{"organizationId", "key"},
			Hidden:     true,
			Cloud:      Get("/rest/servicedeskapi/organization/{organizationId}/property", jira.Lists("entityPropertyKeyBeans", "keys")),
			Parent:     &Parent{Stream: "organizations", Field: "id", As: "organizationId", Column: true},
			Absent:     []Absence{On(404, "the organization was deleted")},
			Permission: "Service Desk Agent",
		},
		{
			Name:       "organization_properties",
			Documented: serviceDesk("organization"),
			Keys:       []string{"organizationId", "key"},
			Cloud:      Get("/rest/servicedeskapi/organization/{organizationId}/property/{key}", jira.One()),
			Parent:     &Parent{Stream: "organization_property_keys", Field: "key", As: "key", Column: true, Inherit: []string{"organizationId"}},
			Absent:     []Absence{On(404, "the organization was deleted")},
			Permission: "Service Desk Agent",
		},
	}
}

// customerStreams are customers, and where Assets are.
func customerStreams() []Stream {
	return []Stream{
		{
			Name:           "customers",
			Documented:     serviceDesk("servicedesk"),
			Keys:           []string{"serviceDeskId", "accountId"},
			DataCenterKeys: []string{"serviceDeskId", "key"},
			Cloud:          Get("/rest/servicedeskapi/servicedesk/{serviceDeskId}/customer", jira.StartLimit("values")),
			Parent:         &Parent{Stream: "service_desks", Field: "id", As: "serviceDeskId", Column: true},
			Absent:         []Absence{On(404, "the service desk was deleted, or is no longer visible to the account")},
			Permission:     "Service Desk Agent",
		},
		{
			Name:       "assets_workspaces",
			Documented: serviceDesk("assets"),
			Keys:       []string{"workspaceId"},
			Cloud: Get("/rest/servicedeskapi/assets/workspace", jira.StartLimit("values")).
				Or(Get("/rest/servicedeskapi/insight/workspace", jira.StartLimit("values"))),
			NotOn:  noAssets,
			Absent: []Absence{On(404, "Assets is not on this site")},
		},
	}
}

// serviceProjects leaves out the issues that cannot be requests of customers.
func serviceProjects() map[string][]string {
	return map[string][]string{"fields.project.projectTypeKey": {"service_desk"}}
}
