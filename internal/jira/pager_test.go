package jira

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jsonread"
)

// pagerCase is a pager before a site that answers with canned pages in turn.
type pagerCase struct {
	pager Pager
	pages []string
	// want are the records; asked is where each request said its page starts.
	want, asked []string
	err         string
}

// runPagerCases runs each case on a site of its own: what a pager does depends on what the site answers, not on which it is.
func runPagerCases(t *testing.T, cases map[string]pagerCase) {
	t.Helper()
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, DataCenter)
			s.answer("GET "+thingPath, tt.pages...)
			got, pages, err := readAll(t, s.connected(nil), thing, tt.pager)
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
			} else {
				require.NoError(t, err)
				require.True(t, pages[len(pages)-1].Last)
			}
			require.Equal(t, tt.want, got)
			var asked []string
			for _, r := range s.asked(thingPath) {
				asked = append(asked, r.Query.Get(tt.pager.kind.names().from))
			}
			require.Equal(t, tt.asked, asked)
		})
	}
}

func TestStartLimit(t *testing.T) {
	t.Parallel()
	p := StartLimit("values").Size(2)
	runPagerCases(t, map[string]pagerCase{
		"two pages": {
			pager: p, pages: []string{
				`{"size":2,"start":0,"limit":2,"isLastPage":false,"_links":{"base":"https://h","next":"https://elsewhere/?start=9"},"values":[1,2]}`,
				`{"size":1,"start":2,"limit":2,"isLastPage":true,"_links":{"base":"https://h","prev":"https://h/?start=0"},"values":[3]}`,
			},
			want: []string{"1", "2", "3"}, asked: []string{"0", "2"},
		},
		"limit is capped":      {pager: StartLimit("values"), pages: []string{`{"limit":2,"isLastPage":false,"values":[1,2]}`, `{"limit":2,"isLastPage":true,"values":[3]}`}, want: []string{"1", "2", "3"}, asked: []string{"0", "2"}},
		"short page":           {pager: p, pages: []string{`{"size":2,"start":0,"isLastPage":false,"values":[1]}`, `{"start":1,"isLastPage":true,"values":[2]}`}, want: []string{"1", "2"}, asked: []string{"0", "1"}},
		"empty":                {pager: p, pages: []string{`{"size":0,"start":0,"limit":2,"isLastPage":true,"values":[]}`}, asked: []string{"0"}},
		"values stand first":   {pager: p, pages: []string{`{"values":[1],"isLastPage":true,"start":0}`}, want: []string{"1"}, asked: []string{"0"}},
		"hidden page":          {pager: p, pages: []string{`{"limit":2,"isLastPage":false,"values":[]}`, `{"start":2,"isLastPage":true,"values":[3]}`}, want: []string{"3"}, asked: []string{"0", "2"}},
		"hidden page, by link": {pager: p, pages: []string{`{"limit":2,"_links":{"next":"https://h/?start=2"},"values":[]}`, `{"isLastPage":true,"values":[3]}`}, want: []string{"3"}, asked: []string{"0", "2"}},
		"nothing said":         {pager: p, pages: []string{`{"values":[1,2]}`, `{"values":[3]}`, `{"values":[]}`}, want: []string{"1", "2", "3"}, asked: []string{"0", "2", "3"}},
		"last, and more by link": {
			pager: p, pages: []string{`{"start":0,"isLastPage":true,"_links":{"next":"https://h/?start=2"},"values":[1,2]}`, `{"start":2,"isLastPage":true,"_links":{},"values":[3]}`},
			want: []string{"1", "2", "3"}, asked: []string{"0", "2"},
		},
		"last, and an idle link": {
			pager: p, pages: []string{`{"start":0,"isLastPage":true,"_links":{"next":"https://h/?start=2"},"values":[1,2]}`, `{"start":2,"isLastPage":true,"values":[]}`},
			want: []string{"1", "2"}, asked: []string{"0", "2"},
		},
		"last, and a link to itself": {pager: p, pages: []string{`{"start":0,"isLastPage":true,"_links":{"next":"https://h/?start=0"},"values":[1,2]}`}, want: []string{"1", "2"}, asked: []string{"0", "2"}},
		"links of no use":            {pager: p, pages: []string{`{"isLastPage":true,"_links":null,"values":[1]}`}, want: []string{"1"}, asked: []string{"0"}},
		"next is empty":              {pager: p, pages: []string{`{"isLastPage":true,"_links":{"next":""},"values":[1]}`}, want: []string{"1"}, asked: []string{"0"}},
		"start ignored":              {pager: p, pages: []string{`{"isLastPage":false,"values":[1,2]}`}, want: []string{"1", "2"}, asked: []string{"0", "2"}, err: "start=2 gave a page before it once more"},
		"start ignored, rows shift":  {pager: p, pages: []string{`{"start":0,"isLastPage":false,"values":[1,2]}`, `{"start":0,"isLastPage":false,"values":[9,1]}`}, want: []string{"1", "2"}, asked: []string{"0", "2"}, err: "start=2 gave a page that starts at 0"},
		"start jumps ahead":          {pager: p, pages: []string{`{"start":0,"isLastPage":false,"values":[1,2]}`, `{"start":4,"isLastPage":true,"values":[5]}`}, want: []string{"1", "2"}, asked: []string{"0", "2"}, err: "starts at 4"},
		"values missing":             {pager: p, pages: []string{`{"size":0,"isLastPage":true}`}, asked: []string{"0"}, err: `"/values"`},
		"values null":                {pager: p, pages: []string{`{"values":null,"isLastPage":true}`}, asked: []string{"0"}},
		"isLastPage misspoken":       {pager: p, pages: []string{`{"values":[1],"isLastPage":1}`}, asked: []string{"0"}, err: "true or false"},
	})
}

