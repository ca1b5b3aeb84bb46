package jirasim

import "slices"

// issueTypeSchemeResources are the schemes of issue types and of their screens. Which projects use them has a handler
// of its own on Cloud.
func issueTypeSchemeResources() []resource {
	const types, screens = 10000, 10010
	associations := wholeAt("/rest/api/{v}/issuetypescheme/{issueTypeSchemeId}/associations", "")
	associations.record = `{"self":"","id":"0","key":"","name":"","projectTypeKey":""}`
	associations.rules = []rule{{to: func(c cell) any { return c.usersOf()[c.k].members }}}
	return deniedTo(adminsOnly, []resource{
		{
			stream: "issue_type_schemes", columns: []string{"id"}, amount: exactly(schemeTotal),
			cloud:  pagedAt("/rest/api/{v}/issuetypescheme"),
			server: wholeAt("/rest/api/{v}/issuetypescheme", "schemes"),
			rules: []rule{
				from("id", types), titled("name", "Issue types"),
				{path: "isDefault", to: func(c cell) any { return c.k == 0 }},
			},
		},
		{
			stream: "issue_type_scheme_mappings", columns: []string{"issueTypeSchemeId", "issueTypeId"},
			amount: exactly(schemeTotal * globalTypes),
			cloud:  pagedAt("/rest/api/{v}/issuetypescheme/mapping"),
			rules: []rule{
				{path: "issueTypeSchemeId", to: func(c cell) any { return types + c.k/globalTypes }}, idOf("issueTypeId", "issueType"),
			},
		},
		{
			stream: "issue_type_scheme_projects", columns: []string{"projectId"}, serverColumns: []string{"projectId=id"},
			server: associations,
			amount: &amount{most: siblings, of: func(c cell) int { return len(c.usersOf()) }},
		},
		{
			stream: "issue_type_screen_schemes", columns: []string{"id"}, amount: exactly(schemeTotal),
			cloud: pagedAt("/rest/api/{v}/issuetypescreenscheme"),
			rules: []rule{from("id", screens), titled("name", "Screens")},
		},
		{
			stream: "issue_type_screen_scheme_mappings", columns: []string{"issueTypeScreenSchemeId", "issueTypeId"},
			amount: exactly(2 * schemeTotal),
			cloud:  pagedAt("/rest/api/{v}/issuetypescreenscheme/mapping"),
			rules: []rule{
				{path: "issueTypeScreenSchemeId", to: func(c cell) any { return screens + c.k/2 }},
				{path: "issueTypeId", to: defaultOrType},
				{path: "screenSchemeId", to: func(c cell) any { return firstScreenScheme + c.k%screenSchemeTotal }},
			},
		},
	})
}

// schemeTotal is how many schemes there are of each kind that projects share.
const schemeTotal = 2

// usersOf are the projects that use the scheme of the place: company-managed ones, by turns.
func (c cell) usersOf() []entity {
	return c.entities("users of the scheme", func() []entity {
		return slices.DeleteFunc(liveProjects(c.j, nil), func(e entity) bool {
			return c.j.site.catalog.projects[e.ordinal].team || e.ordinal%schemeTotal != c.place%schemeTotal
		})
	})
}

// priorityResources are the schemes of priorities and notifications.
func priorityResources() []resource {
	notify := pagedAt("/rest/api/{v}/notificationscheme")
	server := listing{path: "/rest/api/{v}/priorityschemes", style: named, at: "schemes", limit: 1000, size: 100}
	server.record = `{"self":"https://jira.example.com/rest/api/2/priorityschemes/1","id":1,"name":"","description":"",` +
		`"defaultScheme":true,"defaultOptionId":"3","optionIds":["1","2","3","4","5"],"projectKeys":["ALPHA"]}`
	return append(deniedTo(adminsOnly, []resource{
		{
			stream: "priority_schemes", columns: []string{"id"}, amount: exactly(schemeTotal),
			cloud: pagedAt("/rest/api/{v}/priorityscheme"), server: server,
			rules: []rule{from("id", 1), titled("name", "Priorities")},
		},
		{
			stream: "priority_scheme_priorities", columns: []string{"prioritySchemeId", "id"}, amount: each("priority"),
			cloud: pagedAt("/rest/api/{v}/priorityscheme/{prioritySchemeId}/priorities"), rules: entityRules("priority"),
		},
		{
			stream: "priority_scheme_projects", columns: []string{"prioritySchemeId", "id"},
			amount: &amount{most: siblings, of: func(c cell) int { return len(c.usersOf()) }},
			cloud:  pagedAt("/rest/api/{v}/priorityscheme/{prioritySchemeId}/projects"),
			rules:  []rule{{to: func(c cell) any { return c.usersOf()[c.k].members }}},
		},
	}), resource{
		stream: "notification_schemes", columns: []string{"id"}, needs: adminProjects, amount: exactly(2), cloud: notify, server: notify,
		rules: []rule{from("id", 10100), titled("name", "Mails")},
	})
}

