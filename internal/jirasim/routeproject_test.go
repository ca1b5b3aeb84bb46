package jirasim

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProjectSearch(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	status := func(wanted ...string) (keys []string) {
		for p := range c.jira.site.projectCount() {
			if slices.Contains(wanted, c.jira.site.projectStatus(p)) {
				keys = append(keys, c.jira.site.projectKey(p))
			}
		}
		slices.Sort(keys)
		return keys
	}
	key := func(p offsetPage, i int) string { return p.Values[i].Key }
	require.Equal(t, status("live"), c.pages("/rest/api/3/project/search", key))
	require.Equal(t, status("live", "archived", "deleted"), c.pages("/rest/api/3/project/search?status=live&status=archived&status=deleted", key))
	require.Equal(t, status("live", "archived"), c.pages("/rest/api/3/project/search?status=live,archived&maxResults=2", key))
	require.Equal(t, []string{"ALPHA"}, c.pages("/rest/api/3/project/search?keys=ALPHA", key))
	require.Equal(t, []string{"ALPHA"}, c.pages("/rest/api/3/project/search?id=10000", key))
	c.get("/rest/api/3/project/search?status=dead").status(400)
	var page offsetPage
	c.get("/rest/api/3/project/search?maxResults=500").status(200).into(&page)
	require.Equal(t, 100, page.MaxResults)
	dc := newClient(t, Options{Deployment: DataCenter})
	var live, all []struct{ Key string }
	dc.get("/rest/api/2/project").status(200).into(&live)
	dc.get("/rest/api/2/project?includeArchived=true").status(200).into(&all)
	require.Greater(t, len(all), len(live))
}

func TestDeletedProjectsAreNotThere(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	for p := range c.jira.site.projectCount() {
		want := 200
		if c.jira.site.projectStatus(p) == "deleted" {
			want = 404
		}
		for _, path := range []string{"", "/version", "/versions", "/component", "/components"} {
			c.get("/rest/api/3/project/" + c.jira.site.projectKey(p) + path).status(want)
		}
	}
	c.get("/rest/api/3/project/alpha").status(200)
	require.Equal(t, "No project could be found with id '77'.", c.get("/rest/api/3/project/77").status(404).messages()[0])
	c.as("", "").get("/rest/api/3/project/ALPHA").status(404)
}

func TestVersionsAndComponentsAgree(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	id := func(p offsetPage, i int) string { return p.Values[i].ID }
	for _, kind := range []string{"version", "component"} {
		var whole []struct{ ID string }
		c.get("/rest/api/3/project/ALPHA/" + kind + "s").status(200).into(&whole)
		var ids []string
		for _, record := range whole {
			ids = append(ids, record.ID)
		}
		require.Equal(t, ids, c.pages("/rest/api/3/project/ALPHA/"+kind+"?maxResults=2", id))
	}
}