func TestOffsetLimit(t *testing.T) {
	t.Parallel()
	p := OffsetLimit("records").Size(2)
	runPagerCases(t, map[string]pagerCase{
		"two pages":                 {pager: p, pages: []string{`{"offset":0,"limit":2,"total":3,"records":[1,2]}`, `{"offset":2,"limit":2,"total":3,"records":[3]}`}, want: []string{"1", "2", "3"}, asked: []string{"0", "2"}},
		"one page":                  {pager: OffsetLimit("records"), pages: []string{`{"offset":0,"limit":1000,"total":1,"records":[1]}`}, want: []string{"1"}, asked: []string{"0"}},
		"empty":                     {pager: p, pages: []string{`{"offset":0,"limit":2,"total":0,"records":[]}`}, asked: []string{"0"}},
		"short page":                {pager: p, pages: []string{`{"offset":0,"total":3,"records":[1]}`, `{"offset":1,"total":3,"records":[2]}`, `{"offset":2,"total":3,"records":[3]}`}, want: []string{"1", "2", "3"}, asked: []string{"0", "1", "2"}},
		"total of the page only":    {pager: p, pages: []string{`{"limit":2,"total":2,"records":[1,2]}`, `{"limit":2,"total":1,"records":[3]}`}, want: []string{"1", "2", "3"}, asked: []string{"0", "2"}},
		"no total":                  {pager: p, pages: []string{`{"records":[1,2]}`, `{"records":[3]}`, `{"records":[]}`}, want: []string{"1", "2", "3"}, asked: []string{"0", "2", "3"}},
		"hidden page":               {pager: p, pages: []string{`{"limit":2,"total":5,"records":[1,2]}`, `{"limit":2,"total":5,"records":[]}`, `{"limit":2,"total":5,"records":[5]}`}, want: []string{"1", "2", "5"}, asked: []string{"0", "2", "4"}},
		"records pushed down":       {pager: p, pages: []string{`{"offset":0,"total":3,"records":[3,2]}`, `{"offset":2,"total":4,"records":[2,1]}`, `{"offset":4,"total":4,"records":[]}`}, want: []string{"3", "2", "2", "1"}, asked: []string{"0", "2", "4"}},
		"offset ignored":            {pager: p, pages: []string{`{"total":9,"records":[1,2]}`}, want: []string{"1", "2"}, asked: []string{"0", "2"}, err: "offset=2 gave a page before it once more"},
		"offset ignored, rows come": {pager: p, pages: []string{`{"offset":0,"total":4,"records":[2,1]}`, `{"offset":0,"total":5,"records":[3,2]}`}, want: []string{"2", "1"}, asked: []string{"0", "2"}, err: "offset=2 gave a page that starts at 0"},
		"records missing":           {pager: p, pages: []string{`{"offset":0,"total":1,"values":[1]}`}, asked: []string{"0"}, err: `expected an array of records at "/records", found nothing`},
	})
}

