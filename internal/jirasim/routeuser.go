package jirasim

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// hiddenEvery is how far apart the users are that the listings leave out after they have cut the page: a short page is
// not the last one.
const hiddenEvery = 97

// Pages of the users listings.
const (
	usersDefault   = 50
	usersCap       = 1000
	usersReachable = 100 // of Data Center's user/search from 10.3 on
	cursorPage     = 2000
	membersPage    = 50
	bulkUsers      = 10
	bulkUsersCap   = 200
)

// listUsers is Cloud's GET users/search: a bare array.
func listUsers(j *Jira, q *request) response {
	n := j.site.userCount()
	s, bad := q.slice(n+n/(hiddenEvery-1), usersDefault, usersCap)
	if bad != nil {
		return *bad
	}
	var users []int
	for place := s.start; place < s.start+s.count; place++ {
		if place%hiddenEvery != hiddenEvery-1 {
			users = append(users, place-place/hiddenEvery)
		}
	}
	users = slices.DeleteFunc(users, func(u int) bool { return u >= n })
	return ok(j.usersArray(q, users))
}

// usersArray writes users as an array.
func (j *Jira) usersArray(q *request, users []int) []byte {
	return appendJoined(nil, len(users), func(body []byte, i int) []byte { return j.site.appendUser(body, users[i], q.api) })
}

// searchUsers is GET user/search. Cloud wants query, accountId or property and looks at the first 1,000 users; Data
// Center wants username, and reaches the first 100 of its results from 10.3 on, 1,000 before.
func searchUsers(j *Jira, q *request) response {
	text, inactive := q.query.Get("username"), q.flag("includeInactive")
	reach := usersCap
	if j.opt.Deployment == Cloud {
		text, inactive = q.query.Get("query")+q.query.Get("accountId"), true
	} else if j.opt.atLeast(10, 3) {
		reach = usersReachable
	}
	if text == "" {
		return errorCollection(http.StatusBadRequest, "The username query parameter was not provided")
	}
	if !j.may(q.caller, browseUsers) {
		return ok([]byte("[]"))
	}
	var users []int
	for u := range j.site.userCount() {
		if (inactive || j.site.userActive(u)) && j.userMatches(u, text) {
			users = append(users, u)
		}
	}
	users = users[:min(len(users), reach)]
	s, bad := q.slice(len(users), usersDefault, reach)
	if bad != nil {
		return *bad
	}
	if s.count == 0 {
		return ok([]byte("[]"))
	}
	return ok(j.usersArray(q, users[s.start:s.start+s.count]))
}

// userMatches reports whether a text is found in what a user is called; a dot and a percent sign match all.
func (j *Jira) userMatches(u int, text string) bool {
	if text == "." || text == "%" || text == "''" {
		return true
	}
	account, key, name, email := j.site.userIDs(u)
	return slices.ContainsFunc([]string{account, key, name, email}, func(have string) bool {
		return strings.Contains(strings.ToLower(have), strings.ToLower(text))
	})
}

// cursorUsers is Data Center's GET user/list: all users, in no order. A cursor that is not ours is an end, never a 404.
func cursorUsers(j *Jira, q *request) response {
	cursor, bad := q.number("cursor", 0)
	if bad != nil {
		return *bad
	}
	size, bad := q.number("maxResults", cursorPage)
	if bad != nil {
		return *bad
	}
	size = min(max(size, 1), cursorPage)
	n := j.site.userCount()
	start := int(min(max(cursor, 0), int64(n)))
	end := min(start+int(size), n)
	users := make([]int, 0, end-start)
	for place := start; place < end; place++ {
		users = append(users, n-1-place)
	}
	last := end >= n
	address := j.BaseURL() + q.resource(j.opt.BasePath) + "?maxResults=" + strconv.FormatInt(size, 10) + "&cursor="
	body := fmt.Appendf(nil, `{"self":"%s%d","maxResults":%d,"isLast":%t,`, address, cursor, size, last)
	if !last {
		body = fmt.Appendf(body, `"nextCursor":%d,"nextPage":"%s%d",`, end, address, end)
	}
	body = append(append(body, `"values":`...), j.usersArray(q, users)...)
	return ok(append(body, '}'))
}

