package jirasim

import (
	"fmt"
	"time"
)

// agentsOnly is what service management tells those who are no agents.
const agentsOnly = "You do not have permission to access this service desk as an agent."

// deskResources are service desks, what customers may ask for, and queues. Only Cloud's are published; Data Center's
// are taken to be the same, but for the users.
func deskResources() []resource {
	desk := []string{"serviceDeskId"}
	return []resource{
		{
			stream: "service_desks", columns: []string{"id"}, amount: each("desk"), cloud: portalAt("servicedesk"),
			rules: []rule{
				{to: func(c cell) any { return c.entity("desk").members }},
				from("id", 10),
				{path: "_links.self", to: func(c cell) any { return c.j.BaseURL() + serviceAPI + "servicedesk/" + itoa(10+c.n) }},
			},
		},
		{
			stream: "request_types", columns: []string{"serviceDeskId", "id"}, amount: exactly(3),
			cloud: portalAt("servicedesk/{serviceDeskId}/requesttype"),
			rules: []rule{
				from("id", 25),
				{path: "serviceDeskId", to: variable("serviceDeskId")},
				titled("name", "Something is broken"),
				{path: "groupIds", to: func(cell) any { return []any{"12"} }},
			},
		},
		{
			stream: "request_type_groups", columns: append(desk, "id"), amount: exactly(1),
			cloud: portalAt("servicedesk/{serviceDeskId}/requesttypegroup"),
			rules: []rule{from("id", 12)},
		},
		{
			stream: "request_type_fields", columns: []string{"requestTypeId", "fieldId"}, amount: exactly(2),
			cloud: wholeAt(serviceAPI+"servicedesk/{serviceDeskId}/requesttype/{requestTypeId}/field", "requestTypeFields"),
			rules: []rule{oneOf("fieldId", "summary", "description")},
		},
		{
			stream: "queues", columns: append(desk, "id"), amount: exactly(2), denied: agentsOnly,
			cloud: portalAt("servicedesk/{serviceDeskId}/queue"),
			rules: []rule{from("id", 20), titled("name", "Unassigned")},
		},
		{
			stream: "queue_issues", columns: []string{"queueId", "id"}, denied: agentsOnly,
			amount: &amount{most: siblings, of: func(c cell) int { return len(c.queued()) }},
			cloud:  portalAt("servicedesk/{serviceDeskId}/queue/{queueId}/issue"),
			rules:  []rule{{to: func(c cell) any { return c.queued()[c.k].members }}},
		},
		{
			stream: "customers", columns: append(desk, "accountId"), serverColumns: append(desk, "key"), denied: agentsOnly,
			cloud:  portalAt("servicedesk/{serviceDeskId}/customer"),
			amount: &amount{most: siblings, of: func(c cell) int { return len(c.j.customers()) }},
			rules:  portalUserRules(func(c cell) int { return c.j.customers()[c.k] }),
		},
	}
}

// queued are the issues of a queue: the requests that nobody works on, or some of the others.
func (c cell) queued() []entity {
	return c.entities("queued", func() []entity {
		var found []entity
		for k, e := range requestIssues(c.j, nil) {
			if k%2 == c.place%2 {
				found = append(found, e)
			}
		}
		return found
	})
}

// customers are the users that service desks have made.
func (j *Jira) customers() []int {
	var found []int
	for u := range j.site.userCount() {
		if j.site.users[u].kind == customer {
			found = append(found, u)
		}
	}
	return found
}

