package stream

import (
	"slices"

	"tap-jira/internal/jira"
)

// filterFamily are all streams of this family.
func filterFamily() []Stream {
	return slices.Concat(filterStreams(), filterLookStreams(), dashboardStreams(), dashboardItemStreams())
}

// filterStreams are saved searches.
func filterStreams() []Stream {
	return []Stream{
		{
			Name:       "filters",
			Documented: platform("filters"),
			Keys:       []string{"id"},
			Cloud: Get("/rest/api/{v}/filter/search", jira.Offset("values"),
				"expand", filterParts, "overrideSharePermissions", "true").
				Or(Get("/rest/api/{v}/filter/search", jira.Offset("values"), "expand", filterParts)),
			DataCenter: Get("/rest/api/{v}/filter/favourite", jira.Whole("")),
		},
		{
			Name:       "filter_share_permissions",
			Documented: platform("filter-sharing"),
			Keys:       []string{"filterId", "id"},
			Cloud:      Get("/rest/api/{v}/filter/{filterId}/permission", jira.Whole("")),
			DataCenter: Get("/rest/api/{v}/filter/{filterId}/permission", jira.Whole("")),
			Parent:     &Parent{Stream: "filters", Field: "id", As: "filterId", Column: true},
			Absent: []Absence{
				On(404, "the filter was deleted, or is no longer shared with the account"),
				On(400, "the filter is no longer shared with the account").Saying("filter"),
			},
		},
	}
}

// filterLookStreams are how filters show what they find, and with whom new
// ones are shared.
func filterLookStreams() []Stream {
	return []Stream{
		{
			Name:       "filter_columns",
			Documented: platform("filters"),
			Keys:       []string{"filterId", "value"},
			Cloud:      Get("/rest/api/{v}/filter/{filterId}/columns", jira.Whole("")),
			DataCenter: Get("/rest/api/{v}/filter/{filterId}/columns", jira.Whole("")),
			Parent:     &Parent{Stream: "filters", Field: "id", As: "filterId", Column: true},
			Absent: []Absence{
				On(404, "the filter has no columns of its own, or is no longer shared with the account"),
				On(400, "the filter is no longer shared with the account").Saying("filter"),
			},
		},
		{
			Name:       "filter_default_share_scopes",
			Documented: platform("filter-sharing"),
			Keys:       []string{"scope"},
			Cloud:      Get("/rest/api/{v}/filter/defaultShareScope", jira.One()),
			DataCenter: Get("/rest/api/{v}/filter/defaultShareScope", jira.One()),
		},
	}
}

// dashboardStreams are dashboards.
func dashboardStreams() []Stream {
	return []Stream{
		{
			Name:       "dashboards",
			Documented: platform("dashboards"),
			Keys:       []string{"id"},
			Cloud: Get("/rest/api/{v}/dashboard/search", jira.Offset("values"),
				"expand", "description,owner,viewUrl,favourite,favouritedCount,sharePermissions,editPermissions,isWritable").
				Or(Get("/rest/api/{v}/dashboard", jira.Offset("dashboards"))),
			DataCenter: Get("/rest/api/{v}/dashboard", jira.Offset("dashboards")),
		},
		{
			Name:       "dashboard_gadgets",
			Documented: platform("dashboards"),
			Keys:       []string{"dashboardId", "id"},
			Cloud:      Get("/rest/api/{v}/dashboard/{dashboardId}/gadget", jira.Whole("gadgets")),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "dashboards", Field: "id", As: "dashboardId", Column: true},
			Absent:     []Absence{On(404, "the dashboard was deleted, or is no longer shared with the account")},
		},
	}
}

// dashboardItemStreams are the properties of what stands on dashboards.
func dashboardItemStreams() []Stream {
	return []Stream{
		{
			Name:       "dashboard_item_property_keys",
			Documented: platform("dashboards"),
			Keys:       []string{"dashboardId", "itemId", "key"},
			Hidden:     true,
			Cloud:      Get("/rest/api/{v}/dashboard/{dashboardId}/items/{itemId}/properties", jira.Whole("keys")),
			NotOn:      "Data Center has no list of the items of a dashboard",
			Parent:     &Parent{Stream: "dashboard_gadgets", Field: "id", As: "itemId", Column: true, Inherit: []string{"dashboardId"}},
			Absent:     []Absence{On(404, "the dashboard or the item was deleted")},
		},
		{
			Name:       "dashboard_item_properties",
			Documented: platform("dashboards"),
			Keys:       []string{"dashboardId", "itemId", "key"},
			Cloud:      Get("/rest/api/{v}/dashboard/{dashboardId}/items/{itemId}/properties/{key}", jira.One()),
			NotOn:      "Data Center has no list of the items of a dashboard",
			Parent:     &Parent{Stream: "dashboard_item_property_keys", Field: "key", As: "key", Column: true, Inherit: []string{"dashboardId", "itemId"}},
			Absent:     []Absence{On(404, "the dashboard or the item was deleted")},
		},
	}
}

// filterParts are the members of a filter that come only when asked for.
const filterParts = "description,owner,jql,viewUrl,searchUrl,favourite,favouritedCount,sharePermissions,editPermissions,isWritable,approximateLastUsed,subscriptions"