func TestPageNumber(t *testing.T) {
	t.Parallel()
	p := PageNumber("options").Size(2)
	runPagerCases(t, map[string]pagerCase{
		"one page":                   {pager: p, pages: []string{`{"total":1,"options":[1]}`}, want: []string{"1"}, asked: []string{""}},
		"empty":                      {pager: p, pages: []string{`{"total":0,"options":[]}`}, asked: []string{""}},
		"counted from 0":             {pager: p, pages: []string{`{"total":3,"options":[1,2]}`, `{"total":3,"options":[3]}`}, want: []string{"1", "2", "3"}, asked: []string{"", "1"}},
		"counted from 1":             {pager: p, pages: []string{`{"total":3,"options":[1,2]}`, `{"total":3,"options":[1,2]}`, `{"total":3,"options":[3]}`}, want: []string{"1", "2", "3"}, asked: []string{"", "1", "2"}},
		"full and last, from 0":      {pager: p, pages: []string{`{"total":2,"options":[1,2]}`, `{"total":2,"options":[]}`}, want: []string{"1", "2"}, asked: []string{"", "1"}},
		"full and last, from 1":      {pager: p, pages: []string{`{"total":2,"options":[1,2]}`, `{"total":2,"options":[1,2]}`, `{"total":2,"options":[]}`}, want: []string{"1", "2"}, asked: []string{"", "1", "2"}},
		"full, last page comes on":   {pager: p, pages: []string{`{"total":2,"options":[1,2]}`}, want: []string{"1", "2"}, asked: []string{"", "1", "2"}},
		"total of the page only":     {pager: p, pages: []string{`{"total":2,"options":[1,2]}`, `{"total":2,"options":[1,2]}`, `{"total":1,"options":[3]}`}, want: []string{"1", "2", "3"}, asked: []string{"", "1", "2"}},
		"short page":                 {pager: p, pages: []string{`{"total":3,"options":[1]}`, `{"total":3,"options":[2,3]}`}, want: []string{"1", "2", "3"}, asked: []string{"", "1", "2"}},
		"hidden page":                {pager: p, pages: []string{`{"total":5,"options":[1,2]}`, `{"total":5,"options":[]}`, `{"total":5,"options":[3,4]}`, `{"total":5,"options":[5]}`}, want: []string{"1", "2", "3", "4", "5"}, asked: []string{"", "1", "2", "3"}},
		"no total":                   {pager: p, pages: []string{`{"options":[1,2]}`, `{"options":[3]}`, `{"options":[]}`}, want: []string{"1", "2", "3"}, asked: []string{"", "1", "2"}},
		"page ignored":               {pager: p, pages: []string{`{"total":5,"options":[1,2]}`}, want: []string{"1", "2"}, asked: []string{"", "1", "2"}, err: "page=2 gave a page before it once more"},
		"options go while read":      {pager: p, pages: []string{`{"total":5,"options":[1,2]}`, `{"total":4,"options":[4,5]}`, `{"total":4,"options":[2,3]}`, `{"total":4,"options":[4,5]}`, `{"total":4,"options":[]}`}, want: []string{"1", "2", "4", "5", "2", "3", "4", "5"}, asked: []string{"", "1", "", "1", "2"}},
		"options come while read":    {pager: p, pages: []string{`{"total":3,"options":[1,2]}`, `{"total":4,"options":[9,1]}`, `{"total":4,"options":[9,1]}`, `{"total":4,"options":[2,3]}`, `{"total":4,"options":[]}`}, want: []string{"1", "2", "9", "1", "9", "1", "2", "3"}, asked: []string{"", "1", "", "1", "2"}},
		"the rest goes while read":   {pager: p, pages: []string{`{"total":3,"options":[1,2]}`, `{"total":1,"options":[]}`, `{"total":1,"options":[3]}`}, want: []string{"1", "2", "3"}, asked: []string{"", "1", ""}},
		"options missing":            {pager: p, pages: []string{`{"total":1}`}, asked: []string{""}, err: `"/options"`},
		"pages never fill the total": {pager: p, pages: []string{`{"total":3,"options":[1]}`, `{"total":3,"options":[]}`}, want: []string{"1"}, asked: numbersAsked(maxEmpty + 1), err: "none was the last"},
	})
}

