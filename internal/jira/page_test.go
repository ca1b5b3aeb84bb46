package jira

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jsonread"
)

const thingPath = "/rest/api/2/thing"

var thing = Request{Path: "/rest/api/{v}/thing"}

// TestPagers runs each pager over canned pages: what the site answers in turn,
// what is asked of it, what comes out.
func TestPagers(t *testing.T) {
	t.Parallel()
	runPagerCases(t, map[string]pagerCase{
		"whole array":           {pager: Whole(""), pages: []string{`[1,2]`}, want: []string{"1", "2"}, asked: []string{""}},
		"whole, empty":          {pager: Whole(""), pages: []string{`[]`}, asked: []string{""}},
		"whole, nested":         {pager: Whole("a.b"), pages: []string{`{"x":{"b":[9]},"a":{"c":1,"b":[1]},"z":null}`}, want: []string{"1"}, asked: []string{""}},
		"whole, path missing":   {pager: Whole("a.b"), pages: []string{`{"a":{"c":[]}}`}, asked: []string{""}, err: `expected an array of records at "/a/b", found nothing`},
		"whole, records twice":  {pager: Whole("a"), pages: []string{`{"a":[1],"a":[2]}`}, asked: []string{""}, err: "them twice"},
		"whole, an object":      {pager: Whole(""), pages: []string{`{"errorMessages":[]}`}, asked: []string{""}, err: "expected an array"},
		"whole, null":           {pager: Whole("a"), pages: []string{`{"a":null}`}, asked: []string{""}},
		"whole, a null body":    {pager: Whole(""), pages: []string{`null`}, asked: []string{""}},
		"offset, null once":     {pager: Offset("values"), pages: []string{`{"values":null,"total":2,"maxResults":1}`, `{"values":[2],"total":2}`}, want: []string{"2"}, asked: []string{"0", "1"}},
		"one":                   {pager: One(), pages: []string{`{"id":"1","values":[1,2]}`}, want: []string{`{"id":"1","values":[1,2]}`}, asked: []string{""}},
		"offset with isLast":    {pager: Offset("values").Size(2), pages: []string{`{"isLast":false,"values":[1,2]}`, `{"isLast":true,"values":[3]}`}, want: []string{"1", "2", "3"}, asked: []string{"0", "2"}},
		"offset, isLast late":   {pager: Offset("values").Size(2), pages: []string{`{"values":[1,2],"isLast":false,"total":3}`, `{"values":[3],"isLast":true,"total":3}`}, want: []string{"1", "2", "3"}, asked: []string{"0", "2"}},
		"offset with total":     {pager: Offset("comments").Size(2), pages: []string{`{"startAt":0,"maxResults":2,"total":3,"comments":[1,2]}`, `{"startAt":2,"maxResults":2,"total":3,"comments":[3]}`}, want: []string{"1", "2", "3"}, asked: []string{"0", "2"}},
		"offset, capped":        {pager: Offset("values").Size(100), pages: []string{`{"maxResults":2,"total":3,"values":[1,2]}`, `{"maxResults":2,"total":3,"values":[3]}`}, want: []string{"1", "2", "3"}, asked: []string{"0", "2"}},
		"offset, short page":    {pager: Offset("values").Size(3), pages: []string{`{"total":4,"values":[1]}`, `{"total":4,"values":[2,3]}`, `{"total":4,"values":[4]}`}, want: []string{"1", "2", "3", "4"}, asked: []string{"0", "1", "3"}},
		"offset, nothing said":  {pager: Offset("values").Size(2), pages: []string{`{"values":[1,2]}`, `{"values":[3]}`, `{"values":[]}`}, want: []string{"1", "2", "3"}, asked: []string{"0", "2", "3"}},
		"offset, empty":         {pager: Offset("values"), pages: []string{`{"isLast":true,"total":0,"values":[]}`}, asked: []string{"0"}},
		"offset, empty, unsure": {pager: Offset("values"), pages: []string{`{"isLast":false,"total":0,"values":[]}`}, asked: []string{"0"}},
		"offset, hidden page":   {pager: Offset("values").Size(2), pages: []string{`{"total":5,"values":[1,2]}`, `{"total":5,"values":[]}`, `{"total":5,"values":[5]}`}, want: []string{"1", "2", "5"}, asked: []string{"0", "2", "4"}},
		"offset, total of a page only": {
			pager: Offset("values").Size(2), pages: []string{`{"maxResults":2,"total":2,"values":[1,2]}`, `{"maxResults":2,"total":1,"values":[3]}`, `{"maxResults":2,"total":0,"values":[]}`},
			want: []string{"1", "2", "3"}, asked: []string{"0", "2"},
		},
		"offset, full and last": {
			pager: Offset("values").Size(2), pages: []string{`{"maxResults":2,"total":2,"values":[1,2]}`, `{"maxResults":2,"total":2,"values":[]}`},
			want: []string{"1", "2"}, asked: []string{"0", "2"},
		},
		"offset, full and given again": {
			pager: Offset("values"), pages: []string{`{"startAt":0,"maxResults":2,"total":2,"values":[1,2]}`},
			want: []string{"1", "2"}, asked: []string{"0", "2"},
		},
		"offset, total shrinks while read": {
			// One of the first two was deleted, so the third has moved to place 1.
			pager: Offset("values").Size(2), pages: []string{`{"total":5,"values":[1,2]}`, `{"total":4,"values":[4,5]}`, `{"total":4,"values":[3,4]}`, `{"total":4,"values":[5]}`},
			want: []string{"1", "2", "4", "5", "3", "4", "5"}, asked: []string{"0", "2", "1", "3"},
		},
		"offset ignored":        {pager: Offset("values").Size(2), pages: []string{`{"total":9,"values":[1,2]}`}, want: []string{"1", "2"}, asked: []string{"0", "2"}, err: "startAt=2 gave a page before it once more"},
		"offset, items missing": {pager: Offset("values"), pages: []string{`{"total":9,"issues":[]}`}, asked: []string{"0"}, err: `"/values"`},
		"array":                 {pager: OffsetArray().Size(2), pages: []string{`[1,2]`, `[3]`, `[4,5]`, `[]`}, want: []string{"1", "2", "3", "4", "5"}, asked: []string{"0", "2", "3", "5"}},
		"array, two pages begin with users whose account is lost": {
			pager: OffsetArray().Size(2), pages: []string{`["unknown",2]`, `["unknown",3]`, `[4]`, `[]`}, want: []string{`"unknown"`, "2", `"unknown"`, "3", "4"}, asked: []string{"0", "2", "4", "5"},
		},
		"array, pages of one, two alike": {
			pager: OffsetArray(), pages: []string{`[1]`, `[2]`, `[2]`, `[3]`, `[]`}, want: []string{"1", "2", "2", "3"}, asked: []string{"0", "1", "2", "3", "4"},
		},
		"array, pages of one, offset ignored": {
			pager: OffsetArray(), pages: []string{`[1]`}, want: []string{"1", "1", "1", "1"}, asked: []string{"0", "1", "2", "3", "4"}, err: "startAt=4 gave a page before it once more",
		},
		"array, offset ignored, order changes": {
			pager: OffsetArray(), pages: []string{`[1,2,3]`, `[1,3,2]`, `[1,2,4]`, `[1,4,2]`, `[1,4,3]`}, want: []string{"1", "2", "3", "1", "3", "2", "1", "2", "4", "1", "4", "2"}, asked: []string{"0", "3", "6", "9", "12"}, err: "no progress",
		},
		"array, offset ignored": {pager: OffsetArray().Size(2), pages: []string{`[1,2]`}, want: []string{"1", "2"}, asked: []string{"0", "2"}, err: "no progress"},
		"cursor":                {pager: Cursor("values"), pages: []string{`{"values":[1],"isLast":false,"nextCursor":"c1"}`, `{"values":[2],"isLast":true}`}, want: []string{"1", "2"}, asked: []string{"", "c1"}},
		"cursor, a number":      {pager: Cursor("values"), pages: []string{`{"values":[1],"isLast":false,"nextCursor":17}`, `{"values":[],"isLast":true,"nextCursor":null}`}, want: []string{"1"}, asked: []string{"", "17"}},
		"last is an address":    {pager: Offset("values"), pages: []string{`{"last":"https://h/x","values":[1],"total":1}`}, want: []string{"1"}, asked: []string{"0"}},
		"cursor comes again":    {pager: Cursor("values"), pages: []string{`{"values":[1],"nextCursor":"c1"}`}, want: []string{"1"}, asked: []string{"", "c1"}, err: "second time"},
		"token":                 {pager: Token("issues"), pages: []string{`{"issues":[1],"nextPageToken":"a"}`, `{"nextPageToken":"b","issues":[2],"isLast":false}`, `{"issues":[3],"isLast":true}`}, want: []string{"1", "2", "3"}, asked: []string{"", "a", "b"}},
		"token null":            {pager: Token("issues"), pages: []string{`{"issues":[1],"nextPageToken":null}`}, want: []string{"1"}, asked: []string{""}},
		"token empty":           {pager: Token("issues"), pages: []string{`{"issues":[1],"nextPageToken":""}`}, want: []string{"1"}, asked: []string{""}},
		"token, empty page":     {pager: Token("issues"), pages: []string{`{"issues":[],"nextPageToken":"a"}`, `{"issues":[2]}`}, want: []string{"2"}, asked: []string{"", "a"}},
		"token comes again":     {pager: Token("issues"), pages: []string{`{"issues":[1],"nextPageToken":"a"}`, `{"issues":[2],"nextPageToken":"b"}`, `{"issues":[3],"nextPageToken":"a"}`}, want: []string{"1", "2"}, asked: []string{"", "a", "b"}, err: "second time"},
		"stale token at the end": {
			pager: Token("issues"), pages: []string{`{"issues":[1],"nextPageToken":"a"}`, `{"issues":[2],"nextPageToken":"a","isLast":true}`},
			want: []string{"1", "2"}, asked: []string{"", "a"},
		},
		"token missing":     {pager: Token("issues"), pages: []string{`{"issues":[1],"isLast":false}`}, asked: []string{""}, err: "there is no token"},
		"isLast misspoken":  {pager: Token("issues"), pages: []string{`{"issues":[1],"isLast":"yes"}`}, asked: []string{""}, err: "true or false"},
		"token, no records": {pager: Token("issues"), pages: []string{`{"isLast":true}`}, asked: []string{""}, err: `"/issues"`},
	})
}

