package jirasim

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
)

// sizes is what the styles of paging say of themselves.
type sizes struct {
	MaxResults, Limit, Size, Total int
	IsLast, IsLastPage             bool
	NextPageCursor                 string
	Values, Records, Dashboards    []map[string]any
}

func TestPagesAreCappedAsInJira(t *testing.T) {
	t.Parallel()
	cloud := newClient(t, Options{Issues: 50, Examples: testExamples(t)})
	server := newClient(t, Options{Deployment: DataCenter, Issues: 50, Examples: testExamples(t)})
	for path, test := range map[string]struct {
		client *client
		size   int
	}{
		"/rest/api/3/screens?maxResults=9999":              {cloud, 100},
		"/rest/api/3/screenscheme":                         {cloud, 25},
		"/rest/api/3/statuses/search?maxResults=9999":      {cloud, 200},
		"/rest/api/3/fieldconfiguration?maxResults=9999":   {cloud, 50},
		"/rest/api/3/config/fieldschemes?maxResults=9999":  {cloud, 100},
		"/rest/api/3/plans/plan?maxResults=9999":           {cloud, 50},
		"/rest/api/3/dashboard":                            {cloud, 20},
		"/rest/api/2/dashboard":                            {server, 20},
		"/rest/api/2/priorityschemes?maxResults=9999":      {server, 1000},
		"/rest/api/3/auditing/record?limit=9999":           {cloud, 1000},
		"/rest/servicedeskapi/servicedesk?limit=9999":      {cloud, 100},
		"/rest/servicedeskapi/organization":                {cloud, 50},
		"/rest/servicedeskapi/insight/workspace?limit=100": {cloud, 100},
	} {
		var page sizes
		test.client.get(path).status(200).into(&page)
		require.Equal(t, test.size, max(page.MaxResults, page.Limit), path)
	}
	require.Contains(t, cloud.get("/rest/api/3/label?maxResults=9999").status(200).body, `"maxResults":1000,`)
	var plans sizes
	cloud.get("/rest/api/3/plans/plan").status(200).into(&plans)
	require.Len(t, plans.Values, 50)
	require.NotEmpty(t, plans.NextPageCursor)
	cloud.get("/rest/api/3/plans/plan?cursor=nonsense").status(400)
	cloud.get("/rest/api/3/screens?startAt=-1").status(400)
	cloud.get("/rest/servicedeskapi/organization?start=-1").status(400)
	var shifted sizes
	cloud.get("/rest/api/3/auditing/record?startAt=100&limit=10").status(200).into(&shifted)
	require.Len(t, shifted.Records, 10, "the audit log does not look at startAt")
}

func TestAuditLogBetweenTwoTimes(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Issues: 20, Examples: testExamples(t)})
	var all, some sizes
	c.get("/rest/api/3/auditing/record").status(200).into(&all)
	require.Len(t, all.Records, auditTotal)
	when := func(k int) string { return all.Records[k]["created"].(string) }
	require.True(t, slices.IsSortedFunc(all.Records, func(a, b map[string]any) int {
		return parseDate(t, b["created"]).Compare(parseDate(t, a["created"]))
	}), "newest first")
	c.get("/rest/api/3/auditing/record?from=" + url.QueryEscape(when(9)) + "&to=" + url.QueryEscape(when(3))).status(200).into(&some)
	require.Equal(t, 7, some.Total)
	require.Equal(t, all.Records[3:10], some.Records)
	c.get("/rest/api/3/auditing/record?from=yesterday").status(400)
}

// parseDate reads a date as Jira prints it.
func parseDate(t *testing.T, value any) time.Time {
	t.Helper()
	at, err := time.Parse(dateLayout, value.(string))
	require.NoError(t, err)
	return at
}

