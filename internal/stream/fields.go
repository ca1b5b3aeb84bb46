package stream

import (
	"slices"

	"tap-jira/internal/jira"
)

// fieldStreams are all streams of this family.
func fieldStreams() []Stream {
	return slices.Concat(
		trashAndContextStreams(), customFieldOptionStreams(), customFieldMappingStreams(), fieldScreenStreams(),
		fieldBehaviourStreams(), fieldBehaviourUseStreams(), fieldSchemeStreams(), issueTypePropertyStreams(),
		fieldListStreams(), jqlStreams(),
	)
}

// trashAndContextStreams are custom fields in the trash, and where the others
// apply.
func trashAndContextStreams() []Stream {
	return []Stream{
		{
			Name:       "trashed_fields",
			Documented: platform("issue-fields"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/field/search/trashed", jira.Offset("values")),
			NotOn:      cloudOnly,
			Permission: "Administer Jira",
		},
		{
			Name:       "custom_field_contexts",
			Documented: platform("issue-custom-field-contexts"),
			Keys:       []string{"fieldId", "id"},
			Cloud:      Get("/rest/api/{v}/field/{fieldId}/context", jira.Offset("values")),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "fields", Field: "id", As: "fieldId", Column: true, Where: map[string][]string{"custom": {"true"}}},
			Absent:     []Absence{On(404, "the field belongs to a team-managed project, or was deleted: it has no contexts")},
			Permission: "Administer Jira",
		},
		{
			Name:       "option_field_contexts",
			Documented: platform("issue-custom-field-contexts"),
			Keys:       []string{"fieldId", "id"},
			Hidden:     true,
			Cloud:      Get("/rest/api/{v}/field/{fieldId}/context", jira.Offset("values")),
			NotOn:      "Data Center lists the options of a field, whatever their context",
			Parent:     &Parent{Stream: "fields", Field: "id", As: "fieldId", Column: true, Where: optionFields()},
			Absent:     []Absence{On(404, "the field belongs to a team-managed project, or was deleted: it has no contexts")},
			Permission: "Administer Jira",
		},
	}
}

// customFieldOptionStreams are what can be chosen in custom fields.
func customFieldOptionStreams() []Stream {
	return []Stream{
		{
			Name:           "custom_field_options",
			Documented:     platform("issue-custom-field-options"),
			Keys:           []string{"fieldId", "contextId", "id"},
			DataCenterKeys: []string{"customFieldId", "id"},
			Cloud:          Get("/rest/api/{v}/field/{fieldId}/context/{contextId}/option", jira.Offset("values")),
			DataCenter: Get("/rest/api/{v}/customFields/{customFieldId}/options", jira.PageNumber("options")).
				Each(Parent{Stream: "fields", Field: "schema.customId", As: "customFieldId", Column: true, Where: optionFields()}),
			Parent: &Parent{Stream: "option_field_contexts", Field: "id", As: "contextId", Column: true, Inherit: []string{"fieldId"}},
			Absent: []Absence{
				On(400, "the field's choices are not Jira's own options, such as those of epics' status").Saying("support options"),
				On(404, "the context or the field was deleted"),
			},
			Permission: "Administer Jira",
		},
		{
			Name:       "custom_field_app_options",
			Documented: platform("issue-custom-field-options-apps"),
			Keys:       []string{"fieldKey", "id"},
			Cloud:      Get("/rest/api/{v}/field/{fieldKey}/option", jira.Offset("values")),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "fields", Field: "key", As: "fieldKey", Column: true, Where: map[string][]string{"custom": {"true"}}},
			Absent: []Absence{
				On(400, "the field was not made by an app that offers options"),
				On(404, "the app that made the field is gone"),
			},
			Permission: "Administer Jira",
		},
	}
}

