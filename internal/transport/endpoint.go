package transport

import (
	"net/http"
	"strings"
)

// endpoint names what Jira limits together: the method and the path with its
// ids taken out, "GET /rest/api/3/issue/{}/changelog". The template that the
// client filled in is not known here; a wrong guess only paces too finely or
// too coarsely.
func endpoint(req *http.Request) string { return req.Method + " " + template(req.URL.Path) }

// template replaces the segments of a path that look like ids by {}.
func template(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if variable(s) && !version(segments, i) {
			segments[i] = "{}"
		}
	}
	return strings.Join(segments, "/")
}

// variable holds for numbers, issue and project keys, UUIDs and account ids:
// what Jira's own names never have is a digit first, an upper-case key or a colon.
func variable(segment string) bool {
	if segment == "" {
		return false
	}
	digits := strings.IndexFunc(segment, func(r rune) bool { return r >= '0' && r <= '9' }) >= 0
	upper := segment == strings.ToUpper(segment) && segment != strings.ToLower(segment)
	return digits || upper || strings.ContainsAny(segment, ":%")
}

// version holds for the segment behind /rest/<api>/: "2", "3", "1.0".
func version(segments []string, i int) bool {
	return i >= 2 && segments[i-2] == "rest"
}
