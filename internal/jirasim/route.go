package jirasim

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// access says what a route does with a caller who is not logged in.
type access int

const (
	open     access = iota // answers, with what anonymous users may see: nothing on this site
	strict                 // answers 401
	unsigned               // checks credentials itself, if at all
)

// adminsOnly is what most operations of administrators tell everybody else.
const adminsOnly = "You are not authorized to perform this action. Administrator privileges are required."

// handler answers one request.
type handler func(j *Jira, q *request) response

// route is an operation of the site.
type route struct {
	method   string
	template string // /rest/api/{v}/issue/{issueIdOrKey}
	access   access
	denied   string // what a caller who does not administer Jira is told by 403; empty lets everybody in
	do       handler
	segments []string
}

// routesFor lists what the deployment and version offer.
func routesFor(o Options) []route {
	routes := slices.Concat(commonRoutes(), agileRoutes(), partRoutes())
	if o.Deployment == Cloud {
		routes = slices.Concat(routes, cloudRoutes(), cloudAgileRoutes(), cloudPartRoutes())
	} else {
		routes = append(routes, dataCenterRoutes(o)...)
	}
	return routes
}

// withSegments cuts the templates.
func withSegments(routes []route) []route {
	for i := range routes {
		routes[i].segments = strings.Split(routes[i].template, "/")
	}
	return routes
}

// commonRoutes are those of both deployments.
func commonRoutes() []route {
	return []route{
		{method: http.MethodGet, template: "/rest/api/{v}/serverInfo", do: serverInfo},
		{method: http.MethodGet, template: "/rest/api/{v}/myself", access: strict, do: myself},
		{method: http.MethodGet, template: "/rest/api/{v}/mypermissions", do: myPermissions},
		{method: http.MethodGet, template: "/rest/api/{v}/field", do: listFields},
		{method: http.MethodGet, template: "/rest/api/{v}/status", do: listVisible((*Site).statusRecords)},
		{method: http.MethodGet, template: "/rest/api/{v}/issuetype", do: listVisible((*Site).issueTypeRecords)},
		{method: http.MethodGet, template: "/rest/api/{v}/priority", do: listVisible((*Site).priorityRecords)},
		{method: http.MethodGet, template: "/rest/api/{v}/resolution", do: listVisible((*Site).resolutionRecords)},
		{method: http.MethodGet, template: "/rest/api/{v}/projectCategory", access: strict, do: listVisible((*Site).projectCategoryRecords)},
		{method: http.MethodGet, template: "/rest/api/{v}/role", access: strict, denied: adminsOnly, do: listVisible((*Site).roleRecords)},
		{method: http.MethodGet, template: "/rest/api/{v}/issueLinkType", do: listLinkTypes},
		{method: http.MethodGet, template: "/rest/api/{v}/project/type", do: listProjectTypes},
		{method: http.MethodGet, template: "/rest/api/{v}/project", do: listProjects},
		{method: http.MethodGet, template: "/rest/api/{v}/project/{projectIdOrKey}", do: getProject},
		{method: http.MethodGet, template: "/rest/api/{v}/project/{projectIdOrKey}/version", do: pageVersions},
		{method: http.MethodGet, template: "/rest/api/{v}/project/{projectIdOrKey}/versions", do: listVersions},
		{method: http.MethodGet, template: "/rest/api/{v}/project/{projectIdOrKey}/components", do: listComponents},
		{method: http.MethodGet, template: "/rest/api/{v}/issue/{issueIdOrKey}", do: getIssue},
		{method: http.MethodGet, template: "/rest/api/{v}/issue/{issueIdOrKey}/comment", do: pageComments},
		{method: http.MethodGet, template: "/rest/api/{v}/issue/{issueIdOrKey}/worklog", do: pageWorklogs},
		{method: http.MethodGet, template: "/rest/api/{v}/issue/{issueIdOrKey}/transitions", do: listTransitions},
		{method: http.MethodGet, template: "/rest/api/{v}/worklog/updated", access: strict, do: feedOf((*Site).worklogFeed)},
		{method: http.MethodGet, template: "/rest/api/{v}/worklog/deleted", access: strict, do: feedOf((*Site).worklogDeletedFeed)},
		{method: http.MethodPost, template: "/rest/api/{v}/worklog/list", access: strict, do: listWorklogs},
		{method: http.MethodGet, template: "/rest/api/{v}/user", access: strict, do: browsingUsers(getUser)},
		{method: http.MethodGet, template: "/rest/api/{v}/user/search", access: strict, do: searchUsers},
		{method: http.MethodGet, template: "/rest/api/{v}/group/member", access: strict, denied: adminsOnly, do: pageGroupMembers},
		{method: http.MethodPost, template: "/plugins/servlet/oauth/request-token", access: unsigned, do: requestToken},
		{method: http.MethodGet, template: "/plugins/servlet/oauth/authorize", access: unsigned, do: authorize},
		{method: http.MethodPost, template: "/plugins/servlet/oauth/authorize", access: unsigned, do: authorize},
		{method: http.MethodPost, template: "/plugins/servlet/oauth/access-token", access: unsigned, do: accessToken},
	}
}

