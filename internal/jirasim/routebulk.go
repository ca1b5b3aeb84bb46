package jirasim

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// bulkInput is the input of issue/bulkfetch.
type bulkInput struct {
	IssueIDsOrKeys []string `json:"issueIdsOrKeys"`
	Fields         []string `json:"fields"`
	FieldsByKeys   bool     `json:"fieldsByKeys"`
	Expand         []string `json:"expand"`
	Properties     []string `json:"properties"`
}

// Limits of issue/bulkfetch: the second holds for few named fields of one value, since a change of the document in 2026.
const (
	bulkLimit      = 100
	bulkLightLimit = 1000
)

// bulkFetch is Cloud's POST issue/bulkfetch. It reads the database: no index lag. Issues that are gone are in neither
// of its lists.
func bulkFetch(j *Jira, q *request) response {
	var in bulkInput
	if bad := q.decode(&in); bad != nil {
		return *bad
	}
	limit := bulkLimit
	if in.light() {
		limit = bulkLightLimit
	}
	if len(in.IssueIDsOrKeys) == 0 || len(in.IssueIDsOrKeys) > limit || len(in.Properties) > 5 {
		return errorCollection(http.StatusBadRequest, "The number of issues to fetch must be between 1 and "+strconv.Itoa(limit)+".")
	}
	indexes := j.visibleIssues(q, in.IssueIDsOrKeys)
	set, _ := j.site.parseFields(in.Fields, "*navigable")
	render := renderOptions{Fields: set, API: q.api, Zone: q.zone, Comments: embeddedComments, Worklogs: embeddedWorklogs}
	if slices.Contains(in.Expand, "changelog") {
		render.Changelog = embeddedHistories
	}
	render.Transitions = slices.Contains(in.Expand, "transitions")
	render.Still = !j.may(q.caller, transition)
	for _, index := range indexes {
		if j.poisoned(q, index, render) {
			return poisonResponse()
		}
	}
	body := []byte(`{"expand":"schema,names","issues":`)
	body = appendJoined(body, len(indexes), func(body []byte, i int) []byte { return j.site.appendIssue(body, indexes[i], render) })
	body = append(body, `,"issueErrors":[]`...)
	body = j.appendExpansions(body, in.Expand, set)
	return ok(append(body, '}'))
}

// light reports whether the larger limit holds.
func (in bulkInput) light() bool {
	named := 0
	for _, field := range in.Fields {
		if strings.HasPrefix(field, "*") || slices.Contains([]string{"comment", "worklog", "attachment"}, field) {
			return false
		}
		if !strings.HasPrefix(field, "-") {
			named++
		}
	}
	heavy := func(name string) bool {
		return slices.Contains([]string{"changelog", "editmeta", "operations", "renderedFields", "transitions", "versionedRepresentations"}, name)
	}
	return named >= 1 && len(in.Fields) <= 100 && !slices.ContainsFunc(in.Expand, heavy)
}

// visibleIssues finds issues by id or key, each once, by ascending id.
func (j *Jira) visibleIssues(q *request, names []string) []int {
	var indexes []int
	for _, name := range names {
		if index, there := j.visibleIssue(q, name); there {
			indexes = append(indexes, index)
		}
	}
	slices.Sort(indexes) // ids ascend with the index
	return slices.Compact(indexes)
}

// changelogInput is the input of changelog/bulkfetch.
type changelogInput struct {
	IssueIDsOrKeys []string `json:"issueIdsOrKeys"`
	FieldIDs       []string `json:"fieldIds"`
	MaxResults     *int     `json:"maxResults"`
	NextPageToken  string   `json:"nextPageToken"`
}

// datedHistory is one history in the order of changelog/bulkfetch: oldest first, then by the smallest issue id.
type datedHistory struct {
	created int64
	issue   uint64
	index   int
	at      int
}

// compareChanges is that order.
func compareChanges(a, b datedHistory) int {
	return cmp.Or(cmp.Compare(a.created, b.created), cmp.Compare(a.issue, b.issue), cmp.Compare(a.at, b.at))
}

// Limits of changelog/bulkfetch.
const (
	changelogIssues  = 1000
	changelogFields  = 10
	changelogDefault = 1000
	changelogLimit   = 10_000
)

// bulkFetchChangelogs is Cloud's POST changelog/bulkfetch.
func bulkFetchChangelogs(j *Jira, q *request) response {
	var in changelogInput
	if bad := q.decode(&in); bad != nil {
		return *bad
	}
	size := changelogDefault
	if in.MaxResults != nil {
		size = *in.MaxResults
	}
	if n := len(in.IssueIDsOrKeys); n == 0 || n > changelogIssues || len(in.FieldIDs) > changelogFields || size < 1 || size > changelogLimit {
		return errorCollection(http.StatusBadRequest, "Between 1 and 1000 issues, at most 10 fields and maxResults between 1 and 10000 are required.")
	}
	asked := question("changelog", strings.Join(in.IssueIDsOrKeys, ","), strings.Join(in.FieldIDs, ","))
	var place []int64
	if in.NextPageToken != "" {
		var bad *response
		if place, bad = j.decodeToken(in.NextPageToken, asked, 3); bad != nil {
			return *bad
		}
	}
	changes := j.changes(j.visibleIssues(q, in.IssueIDsOrKeys), in.FieldIDs)
	if len(place) > 0 {
		last := datedHistory{created: place[0], issue: uint64(place[1]), at: int(place[2])}
		from, seen := slices.BinarySearchFunc(changes, last, compareChanges)
		if seen {
			from++
		}
		changes = changes[from:]
	}
	page := changes[:min(size, len(changes))]
	token := ""
	if len(page) < len(changes) {
		last := page[len(page)-1]
		token = j.encodeToken(pageToken{question: asked, issued: j.opt.Now(), place: []int64{last.created, int64(last.issue), int64(last.at)}})
	}
	return j.changelogAnswer(q, page, token)
}

// changes lists all histories of the issues in order.
func (j *Jira) changes(indexes []int, fieldIDs []string) []datedHistory {
	var changes []datedHistory
	for _, index := range indexes {
		issue := j.site.issueMeta(index).ID
		for at := range j.site.historyCount(index) {
			if len(fieldIDs) > 0 && !j.site.historyTouches(index, at, fieldIDs) {
				continue
			}
			_, created := j.site.historyMeta(index, at)
			changes = append(changes, datedHistory{created: created, issue: issue, index: index, at: at})
		}
	}
	slices.SortFunc(changes, compareChanges)
	return changes
}

// changelogAnswer writes a page: an entry an issue, in the order in which the issues occur. The same issue comes again
// on later pages.
func (j *Jira) changelogAnswer(q *request, page []datedHistory, token string) response {
	byIssue := map[uint64][]datedHistory{}
	var order []uint64
	for _, c := range page {
		if byIssue[c.issue] == nil {
			order = append(order, c.issue)
		}
		byIssue[c.issue] = append(byIssue[c.issue], c)
	}
	body := []byte(`{"issueChangeLogs":`)
	body = appendJoined(body, len(order), func(body []byte, i int) []byte {
		histories := byIssue[order[i]]
		body = append(body, `{"issueId":"`...)
		body = strconv.AppendUint(body, order[i], 10)
		body = append(body, `","changeHistories":`...)
		body = appendJoined(body, len(histories), func(body []byte, at int) []byte {
			return j.site.appendBulkHistory(body, histories[at].index, histories[at].at, q.rendering())
		})
		return append(body, '}')
	})
	if token != "" {
		body = append(append(body, `,"nextPageToken":`...), quote(token)...)
	}
	return ok(append(body, '}'))
}
