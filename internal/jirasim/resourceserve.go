package jirasim

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// resourceRoutes are the routes of the resources that the deployment has and the examples tell of.
func (j *Jira) resourceRoutes() []route {
	var routes []route
	for k := range j.resources {
		r := &j.resources[k]
		l := r.on(j.opt.Deployment)
		routes = append(routes, resourceRoute(r, l)...)
		if j.opt.Deployment == Cloud {
			routes = append(routes, resourceRoute(r, &r.also)...)
		}
	}
	return routes
}

// resourceRoute is the route of a listing, if it has one.
func resourceRoute(r *resource, l *listing) []route {
	if l.path == "" || l.apart {
		return nil
	}
	template, _ := l.split()
	return []route{{method: http.MethodGet, template: template, access: strict, do: serveResource(r, l)}}
}

// on is the listing of a deployment.
func (r *resource) on(d Deployment) *listing {
	if d == DataCenter {
		return &r.server
	}
	return &r.cloud
}

// serveResource makes the GET of a resource. Rights are looked at first, as in Jira.
func serveResource(r *resource, l *listing) handler {
	return func(j *Jira, q *request) response {
		if refused := r.forApps(q.caller); refused != nil {
			return *refused
		}
		if denied := cmp.Or(l.denied, r.denied); denied != "" && !q.caller.administers() {
			return l.deny(denied)
		}
		c, bad := j.locate(q, r, l)
		if bad != nil {
			return *bad
		}
		if l.check != nil {
			if bad := l.check(c); bad != nil {
				return *bad
			}
		}
		c.blind = r.needs != "" && !j.may(q.caller, r.needs)
		return c.answer(q)
	}
}

// deny refuses those without rights.
func (l *listing) deny(message string) response {
	if strings.HasPrefix(l.path, serviceAPI) {
		return portalError(http.StatusForbidden, message)
	}
	if l.unauthorized {
		return errorCollection(http.StatusUnauthorized, message)
	}
	return errorCollection(http.StatusForbidden, message)
}

// answer writes what the request asks of the place.
func (c cell) answer(q *request) response {
	total := c.count()
	if total == 0 && (c.listing.style == object || c.listing.gone != "") {
		return c.nothing()
	}
	switch c.listing.style {
	case object:
		return ok(encodeRecord(c.at(0).record()))
	case paged, texts, named, sliced:
		return c.offsetPage(q, total)
	case startLimit:
		return c.portalPage(q, total)
	case offsetLimit:
		return c.auditPage(q, total)
	case cursored:
		return c.cursorPage(q, total)
	case tokened:
		return c.tokenPage(q, total)
	case byPageNumber:
		return c.numberedPage(q, total)
	case splitLists:
		return c.twoLists(total)
	default:
		return ok(c.inside(c.values(0, total)))
	}
}

// nothing is the answer of a place without the record that it might have.
func (c cell) nothing() response {
	message := c.listing.gone
	if message == "" {
		message = "The requested resource was not found."
	}
	if strings.HasPrefix(c.listing.path, serviceAPI) {
		return portalError(http.StatusNotFound, message)
	}
	return errorCollection(http.StatusNotFound, message)
}

// twoLists parts the records by who made them.
func (c cell) twoLists(total int) response {
	system, custom := [][]byte{}, [][]byte{}
	for k := range total {
		if record := c.at(k).record(); record["isSystemAvatar"] == true {
			system = append(system, encodeRecord(record))
		} else {
			custom = append(custom, encodeRecord(record))
		}
	}
	return ok(fmt.Appendf(nil, `{"system":%s,"custom":%s}`, arrayOf(system), arrayOf(custom)))
}

// values writes the records from start on as an array.
func (c cell) values(start, count int) []byte {
	return appendJoined(nil, count, func(body []byte, k int) []byte {
		record := c.at(start + k).record()
		if c.listing.style == texts {
			for _, text := range record {
				return append(body, encodeRecord(text)...)
			}
		}
		return append(body, encodeRecord(record)...)
	})
}

// inside puts the records where the listing has them.
func (c cell) inside(values []byte) []byte {
	if c.listing.at == "" {
		return values
	}
	return fmt.Appendf(nil, "{%q:%s}", c.listing.at, values)
}

// pageLimits are the default and the largest size of a page.
func (l *listing) pageLimits() (size, limit int) {
	limit = l.limit
	if limit == 0 {
		limit = 50
	}
	size = l.size
	if size == 0 {
		size = limit
	}
	return size, limit
}

// offsetPage is styles 1 and 2.
func (c cell) offsetPage(q *request, total int) response {
	size, limit := c.listing.pageLimits()
	s, bad := q.slice(total, size, limit)
	if bad != nil {
		return *bad
	}
	values := c.values(s.start, s.count)
	switch c.listing.style {
	case sliced:
		return ok(values)
	case named:
		return ok(fmt.Appendf(nil, `{"startAt":%d,"maxResults":%d,"total":%d,%q:%s}`, s.start, s.size, s.total, c.listing.at, values))
	default:
		return c.j.page(q, s, values)
	}
}

