package jirasim

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// testExamples has an example for each resource: with the members that its rules and columns name, and references that
// the site must put right.
func testExamples(t *testing.T) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	add := func(stream string, record map[string]any) {
		text, err := json.Marshal(map[string]any{"examples": []any{record}})
		require.NoError(t, err)
		files[stream+".json"] = &fstest.MapFile{Data: text}
	}
	for _, r := range allResources() {
		record := map[string]any{
			"name": "Old", "self": "https://example.atlassian.net/rest/api/2/thing/1", "owner": map[string]any{"accountId": "5b10", "displayName": "Ada"},
			"project": map[string]any{"id": "10000", "key": "ACME"}, "issueTypeId": "10001", "id": "1", "accountId": "qm:1", "issueId": "1",
			"label": "x",
		}
		for _, column := range slices.Concat(r.columns, r.serverColumns) {
			_, path, renamed := strings.Cut(column, "=")
			if !renamed {
				continue
			}
			head, rest, _ := strings.Cut(path, ".")
			record[head] = map[string]any{rest: "1"}
		}
		switch r.stream {
		case "labels":
			record = map[string]any{"label": "x"}
		case "version_related_works":
			record["self"] = "x"
		case "license_metrics", "announcement_banners", "filter_default_share_scopes":
			record[r.columns[0]] = "one"
		case "permission_grants", "issue_security_level_members":
			record["holder"] = map[string]any{"parameter": "x", "value": "1"}
		case "workflows":
			record["transitions"] = []any{map[string]any{"id": "11", "properties": map[string]any{"jira.i18n.title": "x"}}}
		}
		if len(r.columns) > 1 || r.columns[0] != "id" {
			delete(record, "issueId")
			if !slices.Contains(r.columns, "accountId") {
				delete(record, "accountId")
			}
		}
		add(r.stream, record)
	}
	for _, stream := range []string{
		"boards", "board_configurations", "board_projects", "board_issues", "board_backlog_issues", "board_versions", "board_properties",
		"sprints", "sprint_issues", "sprint_properties", "epics", "epic_issues", "issue_estimations", "board_quick_filters", "board_features",
		"board_reports", "project_role_actors", "project_statuses", "issue_watchers", "issue_votes", "issue_links", "issue_attachments",
		"issue_subtasks", "groups", "user_groups", "permissions", "status_categories", "statuses", "my_permissions", "issue_limit_reports",
		"user_details", "workflow_transition_properties", "issue_type_screen_scheme_projects", "field_configuration_scheme_projects",
	} {
		if files[stream+".json"] == nil {
			add(stream, map[string]any{"id": "1"})
		}
	}
	return files
}

// where is the path of a place, with its query.
func (c cell) where() string {
	template, query := c.listing.split()
	text := strings.Replace(template, "{v}", "2", 1)
	for _, name := range c.listing.placeholders() {
		text = strings.Replace(text, "{"+name+"}", url.PathEscape(c.vars[name]), 1)
	}
	values := url.Values{}
	for _, parameter := range query {
		values.Set(parameter[0], c.vars[parameter[1]])
	}
	if len(values) > 0 {
		text += "?" + values.Encode()
	}
	return text
}

// with adds parameters to an address.
func with(address, format string, arguments ...any) string {
	mark := "?"
	if strings.Contains(address, "?") {
		mark = "&"
	}
	return address + mark + fmt.Sprintf(format, arguments...)
}

// inside finds a dotted path in an answer.
func inside(t *testing.T, body any, path string) any {
	t.Helper()
	for name := range strings.SplitSeq(path, ".") {
		if name == "" {
			continue
		}
		object, isObject := body.(map[string]any)
		require.True(t, isObject, "%s in %v", path, body)
		body = object[name]
	}
	return body
}

