package jirasim

import "slices"

// issueResources hang on issues. Watchers and votes have handlers of their own.
func issueResources() []resource {
	links := wholeAt("/rest/api/{v}/issue/{issueId}/remotelink", "")
	pinned := wholeAt("/rest/api/{v}/issue/{issueId}/pinned-comments", "")
	worklog := properties("issue_worklog_properties", "/rest/api/{v}/issue/{issueId}/worklog/{worklogId}/properties",
		[]string{"issueId", "worklogId"}, oneIn(3), "keys")
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
