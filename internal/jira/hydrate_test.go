package jira

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jsonread"
)

// store is what bulkfetch, search and issue find.
type store struct {
	gone, poison, refused map[uint64]bool
	blocked               map[uint64]bool // by a proxy
	unindexed             map[uint64]bool
	blind                 map[uint64]bool // poison when asked for by itself
	cap                   int
	asked                 []string
}

func numbers(from, to uint64) []uint64 {
	var ids []uint64
	for id := from; id <= to; id++ {
		ids = append(ids, id)
	}
	return ids
}

func record(id uint64) string {
	return fmt.Sprintf(`{"expand":"x", "id":"%d","fields":{"id":"no"}}`, id)
}

func records(ids ...uint64) []string {
	var out []string
	for _, id := range ids {
		out = append(out, record(id))
	}
	return out
}

// page answers for ids: a failure when one is poison, else those that are there.
func (s *store) page(w http.ResponseWriter, ids []uint64) {
	s.asked = append(s.asked, joinIDs(ids))
	var found []string
	var refused []string
	total := 0
	for _, id := range ids {
		switch {
		case s.poison[id]:
			w.WriteHeader(500)
			return
		case s.refused[id]:
			refused = append(refused, fmt.Sprintf(`{"id":"%d","errorMessage":"cannot be read"}`, id))
		case !s.gone[id] && !s.unindexed[id]:
			if total++; s.cap == 0 || total <= s.cap {
				found = append(found, record(id))
			}
		}
	}
	fmt.Fprintf(w, `{"total":%d,"issues":[%s],"issueErrors":[%s]}`, total, strings.Join(found, ",\n "), strings.Join(refused, ","))
}

func (s *store) bulk(w http.ResponseWriter, r *http.Request) {
	var ask struct{ IssueIDsOrKeys []string }
	body, _ := io.ReadAll(r.Body)
	if err := json.Unmarshal(body, &ask); err != nil {
		w.WriteHeader(400)
		return
	}
	s.page(w, ids(ask.IssueIDsOrKeys))
}

func (s *store) search(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		JQL           string
		ValidateQuery any
	}
	body, _ := io.ReadAll(r.Body)
	if json.Unmarshal(body, &ask) != nil || ask.ValidateQuery != false {
		w.WriteHeader(400)
		return
	}
	list := strings.TrimSuffix(strings.TrimPrefix(ask.JQL, "id in ("), ") ORDER BY key ASC")
	s.page(w, ids(strings.Split(list, ",")))
}

func (s *store) issue(w http.ResponseWriter, r *http.Request) {
	id := ids([]string{r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]})[0]
	s.asked = append(s.asked, "single "+strconv.FormatUint(id, 10))
	switch {
	case s.blocked[id]:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(404)
		fmt.Fprint(w, "<html><title>404 Not Found</title>nginx</html>")
	case s.gone[id]:
		w.WriteHeader(404)
		fmt.Fprint(w, `{"errorMessages":["Issue does not exist or you do not have permission to see it."],"errors":{}}`)
	case s.poison[id], s.blind[id]:
		w.WriteHeader(500)
	default:
		fmt.Fprint(w, record(id))
	}
}

func ids(texts []string) []uint64 {
	var out []uint64
	for _, text := range texts {
		id, _ := strconv.ParseUint(text, 10, 64)
		out = append(out, id)
	}
	return out
}

func set(ids ...uint64) map[uint64]bool {
	m := map[uint64]bool{}
	for _, id := range ids {
		m[id] = true
	}
	return m
}

// hydrating connects a site to a store.
func hydrating(t *testing.T, d Deployment, s *store) (*fakeSite, *Client) {
	t.Helper()
	site := newSite(t, d)
	site.handle("POST /rest/api/2/issue/bulkfetch", s.bulk)
	site.handle("POST /rest/api/2/search", s.search)
	for id := range uint64(200) {
		site.handle(fmt.Sprintf("GET /rest/api/2/issue/%d", id), s.issue)
	}
	return site, site.connected(nil)
}