// securityResources say who may see and do what.
func securityResources() []resource {
	const scheme, firstGrant = 10010, 10400
	schemes := wholeAt("/rest/api/{v}/issuesecurityschemes", "issueSecuritySchemes")
	permissions := wholeAt("/rest/api/{v}/permissionscheme", "permissionSchemes")
	grants := wholeAt("/rest/api/{v}/permissionscheme/{permissionSchemeId}/permission", "permissions")
	levels := pagedAt("/rest/api/{v}/issuesecurityschemes/level")
	return append(deniedTo(adminsOnly, []resource{
		{
			stream: "issue_security_schemes", columns: []string{"id"}, cloud: schemes, server: schemes,
			rules: []rule{
				from("id", scheme),
				{path: "defaultSecurityLevelId", to: func(c cell) any { return levelEntities(c.j, nil)[0].id }},
			},
		},
		{
			stream: "issue_security_levels", columns: []string{"id"}, amount: each("level"), cloud: levels,
			server: wholeAt("/rest/api/{v}/issuesecurityschemes/{issueSecuritySchemeId}", "levels"),
			rules:  append(entityRules("level"), rule{path: "issueSecuritySchemeId", to: func(cell) any { return scheme }}),
		},
		{
			stream: "issue_security_level_members", columns: []string{"id"}, amount: exactly(3),
			cloud: pagedAt("/rest/api/{v}/issuesecurityschemes/level/member"),
			rules: []rule{
				from("id", 10150),
				{path: "issueSecuritySchemeId", to: func(cell) any { return scheme }},
				idOf("issueSecurityLevelId", "level"),
				{path: "holder.parameter", to: func(c cell) any { return c.entity("group").alias }},
				idOf("holder.value", "group"),
			},
		},
	}), resource{
		stream: "permission_schemes", columns: []string{"id"}, amount: exactly(2), cloud: permissions, server: centerAdmins(permissions),
		rules: []rule{from("id", 10000), titled("name", "Permissions"), {path: "permissions", to: grantsOf(firstGrant)}},
	}, resource{
		stream: "permission_grants", columns: []string{"permissionSchemeId", "id"}, amount: exactly(grantTotal),
		cloud: grants, server: centerAdmins(grants),
		rules: []rule{
			from("id", firstGrant), oneOf("permission", "BROWSE_PROJECTS", "CREATE_ISSUES", "ADMINISTER_PROJECTS"),
			idOf("holder.parameter", "role"), idOf("holder.value", "role"),
			{path: "self", to: func(c cell) any { return c.resolved() + "/" + itoa(firstGrant+c.n) }},
		},
	})
}

// centerAdmins is a listing that Data Center shows to administrators only.
func centerAdmins(l listing) listing {
	l.denied = "You do not have permission to view permission schemes."
	return l
}

// grantTotal is how many grants a permission scheme has.
const grantTotal = 3

// grantsOf repeats the grants of a scheme inside it, with the ids that they have in their own list.
func grantsOf(first int) func(c cell) any {
	return func(c cell) any {
		grants := make([]any, grantTotal)
		for k := range grants {
			role := siteRoles(c.j, nil)[k%len(siteRoles(c.j, nil))].id
			grants[k] = map[string]any{
				"id": first + c.n*grantTotal + k, "permission": []string{"BROWSE_PROJECTS", "CREATE_ISSUES", "ADMINISTER_PROJECTS"}[k],
				"holder": map[string]any{"type": "projectRole", "parameter": role, "value": role, "expand": "projectRole"},
				"self":   c.j.BaseURL() + "/rest/api/2/permissionscheme/" + itoa(10000+c.n) + "/permission/" + itoa(first+c.n*grantTotal+k),
			}
		}
		return grants
	}
}
