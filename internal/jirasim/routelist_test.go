package jirasim

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// offsetPage is a page of style 1.
type offsetPage struct {
	Self, NextPage             string
	StartAt, MaxResults, Total int
	IsLast                     bool
	Values                     []struct {
		ID, Key, Name, AccountID, Created string
	}
}

// pages reads a style 1 listing to its end by the numbers received, and returns what name says of each record.
func (c *client) pages(path string, name func(p offsetPage, i int) string) (names []string) {
	c.t.Helper()
	for {
		var page offsetPage
		at := "?"
		if strings.Contains(path, "?") {
			at = "&"
		}
		c.get(path + at + "startAt=" + strconv.Itoa(len(names))).status(200).into(&page)
		require.Equal(c.t, len(names), page.StartAt)
		for i := range page.Values {
			names = append(names, name(page, i))
		}
		require.Equal(c.t, page.IsLast, page.NextPage == "")
		require.Equal(c.t, page.IsLast, len(names) == page.Total)
		if page.IsLast {
			return names
		}
		require.NotEmpty(c.t, page.Values)
	}
}

func TestMyPermissions(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	var body struct {
		Permissions map[string]struct{ HavePermission bool }
	}
	c.get("/rest/api/3/mypermissions?permissions=BROWSE_PROJECTS,ADMINISTER").status(200).into(&body)
	require.Len(t, body.Permissions, 2)
	require.True(t, body.Permissions["ADMINISTER"].HavePermission)
	c.get("/rest/api/3/mypermissions").status(400)
	c.get("/rest/api/3/mypermissions?permissions=NOPE").status(400)
	body.Permissions = nil
	c.as("", "").get("/rest/api/3/mypermissions?permissions=BROWSE_PROJECTS").status(200).into(&body)
	require.False(t, body.Permissions["BROWSE_PROJECTS"].HavePermission)
	newClient(t, Options{Deployment: DataCenter}).get("/rest/api/2/mypermissions").status(200).into(&body)
	require.Greater(t, len(body.Permissions), 5)
}

func TestListsInBothForms(t *testing.T) {
	t.Parallel()
	id := func(p offsetPage, i int) string { return p.Values[i].ID }
	cloud, dc := newClient(t, Options{}), newClient(t, Options{Deployment: DataCenter})
	for name, test := range map[string]struct {
		client      *client
		whole, page string
	}{
		"cloud resolutions": {cloud, "/rest/api/3/resolution", "/rest/api/3/resolution/search?maxResults=1"},
		"cloud priorities":  {cloud, "/rest/api/3/priority", "/rest/api/3/priority/search?maxResults=2"},
		"resolutions":       {dc, "/rest/api/2/resolution", "/rest/api/2/resolution/page?maxResults=1"},
		"priorities":        {dc, "/rest/api/2/priority", "/rest/api/2/priority/page"},
		"statuses":          {dc, "/rest/api/2/status", "/rest/api/2/status/page?maxResults=3"},
		"issue types":       {dc, "/rest/api/2/issuetype", "/rest/api/2/issuetype/page"},
	} {
		var whole []struct{ ID string }
		test.client.get(test.whole).status(200).into(&whole)
		ids := test.client.pages(test.page, id)
		require.Len(t, ids, len(whole), name)
	}
	for _, path := range []string{"/rest/api/2/projectCategory", "/rest/api/2/role", "/rest/api/2/project/type", "/rest/api/2/field"} {
		cloud.get(path).status(200)
		dc.get(path).status(200)
	}
	require.Regexp(t, `^{"cloudId":"[0-9a-f-]{36}"}$`, cloud.as("", "").get("/_edge/tenant_info").status(200).body)
}