func TestHydrate(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		deployment Deployment
		store      store
		ids        []uint64
		want       []uint64
		missing    []uint64
		poison     []uint64
		requests   int
	}{
		"cloud":                                {Cloud, store{}, numbers(1, 100), numbers(1, 100), nil, nil, 1},
		"cloud, gone":                          {Cloud, store{gone: set(2, 3)}, numbers(1, 5), []uint64{1, 4, 5}, []uint64{2, 3}, nil, 3},
		"cloud, left out and there":            {Cloud, store{unindexed: set(2)}, numbers(1, 3), []uint64{1, 3, 2}, nil, nil, 2},
		"cloud, left out and poison":           {Cloud, store{unindexed: set(2), blind: set(2)}, numbers(1, 3), []uint64{1, 3}, nil, []uint64{2}, 0},
		"cloud, refused and read":              {Cloud, store{refused: set(2)}, numbers(1, 3), []uint64{1, 3, 2}, nil, nil, 2},
		"cloud, refused and gone":              {Cloud, store{refused: set(2), gone: set(2)}, numbers(1, 3), []uint64{1, 3}, []uint64{2}, nil, 2},
		"cloud, one poison":                    {Cloud, store{poison: set(7)}, numbers(1, 10), []uint64{1, 2, 3, 4, 5, 6, 8, 9, 10}, nil, []uint64{7}, 0},
		"cloud, two poisons, one gone":         {Cloud, store{poison: set(1, 10), gone: set(4)}, numbers(1, 10), []uint64{2, 3, 5, 6, 7, 8, 9}, []uint64{4}, []uint64{1, 10}, 0},
		"cloud, only poison":                   {Cloud, store{poison: set(1)}, numbers(1, 1), nil, nil, []uint64{1}, 0},
		"data center":                          {DataCenter, store{}, numbers(1, 50), numbers(1, 50), nil, nil, 1},
		"data center, gone":                    {DataCenter, store{gone: set(2)}, numbers(1, 3), []uint64{1, 3}, []uint64{2}, nil, 2},
		"data center, index behind":            {DataCenter, store{unindexed: set(2)}, numbers(1, 3), []uint64{1, 3, 2}, nil, nil, 2},
		"data center, page capped":             {DataCenter, store{cap: 2, gone: set(4)}, numbers(1, 6), []uint64{1, 2, 3, 5, 6}, []uint64{4}, nil, 0},
		"data center, nothing there":           {DataCenter, store{gone: set(1, 2)}, numbers(1, 2), nil, []uint64{1, 2}, nil, 3},
		"data center, poison":                  {DataCenter, store{poison: set(3)}, numbers(1, 4), []uint64{1, 2, 4}, nil, []uint64{3}, 0},
		"data center, poison behind the index": {DataCenter, store{refused: set(3), poison: set()}, numbers(1, 4), []uint64{1, 2, 4, 3}, nil, nil, 0},
		"no ids":                               {Cloud, store{}, nil, nil, nil, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, c := hydrating(t, tt.deployment, &tt.store)
			sink := &collector{}
			missing, err := c.Hydrate(t.Context(), tt.ids, Hydration{}, sink)
			require.Equal(t, records(tt.want...), sink.open)
			require.Equal(t, tt.missing, missing)
			if tt.requests > 0 {
				require.Len(t, tt.store.asked, tt.requests)
			}
			if tt.poison == nil {
				require.NoError(t, err)
				return
			}
			var poison *PoisonError
			require.ErrorAs(t, err, &poison)
			require.Equal(t, tt.poison, poison.IDs)
			require.Equal(t, fault.Incomplete, fault.KindOf(err))
			require.ErrorContains(t, err, "cannot serve the issues with id "+joinIDs(tt.poison))
		})
	}
}

func TestHydrateInBulkOnlyLeavesTheRestToTheCaller(t *testing.T) {
	t.Parallel()
	s := store{gone: set(2), refused: set(3)}
	_, c := hydrating(t, Cloud, &s)
	sink := &collector{}
	missing, err := c.Hydrate(t.Context(), numbers(1, 4), Hydration{BulkOnly: true}, sink)
	require.NoError(t, err)
	require.Equal(t, []uint64{2}, missing)
	require.Equal(t, []string{"1,2,3,4", "single 3"}, s.asked, "what Jira names as unreadable is asked for, what it leaves out is not")
	require.Equal(t, records(1, 4, 3), sink.open)
}

