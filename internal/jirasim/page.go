package jirasim

import (
	"maps"
	"net/http"
	"net/url"
	"strconv"
)

// slice is a page of a list: from start, count records of total; size is the page size that the site really used,
// which is what it echoes as maxResults.
type slice struct{ start, count, size, total int }

// last reports whether nothing follows.
func (s slice) last() bool { return s.start+s.count >= s.total }

// slice reads startAt and maxResults against a list; a size over the cap becomes the cap, silently.
func (q *request) slice(total, fallback, limit int) (slice, *response) {
	start, bad := q.number("startAt", 0)
	if bad != nil {
		return slice{}, bad
	}
	size, bad := q.number("maxResults", int64(fallback))
	if bad != nil {
		return slice{}, bad
	}
	return cut(start, size, total, limit)
}

// cut applies startAt and maxResults to a list; negative numbers are 400.
func cut(start, size int64, total, limit int) (slice, *response) {
	if start < 0 || size < 0 {
		return slice{}, new(errorCollection(http.StatusBadRequest, "The startAt and maxResults parameters must not be negative."))
	}
	s := slice{size: int(min(size, int64(limit))), total: total, start: int(min(start, int64(1<<31)))}
	s.count = min(s.size, max(total-s.start, 0))
	return s, nil
}

// envelope is what pages have in common beside their records.
type envelope struct {
	q    *request
	base string
	path string // of the resource, after the base
	slice
}

// page writes style 1 of jira-api.md D.1: self, nextPage, maxResults, startAt, total, isLast and values.
func (j *Jira) page(q *request, s slice, values []byte) response {
	e := envelope{q: q, base: j.BaseURL(), path: q.resource(j.opt.BasePath), slice: s}
	body := append([]byte(`{"self":`), quote(e.address(s.start))...)
	if !s.last() && s.size > 0 {
		body = append(append(body, `,"nextPage":`...), quote(e.address(s.start+s.size))...)
	}
	body = append(body, `,"maxResults":`...)
	body = strconv.AppendInt(body, int64(s.size), 10)
	body = append(body, `,"startAt":`...)
	body = strconv.AppendInt(body, int64(s.start), 10)
	body = append(body, `,"total":`...)
	body = strconv.AppendInt(body, int64(s.total), 10)
	body = append(body, `,"isLast":`...)
	body = strconv.AppendBool(body, s.last())
	body = append(append(body, `,"values":`...), values...)
	return ok(append(body, '}'))
}

// address is the page's address at another start. The host is the site's, whatever the caller used.
func (e envelope) address(start int) string {
	query := url.Values{}
	maps.Copy(query, e.q.query)
	query.Set("startAt", strconv.Itoa(start))
	query.Set("maxResults", strconv.Itoa(e.size))
	return e.base + e.path + "?" + query.Encode()
}

// resource is the request's path without the context path.
func (q *request) resource(basePath string) string {
	return q.http.URL.EscapedPath()[len(basePath):]
}

// quote writes text as a JSON string. The texts are addresses and tokens, which need no escapes but these.
func quote(text string) []byte { return strconv.AppendQuote(nil, text) }

// records returns the part of a list that a slice covers.
func (s slice) records(all [][]byte) [][]byte {
	if s.start >= len(all) {
		return nil
	}
	return all[s.start : s.start+s.count]
}

// appendJoined writes the records from 0 to n as a JSON array.
func appendJoined(body []byte, n int, write func(body []byte, i int) []byte) []byte {
	body = append(body, '[')
	for i := range n {
		if i > 0 {
			body = append(body, ',')
		}
		body = write(body, i)
	}
	return append(body, ']')
}

// unescapeSegment undoes the escapes of one segment of a path.
func unescapeSegment(segment string) (string, bool) {
	text, err := url.PathUnescape(segment)
	return text, err == nil
}
