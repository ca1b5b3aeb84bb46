package jira

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// indexed is an issue of a fake Data Center: its update in the search index and,
// where the index lags, that of its row in the database.
type indexed struct {
	id, key  int
	at, late int64
	created  int64 // 0 means at
}

// born is when the issue was created.
func (i indexed) born() int64 { return cmp.Or(i.created, i.at) }

// fakeIndex is Data Center's search: JQL of the forms that walks send, rows in
// the order of whole seconds, then key; offsets past the window give nothing.
type fakeIndex struct {
	t      *testing.T
	mu     sync.Mutex
	rows   []indexed
	page   int // the administrator's cap
	window int
	zone   *time.Location
	millis bool
	// before is called with the number of the request before it is answered.
	before func(n int, f *fakeIndex)
	n      int
	jql    []string
}

var bound = regexp.MustCompile(`(created|updated) (>=|<) (\d+|"[^"]+")`)

// span is what a query's conditions on one date allow, in milliseconds.
type span struct{ from, before int64 }

func (s span) holds(at int64) bool { return at/1000*1000 >= s.from && at/1000*1000 < s.before }

// bounds are the instants that a query allows, by date.
func (f *fakeIndex) bounds(jql string) map[string]span {
	bounds := map[string]span{"created": {before: 1 << 62}, "updated": {before: 1 << 62}}
	for _, m := range bound.FindAllStringSubmatch(jql, -1) {
		limit, err := strconv.ParseInt(m[3], 10, 64)
		if err != nil {
			t, err := time.ParseInLocation(`"2006-01-02 15:04"`, m[3], f.zone)
			if err != nil && m[3] != `"1970-01-02"` {
				f.t.Error(err)
			}
			limit = t.UnixMilli()
		} else if !f.millis {
			f.t.Errorf("this site takes no milliseconds: %s", jql)
		}
		s := bounds[m[1]]
		if m[2] == ">=" {
			s.from = max(s.from, limit/1000*1000) // the index keeps seconds
		} else {
			s.before = min(s.before, limit)
		}
		bounds[m[1]] = s
	}
	return bounds
}

func (f *fakeIndex) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		JQL        string
		StartAt    int
		MaxResults int
		Fields     []string
	}
	if err := json.NewDecoder(r.Body).Decode(&ask); err != nil {
		f.t.Error(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n++
	f.jql = append(f.jql, ask.JQL)
	if f.before != nil {
		f.before(f.n, f)
	}
	var found []indexed
	bounds := f.bounds(ask.JQL)
	for _, row := range f.rows {
		if bounds["created"].holds(row.born()) && bounds["updated"].holds(row.at) {
			found = append(found, row)
		}
	}
	if !strings.HasSuffix(ask.JQL, "ORDER BY created ASC, key ASC") {
		f.t.Errorf("not in an order that never changes: %s", ask.JQL)
	}
	slices.SortFunc(found, func(a, b indexed) int {
		return cmp.Or(cmp.Compare(a.born()/1000, b.born()/1000), cmp.Compare(a.key, b.key))
	})
	total := len(found)
	from, to := min(ask.StartAt, total), min(ask.StartAt+min(ask.MaxResults, f.page), total)
	if f.window > 0 && ask.StartAt+min(ask.MaxResults, f.page) > f.window {
		from, to = 0, 0
	}
	var rows []string
	for _, row := range found[from:to] {
		var fields []string
		for _, name := range ask.Fields {
			at := row.born()
			if name == "updated" {
				at = max(row.at, row.late)
			}
			fields = append(fields, fmt.Sprintf("%q:%q", name, time.UnixMilli(at).In(f.zone).Format("2006-01-02T15:04:05.000-0700")))
		}
		rows = append(rows, fmt.Sprintf(`{"expand":"x","key":"A-%d","fields":{%s},"id":"%d"}`, row.key, strings.Join(fields, ","), row.id))
	}
	fmt.Fprintf(w, `{"startAt":%d,"maxResults":%d,"total":%d,"issues":[%s]}`, ask.StartAt, min(ask.MaxResults, f.page), total, strings.Join(rows, ","))
}

// walked lists a walk and makes sure that no id comes twice.
func walked(t *testing.T, c *Client, w Walk) []uint64 {
	t.Helper()
	var ids []uint64
	seen := map[uint64]bool{}
	for refs, err := range c.WalkIssues(t.Context(), w) {
		require.NoError(t, err)
		require.NotEmpty(t, refs)
		for _, ref := range refs {
			require.False(t, seen[ref.ID], "%d came twice", ref.ID)
			seen[ref.ID] = true
			ids = append(ids, ref.ID)
		}
	}
	return ids
}
