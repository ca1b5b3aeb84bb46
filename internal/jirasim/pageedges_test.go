package jirasim

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// parameters are what says where a page begins and how long it is, by the style of a list; empty is none.
func (s style) parameters() (start, size string) {
	switch s {
	case paged, texts, named, sliced:
		return "startAt", "maxResults"
	case startLimit:
		return "start", "limit"
	case offsetLimit:
		return "offset", "limit"
	case byPageNumber:
		return "page", "maxResults"
	case tokened, cursored:
		return "", "maxResults"
	}
	return "", ""
}

// firstPlaces gives one place of each list that can be read.
func (c *client) firstPlaces(visit func(r *resource, at cell)) {
	c.t.Helper()
	for k := range c.jira.resources {
		r := &c.jira.resources[k]
		l := r.on(c.jira.opt.Deployment)
		if l.path == "" || l.apart {
			continue
		}
		c.jira.places(r, l, func(at cell) bool {
			if l.check != nil && l.check(at) != nil || c.get(at.where()).code != 200 {
				return true
			}
			visit(r, at)
			return false
		})
	}
}

// TestPagesAtTheirEdges asks every list for pages that are none: words are no numbers, numbers may not be negative where Jira
// says so, and behind the last record there is nothing.
func TestPagesAtTheirEdges(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		t.Run(d.String(), func(t *testing.T) {
			t.Parallel()
			c := newClient(t, Options{Deployment: d, Issues: 60, Examples: testExamples(t)})
			styles := map[style]bool{}
			c.firstPlaces(func(r *resource, at cell) {
				styles[at.listing.style] = true
				address := at.where()
				start, size := at.listing.style.parameters()
				if size != "" {
					c.get(with(address, "%s=many", size)).status(404)
				}
				if start == "" {
					return
				}
				c.get(with(address, "%s=first", start)).status(404)
				if at.listing.style != byPageNumber {
					c.get(with(address, "%s=-1", start)).status(400)
				}
				beyond := c.get(with(address, "%s=1000000", start)).status(200)
				require.Empty(t, c.recordsIn(at, beyond), "%s: nothing is behind the last record", r.stream)
			})
			for _, s := range map[Deployment][]style{
				Cloud: {paged, startLimit, offsetLimit, cursored, tokened, texts}, DataCenter: {paged, named, byPageNumber, sliced},
			}[d] {
				require.True(t, styles[s], "no list of style %d", s)
			}
		})
	}
}

// recordsIn are the records of a page.
func (c *client) recordsIn(at cell, page answer) []any {
	c.t.Helper()
	var body any
	require.NoError(c.t, json.Unmarshal([]byte(page.body), &body))
	path := at.listing.at
	switch at.listing.style {
	case paged, texts, startLimit:
		path = "values"
	case sliced:
		path = ""
	}
	list, isList := inside(c.t, body, path).([]any)
	require.True(c.t, isList, page.body)
	return list
}

// TestTokensOfListsAreBoundToTheirAddress: those of style 5 and 9 that are made up, or of another list, are refused.
func TestTokensOfListsAreBoundToTheirAddress(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Issues: 60, Examples: testExamples(t)})
	parameters := map[style]string{tokened: "nextPageToken", cursored: "cursor"}
	found := 0
	c.firstPlaces(func(r *resource, at cell) {
		parameter := parameters[at.listing.style]
		if parameter == "" {
			return
		}
		found++
		c.get(with(at.where(), "%s=made-up", parameter)).status(400)
		foreign := c.jira.encodeToken(pageToken{question: "/rest/api/2/elsewhere", issued: testNow, place: []int64{0}})
		c.get(with(at.where(), "%s=%s", parameter, foreign)).status(400)
		own := c.jira.encodeToken(pageToken{question: "/jira" + strings.Split(at.where(), "?")[0], issued: testNow, place: []int64{1_000_000}})
		require.NotContains(t, c.get(with(at.where(), "%s=%s", parameter, own)).status(200).body, `"id"`, r.stream)
		old := c.jira.encodeToken(pageToken{question: "/jira" + strings.Split(at.where(), "?")[0], issued: testNow.Add(-tokenLife - 1), place: []int64{0}})
		c.get(with(at.where(), "%s=%s", parameter, old)).status(400)
	})
	require.Positive(t, found)
}

// TestPagesOfTheCoreAtTheirEdges asks the same of the lists that have handlers of their own.
func TestPagesOfTheCoreAtTheirEdges(t *testing.T) {
	t.Parallel()
	for d, paths := range map[Deployment][]string{
		Cloud: {
			"/rest/api/3/project/search", "/rest/api/3/project/ALPHA/version", "/rest/api/3/project/ALPHA/component", "/rest/api/3/group/bulk",
			"/rest/api/3/group/member?groupname=jira-software-users", "/rest/api/3/users/search", "/rest/api/3/user/search?query=a",
			"/rest/api/3/user/bulk?accountId=x", "/rest/api/3/resolution/search", "/rest/api/3/priority/search",
			"/rest/api/3/issue/%d/changelog", "/rest/api/3/issue/%d/comment", "/rest/api/3/issue/%d/worklog",
			"/rest/agile/1.0/board", "/rest/agile/1.0/board/1/sprint", "/rest/agile/1.0/board/1/issue", "/rest/agile/1.0/board/1/epic",
			"/rest/agile/1.0/board/1/version", "/rest/agile/1.0/board/1/project", "/rest/agile/1.0/board/1/quickfilter",
		},
		DataCenter: {
			"/rest/api/2/project/ALPHA/version", "/rest/api/2/group/member?groupname=jira-software-users", "/rest/api/2/user/search?username=.",
			"/rest/api/2/status/page", "/rest/api/2/issuetype/page", "/rest/api/2/issue/%d/comment", "/rest/api/2/issue/%d/worklog",
			"/rest/api/2/search", "/rest/agile/1.0/board", "/rest/agile/1.0/board/1/backlog",
		},
	} {
		t.Run(d.String(), func(t *testing.T) {
			t.Parallel()
			c := newClient(t, Options{Deployment: d, Issues: 60, Version: "9.12.4"})
			for _, path := range paths {
				if strings.Contains(path, "%d") {
					path = fmt.Sprintf(path, c.visible()[3].ID)
				}
				c.get(with(path, "startAt=first")).status(404)
				c.get(with(path, "maxResults=many")).status(404)
				c.get(with(path, "startAt=-1")).status(400)
				require.NotContains(t, c.get(with(path, "startAt=1000000")).status(200).body, `"id"`, path)
			}
		})
	}
}