// requestResources hang on requests: the issues that came through a portal.
func requestResources() []resource {
	request := func(tail string) listing { return portalAt("request/{issueId}" + tail) }
	at := func(l listing) listing { l.names = map[string]string{"issueId": "requestId"}; return l }
	own := []string{"issueId", "id"}
	rated := at(listing{path: serviceAPI + "request/{issueId}/feedback", style: object})
	return []resource{
		{
			stream: "requests", columns: []string{"issueId"},
			cloud: at(listing{path: serviceAPI + "request/{issueId}", style: object}),
			rules: []rule{
				{to: func(c cell) any { return c.j.issueEntity(c.place).members }},
				{path: "serviceDeskId", to: func(cell) any { return 10 }},
				{path: "requestTypeId", to: func(cell) any { return 25 }},
				{path: "summary", to: func(c cell) any { return c.j.site.summaryOf(c.j.site.live.Load(), c.place) }},
				{path: "createdDate", to: portalDate},
				{path: "_links.self", to: func(c cell) any { return c.resolved() }},
			},
		},
		{
			stream: "request_slas", columns: own, denied: agentsOnly, cloud: at(request("/sla")),
			amount: &amount{most: siblings, of: func(c cell) int { return len(c.j.site.slaFields(c.j.site.live.Load(), c.place)) }},
			rules:  []rule{{to: cell.slaRecord}},
		},
		{
			stream: "request_approvals", columns: own, amount: oneIn(5), cloud: at(request("/approval")),
			rules: []rule{from("id", 7)},
		},
		{
			stream: "request_participants", columns: []string{"issueId", "accountId"}, serverColumns: []string{"issueId", "key"}, amount: atMost(2),
			cloud: at(request("/participant")),
			rules: portalUserRules(func(c cell) int { return (c.place + c.k) % c.j.site.userCount() }),
		},
		{
			stream: "request_statuses", columns: []string{"issueId", "epochMillis=statusDate.epochMillis"},
			amount: exactly(2), cloud: at(request("/status")),
			rules: []rule{{path: "statusDate", to: portalDate}},
		},
		{
			stream: "request_comments", columns: own, amount: atMost(3), cloud: at(request("/comment")),
			rules: []rule{
				from("id", 10410),
				{path: "created", to: portalDate},
				{path: "public", to: func(c cell) any { return c.k%2 == 0 }},
			},
		},
		{
			stream: "request_attachments", columns: []string{"issueId", "filename", "epochMillis=created.epochMillis"},
			amount: atMost(2), cloud: at(request("/attachment")),
			rules: []rule{
				{path: "created", to: portalDate},
				{path: "filename", to: func(c cell) any { return fmt.Sprintf("fire %d.png", c.k) }},
			},
		},
		{stream: "request_feedback", columns: []string{"issueId"}, amount: oneIn(4), cloud: rated},
	}
}

// portalDate is an instant in the four forms that service management gives.
func portalDate(c cell) any {
	ms := c.j.site.createdAt(c.j.site.live.Load(), c.place) + int64(c.k)*3_600_000
	when := time.UnixMilli(ms).In(c.j.zone)
	return map[string]any{
		"iso8601": when.Format("2006-01-02T15:04:05-0700"), "jira": when.Format(dateLayout), "friendly": when.Format("02/Jan/06 3:04 PM"),
		"epochMillis": ms,
	}
}

// organizationResources are the companies that customers belong to.
func organizationResources() []resource {
	values := properties("organization_properties", serviceAPI+"organization/{organizationId}/property",
		[]string{"organizationId"}, oneIn(2), "entityPropertyKeyBeans")
	return append(deniedTo(agentsOnly, []resource{
		{
			stream: "organizations", columns: []string{"id"}, amount: exactly(3), cloud: portalAt("organization"),
			rules: []rule{
				from("id", 3), titled("name", "Blue Garage"), unique("uuid"), {path: "_links.self", to: organizationSelf},
			},
		},
		{
			stream: "service_desk_organizations", columns: []string{"serviceDeskId", "id"}, amount: exactly(2),
			cloud: portalAt("servicedesk/{serviceDeskId}/organization"),
			rules: []rule{
				{path: "id", to: func(c cell) any { return 3 + c.k }},
				titled("name", "Blue Garage"),
				{path: "_links.self", to: organizationSelf},
			},
		},
		{
			stream: "organization_users", columns: []string{"organizationId", "accountId"}, serverColumns: []string{"organizationId", "key"},
			cloud:  portalAt("organization/{organizationId}/user"),
			amount: &amount{most: siblings, of: func(c cell) int { return min(2, len(c.j.customers())) }},
			rules:  portalUserRules(func(c cell) int { all := c.j.customers(); return all[(c.place+c.k)%len(all)] }),
		},
	}), deniedTo(agentsOnly, values)...)
}

// assetsResources are where Assets are.
func assetsResources() []resource {
	return deniedTo(agentsOnly, []resource{{
		stream: "assets_workspaces", columns: []string{"workspaceId"}, cloud: portalAt("assets/workspace"),
		also: portalAt("insight/workspace"), rules: []rule{unique("workspaceId")},
	}})
}

func organizationSelf(c cell) any { return c.j.BaseURL() + serviceAPI + "organization/" + itoa(3+c.k) }
