package stream

import (
	"slices"

	"tap-jira/internal/jira"
)

// adminFamily are all streams of this family.
func adminFamily() []Stream {
	return slices.Concat(
		licenseStreams(), settingsOfSiteStreams(), timeTrackingStreams(), auditStreams(), appStreams(),
		siteLookStreams(), nodeStreams(), planStreams(),
	)
}

// licenseStreams are licences and how many use them.
func licenseStreams() []Stream {
	return []Stream{
		{
			Name:       "licenses",
			Documented: platform("license-metrics"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/instance/license", jira.Whole("applications")),
			NotOn:      cloudOnly,
		},
		{
			Name:       "license_metrics",
			Documented: platform("license-metrics"),
			Keys:       []string{"key"},
			Cloud:      Get("/rest/api/{v}/license/approximateLicenseCount", jira.One()),
			NotOn:      cloudOnly,
			Permission: "Administer Jira",
		},
		{
			Name:       "license_product_metrics",
			Documented: platform("license-metrics"),
			Keys:       []string{"key"},
			Cloud:      Get("/rest/api/{v}/license/approximateLicenseCount/product/{applicationKey}", jira.One()),
			NotOn:      cloudOnly,
			Values:     &Values{As: "applicationKey", List: []string{"jira-core", "jira-product-discovery", "jira-software", "jira-servicedesk"}, Column: true},
			Absent:     []Absence{On(404, "the product is not on this site")},
			Permission: "Administer Jira",
		},
	}
}

// settingsOfSiteStreams are the settings of the site.
func settingsOfSiteStreams() []Stream {
	return []Stream{
		{
			Name:       "configurations",
			Documented: platform("jira-settings"),
			Keys:       []string{"scope"},
			Cloud:      Get("/rest/api/{v}/configuration", jira.One()),
			DataCenter: Get("/rest/api/{v}/configuration", jira.One()),
			Values:     &Values{As: "scope", List: []string{"site"}, Column: true},
		},
		{
			Name:           "application_properties",
			Documented:     platform("jira-settings"),
			Keys:           []string{"id"},
			DataCenterKeys: []string{"key"},
			Cloud:          Get("/rest/api/{v}/application-properties", jira.Whole("")),
			DataCenter:     Get("/rest/api/{v}/application-properties", jira.Whole("")),
			Permission:     "Administer Jira",
		},
		{
			Name:           "advanced_settings",
			Documented:     platform("jira-settings"),
			Keys:           []string{"id"},
			DataCenterKeys: []string{"key"},
			Cloud:          Get("/rest/api/{v}/application-properties/advanced-settings", jira.Whole("")),
			DataCenter:     Get("/rest/api/{v}/application-properties/advanced-settings", jira.Whole("")),
			Permission:     "Administer Jira",
		},
	}
}

// timeTrackingStreams are how work is logged, and the pictures that come with
// Jira.
func timeTrackingStreams() []Stream {
	return []Stream{
		{
			Name:       "time_tracking_providers",
			Documented: platform("time-tracking"),
			Keys:       []string{"key"},
			Cloud:      Get("/rest/api/{v}/configuration/timetracking/list", jira.Whole("")),
			NotOn:      cloudOnly,
			Permission: "Administer Jira",
		},
		{
			Name:       "time_tracking_options",
			Documented: platform("time-tracking"),
			Keys:       []string{"scope"},
			Cloud:      Get("/rest/api/{v}/configuration/timetracking/options", jira.One()),
			NotOn:      "on Data Center they are part of configurations",
			Values:     &Values{As: "scope", List: []string{"site"}, Column: true},
			Permission: "Administer Jira",
		},
		{
			Name:       "avatars",
			Documented: platform("avatars"),
			Keys:       []string{"type", "id"},
			Cloud:      Get("/rest/api/{v}/avatar/{type}/system", jira.Whole("system")),
			DataCenter: Get("/rest/api/{v}/avatar/{type}/system", jira.Whole("system")),
			Values:     &Values{As: "type", List: []string{"issuetype", "priority", "project", "user"}, Column: true},
			Absent: []Absence{
				On(404, "this version of Jira has no avatars of that type"),
				On(400, "this version of Jira has no avatars of that type"),
			},
		},
	}
}

// auditStreams are the audit log.
func auditStreams() []Stream {
	return []Stream{
		{
			Name:        "audit_records",
			Documented:  platform("audit-records"),
			Keys:        []string{"id"},
			Replication: Incremental,
			Bookmark:    "created",
			Cloud:       Get("/rest/api/{v}/auditing/record", jira.OffsetLimit("records"), "from", "{from}", "to", "{to}"),
			NotOn:       "the audit log of Data Center has an API of its own, which the tap does not read",
			Unread:      true,
			Window:      true,
			Permission:  "Administer Jira",
		},
	}
}

// appStreams are what apps have registered.
func appStreams() []Stream {
	return []Stream{
		{
			Name:       "webhooks",
			Documented: platform("webhooks"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/webhook", jira.Offset("values")),
			NotOn:      "the webhooks of Data Center have an API of their own, which the tap does not read",
			Unread:     true,
			Absent:     forApps(),
			Permission: "an OAuth 2.0 or Connect app, for the webhooks it registered itself",
		},
		{
			Name:       "dynamic_modules",
			Documented: platform("dynamic-modules"),
			Keys:       []string{"key"},
			Cloud:      Get("/rest/atlassian-connect/1/app/module/dynamic", jira.Whole("modules")),
			NotOn:      cloudOnly,
			Absent:     forApps(),
			Permission: "a Connect app, for the modules it registered itself",
		},
	}
}

// siteLookStreams are what users see of how the site is set up.
func siteLookStreams() []Stream {
	return []Stream{
		{
			Name:       "announcement_banners",
			Documented: platform("announcement-banner"),
			Keys:       []string{"hashId"},
			Cloud:      Get("/rest/api/{v}/announcementBanner", jira.One()),
			NotOn:      cloudOnly,
			Permission: "Administer Jira",
		},
		{
			Name:       "classification_levels",
			Documented: platform("classification-levels"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/classification-levels", jira.Whole("classifications")),
			NotOn:      cloudOnly,
			Absent:     []Absence{On(404, "data classification is not part of this site's plan")},
		},
		{
			Name:       "ui_modifications",
			Documented: platform("ui-modifications-apps"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/uiModifications", jira.Offset("values"), "expand", "data,contexts"),
			NotOn:      cloudOnly,
			Absent:     forApps(),
			Permission: "a Forge app, for the modifications it made itself",
		},
	}
}

// nodeStreams are what only Data Center has.
func nodeStreams() []Stream {
	return []Stream{
		{
			Name:       "cluster_nodes",
			Documented: dataCenter("cluster"),
			Keys:       []string{"nodeId"},
			DataCenter: Get("/rest/api/{v}/cluster/nodes", jira.Whole("")),
			NotOn:      dataCenterOnly,
			Absent:     []Absence{On(405, "this Jira is not clustered")},
			Permission: "Jira System Administrators",
		},
		{
			Name:       "terminologies",
			Documented: dataCenter("terminology"),
			Keys:       []string{"originalName"},
			DataCenter: Get("/rest/api/{v}/terminology/entries", jira.Whole("")),
			NotOn:      dataCenterOnly,
		},
	}
}

// planStreams are plans.
func planStreams() []Stream {
	return []Stream{
		{
			Name:       "plans",
			Documented: platform("plans"),
			Keys:       []string{"id"},
			Cloud: Get("/rest/api/{v}/plans/plan", jira.PlanCursor("values"),
				"includeTrashed", "true", "includeArchived", "true"),
			NotOn:      cloudOnly,
			Permission: "Administer Jira, on a site that has plans (Jira Premium)",
		},
		{
			Name:       "plan_details",
			Documented: platform("plans"),
			Keys:       []string{"planId"},
			Cloud:      Get("/rest/api/{v}/plans/plan/{planId}", jira.One()),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "plans", Field: "id", As: "planId", Column: true},
			Absent:     []Absence{On(404, "the plan was deleted")},
			Permission: "Administer Jira, on a site that has plans (Jira Premium)",
		},
		{
			Name:       "plan_teams",
			Documented: platform("teams-in-plan"),
			Keys:       []string{"planId", "id"},
			Cloud:      Get("/rest/api/{v}/plans/plan/{planId}/team", jira.PlanCursor("values")),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "plans", Field: "id", As: "planId", Column: true},
			Absent:     []Absence{On(404, "the plan was deleted")},
			Permission: "Administer Jira, on a site that has plans (Jira Premium)",
		},
	}
}