// crawl reads a place to its end as its style wants, two records at a time.
func (c *client) crawl(at cell) (records []any) {
	c.t.Helper()
	l, address := at.listing, at.where()
	next := address
	for turn := 0; ; turn++ {
		require.Less(c.t, turn, 2000, address)
		page := next
		switch l.style {
		case paged, texts, named, sliced:
			page = with(address, "startAt=%d", len(records))
		case startLimit:
			page = with(address, "start=%d", len(records))
		case offsetLimit:
			page = with(address, "offset=%d&limit=50", len(records))
		case byPageNumber:
			page = with(address, "page=%d&maxResults=4", turn+1)
		}
		answered := c.get(page)
		if answered.code == 404 && (l.style == object || l.gone != "") {
			return records
		}
		var body any
		answered.status(200)
		decoder := json.NewDecoder(strings.NewReader(answered.body))
		decoder.UseNumber()
		require.NoError(c.t, decoder.Decode(&body))
		path := map[style]string{paged: "values", texts: "values", startLimit: "values", cursored: "values"}[l.style]
		if path == "" && l.style != sliced && l.style != splitLists {
			path = l.at
		}
		var found []any
		switch l.style {
		case object:
			return []any{body}
		case splitLists:
			return append(inside(c.t, body, "system").([]any), inside(c.t, body, "custom").([]any)...)
		default:
			list, isList := inside(c.t, body, path).([]any)
			require.True(c.t, isList, "%s: %s in %.200s", page, path, answered.body)
			found = list
		}
		records = append(records, found...)
		switch l.style {
		case whole:
			return records
		case paged, texts:
			if inside(c.t, body, "isLast") == true {
				return records
			}
		case startLimit:
			if inside(c.t, body, "isLastPage") == true {
				return records
			}
		case cursored:
			cursor, more := inside(c.t, body, "nextPageCursor").(string)
			if !more {
				return records
			}
			next = with(address, "cursor=%s", url.QueryEscape(cursor))
		case tokened:
			outer, _, _ := strings.Cut(l.at, ".")
			token, more := inside(c.t, body, outer+".nextPageToken").(string)
			if !more {
				return records
			}
			next = with(address, "nextPageToken=%s", url.QueryEscape(token))
		default:
			if len(found) == 0 {
				return records
			}
		}
	}
}

func TestResourcesAreWhatTheLedgerSays(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		c := newClient(t, Options{Deployment: d, Issues: 120, Examples: testExamples(t)})
		ledger := c.jira.Ledger()
		for k := range c.jira.resources {
			r := &c.jira.resources[k]
			l := r.on(d)
			if l.path == "" || l.apart {
				continue
			}
			columns := r.keyColumns(d)
			told := map[string]bool{}
			c.jira.places(r, l, func(at cell) bool {
				if len(r.apps) > 0 {
					return true // TestWhatIsForAppsOnly
				}
				if l.check != nil && l.check(at) != nil {
					c.get(at.where()).status(400)
					return true
				}
				for _, record := range c.crawl(at) {
					key := at.keyIn(t, record, columns)
					require.NotContains(t, key, "<nil>", "%s: %v", r.stream, record)
					told[key] = true
				}
				return true
			})
			if r.hidden || len(r.apps) > 0 {
				require.NotContains(t, ledger.Streams(), r.stream)
				continue
			}
			want := slices.Sorted(ledger.Keys(r.stream))
			require.NotEmpty(t, want, "%s of %s", r.stream, d)
			var have []string
			for key := range told {
				have = append(have, key)
			}
			slices.Sort(have)
			require.Equal(t, want, have, "%s of %s", r.stream, d)
		}
	}
}

// keyIn is the key of a record as a reader would make it.
func (c cell) keyIn(t *testing.T, record any, columns []string) string {
	t.Helper()
	if text, isText := record.(string); isText {
		return text
	}
	var parts []string
	for _, column := range columns {
		name, path, renamed := strings.Cut(column, "=")
		if !renamed {
			path = name
		}
		value := record
		for step := range strings.SplitSeq(path, ".") {
			object, _ := value.(map[string]any)
			value = object[step]
		}
		if value == nil {
			value = cmp.Or(c.vars[name], "0")
		}
		parts = append(parts, fmt.Sprint(value))
	}
	return strings.Join(parts, "/")
}
