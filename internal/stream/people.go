package stream

import (
	"slices"

	"tap-jira/internal/jira"
)

// peopleStreams are all streams of this family.
func peopleStreams() []Stream {
	return slices.Concat(groupStreams(), permissionStreams(), userPartStreams())
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
	}
}

// userPartStreams are what hangs on one user.
func userPartStreams() []Stream {
	return []Stream{}
}