// numbersAsked are an unnumbered page and n numbered ones.
func numbersAsked(n int) []string {
	asked := []string{""}
	for i := range n {
		asked = append(asked, fmt.Sprint(i+1))
	}
	return asked
}

func TestPlanCursor(t *testing.T) {
	t.Parallel()
	p := PlanCursor("values").Size(2)
	runPagerCases(t, map[string]pagerCase{
		"two pages":             {pager: p, pages: []string{`{"cursor":"","last":false,"nextPageCursor":"2","size":2,"total":3,"values":[1,2]}`, `{"cursor":"2","last":true,"nextPageCursor":null,"size":1,"total":3,"values":[3]}`}, want: []string{"1", "2", "3"}, asked: []string{"", "2"}},
		"isLast instead":        {pager: p, pages: []string{`{"isLast":false,"nextPageCursor":"2","values":[1,2]}`, `{"isLast":true,"values":[3]}`}, want: []string{"1", "2", "3"}, asked: []string{"", "2"}},
		"last, and more":        {pager: p, pages: []string{`{"last":true,"nextPageCursor":"2","total":3,"values":[1,2]}`, `{"last":true,"nextPageCursor":"","total":3,"values":[3]}`}, want: []string{"1", "2", "3"}, asked: []string{"", "2"}},
		"last, total and token": {pager: p, pages: []string{`{"last":true,"nextPageCursor":"2","total":2,"values":[1,2]}`}, want: []string{"1", "2"}, asked: []string{""}},
		"last, idle token":      {pager: p, pages: []string{`{"last":true,"nextPageCursor":"2","values":[1,2]}`, `{"last":true,"nextPageCursor":"4","values":[]}`}, want: []string{"1", "2"}, asked: []string{"", "2"}},
		"last, same token":      {pager: p, pages: []string{`{"last":true,"nextPageCursor":"2","values":[1,2]}`, `{"last":true,"nextPageCursor":"2","values":[3]}`}, want: []string{"1", "2", "3"}, asked: []string{"", "2"}},
		"not last, no token":    {pager: p, pages: []string{`{"last":false,"values":[1,2]}`}, asked: []string{""}, err: "there is no token"},
		"empty, token":          {pager: p, pages: []string{`{"last":false,"nextPageCursor":"2","values":[]}`, `{"last":true,"values":[3]}`}, want: []string{"3"}, asked: []string{"", "2"}},
		"token comes again":     {pager: p, pages: []string{`{"last":false,"nextPageCursor":"2","values":[1]}`}, want: []string{"1"}, asked: []string{"", "2"}, err: "second time"},
		"values missing":        {pager: p, pages: []string{`{"last":true}`}, asked: []string{""}, err: `"/values"`},
	})
}

