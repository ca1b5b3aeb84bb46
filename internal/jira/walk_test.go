package jira

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

const searchPath = "POST /rest/api/2/search"

func TestWalkCloud(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.answer("POST /rest/api/2/search/jql",
		`{"issues":[{"id":"3"},{"id":"1"}],"nextPageToken":"a"}`, `{"issues":[],"nextPageToken":"b","isLast":false}`,
		`{"issues":[{"id":"1"},{"id":"2"}],"isLast":true}`)
	c := s.connected(nil)
	got := walked(t, c, Walk{Field: "created", Scope: `project = A OR text ~ "order by"`, From: epoch, Before: epoch.Add(time.Hour), Also: "id in (1,2,3)"})
	require.Equal(t, []uint64{3, 1, 2}, got)
	asked := s.asked("/rest/api/2/search/jql")
	first := decoded(t, asked[0].Body)
	require.Equal(t, fmt.Sprintf(`(project = A OR text ~ "order by") AND (id in (1,2,3)) AND created >= %d AND created < %d ORDER BY created ASC, key ASC`,
		epoch.UnixMilli(), epoch.Add(time.Hour).UnixMilli()), first["jql"])
	require.EqualValues(t, 5000, first["maxResults"])
	require.Equal(t, []any{"id"}, first["fields"])
	require.Equal(t, "b", decoded(t, asked[2].Body)["nextPageToken"])
}

// TestListsOfIDsAreNotCappedByThePageSize, which is meant for records.
func TestListsOfIDsAreNotCappedByThePageSize(t *testing.T) {
	t.Parallel()
	for deployment, path := range map[Deployment]string{Cloud: "/rest/api/2/search/jql", DataCenter: "/rest/api/2/search"} {
		s := newSite(t, deployment)
		s.answer("POST "+path, `{"total":0,"issues":[]}`)
		c := s.connected(func(o *Options) { o.PageSize = 10 })
		walked(t, c, Walk{Field: "created"})
		require.EqualValues(t, map[Deployment]int{Cloud: 5000, DataCenter: 1000}[deployment], decoded(t, s.asked(path)[0].Body)["maxResults"])
		require.Equal(t, 10, c.Capped(100))
	}
}

func TestWalkCloudWithTimesAndWithoutBounds(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.answer("POST /rest/api/2/search/jql", `{"issues":[{"id":"3","fields":{"updated":"2026-11-22T13:00:00.123+0100"}}]}`)
	c := s.connected(nil)
	var got []IssueRef
	for refs, err := range c.WalkIssues(t.Context(), Walk{Field: "updated", Times: true}) {
		require.NoError(t, err)
		got = append(got, refs...)
	}
	require.Equal(t, []IssueRef{{ID: 3, Time: epoch.UnixMilli() + 123}}, got)
	body := decoded(t, s.asked("/rest/api/2/search/jql")[0].Body)
	require.Equal(t, `updated >= "1970-01-02" ORDER BY updated ASC, key ASC`, body["jql"], "Cloud refuses a search without a condition")
	require.EqualValues(t, 100, body["maxResults"])
	require.Equal(t, []any{"updated"}, body["fields"])
}

func TestWalkRefuses(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.answer("POST /rest/api/2/search/jql", `{"issues":[{"id":"1"}],"nextPageToken":"a"}`)
	c := s.connected(nil)
	for name, tt := range map[string]struct {
		walk Walk
		kind fault.Kind
		text string
	}{
		"another field":  {Walk{Field: "id"}, fault.Internal, "only created and updated"},
		"ordered scope":  {Walk{Field: "created", Scope: "project = A order by rank"}, fault.Usage, "ORDER BY"},
		"token repeated": {Walk{Field: "created"}, fault.Internal, "second time"},
	} {
		t.Run(name, func(t *testing.T) {
			var last error
			for _, err := range c.WalkIssues(t.Context(), tt.walk) {
				last = err
			}
			require.ErrorContains(t, last, tt.text)
			require.Equal(t, tt.kind, fault.KindOf(last))
		})
	}
}

