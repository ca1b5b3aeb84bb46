package jirasim

import (
	"bytes"
	"slices"
	"strings"
)

// issueResources hang on issues. Watchers and votes have handlers of their own.
func issueResources() []resource {
	links := wholeAt("/rest/api/{v}/issue/{issueId}/remotelink", "")
	pinned := wholeAt("/rest/api/{v}/issue/{issueId}/pinned-comments", "")
	worklog := properties("issue_worklog_properties", "/rest/api/{v}/issue/{issueId}/worklog/{worklogId}/properties",
		[]string{"issueId", "worklogId"}, oneIn(3), "keys")
	worklog[0].cloud.record = `{"self":"","key":""}` // nobody has a stream of the keys
	return slices.Concat([]resource{
		{
			stream: "issue_remote_links", columns: []string{"issueId", "id"}, amount: atMost(2), cloud: links, server: links,
			rules: []rule{
				from("id", 10000), {path: "self", to: func(c cell) any { return c.resolved() + "/" + itoa(10000+c.n) }},
			},
		},
		{
			stream: "issue_pinned_comments", columns: []string{"issueId", "commentId=comment.id"}, server: pinned,
			amount: &amount{most: 1, of: func(c cell) int {
				return map[bool]int{true: 1}[c.place%4 == 0 && c.j.site.commentTotal(c.j.site.live.Load(), c.place) > 0]
			}},
			rules: []rule{
				{path: "comment.id", to: func(c cell) any { return utoa(c.j.site.commentAt(c.j.site.live.Load(), c.place, 0).id) }},
				{path: "comment.self", to: func(c cell) any {
					id := utoa(c.j.site.commentAt(c.j.site.live.Load(), c.place, 0).id)
					return c.j.BaseURL() + "/rest/api/2/issue/" + c.vars["issueId"] + "/comment/" + id
				}},
			},
		},
	},
		properties("issue_properties", "/rest/api/{v}/issue/{issueId}/properties", []string{"issueId"}, atMost(1), "keys"),
		properties("issue_comment_properties", "/rest/api/{v}/comment/{commentId}/properties", []string{"issueId", "commentId"}, oneIn(9), "keys"),
		cloudOf(worklog),
	)
}

// withProperties adds the properties of a comment or a worklog to its record where the request asks for them: those that
// are to be had one by one.
func (j *Jira) withProperties(q *request, record []byte, stream string, issue int, placeholder string, own entity) []byte {
	if !slices.Contains(strings.Split(q.query.Get("expand"), ","), "properties") {
		return record
	}
	values := []any{}
	if r := j.resourceOf(stream); r != nil {
		l := r.on(j.opt.Deployment)
		c := cell{j: j, resource: r, listing: l, api: q.api, vars: map[string]string{}, known: placeEntities{}}
		if slices.Contains(l.placeholders(), "issueId") {
			c = c.in("issueId", j.kindOf(l, "issueId"), j.issueEntity(issue))
		}
		c = c.in(placeholder, j.kindOf(l, placeholder), own)
		keys := j.kindOf(l, "propertyKey")
		for _, key := range keys.all(j, c.vars) {
			property := c.in("propertyKey", keys, key).at(0).record()
			values = append(values, map[string]any{"key": property["key"], "value": property["value"]})
		}
	}
	record = append(bytes.TrimSuffix(record, []byte("}")), `,"properties":`...)
	return append(append(record, bytes.TrimSpace(encodeRecord(values))...), '}')
}

// resourceOf is the resource of a stream, nil where the site has no examples.
func (j *Jira) resourceOf(stream string) *resource {
	for k := range j.resources {
		if j.resources[k].stream == stream {
			return &j.resources[k]
		}
	}
	return nil
}
