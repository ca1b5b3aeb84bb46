package jirasim

import (
	"testing"

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