// TestWalkDataCenterIsComplete walks random sites whose issues come in bursts,
// over pages and windows far smaller than real ones.
func TestWalkDataCenterIsComplete(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(seed, 1))
			berlin, err := time.LoadLocation("Europe/Berlin")
			require.NoError(t, err)
			index := &fakeIndex{t: t, page: 2 + rng.IntN(9), zone: berlin, millis: seed%2 == 0}
			// Around the end of daylight-saving time, where text dates are ambiguous.
			at := time.Date(2026, 10, 24, 23, 30, 0, 0, time.UTC).UnixMilli()
			var want []uint64
			for i := range 80 {
				switch rng.IntN(6) {
				case 0:
					at += rng.Int64N(1_800_000)
				case 1:
					at += rng.Int64N(1500)
				}
				index.rows = append(index.rows, indexed{id: 1000 + i, key: rng.IntN(1000)*100 + i, at: at})
				want = append(want, uint64(1000+i))
			}
			s := newSite(t, DataCenter)
			s.handle(searchPath, index.ServeHTTP)
			c := s.connected(nil)
			c.dates.Store(&knownDates{dateForm: dateForm{millis: index.millis, zone: berlin}})
			got := walked(t, c, Walk{Field: []string{"created", "updated"}[seed/2%2]})
			slices.Sort(got)
			require.Equal(t, want, got)
			require.Less(t, index.n, 400)
		})
	}
}

func TestWalkDataCenterKeepsItsBounds(t *testing.T) {
	t.Parallel()
	index := &fakeIndex{t: t, page: 3, zone: time.UTC, millis: true}
	for i := range 20 {
		index.rows = append(index.rows, indexed{id: i + 1, key: i, at: epoch.Add(time.Duration(i) * time.Minute).UnixMilli()})
	}
	s := newSite(t, DataCenter)
	s.handle(searchPath, index.ServeHTTP)
	c := s.connected(nil)
	got := walked(t, c, Walk{Field: "created", Scope: "project = A", From: epoch.Add(5 * time.Minute), Before: epoch.Add(9 * time.Minute)})
	require.Equal(t, []uint64{6, 7, 8, 9}, got)
	for _, jql := range index.jql {
		require.Contains(t, jql, "(project = A) AND created >= ")
		require.Contains(t, jql, fmt.Sprintf("created < %d ORDER BY created ASC, key ASC", epoch.Add(9*time.Minute).UnixMilli()))
	}
}

func TestWalkDataCenterStopsWithItsCaller(t *testing.T) {
	t.Parallel()
	index := &fakeIndex{t: t, page: 3, zone: time.UTC, millis: true}
	for i := range 20 {
		index.rows = append(index.rows, indexed{id: i + 1, key: i, at: epoch.UnixMilli()})
	}
	s := newSite(t, DataCenter)
	s.handle(searchPath, index.ServeHTTP)
	c := s.connected(nil)
	for pages := 1; pages < 4; pages++ {
		left := pages
		for range c.WalkIssues(t.Context(), Walk{Field: "created"}) {
			if left--; left == 0 {
				break
			}
		}
		require.Zero(t, left)
	}
}

// TestWalkDataCenterWithAnyNumberOfStaleRows has issues whose row says now while
// the index still has them where they were, up to all of them: none is passed over.
func TestWalkDataCenterWithAnyNumberOfStaleRows(t *testing.T) {
	t.Parallel()
	for _, begin := range []time.Duration{48 * time.Hour, 8 * time.Minute} { // the index of the newest minutes is the one that lags
		for _, stale := range []int{0, 1, 10, 60, 99, 100} {
			index := &fakeIndex{t: t, page: 10, zone: time.UTC, millis: true}
			from := epoch.Add(-begin)
			for i := range 100 {
				row := indexed{id: i + 1, key: i, at: from.Add(time.Duration(i) * time.Second).UnixMilli(), created: from.UnixMilli() - int64(i*7%100)*60_000}
				if i*37%100 < stale {
					row.late = epoch.Add(time.Hour).UnixMilli()
				}
				index.rows = append(index.rows, row)
			}
			s := newSite(t, DataCenter)
			s.handle(searchPath, index.ServeHTTP)
			require.Len(t, walked(t, s.connected(nil), Walk{Field: "updated", From: from}), 100, "%d rows are stale", stale)
			require.Less(t, index.n, 30)
		}
	}
}