// An answer is judged by its content type and its first byte, because a page of
// a login is no list; what is whole and no JSON is not asked for again.
func TestContentTypes(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		handler http.HandlerFunc
		want    []string
		err     string
	}{
		"none":                   {status(200, `[1]`, "Content-Type", ""), []string{"1"}, ""},
		"a kind of JSON":         {status(200, `[1]`, "Content-Type", "application/vnd.x+json; charset"), []string{"1"}, ""},
		"plain text":             {status(200, "\n [1]", "Content-Type", "text/plain; charset=utf-8"), []string{"1"}, ""},
		"bytes":                  {status(200, `[1]`, "Content-Type", "application/octet-stream"), []string{"1"}, ""},
		"plain text, no list":    {status(200, `not here`, "Content-Type", "text/plain"), nil, "not Jira's"},
		"a web page of brackets": {status(200, `[1]`, "Content-Type", "text/html"), nil, "not Jira's"},
		"a web page":             {status(200, `<p>`, "Content-Type", "application/json"), nil, "not Jira's"},
		"a blank web page":       {status(200, "\n", "Content-Type", "text/html"), nil, "not Jira's"},
		"no content":             {status(204, ``), nil, "no content (204)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, DataCenter)
			s.handle("GET "+thingPath, tt.handler)
			got, _, err := readAll(t, s.connected(nil), thing, Whole(""))
			if tt.err == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, tt.err)
			}
			require.Equal(t, tt.want, got)
			require.Len(t, s.asked(thingPath), 1)
		})
	}
}