// TestAgileLists reads what boards, sprints and epics send: isLast and mostly no total.
func TestAgileLists(t *testing.T) {
	t.Parallel()
	p := Offset("values").Size(2)
	runPagerCases(t, map[string]pagerCase{
		"short page":          {pager: p, pages: []string{`{"startAt":0,"maxResults":2,"isLast":false,"values":[1]}`, `{"startAt":1,"maxResults":2,"isLast":true,"values":[2]}`}, want: []string{"1", "2"}, asked: []string{"0", "1"}},
		"empty":               {pager: p, pages: []string{`{"maxResults":2,"startAt":0,"isLast":true,"values":[]}`}, asked: []string{"0"}},
		"empty and not last":  {pager: p, pages: []string{`{"maxResults":2,"isLast":false,"values":[]}`, `{"isLast":true,"values":[3]}`}, want: []string{"3"}, asked: []string{"0", "2"}},
		"never last":          {pager: p, pages: []string{`{"isLast":false,"values":[1,2]}`}, want: []string{"1", "2"}, asked: []string{"0", "2"}, err: "once more"},
		"not last by isLast":  {pager: p, pages: []string{`{"isLast":false,"total":2,"values":[1,2]}`, `{"isLast":true,"total":2,"values":[3]}`}, want: []string{"1", "2", "3"}, asked: []string{"0", "2"}},
		"the last row moves":  {pager: p, pages: []string{`{"total":3,"values":[1,2]}`, `{"total":2,"values":[]}`, `{"total":2,"values":[3]}`}, want: []string{"1", "2", "3"}, asked: []string{"0", "2", "1"}},
		"the other rows went": {pager: p, pages: []string{`{"total":4,"values":[1,2]}`, `{"total":2,"values":[]}`, `{"total":2,"values":[1,2]}`, `{"total":2,"values":[]}`}, want: []string{"1", "2", "1", "2"}, asked: []string{"0", "2", "0", "2"}},
	})
}

func TestMap(t *testing.T) {
	t.Parallel()
	runPagerCases(t, map[string]pagerCase{
		"objects":           {pager: Map("permissions").Named("id"), pages: []string{`{"x":1,"permissions":{"B":{"a":1,"b":[{}]},"A":{}}}`}, want: []string{`{"id":"B","a":1,"b":[{}]}`, `{"id":"A"}`}, asked: []string{""}},
		"the body":          {pager: Map(""), pages: []string{`{"Admins":"https://h/role/1","n":1,"z":null,"l":[1]}`}, want: []string{`{"name":"Admins","value":"https://h/role/1"}`, `{"name":"n","value":1}`, `{"name":"z","value":null}`, `{"name":"l","value":[1]}`}, asked: []string{""}},
		"none":              {pager: Map("a"), pages: []string{`{"a":{}}`}, asked: []string{""}},
		"odd names":         {pager: Map(""), pages: []string{`{"a\"\n\u00e4":1,"":2}`}, want: []string{`{"name":"a\"\nä","value":1}`, `{"name":"","value":2}`}, asked: []string{""}},
		"name repeated":     {pager: Map("").Named("key"), pages: []string{`{"A":{"id":1,"key":"A","x":{"key":7}}}`}, want: []string{`{"key":"A","id":1,"x":{"key":7}}`}, asked: []string{""}},
		"only its name":     {pager: Map("").Named("key"), pages: []string{`{"A":{"key":"A"}}`}, want: []string{`{"key":"A"}`}, asked: []string{""}},
		"name contradicted": {pager: Map("").Named("key"), pages: []string{`{"A":{"key":"B"}}`}, asked: []string{""}, err: `expected the record's name "A" at "/A/key", found "B"`},
		"missing":           {pager: Map("a.b"), pages: []string{`{"a":{"c":{}}}`}, asked: []string{""}, err: `expected an object of records at "/a/b", found nothing`},
		"an array":          {pager: Map("a"), pages: []string{`{"a":[{}]}`}, asked: []string{""}, err: "expected an object"},
		"null":              {pager: Map("a"), pages: []string{`{"a":null}`}, asked: []string{""}, err: "expected an object"},
		"twice":             {pager: Map("a"), pages: []string{`{"a":{},"a":{}}`}, asked: []string{""}, err: "them twice"},
	})
}

