package jirasim

import (
	"net/http"
	"slices"
)

// may tells whether a caller has a permission, by its key in mypermissions: the demo account has all, the reader those
// that administer nothing and that Options.ReaderLacks does not take away, nobody else any.
func (j *Jira) may(c caller, key string) bool {
	switch {
	case c.anonymous():
		return false
	case c.administers():
		return true
	}
	return !adminPermissions[key] && !slices.Contains(j.opt.ReaderLacks, key)
}

// adminPermissions are those that the reader lacks.
var adminPermissions = map[string]bool{
	"ADMINISTER_PROJECTS": true, "SET_ISSUE_SECURITY": true, "VIEW_READONLY_WORKFLOW": true, "ADMINISTER": true,
	"SYSTEM_ADMIN": true, "BULK_CHANGE": true,
}

// The keys of permissions that single operations look at.
const (
	browseUsers   = "USER_PICKER"
	viewVoters    = "VIEW_VOTERS_AND_WATCHERS"
	transition    = "TRANSITION_ISSUES"
	setSecurity   = "SET_ISSUE_SECURITY"
	adminProjects = "ADMINISTER_PROJECTS"
)

// browsingUsers refuses a list of people to those who may not browse users. Data Center's user/search finds nobody for
// them instead.
func browsingUsers(list handler) handler {
	return func(j *Jira, q *request) response {
		if !j.may(q.caller, browseUsers) {
			return errorCollection(http.StatusForbidden, "You do not have permission to browse users and groups.")
		}
		return list(j, q)
	}
}
