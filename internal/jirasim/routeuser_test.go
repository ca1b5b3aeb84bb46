package jirasim

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUsersOnCloud(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{UserCount: 2500})
	seen, short := map[string]bool{}, 0
	for start := 0; ; start += 1000 {
		var users []struct{ AccountID string }
		c.get(fmt.Sprintf("/rest/api/3/users/search?startAt=%d&maxResults=5000", start)).status(200).into(&users)
		if len(users) == 0 {
			break
		}
		if len(users) < 1000 {
			short++
		}
		for _, user := range users {
			require.False(t, seen[user.AccountID])
			seen[user.AccountID] = true
		}
	}
	require.Len(t, seen, 2500)
	require.Equal(t, 3, short, "every page is short: some are left out after the cut")

	query := "/rest/api/3/user/bulk?"
	for u := range 12 {
		account, _, _, _ := c.jira.site.userIDs(u)
		query += "accountId=" + url.QueryEscape(account) + "&"
	}
	var page offsetPage
	c.get(query).status(200).into(&page)
	require.Equal(t, []int{10, 12}, []int{len(page.Values), page.Total})
	c.get(query + "maxResults=50").status(200).into(&page)
	require.Len(t, page.Values, 12)
	c.get("/rest/api/3/user/bulk").status(400)
	c.get("/rest/api/3/user/search").status(400)
	var found []struct{ AccountID string }
	c.get("/rest/api/3/user/search?query=.&maxResults=1000").status(200).into(&found)
	require.Len(t, found, 1000)
}

func TestUsersOnDataCenter(t *testing.T) {
	t.Parallel()
	fresh := newClient(t, Options{Deployment: DataCenter, UserCount: 2500})
	old := newClient(t, Options{Deployment: DataCenter, UserCount: 2500, Version: "9.12.12"})
	count := func(c *client, path string) int {
		var users []struct{ Key string }
		c.get("/rest/api/2/user/search?" + path).status(200).into(&users)
		return len(users)
	}
	require.Equal(t, 100, count(fresh, "username=.&includeInactive=true&maxResults=1000"))
	require.Zero(t, count(fresh, "username=.&includeInactive=true&maxResults=1000&startAt=100"))
	require.Equal(t, 1000, count(old, "username=.&includeInactive=true&maxResults=1000"))
	require.Equal(t, 50, count(old, "username=%25"))
	require.Equal(t, 1, count(old, "username=user17@"))
	old.get("/rest/api/2/user/search").status(400)
	old.get("/rest/api/2/user/list").status(404)

	seen, path := map[string]bool{}, "/rest/api/2/user/list?maxResults=5000"
	for path != "" {
		var page struct {
			Values     []struct{ Key string }
			IsLast     bool
			NextCursor int
			NextPage   string
		}
		fresh.get(path).status(200).into(&page)
		require.LessOrEqual(t, len(page.Values), 2000)
		for _, user := range page.Values {
			require.False(t, seen[user.Key])
			seen[user.Key] = true
		}
		path = ""
		if !page.IsLast {
			path = fmt.Sprintf("/rest/api/2/user/list?cursor=%d", page.NextCursor)
		}
	}
	require.Len(t, seen, 2500)
	require.Contains(t, fresh.get("/rest/api/2/user/list?cursor=999999").status(200).body, `"isLast":true,"values":[]`)
	fresh.get("/rest/api/2/user?username=demo").status(200)
	fresh.get("/rest/api/2/user?key=nobody").status(404)
}

func TestGroupListings(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{UserCount: 300})
	name := func(p offsetPage, i int) string { return p.Values[i].Name }
	require.Equal(t, c.jira.site.groupNames(), c.pages("/rest/api/3/group/bulk?maxResults=2", name))
	group := c.jira.site.groupNames()[1]
	members, _ := c.jira.site.groupMembers(group)
	account := func(p offsetPage, i int) string { return p.Values[i].AccountID }
	path := "/rest/api/3/group/member?groupId=" + c.jira.site.groupID(group)
	require.Len(t, c.pages(path+"&includeInactiveUsers=true&maxResults=1000", account), len(members))
	require.Less(t, len(c.pages(path, account)), len(members))
	c.get("/rest/api/3/group/member").status(400)
	c.get("/rest/api/3/group/member?groupname=nope").status(404)
	c.get("/rest/api/3/group/member?groupId=nope").status(404)
	dc := newClient(t, Options{Deployment: DataCenter})
	var picked struct {
		Total  int
		Groups []struct{ Name string }
	}
	dc.get("/rest/api/2/groups/picker?maxResults=2").status(200).into(&picked)
	require.Len(t, picked.Groups, 2)
	require.Equal(t, len(dc.jira.site.groupNames()), picked.Total)
}

// What Cloud tells of one user: with expand the groups that list the user as a member, and the applications.
func TestUserWithGroups(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{UserCount: 60})
	type user struct {
		AccountID        string
		Groups           *struct{ Items []struct{ Name string } }
		ApplicationRoles *struct{ Size int }
	}
	byGroup := map[string][]string{}
	for _, group := range c.jira.site.groupNames() {
		path := "/rest/api/3/group/member?includeInactiveUsers=true&groupname=" + url.QueryEscape(group)
		for _, account := range c.pages(path, func(p offsetPage, i int) string { return p.Values[i].AccountID }) {
			byGroup[account] = append(byGroup[account], group)
		}
	}
	require.NotEmpty(t, byGroup)
	for account, groups := range byGroup {
		path := "/rest/api/3/user?accountId=" + url.QueryEscape(account)
		var bare, whole user
		c.get(path).status(200).into(&bare)
		require.Nil(t, bare.Groups)
		c.get(path + "&expand=groups,applicationRoles").status(200).into(&whole)
		require.Equal(t, account, whole.AccountID)
		require.Equal(t, 1, whole.ApplicationRoles.Size)
		var names []string
		for _, item := range whole.Groups.Items {
			names = append(names, item.Name)
		}
		require.ElementsMatch(t, groups, names, account)
	}
	c.get("/rest/api/3/user").status(400)
	c.get("/rest/api/3/user?accountId=nobody").status(404)
	dc := newClient(t, Options{Deployment: DataCenter})
	require.NotContains(t, dc.get("/rest/api/2/user?username=demo&expand=groups").status(200).body, `"applicationRoles"`)
}