// TestWalkDataCenterWhileIssuesAreEdited edits between any two pages issues that
// were listed and issues that were not: all are listed.
func TestWalkDataCenterWhileIssuesAreEdited(t *testing.T) {
	t.Parallel()
	index := &fakeIndex{t: t, page: 7, zone: time.UTC, millis: true}
	for i := range 120 {
		index.rows = append(index.rows, indexed{id: i + 1, key: i, at: epoch.UnixMilli() + int64(i*31%120)*1000, created: epoch.UnixMilli() - int64(i*53%120)*90_000})
	}
	index.before = func(n int, f *fakeIndex) {
		for i := range f.rows {
			if i%9 == n%9 {
				f.rows[i].at = epoch.Add(time.Duration(n) * time.Hour).UnixMilli()
			}
		}
	}
	s := newSite(t, DataCenter)
	s.handle(searchPath, index.ServeHTTP)
	require.Len(t, walked(t, s.connected(nil), Walk{Field: "updated", From: epoch}), 120)
}

// TestWalkDataCenterWhileRowsLeave deletes rows of a tie that were read, so that
// the rest moves up past the offset.
func TestWalkDataCenterWhileRowsLeave(t *testing.T) {
	t.Parallel()
	index := &fakeIndex{t: t, page: 8, zone: time.UTC, millis: true}
	for i := range 60 {
		index.rows = append(index.rows, indexed{id: i + 1, key: i, at: epoch.UnixMilli()})
	}
	index.before = func(n int, f *fakeIndex) {
		if n == 4 || n == 6 {
			f.rows = f.rows[5:]
		}
	}
	s := newSite(t, DataCenter)
	s.handle(searchPath, index.ServeHTTP)
	require.Len(t, walked(t, s.connected(nil), Walk{Field: "created"}), 60)
}

func TestWalkDataCenterSplitsATieBeyondTheSearchWindow(t *testing.T) {
	t.Parallel()
	index := &fakeIndex{t: t, page: 1000, window: 10_000, zone: time.UTC, millis: true}
	for i := range 11_000 {
		index.rows = append(index.rows, indexed{id: i + 1, key: i, at: epoch.UnixMilli() + int64(i%4)*1000})
	}
	for i := range 30 { // the walk goes on behind that minute
		index.rows = append(index.rows, indexed{id: 20_000 + i, key: 20_000 + i, at: epoch.Add(time.Duration(i+2) * time.Minute).UnixMilli()})
	}
	s := newSite(t, DataCenter)
	s.handle(searchPath, index.ServeHTTP)
	require.Len(t, walked(t, s.connected(nil), Walk{Field: "created"}), 11_030)
}