// cloudRoutes are Cloud's own; the old search answers that it is gone.
func cloudRoutes() []route {
	return []route{
		{method: http.MethodGet, template: "/_edge/tenant_info", access: unsigned, do: tenantInfo},
		{method: http.MethodGet, template: "/rest/api/{v}/search/jql", do: searchJQLGet},
		{method: http.MethodPost, template: "/rest/api/{v}/search/jql", do: searchJQLPost},
		{method: http.MethodPost, template: "/rest/api/{v}/search/approximate-count", do: approximateCount},
		{method: http.MethodPost, template: "/rest/api/{v}/jql/parse", do: parseQueries},
		{method: http.MethodGet, template: "/rest/api/{v}/search", do: removedSearch},
		{method: http.MethodPost, template: "/rest/api/{v}/search", do: removedSearch},
		{method: http.MethodPost, template: "/rest/api/{v}/search/id", do: removedSearch},
		{method: http.MethodPost, template: "/rest/api/{v}/issue/bulkfetch", do: bulkFetch},
		{method: http.MethodPost, template: "/rest/api/{v}/changelog/bulkfetch", access: strict, do: bulkFetchChangelogs},
		{method: http.MethodGet, template: "/rest/api/{v}/issue/{issueIdOrKey}/changelog", do: pageChangelog},
		{method: http.MethodPost, template: "/rest/api/{v}/issue/{issueIdOrKey}/changelog/list", do: listChangelog},
		{method: http.MethodPost, template: "/rest/api/{v}/comment/list", do: listComments},
		{method: http.MethodGet, template: "/rest/api/{v}/project/search", do: pageProjects},
		{method: http.MethodGet, template: "/rest/api/{v}/project/{projectIdOrKey}/component", do: pageComponents},
		{method: http.MethodGet, template: "/rest/api/{v}/resolution/search", access: strict, do: pageOf((*Site).resolutionRecords)},
		{method: http.MethodGet, template: "/rest/api/{v}/priority/search", access: strict, do: pageOf((*Site).priorityRecords)},
		{method: http.MethodGet, template: "/rest/api/{v}/users/search", access: strict, do: browsingUsers(listUsers)},
		{method: http.MethodGet, template: "/rest/api/{v}/users", access: strict, do: browsingUsers(listUsers)},
		{method: http.MethodGet, template: "/rest/api/{v}/user/bulk", access: strict, do: pageUsersByID},
		{method: http.MethodGet, template: "/rest/api/{v}/group/bulk", access: strict, do: browsingUsers(pageGroups)},
	}
}