func TestResourcesRefuseThoseWithoutRights(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		c := newClient(t, Options{Deployment: d, Issues: 40, Examples: testExamples(t)})
		reader, denied, open := c.asReader(), 0, 0
		for k := range c.jira.resources {
			r := &c.jira.resources[k]
			l := r.on(d)
			if l.path == "" || l.apart {
				continue
			}
			c.jira.places(r, l, func(at cell) bool {
				answered := reader.get(at.where())
				c.as("", "").get(at.where()).status(401)
				switch {
				case len(r.apps) > 0: // TestWhatIsForAppsOnly
				case cmp.Or(l.denied, r.denied) != "":
					denied++
					answered.status(map[bool]int{true: 401, false: 403}[l.unauthorized])
					require.Contains(t, answered.body, strings.SplitN(cmp.Or(l.denied, r.denied), `"`, 2)[0])
				default:
					open++
					require.Contains(t, []int{200, 404}, answered.code, at.where())
				}
				return false // one place is enough
			})
		}
		require.Greater(t, denied, 15)
		require.Greater(t, open, 15)
	}
	portal := newClient(t, Options{Issues: 40, Examples: testExamples(t)}).asReader().get("/rest/servicedeskapi/organization").status(403)
	require.Contains(t, portal.body, `"errorMessage"`)
}

func TestUnknownIDsAreNotFound(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		c := newClient(t, Options{Deployment: d, Issues: 40, Examples: testExamples(t)})
		tried := 0
		for k := range c.jira.resources {
			r := &c.jira.resources[k]
			l := r.on(d)
			names := l.placeholders()
			if l.path == "" || l.apart || len(r.apps) > 0 || len(names) == 0 {
				continue
			}
			c.jira.places(r, l, func(at cell) bool {
				at.vars[names[len(names)-1]] = "987654321"
				c.get(at.where()).status(404)
				tried++
				return false
			})
		}
		require.Greater(t, tried, 10)
		if d == Cloud {
			c.get("/rest/api/3/user/columns").status(400)
			c.get("/rest/api/3/issuetypescheme/project").status(400)
			c.get("/rest/api/3/field/summary/context").status(404)
			c.get("/rest/servicedeskapi/request/ALPHA-1").status(404)
		}
	}
}

func TestRecordsReferToWhatIsThere(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		c := newClient(t, Options{Deployment: d, Issues: 40, Examples: testExamples(t)})
		path := map[Deployment]string{Cloud: "/rest/api/3/dashboard/search", DataCenter: "/rest/api/2/dashboard"}[d]
		var page sizes
		c.get(path).status(200).into(&page)
		known := map[string]bool{}
		for _, p := range liveProjects(c.jira, nil) {
			known[p.id] = true
		}
		for _, record := range append(page.Values, page.Dashboards...) {
			require.True(t, known[record["project"].(map[string]any)["id"].(string)])
			require.True(t, strings.HasPrefix(record["self"].(string), c.jira.BaseURL()), record["self"])
			owner := record["owner"].(map[string]any)
			id, _ := owner["accountId"].(string)
			if d == DataCenter {
				require.NotContains(t, owner, "accountId")
				id, _ = owner["key"].(string)
			}
			_, there := c.jira.site.userBy(id)
			require.True(t, there, id)
		}
		again := c.get(path).body
		require.Equal(t, c.get(path).body, again, "the same in each reading")
	}
}

func TestExamplesThatAreNone(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{"broken": `{"examples":[`, "wrong": `{"examples":{}}`} {
		_, err := New(Options{Examples: fstest.MapFS{"screens.json": {Data: []byte(content)}}})
		require.ErrorContains(t, err, "screens.json", name)
	}
	_, err := New(Options{Examples: fstest.MapFS{"screens.json": {Data: []byte(`{"examples":["no object"]}`)}}})
	require.ErrorContains(t, err, "screens")
	bare := newClient(t, Options{Examples: fstest.MapFS{"screens.json": {Data: []byte(`{}`)}}})
	bare.get("/rest/api/3/screens").status(404)
	require.NotContains(t, bare.jira.Ledger().Streams(), "screens")
	require.Empty(t, bare.jira.Ledger().Columns("screens"))
	require.Equal(t, []string{"issueId", "id"}, bare.jira.Ledger().Columns("issue_transitions"))
	require.Equal(t, []string{"accountId"}, bare.jira.Ledger().Columns("users"))
}