func TestEndlessEmptyPages(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		pager Pager
		page  string
	}{
		"tokens":  {Token("issues"), `{"issues":[],"nextPageToken":"t%d"}`},
		"offsets": {Offset("values"), `{"values":[],"isLast":false,"x":%d}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, n := newSite(t, Cloud), 0
			s.handle("GET "+thingPath, func(w http.ResponseWriter, _ *http.Request) { n++; fmt.Fprintf(w, tt.page, n) })
			_, _, err := readAll(t, s.connected(nil), thing, tt.pager)
			require.ErrorIs(t, err, ErrProgress)
			require.Equal(t, maxEmpty+1, n)
		})
	}
}

func TestPageInfo(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.answer("GET "+thingPath, `{"values":[1,2],"total":3,"isLast":false}`, `{"values":[3],"isLast":true}`)
	_, pages, err := readAll(t, s.connected(nil), thing, Offset("values"))
	require.NoError(t, err)
	require.Equal(t, []PageInfo{{Index: 0, Records: 2, Total: 3}, {Index: 1, Records: 1, Last: true, Total: -1}}, pages)
}

func TestAPageIsReadAgainWhole(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.answer("GET "+thingPath, `{"values":[1,2`, `{"values":[1,2,3],"isLast":true}`)
	sink := &collector{}
	for _, err := range s.connected(nil).Pages(t.Context(), thing, Offset("values"), sink) {
		require.NoError(t, err)
	}
	require.Equal(t, []string{"1", "2", "3"}, sink.open)
	require.Equal(t, 2, sink.begun)
}

func TestCallerMayStop(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.answer("GET "+thingPath, `{"values":[1],"isLast":false}`)
	for range s.connected(nil).Pages(t.Context(), thing, Offset("values"), &collector{}) {
		break
	}
	require.Len(t, s.asked(thingPath), 1)
}

func TestPageSizes(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		pager Pager
		cap   int
		want  string
	}{
		"default": {Offset("values"), 0, "100"},
		"own":     {Offset("values").Size(1000), 0, "1000"},
		"capped":  {Offset("values").Size(1000), 25, "25"},
		"below":   {Offset("values").Size(10), 25, "10"},
		"whole":   {Whole("values"), 25, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, Cloud)
			s.answer("GET "+thingPath, `{"values":[],"isLast":true}`)
			_, _, err := readAll(t, s.connected(func(o *Options) { o.PageSize = tt.cap }), thing, tt.pager)
			require.NoError(t, err)
			require.Equal(t, tt.want, s.asked(thingPath)[0].Query.Get("maxResults"))
		})
	}
}

func TestTokenInABodyLeavesTheCallersAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.answer("POST "+thingPath, `{"issues":[1],"nextPageToken":"a"}`, `{"issues":[2]}`)
	body := map[string]any{"jql": "project = A"}
	req := Request{Method: "POST", Path: thing.Path, Body: body}
	got, _, err := readAll(t, s.connected(nil), req, Token("issues").Size(7))
	require.NoError(t, err)
	require.Equal(t, []string{"1", "2"}, got)
	require.Equal(t, map[string]any{"jql": "project = A"}, body)
	asked := s.asked(thingPath)
	require.JSONEq(t, `{"jql":"project = A","maxResults":7}`, asked[0].Body)
	require.JSONEq(t, `{"jql":"project = A","maxResults":7,"nextPageToken":"a"}`, asked[1].Body)
	require.Equal(t, "application/json", asked[0].Header.Get("Content-Type"))
}

func TestQueriesAndPathsAreEscaped(t *testing.T) {
	t.Parallel()
	s := newSite(t, DataCenter)
	s.answer("GET /rest/api/2/project/A B/ä%2F", `[]`)
	s.answer("GET /rest/api/2/project/A B/ä/", `[]`)
	req := Request{
		Path: "/rest/api/{v}/project/{projectId}/{name}", Params: map[string]string{"projectId": "A B", "name": "ä/"},
		Query: map[string][]string{"id": {"1", "2"}, "jql": {`a = "b & c"`}},
	}
	_, _, err := readAll(t, s.connected(nil), req, Whole(""))
	require.NoError(t, err)
	got := s.requests[len(s.requests)-1]
	require.Equal(t, []string{"1", "2"}, got.Query["id"])
	require.Equal(t, `a = "b & c"`, got.Query.Get("jql"))
}

func TestExpand(t *testing.T) {
	t.Parallel()
	for template, params := range map[string]map[string]string{
		"/a/{x}": nil, "/a/{x}/b": {"x": ""}, "/{x}": {"x": ".."}, "/c/{x}": {"x": "."}, "/a/{x": {"x": "1"},
	} {
		_, err := expand(template, "2", params)
		require.Error(t, err, template)
	}
	got, err := expand("/rest/api/{v}/x/{id}", "3", map[string]string{"id": "../a?b#c"})
	require.NoError(t, err)
	require.Equal(t, "/rest/api/3/x/..%2Fa%3Fb%23c", got)
}

func TestOddTextCostsNoPage(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	odd := "{\"a\":\"\xff\\ud800\",\"a\":2}"
	s.answer("GET "+thingPath, `{"values":[`+odd+`],"isLast":true}`)
	got, _, err := readAll(t, s.connected(nil), thing, Offset("values"))
	require.NoError(t, err)
	require.Equal(t, []string{odd}, got)
}

// FuzzEnvelope reads pages of any bytes: no panic, no end without an array.
func FuzzEnvelope(f *testing.F) {
	for _, s := range []string{
		`{"values":[{"id":"1"}],"isLast":true}`, `{"issues":[],"nextPageToken":"a","total":1e3}`, `[]`, `{"values":{"values":[]}}`,
		`{"values":[1],"total":"7","maxResults":null}`, `<html>`, ``, `{"a":{"b":[1,2,{"c":[[]]}]}}`, `{"warningMessages":["x"],"values":[]}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		for _, p := range []Pager{Whole(""), One(), Offset("values"), Token("issues"), Whole("a.b")} {
			sink := &collector{}
			rep := &reply{dec: jsonread.NewDecoder(strings.NewReader(body)), hash: newListing(p, 1).hash}
			e := newEnvelope()
			if err := e.read(rep, p, sink); err == nil {
				require.True(t, e.found)
				require.Len(t, sink.open, e.records)
			}
			if _, err := readRefs(jsonread.NewDecoder(strings.NewReader(body)), "created"); err == nil {
				require.NotEmpty(t, body)
			}
			readWorklogPage(jsonread.NewDecoder(strings.NewReader(body)))
			idOf([]byte(body))
		}
	})
}

func TestReadInt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{`7`: 7, `"7"`: 7, `1.0E7`: 10_000_000, `-3`: -3, strconv.Quote("1e3"): 1000} {
		n, ok, err := readInt(jsonread.NewDecoder(strings.NewReader(text)))
		require.NoError(t, err, text)
		require.True(t, ok)
		require.Equal(t, want, n)
	}
	for _, text := range []string{`1.5`, `"x"`, `{}`, `1e99`, `true`} {
		_, _, err := readInt(jsonread.NewDecoder(strings.NewReader(text)))
		require.Error(t, err, text)
	}
}
