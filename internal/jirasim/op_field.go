package jirasim

// What Jira tells about fields to those who do not administer it.
const (
	fieldsDenied   = "Only Jira administrators can access fields."
	contextsDenied = "Only Jira administrators can access custom field contexts."
	optionsDenied  = "Only Jira administrators can manage custom field options."
)

// contextsOf is how many contexts a field has: the first is for everything.
func contextsOf(c cell) int { return 1 + map[bool]int{true: 1}[c.place%3 == 0] }

// global reports whether a record stands for a field's context for everything.
func global(c cell) bool { return c.k == 0 }

// ofContext sets contextId to the context that the record stands for.
func ofContext() rule {
	return rule{path: "contextId", to: func(c cell) any { return firstContext + c.place*2 + c.k }}
}

const firstContext = 11000

// customFieldResources are custom fields' contexts and options, on Cloud.
func customFieldResources() []resource {
	contexts := &amount{most: 2, of: contextsOf}
	perContext := []string{"fieldId", "contextId"}
	return append(deniedTo(contextsDenied, cloudOf([]resource{
		{
			stream: "custom_field_contexts", columns: []string{"fieldId", "id"}, amount: contexts,
			cloud: pagedAt("/rest/api/{v}/field/{fieldId}/context"),
			rules: []rule{
				from("id", firstContext), oneOf("name", "Default Configuration Scheme", "Some projects"),
				{path: "isGlobalContext", to: func(c cell) any { return global(c) }},
				{path: "isAnyIssueType", to: func(c cell) any { return global(c) }},
			},
		},
		{
			stream: "custom_field_context_project_mappings", columns: append(perContext, "projectId"), amount: contexts,
			cloud: pagedAt("/rest/api/{v}/field/{fieldId}/context/projectmapping"),
			rules: []rule{ofContext(), lacking("projectId", global), {path: "isGlobalContext", to: whereGlobal}},
		},
		{
			stream: "custom_field_context_issue_type_mappings", columns: append(perContext, "issueTypeId"), amount: contexts,
			cloud: pagedAt("/rest/api/{v}/field/{fieldId}/context/issuetypemapping"),
			rules: []rule{ofContext(), lacking("issueTypeId", global), {path: "isAnyIssueType", to: whereGlobal}},
		},
		{
			stream: "custom_field_default_values", columns: perContext, amount: oneIn(4),
			cloud: pagedAt("/rest/api/{v}/field/{fieldId}/context/defaultValues"), rules: []rule{ofContext()},
		},
	})), optionResources()...)
}

// whereGlobal is true in the record of a context for everything, and absent in others.
func whereGlobal(c cell) any {
	if global(c) {
		return true
	}
	return leftOut{}
}

// optionResources are what can be chosen in fields, the screens that fields are on, and the trash.
func optionResources() []resource {
	return []resource{
		{
			stream: "custom_field_options", columns: []string{"fieldId", "contextId", "id"},
			serverColumns: []string{"customFieldId", "id"},
			denied:        optionsDenied,
			amount:        &amount{most: 6, of: func(c cell) int { return map[bool]int{true: 6, false: 2}[c.firstContext()] }},
			cloud:         listing{path: "/rest/api/{v}/field/{fieldId}/context/{contextId}/option", style: paged, limit: 100, check: takesOptions},
			server:        listing{path: "/rest/api/{v}/customFields/{customFieldId}/options", style: byPageNumber, at: "options", limit: 1000, size: 25},
			rules: []rule{
				{path: "id", to: optionID}, oneOf("value", "Low", "Médium", "\"High\" & <up>", "Keine Angabe", "N/A", "其他"),
			},
		},
		{
			stream: "custom_field_app_options", columns: []string{"fieldKey", "id"}, amount: exactly(3), denied: adminsOnly,
			cloud: listing{path: "/rest/api/{v}/field/{fieldKey}/option", style: paged},
			rules: []rule{{path: "id", to: func(c cell) any { return 1 + c.k }}, titled("value", "Choice")},
		},
		{
			stream: "field_screens", columns: []string{"fieldId", "id"}, amount: oneIn(2), denied: adminsOnly,
			cloud: listing{path: "/rest/api/{v}/field/{anyFieldId}/screens", style: paged, limit: 100},
			rules: []rule{
				{path: "id", to: func(c cell) any { return firstScreen + c.place%screenTotal }},
				{path: "name", to: func(c cell) any { return screenName(c.place % screenTotal) }},
			},
		},
		{
			stream: "trashed_fields", columns: []string{"id"}, amount: exactly(2), denied: fieldsDenied,
			cloud: listing{path: "/rest/api/{v}/field/search/trashed", style: paged},
			rules: []rule{
				{path: "id", to: func(c cell) any { return "customfield_" + itoa(10900+c.k) }},
				{path: "key", to: func(c cell) any { return "customfield_" + itoa(10900+c.k) }},
				{path: "schema.customId", to: func(c cell) any { return 10900 + c.k }},
				titled("name", "Old budget"),
			},
		},
	}
}

// takesOptions refuses to list the options of a field that has none.
func takesOptions(c cell) *response {
	for _, f := range c.j.site.fields {
		if f.id == c.vars["fieldId"] && !f.hasOptions() {
			return new(errorCollection(400, "The custom field doesn't support options."))
		}
	}
	return nil
}

// firstContext reports whether the place is a field's first context: the one whose options issues have. Data Center
// lists the options of a field, whatever their context.
func (c cell) firstContext() bool {
	_, context := c.vars["contextId"]
	return !context || c.place%2 == 0
}