func TestBare(t *testing.T) {
	t.Parallel()
	p := Bare("values", "label").Size(2)
	a, b, c := `{"label":"a"}`, `{"label":"b"}`, `{"label":"c"}`
	runPagerCases(t, map[string]pagerCase{
		"two pages":           {pager: p, pages: []string{`{"maxResults":2,"startAt":0,"total":3,"isLast":false,"values":["a","b"]}`, `{"startAt":2,"total":3,"isLast":true,"values":["c"]}`}, want: []string{a, b, c}, asked: []string{"0", "2"}},
		"short page":          {pager: p, pages: []string{`{"isLast":false,"values":["a"]}`, `{"isLast":true,"values":["b","c"]}`}, want: []string{a, b, c}, asked: []string{"0", "1"}},
		"whole":               {pager: Bare("values", "label"), pages: []string{`{"values":["a","b"]}`}, want: []string{a, b}, asked: []string{"0"}},
		"whole, the body":     {pager: Bare("", "label"), pages: []string{`["a","b"]`}, want: []string{a, b}, asked: []string{"0"}},
		"whole, as it seems":  {pager: p, pages: []string{`["a","b"]`, `["c"]`}, want: nil, asked: []string{"0"}, err: `expected an object`},
		"full, nothing said":  {pager: p, pages: []string{`{"values":["a","b"]}`, `{"values":["c"]}`}, want: []string{a, b, c}, asked: []string{"0", "2"}},
		"full, and the whole": {pager: p, pages: []string{`{"values":["a","b"]}`}, want: []string{a, b}, asked: []string{"0", "2"}},
		"asked for whole":     {pager: Whole("ids").Named("id"), pages: []string{`{"ids":["a",7,true]}`}, want: []string{`{"id":"a"}`, `{"id":7}`, `{"id":true}`}, asked: []string{""}},
		"odd text":            {pager: p, pages: []string{`{"isLast":true,"values":["\ud83d\ude00\"\\","` + "\xff" + `"]}`}, want: []string{`{"label":"\ud83d\ude00\"\\"}`, `{"label":"` + "\xff" + `"}`}, asked: []string{"0"}},
		"startAt ignored":     {pager: p, pages: []string{`{"isLast":false,"values":["a","b"]}`}, want: []string{a, b}, asked: []string{"0", "2"}, err: "once more"},
		"an object":           {pager: p, pages: []string{`{"isLast":true,"values":["a",{}]}`}, asked: []string{"0"}, err: `expected a plain value at "/values/1", found {`},
		"null":                {pager: p, pages: []string{`{"isLast":true,"values":[null]}`}, asked: []string{"0"}, err: "expected a plain value"},
		"values missing":      {pager: p, pages: []string{`{"isLast":true}`}, asked: []string{"0"}, err: `"/values"`},
	})
}

func TestSizesOfPagesByDialect(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		pager Pager
		want  string
	}{
		"start":  {StartLimit("values"), "limit=100&start=0"},
		"offset": {OffsetLimit("values"), "limit=1000&offset=0"},
		"number": {PageNumber("values"), "maxResults=100"},
		"plan":   {PlanCursor("values"), "maxResults=50"},
		"bare":   {Bare("values", "x"), "maxResults=100&startAt=0"},
		"map":    {Map("values"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, Cloud)
			records := `[]`
			if tt.pager.kind == kindMap {
				records = `{}`
			}
			s.answer("GET "+thingPath, `{"values":`+records+`}`)
			_, _, err := readAll(t, s.connected(nil), thing, tt.pager)
			require.NoError(t, err)
			require.Equal(t, tt.want, s.asked(thingPath)[0].Query.Encode())
		})
	}
}

// TestACutPageIsReadAgain cuts a body in the middle of a record that is rebuilt.
func TestACutPageIsReadAgain(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		pager     Pager
		cut, page string
		want      []string
	}{
		"map":  {Map("").Named("key"), `{"A":{"x":1},"B":{"x":`, `{"A":{"x":1},"B":{"x":2}}`, []string{`{"key":"A","x":1}`, `{"key":"B","x":2}`}},
		"bare": {Bare("values", "x"), `{"values":["a","b`, `{"values":["a","b"]}`, []string{`{"x":"a"}`, `{"x":"b"}`}},
		"late": {Bare("values", "x"), `{"values":["a",`, `{"values":["a"]}`, []string{`{"x":"a"}`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, Cloud)
			s.answer("GET "+thingPath, tt.cut, tt.page)
			got, _, err := readAll(t, s.connected(nil), thing, tt.pager)
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
			require.Len(t, s.asked(thingPath), 2)
		})
	}
}