func TestWalkDataCenterGuards(t *testing.T) {
	t.Parallel()
	row := func(id int) string {
		return fmt.Sprintf(`{"id":"%d","fields":{"created":"2026-11-22T12:00:00.000+0000"}}`, id)
	}
	for name, tt := range map[string]struct {
		pages []string
		text  string
	}{
		"a count and no issues":  {[]string{`{"total":5,"issues":[]}`}, "counts 5"},
		"startAt ignored":        {[]string{`{"total":5,"issues":[` + row(1) + `,` + row(2) + `]}`}, "ignores startAt"},
		"a tie beyond the reach": {[]string{`{"total":5,"issues":[` + row(1) + `]}`, `{"total":5,"issues":[` + row(1) + `]}`, `{"total":5,"issues":[]}`}, "no issue beyond"},
		"an issue without date":  {[]string{`{"total":5,"issues":[{"id":"1","fields":{}}]}`}, "none in issue 1"},
		"an issue without id":    {[]string{`{"total":5,"issues":[{"key":"A-1"}]}`}, "with an id"},
		"a date of another kind": {[]string{`{"total":5,"issues":[{"id":"1","fields":{"created":"yesterday"}}]}`}, "a date-time"},
		"no array":               {[]string{`{"total":5}`}, `"/issues"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, DataCenter)
			s.answer(searchPath, tt.pages...)
			var last error
			for _, err := range s.connected(nil).WalkIssues(t.Context(), Walk{Field: "created"}) {
				last = err
			}
			require.ErrorContains(t, last, tt.text)
		})
	}
}

func TestWarningsOfASearchAreLoggedOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t, DataCenter)
	s.answer(searchPath, `{"total":0,"issues":[],"warningMessages":["The value 'X' does not exist"]}`)
	c := s.connected(nil)
	walked(t, c, Walk{Field: "created"})
	walked(t, c, Walk{Field: "created"})
	_, known := c.warned.Load("The value 'X' does not exist")
	require.True(t, known)
}

func TestCount(t *testing.T) {
	t.Parallel()
	cloud := newSite(t, Cloud)
	cloud.answer("POST /rest/api/2/search/approximate-count", `{"count":153}`, `{}`)
	c := cloud.connected(nil)
	n, err := c.Count(t.Context(), "project = A")
	require.NoError(t, err)
	require.Equal(t, 153, n)
	_, err = c.Count(t.Context(), "project = A")
	require.ErrorContains(t, err, "/count")

	data := newSite(t, DataCenter)
	data.answer(searchPath, `{"total":42,"issues":[]}`, `{"issues":[]}`)
	c = data.connected(nil)
	n, err = c.Count(t.Context(), "project = A")
	require.NoError(t, err)
	require.Equal(t, 42, n)
	require.EqualValues(t, 0, decoded(t, data.asked("/rest/api/2/search")[0].Body)["maxResults"])
	_, err = c.Count(t.Context(), "project = A")
	require.ErrorContains(t, err, "/total")
}

func TestProbeDates(t *testing.T) {
	t.Parallel()
	const newest = `{"issues":[{"id":"7","fields":{"created":"2026-11-22T12:00:00.000+0000"}}]}`
	const none = `{"issues":[]}`
	invalid := status(400, `{"errorMessages":["Date value '1' is invalid."]}`)
	for name, tt := range map[string]struct {
		newest, around, after http.HandlerFunc
		millis                bool
		asked                 int // at most
	}{
		"honoured":              {status(200, newest), status(200, newest), status(200, none), true, 3},
		"refused":               {status(200, newest), invalid, invalid, false, 3},
		"read as something new": {status(200, newest), status(200, none), status(200, none), false, 3},
		"not looked at":         {status(200, newest), status(200, newest), status(200, newest), false, 3},
		"nothing to tell by":    {status(200, none), nil, nil, true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, DataCenter)
			s.handle(searchPath, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body) // what is missing of it matches no case below
				switch {
				case bytes.Contains(body, []byte("ORDER BY")):
					tt.newest(w, r)
				case bytes.Contains(body, []byte("created <")), bytes.Contains(body, []byte(`created \u003c`)):
					tt.around(w, r)
				default:
					tt.after(w, r)
				}
			})
			c := s.connected(nil)
			c.dates.Store(nil)
			require.NoError(t, c.ProbeDates(t.Context()))
			asked := len(s.asked("/rest/api/2/search"))
			require.LessOrEqual(t, asked, tt.asked)
			require.NoError(t, c.ProbeDates(t.Context()), "the second time costs nothing")
			require.Equal(t, tt.millis, c.form().millis)
			require.Len(t, s.asked("/rest/api/2/search"), asked)
		})
	}
}

func TestProbeDatesFails(t *testing.T) {
	t.Parallel()
	s := newSite(t, DataCenter)
	s.handle(searchPath, status(403, ``))
	c := s.connected(nil)
	c.dates.Store(nil)
	require.ErrorIs(t, c.ProbeDates(t.Context()), ErrForbidden)
	require.Nil(t, c.dates.Load())
}
