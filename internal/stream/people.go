package stream

import (
	"slices"

	"tap-jira/internal/jira"
)

// peopleStreams are all streams of this family.
func peopleStreams() []Stream {
	return slices.Concat(
		groupStreams(), permissionStreams(), userPartStreams(), userPropertyStreams(), userColumnStreams(),
	)
}

// groupStreams are groups, and the users in detail.
func groupStreams() []Stream {
	return []Stream{
		{
			Name:                 "groups",
			Documented:           platform("groups"),
			Keys:                 []string{"groupId"},
			DataCenterKeys:       []string{"name"},
			Cloud:                Get("/rest/api/{v}/group/bulk", jira.Offset("values")),
			DataCenter:           Get("/rest/api/{v}/groups/picker", jira.Whole("groups"), "maxResults", "10000"),
			Permission:           "Browse users and groups",
			DataCenterPermission: NoPermission,
		},
		{
			Name:           "user_groups",
			Documented:     platform("groups"),
			Keys:           []string{"groupId", "accountId"},
			DataCenterKeys: []string{"groupName", "key"},
			Cloud:          Get("/rest/api/{v}/group/member", jira.Offset("values"), "groupId", "{groupId}", "includeInactiveUsers", "true"),
			DataCenter: Get("/rest/api/{v}/group/member", jira.Offset("values"), "groupname", "{groupName}", "includeInactiveUsers", "true").
				Each(Parent{Stream: "groups", Field: "name", As: "groupName", Column: true}),
			Parent:     &Parent{Stream: "groups", Field: "groupId", As: "groupId", Column: true},
			Absent:     []Absence{On(404, "the group was deleted or renamed")},
			Permission: "Browse users and groups",
		},
		{
			Name:       "application_roles",
			Documented: platform("application-roles"),
			Keys:       []string{"key"},
			Cloud:      Get("/rest/api/{v}/applicationrole", jira.Whole("")),
			DataCenter: Get("/rest/api/{v}/applicationrole", jira.Whole("")),
			Permission: "Administer Jira",
		},
	}
}

// permissionStreams are what may be permitted.
func permissionStreams() []Stream {
	return []Stream{
		{
			Name:                 "permissions",
			Documented:           platform("permissions"),
			Keys:                 []string{"key"},
			Cloud:                Get("/rest/api/{v}/permissions", jira.Map("permissions").Named("key")),
			DataCenter:           Get("/rest/api/{v}/permissions", jira.Map("permissions").Named("key")),
			DataCenterPermission: "Administer Jira",
		},
		{
			Name:       "my_permissions",
			Documented: platform("permissions"),
			Keys:       []string{"key"},
			Cloud: Get("/rest/api/{v}/mypermissions", jira.Map("permissions").Named("key"), "permissions", "{key}").
				Each(Parent{Stream: "permissions", Field: "key", As: "key", Batch: 100}),
			DataCenter: Get("/rest/api/{v}/mypermissions", jira.Map("permissions").Named("key")),
		},
	}
}

// userPartStreams are what hangs on one user.
func userPartStreams() []Stream {
	return []Stream{
		{
			Name:       "user_details",
			Documented: platform("users"),
			Keys:       []string{"accountId"},
			Cloud:      Get("/rest/api/{v}/user", jira.One(), "accountId", "{accountId}", "expand", "groups,applicationRoles"),
			NotOn:      "Data Center documents no way to ask for the groups of a user: see user_groups",
			Parent:     &Parent{Stream: "users", Field: "accountId", As: "accountId"},
			Absent:     userGone(),
			Permission: "Browse users and groups",
		},
	}
}

// userPropertyStreams are the properties of users.
func userPropertyStreams() []Stream {
	return []Stream{
		{
			Name:           "user_property_keys",
			Documented:     platform("user-properties"),
			Keys:           []string{"accountId", "key"},
			DataCenterKeys: []string{"userKey", "key"},
			Hidden:         true,
			Cloud:          Get("/rest/api/{v}/user/properties", jira.Whole("keys"), "accountId", "{accountId}"),
			DataCenter: Get("/rest/api/{v}/user/properties", jira.Whole("keys"), "userKey", "{userKey}").
				Each(Parent{Stream: "users", Field: "key", As: "userKey", Column: true}),
			Parent:     &Parent{Stream: "users", Field: "accountId", As: "accountId", Column: true},
			Absent:     userGone(),
			Permission: "Administer Jira",
		},
		{
			Name:           "user_properties",
			Documented:     platform("user-properties"),
			Keys:           []string{"accountId", "key"},
			DataCenterKeys: []string{"userKey", "key"},
			Cloud:          Get("/rest/api/{v}/user/properties/{key}", jira.One(), "accountId", "{accountId}"),
			DataCenter: Get("/rest/api/{v}/user/properties/{key}", jira.One(), "userKey", "{userKey}").
				Each(Parent{Stream: "user_property_keys", Field: "key", As: "key", Column: true, Inherit: []string{"userKey"}}),
			Parent:     &Parent{Stream: "user_property_keys", Field: "key", As: "key", Column: true, Inherit: []string{"accountId"}},
			Absent:     userGone(),
			Permission: "Administer Jira",
		},
	}
}

// userColumnStreams are the columns that lists of issues show to users.
func userColumnStreams() []Stream {
	return []Stream{
		{
			Name:           "user_default_columns",
			Documented:     platform("users"),
			Keys:           []string{"accountId", "value"},
			DataCenterKeys: []string{"username", "value"},
			Cloud:          Get("/rest/api/{v}/user/columns", jira.Whole(""), "accountId", "{accountId}"),
			DataCenter: Get("/rest/api/{v}/user/columns", jira.Whole(""), "username", "{username}").
				Each(Parent{Stream: "users", Field: "name", As: "username", Column: true}),
			Parent:     &Parent{Stream: "users", Field: "accountId", As: "accountId", Column: true},
			Absent:     userGone(),
			Permission: "Administer Jira",
		},
	}
}

// userGone is what Jira says of users that it knew.
func userGone() []Absence {
	return []Absence{On(404, "the user was deleted, or is not visible to the account that reads")}
}
