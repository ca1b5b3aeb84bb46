package jirasim

import (
	"net/http"
	"time"
)

// licensesDenied is what license counts tell those who do not administer Jira.
const licensesDenied = "Only Jira administrators can access license details."

// siteResources are licences, settings and pictures of the site.
func siteResources() []resource {
	settings, advanced := wholeAt("/rest/api/{v}/application-properties", ""), wholeAt("/rest/api/{v}/application-properties/advanced-settings", "")
	configuration, avatars := objectAt("/rest/api/{v}/configuration"), wholeAt("/rest/api/{v}/avatar/{type}/system", "system")
	return append(deniedTo(adminsOnly, []resource{
		{
			stream: "application_properties", columns: []string{"id"}, serverColumns: []string{"key"}, amount: exactly(3),
			cloud: settings, server: settings,
			rules: []rule{
				oneOf("id", "jira.title", "jira.home", "jira.lf.date.dmy"),
				oneOf("key", "jira.title", "jira.home", "jira.lf.date.dmy"),
				oneOf("value", "Jira", "/var/jira", "dd/MMM/yy"),
			},
		},
		{
			stream: "advanced_settings", columns: []string{"id"}, serverColumns: []string{"key"}, amount: exactly(2),
			cloud: advanced, server: advanced,
			rules: []rule{
				oneOf("id", "jira.clone.prefix", "jira.issue.actions.order"),
				oneOf("key", "jira.clone.prefix", "jira.issue.actions.order"),
			},
		},
		{
			stream: "time_tracking_providers", columns: []string{"key"}, amount: exactly(2),
			cloud: wholeAt("/rest/api/{v}/configuration/timetracking/list", ""),
			rules: []rule{
				oneOf("key", "JIRA", "com.example.time__provider"),
				oneOf("name", "JIRA provided time tracking", "Example time"),
			},
		},
		{
			stream: "time_tracking_options", columns: []string{"scope"},
			cloud: objectAt("/rest/api/{v}/configuration/timetracking/options"), fixed: map[string]string{"scope": "site"},
		},
	}), []resource{
		{
			stream: "configurations", columns: []string{"scope"}, cloud: configuration, server: configuration,
			fixed: map[string]string{"scope": "site"},
		},
		{
			stream: "licenses", columns: []string{"id"}, amount: exactly(2),
			cloud: wholeAt("/rest/api/{v}/instance/license", "applications"),
			rules: []rule{oneOf("id", "jira-software", "jira-servicedesk")},
		},
		{
			stream: "license_metrics", columns: []string{"key"}, denied: licensesDenied,
			cloud: objectAt("/rest/api/{v}/license/approximateLicenseCount"),
		},
		{
			stream: "license_product_metrics", columns: []string{"key"}, denied: licensesDenied,
			cloud: objectAt("/rest/api/{v}/license/approximateLicenseCount/product/{applicationKey}"),
			rules: []rule{
				{path: "key", to: func(c cell) any { return "license." + c.vars["applicationKey"] + ".approximateUserCount" }},
			},
		},
		{
			stream: "avatars", columns: []string{"type", "id"}, amount: exactly(3), cloud: avatars, server: avatars,
			rules: []rule{from("id", 10300)},
		},
	}...)
}

// adminResources are what only administrators, apps and Data Center have.
func adminResources() []resource {
	nodes := wholeAt("/rest/api/{v}/cluster/nodes", "")
	nodes.unauthorized = true
	return []resource{
		{
			stream: "audit_records", columns: []string{"id"}, amount: exactly(auditTotal), denied: adminsOnly,
			cloud: listing{path: "/rest/api/{v}/auditing/record", style: offsetLimit, at: "records"},
			rules: []rule{
				{path: "id", to: func(c cell) any { return 5000 + auditTotal - c.k }},
				{path: "created", to: func(c cell) any { return c.auditTime(c.k).Format(dateLayout) }},
			},
		},
		{
			stream: "announcement_banners", columns: []string{"hashId"}, cloud: objectAt("/rest/api/{v}/announcementBanner"),
			denied: "Only admins can read banner configuration.",
		},
		{
			stream: "classification_levels", columns: []string{"id"}, amount: exactly(2),
			cloud: wholeAt("/rest/api/{v}/classification-levels", "classifications"),
			rules: []rule{
				{path: "id", to: func(c cell) any { return "ari:cloud:platform::classification-tag/" + c.uuid() }},
				oneOf("name", "Public", "Internal"),
				{path: "rank", to: func(c cell) any { return 1 + c.k }},
			},
		},
		{
			stream: "cluster_nodes", columns: []string{"nodeId"}, amount: exactly(2), server: nodes, denied: adminsOnly,
			rules: []rule{oneOf("nodeId", "node1", "node2")},
		},
		{
			stream: "terminologies", columns: []string{"originalName"}, amount: exactly(2),
			server: wholeAt("/rest/api/{v}/terminology/entries", ""),
			rules: []rule{
				oneOf("originalName", "epic", "sprint"), oneOf("originalNamePlural", "epics", "sprints"),
				oneOf("newName", "epic", "iteration"), oneOf("newNamePlural", "epics", "iterations"),
			},
		},
	}
}

// planResources are the plans of Cloud's larger editions.
func planResources() []resource {
	return []resource{
		{
			stream: "plans", columns: []string{"id"}, amount: exactly(planTotal), denied: adminsOnly,
			cloud: listing{path: "/rest/api/{v}/plans/plan", style: cursored},
			rules: []rule{from("id", 100), titled("name", "The year"), from("scenarioId", 200)},
		},
		{
			stream: "plan_details", columns: []string{"planId"}, denied: adminsOnly,
			cloud: objectAt("/rest/api/{v}/plans/plan/{planId}"),
			rules: []rule{{path: "id", to: variable("planId")}},
		},
		{
			stream: "plan_teams", columns: []string{"planId", "id"}, amount: exactly(2), denied: adminsOnly,
			cloud: listing{path: "/rest/api/{v}/plans/plan/{planId}/team", style: cursored},
			rules: []rule{from("id", 1), titled("name", "Team")},
		},
	}
}

// Sizes of what is paged in a way of its own: more plans than one page, an audit log of a few months.
const (
	planTotal  = 53
	auditTotal = 120
)

// auditTime is when record k of the audit log was made: newest first.
func (c cell) auditTime(k int) time.Time {
	return time.UnixMilli(c.j.site.end - int64(k)*20*3_600_000).In(c.j.zone)
}

// window applies from and to: the records that lie between them.
func (c cell) window(q *request, total int) (from, to int, bad *response) {
	since, bad := q.instant("from")
	if bad != nil {
		return 0, 0, bad
	}
	until, bad := q.instant("to")
	if bad != nil {
		return 0, 0, bad
	}
	to = total
	for from < to && !until.IsZero() && c.auditTime(from).After(until) {
		from++
	}
	for to > from && !since.IsZero() && c.auditTime(to-1).Before(since) {
		to--
	}
	return from, to, nil
}

// instant reads a date of the query, in one of the forms that the audit log takes.
func (q *request) instant(name string) (time.Time, *response) {
	text := q.query.Get(name)
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, dateLayout, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, new(errorCollection(http.StatusBadRequest, "The "+name+" parameter is not a valid date."))
}