func TestWrappedRecordsAreHeldToTheSinksPromise(t *testing.T) {
	t.Parallel()
	for name, sink := range map[string]sinkFunc{
		"nothing": func(*jsonread.Decoder) error { return nil },
		"half":    func(dec *jsonread.Decoder) error { _, err := dec.ReadToken(); return err },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWrapper("x", sink)
			require.ErrorContains(t, w.plain(jsonread.NewDecoder(strings.NewReader(`"a"`))), "a reader that reads less")
		})
	}
	failing := newWrapper("x", sinkFunc(func(*jsonread.Decoder) error { return http.ErrBodyNotAllowed }))
	require.ErrorIs(t, failing.named(jsonread.NewDecoder(strings.NewReader(`{}`)), "a"), http.ErrBodyNotAllowed)
}

func TestWrappingAllocatesNothingARecord(t *testing.T) {
	skip := newWrapper("label", sinkFunc(func(dec *jsonread.Decoder) error { return dec.SkipValue() }))
	dec := jsonread.NewDecoder(strings.NewReader(strings.Repeat(`"a label" {"id":"1","x":[2]} `, 2000)))
	give := func() {
		require.NoError(t, skip.plain(dec))
		require.NoError(t, skip.named(dec, "A"))
	}
	for range 100 {
		give() // until the buffers have their size
	}
	require.Zero(t, testing.AllocsPerRun(1000, give))
}

// FuzzPages pages through a site that answers two bodies in turn, whatever they
// are: it ends, it does not panic, and each record of a wrapped list is an object.
func FuzzPages(f *testing.F) {
	for _, s := range [][2]string{
		{`{"values":[{"id":"1"}],"isLastPage":false,"start":0,"limit":1,"_links":{"next":"x"}}`, `{"values":[],"isLastPage":true}`},
		{`{"records":[1,2],"offset":0,"limit":2,"total":3}`, `{"records":[3],"offset":2,"total":3}`},
		{`{"options":[1],"total":2}`, `{"options":[2],"total":2}`},
		{`{"values":["a",1,true],"last":false,"nextPageCursor":"2","total":9}`, `{"values":["b"],"last":true,"nextPageCursor":"2"}`},
		{`{"values":{"A":{"name":"A","x":[{}]},"B":null,"":"\u0000"}}`, `{"values":{"A":{"name":"B"}}}`},
		{`{"":1,"values":[],"_links":{"next":null},"total":"7","startAt":1e3}`, `{"isLastPage":0}`},
		{`{"issuesApproachingLimit":{"comment":{"1L":2}},"limits":{"comment":3}}`, `{"values":[1],"options":[2]}`},
		{``, `<html>`},
		{`[`, `{"values":[nul`},
	} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		bodies := [2]string{first, second}
		for _, p := range []Pager{
			StartLimit("values"), OffsetLimit("records"), PageNumber("options").Size(1), PlanCursor("values"),
			Bare("values", "label").Size(3), Bare("", "label"), Map("values"), Map(""), Whole("values").Named("x"),
			Lists("values", "options"), LimitReport(),
		} {
			s := newListing(p, p.pageSize())
			ex := &exchange{}
			for n := 0; !s.done; n++ {
				require.Less(t, n, 10_000, "it ends")
				sink := &collector{}
				rep := &reply{dec: jsonread.NewDecoder(strings.NewReader(bodies[n%2])), hash: s.hash}
				if !p.offset() {
					rep.hash = nil
				}
				e := newEnvelope()
				if e.read(rep, p, sink) != nil || s.advance(ex, e) != nil {
					break
				}
				require.Len(t, sink.open, e.records)
				for _, record := range sink.open {
					require.True(t, p.column == "" || strings.HasPrefix(record, "{"), record)
				}
				s.index++
			}
		}
	})
}
