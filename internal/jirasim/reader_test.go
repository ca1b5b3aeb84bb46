package jirasim

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// asReader returns the client logged in without any right to administer.
func (c *client) asReader() *client {
	login, password := ReaderLogin(c.jira.opt.Deployment)
	return c.as(login, password)
}

func TestReaderSeesButDoesNotAdminister(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		c := newClient(t, Options{Deployment: d})
		reader := c.asReader()
		var me, admin struct{ AccountID, Key, Name, EmailAddress string }
		reader.get("/rest/api/2/myself").status(200).into(&me)
		c.get("/rest/api/2/myself").status(200).into(&admin)
		require.NotEqual(t, admin, me)
		require.NotEqual(t, "demo", me.Name)
		if d == DataCenter {
			require.Equal(t, "reader", me.Name)
			require.Equal(t, "reader", reader.get("/rest/api/2/myself").head.Get("X-Ausername"))
		}
		for _, path := range []string{"/rest/api/2/role", "/rest/api/2/group/member?groupname=board-members"} {
			c.get(path).status(200)
			require.Equal(t, []string{adminsOnly}, reader.get(path).status(403).messages())
			c.as("", "").get(path).status(401)
		}
		var rights struct {
			Permissions map[string]struct{ HavePermission bool }
		}
		reader.get("/rest/api/2/mypermissions?permissions=BROWSE_PROJECTS,ADMINISTER,USER_PICKER").status(200).into(&rights)
		require.True(t, rights.Permissions["BROWSE_PROJECTS"].HavePermission)
		require.True(t, rights.Permissions["USER_PICKER"].HavePermission)
		require.False(t, rights.Permissions["ADMINISTER"].HavePermission)
		require.Equal(t, c.get("/rest/api/2/issuetype").status(200).body, reader.get("/rest/api/2/issuetype").status(200).body)
	}
}

// TestReaderWhoLacksMore takes permissions away from the reader, one by one, and looks at what they are for.
func TestReaderWhoLacksMore(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		o := Options{Deployment: d, Issues: 20, Examples: testExamples(t)}
		all := newClient(t, o).asReader()
		o.ReaderLacks = []string{"USER_PICKER", "VIEW_VOTERS_AND_WATCHERS", "TRANSITION_ISSUES"}
		c := newClient(t, o)
		less := c.asReader()

		var rights struct {
			Permissions map[string]struct{ HavePermission bool }
		}
		less.get("/rest/api/2/mypermissions?permissions=BROWSE_PROJECTS,USER_PICKER").status(200).into(&rights)
		require.True(t, rights.Permissions["BROWSE_PROJECTS"].HavePermission)
		require.False(t, rights.Permissions["USER_PICKER"].HavePermission)

		users := "/rest/api/2/users/search"
		if d == DataCenter {
			const found = "/rest/api/2/user/search?username=a"
			users = "/rest/api/2/user/list"
			require.Equal(t, "[]", less.get(found).status(200).body)
			require.NotEqual(t, "[]", all.get(found).status(200).body)
			all.get("/rest/api/2/permissions").status(403)
		}
		all.get(users).status(200)
		less.get(users).status(403)
		c.get(users).status(200)

		issue := fmt.Sprint(c.visible()[3].ID)
		var watching struct {
			WatchCount int
			Watchers   []any
		}
		var moves struct{ Transitions []any }
		all.get("/rest/api/2/issue/" + issue + "/transitions").status(200).into(&moves)
		require.NotEmpty(t, moves.Transitions)
		less.get("/rest/api/2/issue/" + issue + "/transitions").status(200).into(&moves)
		require.Empty(t, moves.Transitions)
		less.get("/rest/api/2/issue/" + issue + "/watchers").status(200).into(&watching)
		require.Empty(t, watching.Watchers)
		c.get("/rest/api/2/issue/" + issue + "/watchers").status(200).into(&watching)
		require.Len(t, watching.Watchers, watching.WatchCount)
	}
}

// TestListsThatNeedAPermission show those without it nothing instead of refusing.
func TestListsThatNeedAPermission(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Issues: 40, Examples: testExamples(t)})
	var mails sizes
	c.get("/rest/api/3/notificationscheme").status(200).into(&mails)
	require.Positive(t, mails.Total)
	c.asReader().get("/rest/api/3/notificationscheme").status(200).into(&mails)
	require.Zero(t, mails.Total)
	c.asReader().get("/rest/api/3/workflows/search").status(401)
	c.asReader().get("/rest/api/3/permissionscheme").status(200)
	newClient(t, Options{Deployment: DataCenter, Examples: testExamples(t)}).asReader().get("/rest/api/2/permissionscheme").status(403)
}

// Each caller has a zone of its own: the same instant is written with another offset, and the same text date finds other issues.
func TestDatesAreInTheCallersZone(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		c := newClient(t, Options{Deployment: d, Issues: 400, TimeZone: "America/New_York"})
		for _, who := range []*client{c, c.asReader()} {
			var me struct{ TimeZone string }
			who.get("/rest/api/2/myself").status(200).into(&me)
			zone, err := time.LoadLocation(me.TimeZone)
			require.NoError(t, err)
			pivot := c.visible()[200]
			for _, path := range []string{"/rest/api/2/issue/%d?fields=updated", "/rest/agile/1.0/board/1/issue?fields=updated&jql=id=%d"} {
				body := who.get(strings.Replace(path, "%d", fmt.Sprint(pivot.ID), 1)).status(200).body
				if strings.Contains(body, `"updated"`) {
					require.Contains(t, body, time.UnixMilli(pivot.Updated).In(zone).Format(dateLayout))
				}
			}
			noon := time.Date(2026, 3, 1, 12, 0, 0, 0, zone).UnixMilli()
			var page searchPage
			ask := map[string]any{"jql": `updated >= "2026-03-01 12:00"`, "maxResults": 1000, "fields": []string{"id"}}
			who.post(map[Deployment]string{Cloud: "/rest/api/3/search/jql", DataCenter: "/rest/api/2/search"}[d], ask).status(200).into(&page)
			var want []string
			for _, m := range c.visible() {
				if m.Updated >= noon {
					want = append(want, fmt.Sprint(m.ID))
				}
			}
			require.ElementsMatch(t, want, page.ids(), "%s in %s", d, me.TimeZone)
		}
	}
}