// optionID is the id of an option, the same as in the issues that chose it.
func optionID(c cell) any {
	if !c.firstContext() {
		return 500000 + c.n
	}
	k := c.place
	if _, context := c.vars["contextId"]; context {
		k = c.place / 2
	}
	return c.j.site.fields[k].customID*10 - 90000 + c.k
}

// fieldSchemeResources are field configurations, which Atlassian is replacing, and the field schemes that replace them.
func fieldSchemeResources() []resource {
	const first, firstScheme, firstNew = 10000, 10020, 1000
	systemField := []string{"summary", "description", "environment", "assignee", "duedate"}
	return deniedTo(adminsOnly, cloudOf([]resource{
		{
			stream: "field_configurations", columns: []string{"id"}, amount: exactly(2),
			cloud: pagedAt("/rest/api/{v}/fieldconfiguration"),
			rules: []rule{
				from("id", first), titled("name", "Field configuration"),
				{path: "isDefault", to: func(c cell) any { return c.k == 0 }},
			},
		},
		{
			stream: "field_configuration_items", columns: []string{"fieldConfigurationId", "id"},
			amount: exactly(len(systemField)),
			cloud:  pagedAt("/rest/api/{v}/fieldconfiguration/{fieldConfigurationId}/fields"),
			rules:  []rule{oneOf("id", systemField...)},
		},
		{
			stream: "field_configuration_schemes", columns: []string{"id"}, amount: exactly(2),
			cloud: pagedAt("/rest/api/{v}/fieldconfigurationscheme"),
			rules: []rule{from("id", firstScheme), titled("name", "Fields of teams")},
		},
		{
			stream: "field_configuration_scheme_mappings", columns: []string{"fieldConfigurationSchemeId", "issueTypeId"},
			amount: exactly(4),
			cloud:  pagedAt("/rest/api/{v}/fieldconfigurationscheme/mapping"),
			rules: []rule{
				{path: "fieldConfigurationSchemeId", to: func(c cell) any { return firstScheme + c.k/2 }},
				{path: "issueTypeId", to: defaultOrType},
				{path: "fieldConfigurationId", to: func(c cell) any { return first + c.k%2 }},
			},
		},
		{
			stream: "field_schemes", columns: []string{"id"}, amount: exactly(2),
			cloud: listing{path: "/rest/api/{v}/config/fieldschemes", style: paged, limit: 100, size: 50},
			rules: []rule{
				from("id", firstNew), titled("name", "Field scheme"),
				{path: "isDefault", to: func(c cell) any { return c.k == 0 }},
			},
		},
		{
			stream: "field_scheme_fields", columns: []string{"fieldSchemeId", "fieldId"}, amount: each("anyFieldId"),
			cloud: listing{path: "/rest/api/{v}/config/fieldschemes/{fieldSchemeId}/fields", style: paged, limit: 100, size: 50},
			rules: []rule{idOf("fieldId", "anyFieldId")},
		},
		{
			stream: "field_scheme_projects", columns: []string{"fieldSchemeId", "id"}, amount: each("projectId"),
			cloud: listing{path: "/rest/api/{v}/config/fieldschemes/{fieldSchemeId}/projects", style: paged, limit: 100, size: 50},
			rules: entityRules("projectId"),
		},
	}))
}

// defaultOrType is "default" in every other record, and an issue type in the others.
func defaultOrType(c cell) any {
	if c.k%2 == 0 {
		return "default"
	}
	return globalIssueTypes(c.j, nil)[c.k%globalTypes].id
}

// listResources are small lists around issues and their fields.
func listResources() []resource {
	columns := wholeAt("/rest/api/{v}/settings/columns", "")
	return append([]resource{
		{
			stream: "labels", columns: []string{"label"},
			cloud:  listing{path: "/rest/api/{v}/label", style: texts, limit: 1000},
			amount: &amount{most: len(labelTexts), of: func(c cell) int { return len(c.j.site.usedLabels()) }},
			rules:  []rule{{path: "label", to: func(c cell) any { return c.j.site.usedLabels()[c.k] }}},
		},
		{
			stream: "issue_navigator_columns", columns: []string{"value"}, amount: exactly(4), denied: adminsOnly,
			cloud: columns, server: columns,
			rules: []rule{
				oneOf("value", "issuetype", "issuekey", "summary", "assignee"),
				oneOf("label", "Issue Type", "Key", "Summary", "Assignee"),
			},
		},
		{
			stream: "issue_events", columns: []string{"id"}, amount: exactly(4), denied: adminsOnly,
			cloud: wholeAt("/rest/api/{v}/events", ""),
			rules: []rule{
				from("id", 1), oneOf("name", "Issue Created", "Issue Updated", "Issue Assigned", "Issue Resolved"),
			},
		},
	}, append(jqlResources(), properties("issue_type_properties", "/rest/api/{v}/issuetype/{issueTypeId}/properties", []string{"issueTypeId"}, atMost(1), "keys")...)...)
}

// jqlResources are two lists of one answer, which has a handler of its own.
func jqlResources() []resource {
	fields := listing{path: "/rest/api/{v}/jql/autocompletedata", apart: true}
	functions := fields
	return []resource{
		{
			stream: "jql_reference_data", columns: []string{"value"}, amount: exactly(4), cloud: fields, server: fields,
			rules: []rule{
				oneOf("value", "fixVersion", "project", "status", "assignee"),
				oneOf("displayName", "fixVersion", "project", "status", "assignee"),
			},
		},
		{
			stream: "jql_functions", columns: []string{"value"}, amount: exactly(3), cloud: functions, server: functions,
			rules: []rule{
				oneOf("value", "openSprints()", "currentUser()", "now()"),
				oneOf("displayName", "openSprints()", "currentUser()", "now()"),
			},
		},
	}
}