// dataCenterRoutes are Data Center's own, as far as the version has them.
func dataCenterRoutes(o Options) []route {
	routes := []route{
		{method: http.MethodGet, template: "/rest/api/{v}/search", do: searchGet},
		{method: http.MethodPost, template: "/rest/api/{v}/search", do: searchPost},
		{method: http.MethodGet, template: "/rest/api/{v}/priority/page", access: strict, do: pageOf((*Site).priorityRecords)},
		{method: http.MethodGet, template: "/rest/api/{v}/resolution/page", access: strict, do: pageOf((*Site).resolutionRecords)},
		{method: http.MethodGet, template: "/rest/api/{v}/status/page", access: strict, do: pageOf((*Site).statusRecords)},
		{method: http.MethodGet, template: "/rest/api/{v}/issuetype/page", access: strict, do: pageOf((*Site).issueTypeRecords)},
		{method: http.MethodGet, template: "/rest/api/{v}/groups/picker", access: strict, do: pickGroups},
	}
	if o.atLeast(10, 3) {
		routes = append(routes, route{method: http.MethodGet, template: "/rest/api/{v}/user/list", access: strict, do: browsingUsers(cursorUsers)})
	}
	if o.atLeast(11, 3) {
		routes = append(routes, route{method: http.MethodGet, template: "/rest/api/{v}/searchLimits/maxResultWindow", do: resultWindow})
	}
	return routes
}

// match is a route that a path leads to, with its placeholders.
type match struct {
	route *route
	vars  map[string]string
	api   int
}

// find returns the route of a path and method. With a nil route, template names the resource when there is one of
// another method, and allowed its methods.
func (j *Jira) find(method, escapedPath string) (m match, template string, allowed []string) {
	segments := strings.Split(escapedPath, "/")
	fewest := -1
	for i := range j.routes {
		candidate, placeholders, fits := j.routes[i].fit(segments, j.opt.Deployment)
		if !fits || fewest >= 0 && placeholders > fewest {
			continue
		}
		if fewest < 0 || placeholders < fewest {
			m, allowed = match{}, nil
		}
		fewest, template = placeholders, j.routes[i].template
		allowed = append(allowed, j.routes[i].method)
		if j.routes[i].method == method || method == http.MethodHead && j.routes[i].method == http.MethodGet {
			m = candidate
		}
	}
	return m, template, allowed
}

// fit matches a path; a literal segment is nearer than a placeholder, so fewer placeholders win.
func (r *route) fit(segments []string, d Deployment) (m match, placeholders int, fits bool) {
	if len(segments) != len(r.segments) {
		return m, 0, false
	}
	m = match{route: r, vars: map[string]string{}}
	for i, want := range r.segments {
		have := segments[i]
		switch {
		case want == "{v}":
			if m.api = apiVersion(have, d); m.api == 0 {
				return m, 0, false
			}
		case strings.HasPrefix(want, "{"):
			value, ok := unescapeSegment(have)
			if !ok || value == "" {
				return m, 0, false
			}
			m.vars[strings.Trim(want, "{}")] = value
			placeholders++
		case want != have:
			return m, 0, false
		}
	}
	return m, placeholders, true
}

// apiVersion reads the version in a path: 2 everywhere, 3 on Cloud only; 0 is none.
func apiVersion(text string, d Deployment) int {
	if text == "latest" {
		return 2
	}
	version, err := strconv.Atoi(text)
	if err != nil || version != 2 && (version != 3 || d != Cloud) || text != strconv.Itoa(version) {
		return 0
	}
	return version
}

// notFound answers a path that leads nowhere: JSON below /rest, a page elsewhere.
func notFound(path string) response {
	if strings.HasPrefix(path, "/rest/") {
		return statusMessage(http.StatusNotFound, "null for uri: "+path)
	}
	return htmlResponse(http.StatusNotFound, "Oops, you&#39;ve found a dead link. - Jira", "It looks like the page you&#39;re looking for does not exist.")
}

// wrongMethod answers a method that the resource does not have.
func wrongMethod(allowed []string) response {
	slices.Sort(allowed)
	answer := statusMessage(http.StatusMethodNotAllowed, "HTTP 405 Method Not Allowed")
	return answer.with("Allow", strings.Join(slices.Compact(allowed), ","))
}
