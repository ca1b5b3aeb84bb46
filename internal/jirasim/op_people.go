package jirasim

import "strings"

// peopleResources hang on users. Users, groups and permissions have handlers of their own.
func peopleResources() []resource {
	roles := wholeAt("/rest/api/{v}/applicationrole", "")
	columns := wholeAt("/rest/api/{v}/user/columns?accountId={accountId}", "")
	named := wholeAt("/rest/api/{v}/user/columns?username={username}", "")
	values := properties("user_properties", "/rest/api/{v}/user/properties?accountId={accountId}", []string{"accountId"}, oneIn(5), "keys")
	for k := range values {
		values[k].server.path = strings.ReplaceAll(values[k].cloud.path, "accountId", "userKey")
		values[k].serverColumns = []string{"userKey", "key"}
	}
	return append(deniedTo(adminsOnly, []resource{
		{
			stream: "application_roles", columns: []string{"key"}, amount: exactly(2), cloud: roles, server: roles,
			rules: []rule{
				oneOf("key", "jira-software", "jira-servicedesk"), oneOf("name", "Jira Software", "Jira Service Management"),
				{path: "groups", to: roleGroups},
				{path: "defaultGroups", to: roleGroups},
			},
		},
		{
			stream: "user_default_columns", columns: []string{"accountId", "value"},
			serverColumns: []string{"username", "value"}, amount: exactly(3),
			cloud: columns, server: named,
			rules: []rule{oneOf("value", "issuekey", "summary", "status"), oneOf("label", "Key", "Summary", "Status")},
		},
	}), deniedTo(adminsOnly, values)...)
}

// roleGroups are the names of the groups of an application.
func roleGroups(c cell) any { return []any{groups[1+c.k]} }

// filterResources are saved searches and dashboards.
func filterResources() []resource {
	shares, columns := wholeAt("/rest/api/{v}/filter/{filterId}/permission", ""), wholeAt("/rest/api/{v}/filter/{filterId}/columns", "")
	columns.gone = "No columns have been configured for the filter."
	scope := objectAt("/rest/api/{v}/filter/defaultShareScope")
	boards := listing{path: "/rest/api/{v}/dashboard", style: named, at: "dashboards", limit: 1000, size: 20}
	search := pagedAt("/rest/api/{v}/dashboard/search")
	gadgets := wholeAt("/rest/api/{v}/dashboard/{dashboardId}/gadget", "gadgets")
	return append([]resource{
		{
			stream: "filters", columns: []string{"id"}, cloud: pagedAt("/rest/api/{v}/filter/search"),
			server: wholeAt("/rest/api/{v}/filter/favourite", ""),
			amount: each("board"),
			rules:  append(entityRules("board"), rule{path: "jql", to: func(cell) any { return "project = ALPHA ORDER BY Rank" }}),
		},
		{
			stream: "filter_share_permissions", columns: []string{"filterId", "id"}, amount: atMost(2), cloud: shares,
			server: shares,
			rules:  []rule{from("id", 10050)},
		},
		{
			stream: "filter_columns", columns: []string{"filterId", "value"}, cloud: columns, server: columns,
			amount: &amount{most: 2, of: func(c cell) int { return 2 * map[bool]int{true: 1}[c.place%2 == 0] }},
			rules:  []rule{oneOf("value", "issuekey", "summary"), oneOf("label", "Key", "Summary")},
		},
		{stream: "filter_default_share_scopes", columns: []string{"scope"}, cloud: scope, server: scope},
		{
			stream: "dashboards", columns: []string{"id"}, amount: exactly(dashboardTotal), cloud: search, server: boards,
			rules: []rule{from("id", 10120), titled("name", "Dashboard")}, also: boards,
		},
		{
			stream: "dashboard_gadgets", columns: []string{"dashboardId", "id"}, amount: exactly(2), cloud: gadgets,
			rules: []rule{from("id", 10130), {path: "position.column", to: func(c cell) any { return c.k }}},
		},
	}, cloudOf(properties("dashboard_item_properties", "/rest/api/{v}/dashboard/{dashboardId}/items/{itemId}/properties",
		[]string{"dashboardId", "itemId"}, oneIn(3), "keys"))...)
}

// dashboardTotal is more than a page of the older listing holds.
const dashboardTotal = 23