// getUser is GET user, by accountId on Cloud and by key or username on Data Center.
func getUser(j *Jira, q *request) response {
	id := q.query.Get("accountId")
	if j.opt.Deployment == DataCenter {
		id = q.query.Get("key") + q.query.Get("username")
	}
	if id == "" {
		return errorCollection(http.StatusBadRequest, "A user must be named.")
	}
	u, there := j.site.userBy(id)
	if !there {
		return errorCollection(http.StatusNotFound, "The user named '"+id+"' does not exist")
	}
	return ok(j.site.appendExpandedUser(nil, u, q.api, q.list("expand")))
}

// pageUsersByID is Cloud's GET user/bulk: accountId repeats, and ten come unless more are asked for.
func pageUsersByID(j *Jira, q *request) response {
	ids := q.query["accountId"]
	if len(ids) == 0 {
		return errorCollection(http.StatusBadRequest, "The accountId query parameter was not provided")
	}
	var users []int
	for _, id := range ids {
		if u, there := j.site.userBy(id); there {
			users = append(users, u)
		}
	}
	s, bad := q.slice(len(users), bulkUsers, bulkUsersCap)
	if bad != nil {
		return *bad
	}
	return j.page(q, s, j.usersArray(q, users[min(s.start, len(users)):min(s.start+s.count, len(users))]))
}

// pageGroupMembers is GET group/member: 50 a page, inactive users only when asked for.
func pageGroupMembers(j *Jira, q *request) response {
	name := q.query.Get("groupname")
	if id := q.query.Get("groupId"); j.opt.Deployment == Cloud && id != "" {
		if name != "" {
			return errorCollection(http.StatusBadRequest, "Only one of groupname and groupId may be provided.")
		}
		for _, have := range j.site.groupNames() {
			if j.site.groupID(have) == id {
				name = have
			}
		}
		if name == "" {
			name = id // there is no such group
		}
	}
	if name == "" {
		return errorCollection(http.StatusBadRequest, "Group name cannot be empty")
	}
	users, there := j.site.groupMembers(name)
	if !there {
		return errorCollection(http.StatusNotFound, "The group named '"+name+"' does not exist.")
	}
	if !q.flag("includeInactiveUsers") {
		users = slices.DeleteFunc(slices.Clone(users), func(u int) bool { return !j.site.userActive(u) })
	}
	s, bad := q.slice(len(users), membersPage, membersPage)
	if bad != nil {
		return *bad
	}
	return j.page(q, s, j.usersArray(q, users[min(s.start, len(users)):min(s.start+s.count, len(users))]))
}

// group is a group in the listings.
type group struct {
	Name    string   `json:"name"`
	GroupID string   `json:"groupId,omitempty"`
	HTML    string   `json:"html,omitempty"`
	Labels  []string `json:"labels,omitempty"`
}

// pageGroups is Cloud's GET group/bulk; groupId and groupName repeat.
func pageGroups(j *Jira, q *request) response {
	ids, names := q.query["groupId"], q.query["groupName"]
	var records [][]byte
	for _, name := range j.site.groupNames() {
		id := j.site.groupID(name)
		if len(ids)+len(names) == 0 || slices.Contains(ids, id) || slices.Contains(names, name) {
			records = append(records, valueResponse(http.StatusOK, group{Name: name, GroupID: id}).body)
		}
	}
	return j.pageRecords(q, records)
}

// pickGroups is Data Center's GET groups/picker: it is cut at 20 unless more are asked for.
func pickGroups(j *Jira, q *request) response {
	size, bad := q.number("maxResults", 20)
	if bad != nil {
		return *bad
	}
	groups := []group{}
	for _, name := range j.site.groupNames() {
		if strings.Contains(strings.ToLower(name), strings.ToLower(q.query.Get("query"))) {
			groups = append(groups, group{Name: name, HTML: name})
		}
	}
	total := len(groups)
	groups = groups[:min(total, max(clampInt(size), 0))]
	return valueResponse(http.StatusOK, map[string]any{
		"header": fmt.Sprintf("Showing %d of %d matching groups", len(groups), total), "total": total, "groups": groups,
	})
}