// customFieldMappingStreams are what contexts and screens tie custom fields
// to.
func customFieldMappingStreams() []Stream {
	return []Stream{
		{
			Name:       "custom_field_context_project_mappings",
			Documented: platform("issue-custom-field-contexts"),
			Keys:       []string{"fieldId", "contextId", "projectId"},
			Cloud:      Get("/rest/api/{v}/field/{fieldId}/context/projectmapping", jira.Offset("values")),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "fields", Field: "id", As: "fieldId", Column: true, Where: map[string][]string{"custom": {"true"}}},
			Absent:     []Absence{On(404, "the field belongs to a team-managed project, or was deleted: it has no contexts")},
			Permission: "Administer Jira",
		},
		{
			Name:       "custom_field_context_issue_type_mappings",
			Documented: platform("issue-custom-field-contexts"),
			Keys:       []string{"fieldId", "contextId", "issueTypeId"},
			Cloud:      Get("/rest/api/{v}/field/{fieldId}/context/issuetypemapping", jira.Offset("values")),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "fields", Field: "id", As: "fieldId", Column: true, Where: map[string][]string{"custom": {"true"}}},
			Absent:     []Absence{On(404, "the field belongs to a team-managed project, or was deleted: it has no contexts")},
			Permission: "Administer Jira",
		},
		{
			Name:       "custom_field_default_values",
			Documented: platform("issue-custom-field-contexts"),
			Keys:       []string{"fieldId", "contextId"},
			Cloud:      Get("/rest/api/{v}/field/{fieldId}/context/defaultValues", jira.Offset("values")),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "fields", Field: "id", As: "fieldId", Column: true, Where: map[string][]string{"custom": {"true"}}},
			Absent:     []Absence{On(404, "the field belongs to a team-managed project, or was deleted: it has no contexts")},
			Permission: "Administer Jira",
		},
	}
}

// fieldScreenStreams are the screens that show a field.
func fieldScreenStreams() []Stream {
	return []Stream{
		{
			Name:       "field_screens",
			Documented: platform("screens"),
			Keys:       []string{"fieldId", "id"},
			Cloud:      Get("/rest/api/{v}/field/{fieldId}/screens", jira.Offset("values")),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "fields", Field: "id", As: "fieldId", Column: true},
			Absent:     []Absence{On(404, "the field was deleted")},
			Permission: "Administer Jira",
		},
	}
}

// fieldBehaviourStreams are which fields are hidden or required: the
// configurations that Atlassian is replacing.
func fieldBehaviourStreams() []Stream {
	return []Stream{
		{
			Name:       "field_configurations",
			Documented: platform("issue-field-configurations"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/fieldconfiguration", jira.Offset("values")),
			NotOn:      cloudOnly,
			Absent:     fieldConfigurationsGone(),
			Permission: "Administer Jira",
		},
		{
			Name:       "field_configuration_items",
			Documented: platform("issue-field-configurations"),
			Keys:       []string{"fieldConfigurationId", "id"},
			Cloud:      Get("/rest/api/{v}/fieldconfiguration/{fieldConfigurationId}/fields", jira.Offset("values")),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "field_configurations", Field: "id", As: "fieldConfigurationId", Column: true},
			Absent:     fieldConfigurationsGone(),
			Permission: "Administer Jira",
		},
		{
			Name:       "field_configuration_schemes",
			Documented: platform("issue-field-configurations"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/fieldconfigurationscheme", jira.Offset("values")),
			NotOn:      cloudOnly,
			Absent:     fieldConfigurationsGone(),
			Permission: "Administer Jira",
		},
	}
}

// fieldBehaviourUseStreams are the issue types and projects that such
// configurations are for.
func fieldBehaviourUseStreams() []Stream {
	return []Stream{
		{
			Name:       "field_configuration_scheme_mappings",
			Documented: platform("issue-field-configurations"),
			Keys:       []string{"fieldConfigurationSchemeId", "issueTypeId"},
			Cloud:      Get("/rest/api/{v}/fieldconfigurationscheme/mapping", jira.Offset("values")),
			NotOn:      cloudOnly,
			Absent:     fieldConfigurationsGone(),
			Permission: "Administer Jira",
		},
		{
			Name:       "field_configuration_scheme_projects",
			Documented: platform("issue-field-configurations"),
			Keys:       []string{"projectId"},
			Cloud:      Get("/rest/api/{v}/fieldconfigurationscheme/project", jira.Offset("values"), "projectId", "{projectId*}"),
			NotOn:      cloudOnly,
			Parent:     schemesOfProjects(),
			Lift:       map[string]string{"fieldConfigurationSchemeId": "fieldConfigurationScheme.id"},
			Absent:     fieldConfigurationsGone(),
			Permission: "Administer Jira",
		},
	}
}

// fieldSchemeStreams are the schemes that replace them.
func fieldSchemeStreams() []Stream {
	return []Stream{
		{
			Name:       "field_schemes",
			Documented: platform("field-schemes"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/config/fieldschemes", jira.Offset("values").Size(100)),
			NotOn:      cloudOnly,
			Absent:     []Absence{On(404, "Atlassian has not brought field schemes to this site yet: see field_configurations")},
			Permission: "Administer Jira",
		},
		{
			Name:       "field_scheme_fields",
			Documented: platform("field-schemes"),
			Keys:       []string{"fieldSchemeId", "fieldId"},
			Cloud:      Get("/rest/api/{v}/config/fieldschemes/{fieldSchemeId}/fields", jira.Offset("values").Size(100)),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "field_schemes", Field: "id", As: "fieldSchemeId", Column: true},
			Absent:     []Absence{On(404, "Atlassian has not brought field schemes to this site yet: see field_configurations")},
			Permission: "Administer Jira",
		},
		{
			Name:       "field_scheme_projects",
			Documented: platform("field-schemes"),
			Keys:       []string{"fieldSchemeId", "id"},
			Cloud:      Get("/rest/api/{v}/config/fieldschemes/{fieldSchemeId}/projects", jira.Offset("values").Size(100)),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "field_schemes", Field: "id", As: "fieldSchemeId", Column: true},
			Absent:     []Absence{On(404, "Atlassian has not brought field schemes to this site yet: see field_configurations")},
			Permission: "Administer Jira",
		},
	}
}