// Pages of service management.
const (
	serviceAPI   = "/rest/servicedeskapi/"
	portalPage   = 50
	portalCap    = 100
	cursorPlans  = 50
	auditRecords = 1000
)

// portalPage is style 8: start and limit, no total.
func (c cell) portalPage(q *request, total int) response {
	start, bad := q.number("start", 0)
	if bad != nil {
		return *bad
	}
	size, bad := q.number("limit", portalPage)
	if bad != nil {
		return *bad
	}
	if start < 0 || size < 0 {
		return portalError(http.StatusBadRequest, "The start and limit parameters must not be negative.")
	}
	s, bad := cut(start, size, total, portalCap)
	if bad != nil {
		return *bad
	}
	self := c.j.BaseURL() + q.resource(c.j.opt.BasePath)
	links := map[string]string{"base": c.j.BaseURL(), "context": "", "self": self}
	if !s.last() {
		links["next"] = self + "?start=" + strconv.Itoa(s.start+s.count) + "&limit=" + strconv.Itoa(s.size)
	}
	return ok(fmt.Appendf(nil, `{"_expands":[],"size":%d,"start":%d,"limit":%d,"isLastPage":%t,"_links":%s,"values":%s}`,
		s.count, s.start, s.size, s.last(), encodeRecord(links), c.values(s.start, s.count)))
}

// auditPage is style 7: offset and limit; startAt is not looked at.
func (c cell) auditPage(q *request, total int) response {
	offset, bad := q.number("offset", 0)
	if bad != nil {
		return *bad
	}
	size, bad := q.number("limit", auditRecords)
	if bad != nil {
		return *bad
	}
	from, to, bad := c.window(q, total)
	if bad != nil {
		return *bad
	}
	s, bad := cut(offset, size, to-from, auditRecords)
	if bad != nil {
		return *bad
	}
	return ok(fmt.Appendf(nil, `{"offset":%d,"limit":%d,"total":%d,%q:%s}`, s.start, s.size, s.total, c.listing.at, c.values(from+s.start, s.count)))
}

// cursorPage is style 9, of plans.
func (c cell) cursorPage(q *request, total int) response {
	size, bad := q.number("maxResults", cursorPlans)
	if bad != nil {
		return *bad
	}
	start, bad := c.j.opaqueStart(q, "cursor")
	if bad != nil {
		return *bad
	}
	s, bad := cut(start, max(size, 1), total, cursorPlans)
	if bad != nil {
		return *bad
	}
	next := ""
	if !s.last() {
		next = fmt.Sprintf(`"nextPageCursor":%q,`, c.j.opaque(q, s.start+s.count))
	}
	return ok(fmt.Appendf(nil, `{"cursor":%q,%s"isLast":%t,"maxResults":%d,"total":%d,"values":%s}`,
		q.query.Get("cursor"), next, s.last(), s.size, s.total, c.values(s.start, s.count)))
}

// tokenPage is style 5: a token while there is more, and nothing else.
func (c cell) tokenPage(q *request, total int) response {
	size, limit := c.listing.pageLimits()
	asked, bad := q.number("maxResults", int64(size))
	if bad != nil {
		return *bad
	}
	start, bad := c.j.opaqueStart(q, "nextPageToken")
	if bad != nil {
		return *bad
	}
	s, bad := cut(start, max(asked, 1), total, limit)
	if bad != nil {
		return *bad
	}
	page := ""
	if !s.last() {
		page = fmt.Sprintf(`"nextPageToken":%q,`, c.j.opaque(q, s.start+s.count))
	}
	outer, _, _ := strings.Cut(c.listing.at, ".")
	return ok(fmt.Appendf(nil, `{%q:{%s"values":%s}}`, outer, page, c.values(s.start, s.count)))
}

// opaque is a cursor for the place where the next page of a request begins.
func (j *Jira) opaque(q *request, next int) string {
	return j.encodeToken(pageToken{question: q.http.URL.Path, issued: j.opt.Now(), place: []int64{int64(next)}})
}

// opaqueStart reads a cursor back.
func (j *Jira) opaqueStart(q *request, parameter string) (int64, *response) {
	text := q.query.Get(parameter)
	if text == "" {
		return 0, nil
	}
	place, bad := j.decodeToken(text, q.http.URL.Path, 1)
	if bad != nil || len(place) == 0 {
		return 0, bad
	}
	return place[0], nil
}

// numberedPage is Data Center's page and maxResults; pages count from 1.
func (c cell) numberedPage(q *request, total int) response {
	page, bad := q.number("page", 1)
	if bad != nil {
		return *bad
	}
	size, limit := c.listing.pageLimits()
	asked, bad := q.number("maxResults", int64(size))
	if bad != nil {
		return *bad
	}
	s, bad := cut((max(page, 1)-1)*max(asked, 1), max(asked, 1), total, limit)
	if bad != nil {
		return *bad
	}
	return ok(fmt.Appendf(nil, `{"total":%d,%q:%s}`, total, c.listing.at, c.values(s.start, s.count)))
}

// escaped is a value as it stands in a path.
func escaped(value string) string { return url.PathEscape(value) }
