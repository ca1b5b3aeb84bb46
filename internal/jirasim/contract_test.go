package jirasim

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

func TestContract(t *testing.T) {
	t.Parallel()
	c, err := ReadContract(strings.NewReader("# a comment of words\n\ncloud GET /rest/api/{v}/thing/{}/part startAt\ncloud POST /rest/api/{v}/list expand body.ids\n"))
	require.NoError(t, err)
	get := RequestRecord{Method: "GET", Path: "/rest/api/3/thing/7/part", Template: "/rest/api/{v}/thing/{thingId}/part"}
	for name, tt := range map[string]struct {
		d      Deployment
		change func(r *RequestRecord)
		says   string
	}{
		"documented":           {},
		"a parameter":          {change: func(r *RequestRecord) { r.Query = url.Values{"startAt": {"5"}} }},
		"an unknown one":       {change: func(r *RequestRecord) { r.Query = url.Values{"start": {"5"}} }, says: "no parameter start"},
		"another deployment":   {d: DataCenter, says: "datacenter GET /rest/api/{v}/thing/{}/part is not documented"},
		"a method that writes": {change: func(r *RequestRecord) { r.Method = "PUT" }, says: "PUT"},
		"another path":         {change: func(r *RequestRecord) { r.Template += "/more" }, says: "/part/more is not"},
		"a list by POST":       {change: func(r *RequestRecord) { r.Method, r.Template, r.Body = "POST", "/rest/api/{v}/list", `{"ids":[1]}` }},
		"another member":       {change: func(r *RequestRecord) { r.Method, r.Template, r.Body = "POST", "/rest/api/{v}/list", `{"keys":[1]}` }, says: "no member keys"},
		"no object":            {change: func(r *RequestRecord) { r.Method, r.Template, r.Body = "POST", "/rest/api/{v}/list", `[1]` }, says: "no object"},
		"as it was sent":       {change: func(r *RequestRecord) { r.Template = "/rest/api/2/thing/7/part" }},
		"nothing for a name":   {change: func(r *RequestRecord) { r.Template = "/rest/api/2/thing//part" }, says: "is not"},
		"a login":              {change: func(r *RequestRecord) { r.Path = "/plugins/servlet/oauth/request-token"; r.Method = "POST" }},
	} {
		r := get
		if tt.change != nil {
			tt.change(&r)
		}
		if said := c.Breach(tt.d, r); tt.says == "" {
			require.Empty(t, said, name)
		} else {
			require.Contains(t, said, tt.says, name)
		}
	}
	_, err = ReadContract(iotest.ErrReader(errors.New("gone")))
	require.ErrorContains(t, err, "gone")
}

// Everything that the site serves is documented, so that no test passes on an address of its own invention.
func TestTheSiteServesWhatIsDocumented(t *testing.T) {
	t.Parallel()
	file, err := os.Open(filepath.Join("..", "..", "testdata", "openapi", "operations.txt"))
	require.NoError(t, err)
	defer file.Close()
	c, err := ReadContract(file)
	require.NoError(t, err)
	var breaches []string
	for _, d := range []Deployment{Cloud, DataCenter} {
		for _, r := range newClient(t, Options{Deployment: d, Examples: testExamples(t)}).jira.routes {
			const removed = "/rest/api/{v}/search/id" // it answers with a 410
			if strings.HasPrefix(r.template, "/rest/") && r.template != removed {
				breaches = append(breaches, c.Breach(d, RequestRecord{Method: r.method, Path: r.template, Template: r.template}))
			}
		}
	}
	require.Empty(t, slices.DeleteFunc(breaches, func(said string) bool { return said == "" }))
}

func TestBreachesAreToldOnce(t *testing.T) {
	t.Parallel()
	documented, err := ReadContract(strings.NewReader("cloud GET /rest/api/{v}/serverInfo\n"))
	require.NoError(t, err)
	c := newClient(t, Options{})
	c.get("/rest/api/3/serverInfo").status(200)
	require.Empty(t, c.jira.Breaches(documented))
	c.get("/rest/api/3/myself").status(200)
	c.get("/rest/api/2/myself").status(200)
	c.get("/rest/api/2/serverInfo?doHealthCheck=true").status(200)
	require.Equal(t, []string{
		"cloud GET /rest/api/{v}/myself is not documented as one that reads",
		"cloud GET /rest/api/{v}/serverInfo has no parameter doHealthCheck",
	}, c.jira.Breaches(documented))
}