// issueTypePropertyStreams are the properties of issue types.
func issueTypePropertyStreams() []Stream {
	return []Stream{
		{
			Name:       "issue_type_property_keys",
			Documented: platform("issue-type-properties"),
			Keys:       []string{"issueTypeId", "key"},
			Hidden:     true,
			Cloud:      Get("/rest/api/{v}/issuetype/{issueTypeId}/properties", jira.Whole("keys")),
			DataCenter: Get("/rest/api/{v}/issuetype/{issueTypeId}/properties", jira.Whole("keys")),
			Parent:     &Parent{Stream: "issue_types", Field: "id", As: "issueTypeId", Column: true},
			Absent:     []Absence{On(404, "the issue type was deleted, or is in no project that the account may browse")},
		},
		{
			Name:       "issue_type_properties",
			Documented: platform("issue-type-properties"),
			Keys:       []string{"issueTypeId", "key"},
			Cloud:      Get("/rest/api/{v}/issuetype/{issueTypeId}/properties/{key}", jira.One()),
			DataCenter: Get("/rest/api/{v}/issuetype/{issueTypeId}/properties/{key}", jira.One()),
			Parent:     &Parent{Stream: "issue_type_property_keys", Field: "key", As: "key", Column: true, Inherit: []string{"issueTypeId"}},
			Absent:     []Absence{On(404, "the issue type was deleted, or is in no project that the account may browse")},
		},
	}
}

// fieldListStreams are small lists around issues.
func fieldListStreams() []Stream {
	return []Stream{
		{
			Name:       "labels",
			Documented: platform("labels"),
			Keys:       []string{"label"},
			Cloud:      Get("/rest/api/{v}/label", jira.Bare("values", "label").Size(1000)),
			NotOn:      cloudOnly,
		},
		{
			Name:       "issue_navigator_columns",
			Documented: platform("issue-navigator-settings"),
			Keys:       []string{"value"},
			Cloud:      Get("/rest/api/{v}/settings/columns", jira.Whole("")),
			DataCenter: Get("/rest/api/{v}/settings/columns", jira.Whole("")),
			Permission: "Administer Jira",
		},
		{
			Name:       "issue_events",
			Documented: platform("issues"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/events", jira.Whole("")),
			NotOn:      cloudOnly,
			Permission: "Administer Jira",
		},
	}
}

// jqlStreams are the words of queries.
func jqlStreams() []Stream {
	return []Stream{
		{
			Name:       "jql_reference_data",
			Documented: platform("jql"),
			Keys:       []string{"value"},
			Cloud:      Get("/rest/api/{v}/jql/autocompletedata", jira.Whole("visibleFieldNames")),
			DataCenter: Get("/rest/api/{v}/jql/autocompletedata", jira.Whole("visibleFieldNames")),
		},
		{
			Name:       "jql_functions",
			Documented: platform("jql"),
			Keys:       []string{"value"},
			Cloud:      Get("/rest/api/{v}/jql/autocompletedata", jira.Whole("visibleFunctionNames")),
			DataCenter: Get("/rest/api/{v}/jql/autocompletedata", jira.Whole("visibleFunctionNames")),
		},
	}
}

// optionFields leaves out the fields that have no options: Jira refuses to list
// the options of a field of another type.
func optionFields() map[string][]string {
	return map[string][]string{
		"custom":       {"true"},
		"schema.type":  {"option", "option-with-child", "array"},
		"schema.items": {"", "option"},
	}
}

// fieldConfigurationsGone is the answer where field schemes have taken the place
// of field configurations.
func fieldConfigurationsGone() []Absence {
	const reason = "this site has field schemes in place of field configurations: see field_schemes"
	return []Absence{On(404, reason), On(410, reason)}
}
