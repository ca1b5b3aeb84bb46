package jirasim

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSearchOrders(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter, Issues: 300})
	rank := c.jira.names.rank
	byKey := func(a, b issueMeta) int {
		return cmp.Or(cmp.Compare(rank[a.Project], rank[b.Project]), cmp.Compare(a.Number, b.Number))
	}
	byCreated := func(a, b issueMeta) int { return cmp.Compare(a.Created, b.Created) }
	byUpdated := func(a, b issueMeta) int { return cmp.Compare(a.Updated, b.Updated) }
	for order, compare := range map[string]func(a, b issueMeta) int{
		"":                                 func(a, b issueMeta) int { return byKey(b, a) },
		" order by key":                    byKey,
		" order by id asc":                 byKey,
		" order by created asc, key asc":   func(a, b issueMeta) int { return cmp.Or(byCreated(a, b), byKey(a, b)) },
		" order by created, key":           func(a, b issueMeta) int { return cmp.Or(byCreated(b, a), byKey(a, b)) },
		" order by updated desc, key desc": func(a, b issueMeta) int { return cmp.Or(byUpdated(b, a), byKey(b, a)) },
		" order by assignee, key": func(a, b issueMeta) int {
			return cmp.Or(cmp.Compare(uint32(a.Assignee), uint32(b.Assignee)), byKey(a, b)) // -1, nobody, comes last
		},
		" order by project desc, created asc, key asc": func(a, b issueMeta) int {
			return cmp.Or(cmp.Compare(rank[b.Project], rank[a.Project]), byCreated(a, b), byKey(a, b))
		},
	} {
		var page searchPage
		c.post("/rest/api/2/search", map[string]any{"jql": "created > 0" + order, "maxResults": 1000, "fields": []string{"id"}}).status(200).into(&page)
		want := c.visible()
		slices.SortFunc(want, compare)
		ids := make([]string, len(want))
		for i, m := range want {
			ids[i] = fmt.Sprint(m.ID)
		}
		require.Equal(t, ids, page.ids(), order)
	}
}

func TestOffsetSearch(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter, Issues: 1400})
	total := len(c.visible())
	var page searchPage
	for _, test := range []struct{ asked, echoed, count int }{{2000, 1000, 1000}, {-1, 1000, 1000}, {0, 0, 0}, {7, 7, 7}} {
		page = searchPage{}
		c.post("/rest/api/2/search", map[string]any{"jql": "", "maxResults": test.asked, "fields": []string{"id"}}).status(200).into(&page)
		require.Equal(t, []int{test.echoed, test.count, total}, []int{page.MaxResults, len(page.Issues), page.Total})
	}
	c.get("/rest/api/2/search?jql=order+by+key&startAt=1200&maxResults=1000&fields=summary").status(200).into(&page)
	require.Len(t, page.Issues, total-1200)
	require.Equal(t, 1200, page.StartAt)
	page = searchPage{}
	c.get("/rest/api/2/search").status(200).into(&page)
	require.Len(t, page.Issues, 50)
	require.NotEmpty(t, page.Issues[0].Fields.Created, "the default is all navigable fields")
	page = searchPage{}
	c.get("/rest/api/2/search?startAt=5000").status(200).into(&page)
	require.Empty(t, page.Issues)
	require.Equal(t, total, page.Total)
	c.get("/rest/api/2/search?startAt=-1").status(400)
	c.get("/rest/api/3/search").status(404)
	c.post("/rest/api/2/search/jql", map[string]any{"jql": "created > 0"}).status(404)
}

func TestOffsetSearchWindow(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter})
	messages := c.get("/rest/api/2/search?startAt=9100&maxResults=1000").status(500).messages()
	require.Equal(t, "Search limit exceeded. We couldn't complete your search because it requests 10,100 results which exceeded the search platform limit of 10,000 results.", messages[0])
	c.get("/rest/api/2/search?startAt=9000&maxResults=1000").status(200)
	old := newClient(t, Options{Deployment: DataCenter, Version: "9.12.12"})
	old.get("/rest/api/2/search?startAt=50000&maxResults=1000").status(200)
	old.get("/rest/api/2/searchLimits/maxResultWindow").status(404)
	fresh := newClient(t, Options{Deployment: DataCenter, Version: "11.3.0", Basic: BasicOn})
	require.JSONEq(t, `{"maxResultWindow":10000}`, fresh.get("/rest/api/2/searchLimits/maxResultWindow").status(200).body)
}

// A tie that the query leaves open comes in another order from another node; one that it decides does not.
func TestTiesDifferBetweenNodes(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter, Issues: 400})
	ask := func(order string) string {
		var page searchPage
		c.post("/rest/api/2/search", map[string]any{"jql": "created > 0 order by " + order, "maxResults": 1000, "fields": []string{"id"}}).status(200).into(&page)
		return strings.Join(page.ids(), " ")
	}
	open, decided := ask("status"), ask("status, key")
	// The next two requests go to the other node.
	c.get("/rest/api/2/serverInfo")
	require.NotEqual(t, open, ask("status"))
	require.Equal(t, decided, ask("status, key"))
}
