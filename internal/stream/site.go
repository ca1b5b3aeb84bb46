package stream

import "tap-jira/internal/jira"

// siteStreams are about the site itself.
func siteStreams() []Stream {
	return []Stream{
		{
			Name:       "server_info",
			Documented: platform("server-info"),
			Keys:       []string{"baseUrl"},
			Cloud:      Get("/rest/api/{v}/serverInfo", jira.One()),
			DataCenter: Get("/rest/api/{v}/serverInfo", jira.One()),
			Standard:   true,
		},
		{
			Name:       "roles",
			Documented: platform("project-roles"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/api/{v}/role", jira.Whole("")),
			DataCenter: Get("/rest/api/{v}/role", jira.Whole("")),
			Permission: "Administer Jira",
		},
	}
}