func TestHydrateAsksForWhatIsWanted(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		deployment Deployment
		h          Hydration
		want       string
	}{
		"everything":     {Cloud, Hydration{}, `{"fields":["*all"],"issueIdsOrKeys":["1","2"]}`},
		"nothing":        {Cloud, Hydration{Fields: []string{}}, `{"fields":["id"],"issueIdsOrKeys":["1","2"]}`},
		"some, expanded": {Cloud, Hydration{Fields: []string{"summary"}, Transitions: true}, `{"expand":["transitions"],"fields":["summary"],"issueIdsOrKeys":["1","2"]}`},
		"data center":    {DataCenter, Hydration{Fields: []string{"summary"}, Changelog: true}, `{"expand":["changelog"],"fields":["summary"],"jql":"id in (1,2) ORDER BY key ASC","maxResults":2,"startAt":0,"validateQuery":false}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site, c := hydrating(t, tt.deployment, &store{})
			_, err := c.Hydrate(t.Context(), numbers(1, 2), tt.h, &collector{})
			require.NoError(t, err)
			require.Equal(t, tt.want, site.requests[2].Body)
		})
	}
}

func TestHydrateOneByOneAsksForTheSame(t *testing.T) {
	t.Parallel()
	site, c := hydrating(t, DataCenter, &store{unindexed: set(1)})
	_, err := c.Hydrate(t.Context(), numbers(1, 1), Hydration{Fields: []string{"a", "b"}, Changelog: true, Transitions: true}, &collector{})
	require.NoError(t, err)
	require.Equal(t, url.Values{"fields": {"a,b"}, "expand": {"changelog,transitions"}}, site.asked("/rest/api/2/issue/1")[0].Query)
}

func TestHydrateDoesNotBlameIssuesForTheSite(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status int
		most   int
	}{
		"every issue fails": {500, 80},
		"unavailable":       {503, 8},
		"forbidden":         {403, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, Cloud)
			s.handle("POST /rest/api/2/issue/bulkfetch", status(tt.status, `{}`))
			sink := &collector{}
			_, err := s.connected(nil).Hydrate(t.Context(), numbers(1, 100), Hydration{}, sink)
			e := &APIError{}
			require.ErrorAs(t, err, &e)
			require.Equal(t, tt.status, e.Status)
			var poison *PoisonError
			require.NotErrorAs(t, err, &poison)
			require.Empty(t, sink.open)
			require.LessOrEqual(t, len(s.asked("/rest/api/2/issue/bulkfetch")), tt.most)
		})
	}
}

func TestHydrateSplitsAnAnswerThatBreaksOff(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	good := &store{}
	s.handle("POST /rest/api/2/issue/bulkfetch", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), `"3"`) {
			fmt.Fprint(w, `{"issues":[{"id":"3","fields":{`)
			return
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		good.bulk(w, r)
	})
	sink := &collector{}
	_, err := s.connected(nil).Hydrate(t.Context(), numbers(1, 4), Hydration{}, sink)
	var poison *PoisonError
	require.ErrorAs(t, err, &poison)
	require.Equal(t, []uint64{3}, poison.IDs)
	require.Equal(t, records(1, 2, 4), sink.open)
}

// A half that is refused is not split: the account may not read it, whichever issue is asked for.
func TestHydrateDoesNotSplitWhatIsRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.handle("POST /rest/api/2/issue/bulkfetch", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), `"1","2","3","4"`) {
			status(500, `{}`)(w, r)
			return
		}
		status(403, `{}`)(w, r)
	})
	_, err := s.connected(nil).Hydrate(t.Context(), numbers(1, 4), Hydration{}, &collector{})
	require.ErrorIs(t, err, ErrForbidden)
	require.ErrorContains(t, err, "read 2 issues")
	refused := 0
	for _, asked := range s.asked("/rest/api/2/issue/bulkfetch") {
		if !strings.Contains(asked.Body, `"4"`) {
			refused++
		}
	}
	require.Equal(t, 1, refused)
}

func TestHydrateOddAnswers(t *testing.T) {
	t.Parallel()
	for body, text := range map[string]string{
		`{"issueErrors":[]}`:            `"/issues"`,
		`{"issues":[{"key":"A-1"}]}`:    "an issue with an id",
		`{"issues":[{"id":"x"}]}`:       "a whole number",
		`{"issues":null}`:               "an array",
		`{"issues":[],"issueErrors":1}`: "what Jira documents",
	} {
		s := newSite(t, Cloud)
		s.answer("POST /rest/api/2/issue/bulkfetch", body)
		_, err := s.connected(nil).Hydrate(t.Context(), numbers(1, 2), Hydration{}, &collector{})
		require.ErrorContains(t, err, text, body)
		require.ErrorContains(t, err, "bulkfetch")
	}
}

func TestIDOfLateMember(t *testing.T) {
	t.Parallel()
	id, err := idOf([]byte(`, {"fields":{"id":"7"},"id":"9"}`))
	require.NoError(t, err)
	require.EqualValues(t, 9, id)
}

// An issue's id is found wherever it stands and however the body comes.
func TestIssueIDHoweverTheBodyComes(t *testing.T) {
	t.Parallel()
	body := `{"issues":[{"id":"71","fields":{"id":"1"}},{"fields":{"text":"` + strings.Repeat("x", 100_000) + `","id":"2"},"id":"72"} , {"id":73},{"key":"A-1","id":"74"}]}`
	readers := map[string]func(io.Reader) io.Reader{
		"at once":      func(r io.Reader) io.Reader { return r },
		"byte by byte": iotest.OneByteReader,
		"in halves":    iotest.HalfReader,
	}
	for name, reader := range readers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := &hydrated{ids: map[uint64]bool{}}
			sink := &shelf{}
			require.NoError(t, got.read(&reply{dec: jsonread.NewDecoder(reader(strings.NewReader(body)))}, sink))
			require.Equal(t, map[uint64]bool{71: true, 72: true, 73: true, 74: true}, got.ids)
			require.Len(t, sink.records, 4)
		})
	}
}

func TestAnIDThatMayBeCutIsNone(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{`{"id":12`, `{"id":"12`, `{"id"`, `{`, ``, `{"a":{"id":"1"}`} {
		_, err := idOf([]byte(raw))
		require.Error(t, err, raw)
	}
	id, err := idOf([]byte(`{"id":12,`))
	require.NoError(t, err)
	require.EqualValues(t, 12, id)
}

func TestAbsentIsAscending(t *testing.T) {
	t.Parallel()
	got := absent([]uint64{9, 3, 5}, set(3))
	require.True(t, slices.IsSorted(got))
	require.Equal(t, []uint64{5, 9}, got)
}

func TestHydrateTakesNoPageOfAProxyForAnAnswer(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		s := store{gone: set(2), blocked: set(2), refused: set(2)}
		_, c := hydrating(t, d, &s)
		missing, err := c.Hydrate(t.Context(), numbers(1, 3), Hydration{}, &collector{})
		require.ErrorIs(t, err, ErrUnrouted)
		require.Empty(t, missing, "a blocked issue is not a vanished one")
	}
}

func TestIssueExists(t *testing.T) {
	t.Parallel()
	s := newSite(t, DataCenter)
	c := s.connected(nil)
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		want   bool
		err    error
	}{
		"there":     {status(200, `{"id":"7","fields":{}}`), true, nil},
		"gone":      {status(404, `{"errorMessages":["Issue Does Not Exist"]}`), false, nil},
		"hidden":    {status(403, `{"errorMessages":["You do not have the permission to see the specified issue."]}`), false, nil},
		"blocked":   {status(404, `<html>nginx`, "Content-Type", "text/html"), false, ErrUnrouted},
		"no answer": {status(404, ``), false, ErrUnrouted},
		"trouble":   {status(501, ``), false, ErrNetwork},
	} {
		s.handle("GET /rest/api/2/issue/7", tt.answer)
		there, err := c.IssueExists(t.Context(), 7)
		require.Equal(t, tt.want, there, name)
		require.ErrorIs(t, err, tt.err, name)
	}
}
