package jirasim

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// testNow is the clock of the sites under test.
var testNow = time.Date(2026, 11, 22, 1, 2, 3, 0, time.UTC)

// client calls a site's handler without a network.
type client struct {
	t    *testing.T
	jira *Jira
	// login and password go with every request; an empty login is an anonymous caller.
	login, password string
}

// newClient makes a site under /jira and a client logged in to it.
func newClient(t *testing.T, o Options) *client {
	t.Helper()
	if o.Now == nil {
		o.Now = func() time.Time { return testNow }
	}
	o.BasePath = "/jira"
	j, err := New(o)
	require.NoError(t, err)
	login, password := DemoLogin(o.Deployment)
	return &client{t: t, jira: j, login: login, password: password}
}

// answer is a recorded answer.
type answer struct {
	t    *testing.T
	code int
	head http.Header
	body string
}

// do sends a request; body is JSON when it is not empty.
func (c *client) do(method, path, body string, headers ...string) answer {
	c.t.Helper()
	r := httptest.NewRequest(method, "https://site.example.com/jira"+path, strings.NewReader(body))
	if c.login != "" {
		r.SetBasicAuth(c.login, c.password)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	c.jira.ServeHTTP(w, r)
	return answer{t: c.t, code: w.Code, head: w.Header(), body: w.Body.String()}
}

func (c *client) get(path string) answer { c.t.Helper(); return c.do(http.MethodGet, path, "") }

func (c *client) post(path string, body any) answer {
	c.t.Helper()
	text, err := json.Marshal(body)
	require.NoError(c.t, err)
	return c.do(http.MethodPost, path, string(text))
}

// as returns the client with other credentials.
func (c *client) as(login, password string) *client {
	return &client{t: c.t, jira: c.jira, login: login, password: password}
}

// status checks the status and passes the answer on.
func (a answer) status(code int) answer {
	a.t.Helper()
	require.Equal(a.t, code, a.code, a.body)
	return a
}

// into decodes the body.
func (a answer) into(value any) answer {
	a.t.Helper()
	require.Contains(a.t, a.head.Get("Content-Type"), "application/json")
	require.NoError(a.t, json.Unmarshal([]byte(a.body), value), a.body)
	return a
}

// messages are errorMessages.
func (a answer) messages() []string {
	a.t.Helper()
	var body struct {
		ErrorMessages []string `json:"errorMessages"`
	}
	a.into(&body)
	return body.ErrorMessages
}

// searchPage is a page of either search.
type searchPage struct {
	Issues []struct {
		ID     string
		Key    string
		Fields struct {
			Created, Updated, Summary string
			Comment                   struct {
				Comments []struct{ ID string }
				Total    int
			}
			Worklog struct {
				Worklogs   []struct{ ID string }
				Total      int
				MaxResults int
			}
		}
		Changelog struct {
			Histories []struct{ ID, Created string }
			Total     int
		}
	}
	NextPageToken   string
	IsLast          *bool
	StartAt         int
	MaxResults      int
	Total           int
	WarningMessages []string
	Names           map[string]string
	Schema          map[string]any
}

// ids are the ids of a page.
func (p searchPage) ids() []string {
	ids := make([]string, len(p.Issues))
	for i, issue := range p.Issues {
		ids[i] = issue.ID
	}
	return ids
}

// visible are the issues that search may show, by index.
func (c *client) visible() []issueMeta {
	var all []issueMeta
	for index := range c.jira.site.issueCount() {
		m := c.jira.site.issueMeta(index)
		if !m.Deleted && !m.Archived && c.jira.site.projectStatus(m.Project) == "live" {
			all = append(all, m)
		}
	}
	return all
}
