package cli_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
)

// requireStrict holds a line to JSON as RFC 8259 and I-JSON have it: valid UTF-8, no name twice.
func requireStrict(t require.TestingT, line []byte) {
	_, err := jsontext.NewDecoder(bytes.NewReader(line)).ReadValue()
	require.NoError(t, err, "%.300q", line)
}

// spoilt are the bytes to put in the place of values: by issue and field.
type spoilt map[string]map[string]string

// spoil changes the fields of one issue wherever it is sent, and returns its id.
func (o *ordeal) spoil(fields map[string]string) (id string) {
	o.t.Helper()
	ids := slices.Sorted(o.site.Ledger().Keys("issues"))
	id = ids[len(ids)/3]
	o.site.Script(jirasim.Fault{Times: -1, Rewrite: spoilt{id: fields}.rewrite})
	return id
}

// rewrite changes a page of issues. A value need not be JSON, so the page is taken apart once, before anything changes.
func (s spoilt) rewrite(body []byte) []byte {
	var page struct{ Issues []json.RawMessage }
	if json.Unmarshal(body, &page) != nil {
		return body
	}
	for _, text := range page.Issues {
		var issue struct {
			ID     string
			Fields map[string]json.RawMessage
		}
		if json.Unmarshal(text, &issue) != nil {
			continue
		}
		changed := []byte(text)
		for field, raw := range s[issue.ID] {
			if old := issue.Fields[field]; old != nil {
				name := `"` + field + `":`
				changed = bytes.Replace(changed, []byte(name+string(old)), []byte(name+raw), 1)
			}
		}
		body = bytes.Replace(body, text, changed, 1)
	}
	return body
}

// fields are those of an issue's row, which must be there.
func (o *ordeal) fields(id string) map[string]any {
	o.t.Helper()
	row := o.rows("issues")[id]
	require.NotNil(o.t, row, "issue %s is missing", id)
	return row["fields"].(map[string]any)
}

// nested is a value within a value within a value.
func nested(o *ordeal) {
	deep := strings.Repeat(`{"a":[`, 500) + `"bottom"` + strings.Repeat(`]}`, 500)
	id := o.spoil(map[string]string{"description": deep, "labels": deep, "assignee": deep})
	o.whole()
	require.Contains(o.t, o.fields(id)["description"], "bottom")
}

// invalidText is text whose bytes are no UTF-8: they become U+FFFD, and it is told.
func invalidText(o *ordeal) {
	id := o.spoil(map[string]string{"summary": "\"a\xff\xfeb\xc0\"", "description": "\"\xed\xa0\x80\""})
	got := o.whole()
	require.Equal(o.t, "a\ufffd\ufffdb\ufffd", o.fields(id)["summary"])
	require.Contains(o.t, got.stderr, "fields.summary")
}

// nul is U+0000, which most databases refuse.
func nul(o *ordeal) {
	id := o.spoil(map[string]string{"summary": `"a\u0000b"`})
	got := o.whole()
	require.Equal(o.t, "ab", o.fields(id)["summary"])
	require.Contains(o.t, got.stderr, "fields.summary")
}

// surrogate is half a character.
func surrogate(o *ordeal) {
	id := o.spoil(map[string]string{"summary": `"a\ud83db"`})
	got := o.whole()
	require.Equal(o.t, "a\ufffdb", o.fields(id)["summary"])
	require.Contains(o.t, got.stderr, "fields.summary")
}

// numbers are some that no column holds.
func numbers(o *ordeal) {
	id := o.spoil(map[string]string{"workratio": "1e999", "timespent": "123456789012345678901234567890", "timeestimate": "-0.5"})
	got := o.whole()
	require.Nil(o.t, o.fields(id)["workratio"])
	require.InDelta(o.t, 1.2345678901234568e29, o.fields(id)["timespent"], 1)
	require.InDelta(o.t, -0.5, o.fields(id)["timeestimate"], 0)
	require.Contains(o.t, got.stderr, `field=fields.timespent why="big integer"`)
	require.Contains(o.t, got.stderr, `field=fields.workratio why="number out of range"`)
}

// years are the first that Jira's importers wrote, and one that people did.
func years(o *ordeal) {
	id := o.spoil(map[string]string{
		"resolutiondate": `"51502-12-31T00:00:00.000+0000"`, "duedate": `"0001-01-01"`, "lastViewed": `"0001-01-01T00:00:00.000+0000"`,
	})
	got := o.whole()
	require.Nil(o.t, o.fields(id)["resolutiondate"])
	require.Contains(o.t, got.stderr, `field=fields.resolutiondate why="bad date"`)
	require.Equal(o.t, "0001-01-01", o.fields(id)["duedate"])
	require.Equal(o.t, "0001-01-01T00:00:00.000000Z", o.fields(id)["lastViewed"])
}

// duplicates are names that stand twice.
func duplicates(o *ordeal) {
	id := o.spoil(map[string]string{"summary": `"first","summary":"second"`, "labels": `["x"],"fields":{"a":1,"a":2}`})
	got := o.whole()
	require.Equal(o.t, "first", o.fields(id)["summary"])
	require.Contains(o.t, got.stderr, `field=fields.summary why="comes twice"`)
}

// otherTypes is a field that is of another type in each issue: what loses nothing by it is written in the column's type,
// the rest is null and told, and no row is lost.
func otherTypes(o *ordeal) {
	ids := slices.Sorted(o.site.Ledger().Keys("issues"))
	want := []struct {
		raw                     string
		text, number, list, who any
	}{
		{raw: `17`, text: "17", number: 17.0},
		{raw: `true`, text: "true"},
		{raw: `{"value":"x"}`, text: `{"value":"x"}`, who: map[string]any{"value": "x"}},
		{raw: `["a",1]`, text: `["a",1]`, list: []any{"a", "1"}},
		{raw: `null`},
		{raw: `1.5e3`, text: "1.5e3", number: 1500.0},
	}
	s := spoilt{}
	for i, w := range want {
		s[ids[i]] = map[string]string{"summary": w.raw, "timespent": w.raw, "labels": w.raw, "assignee": w.raw}
	}
	o.site.Script(jirasim.Fault{Times: -1, Rewrite: s.rewrite})
	got := o.whole()
	for i, w := range want {
		f := o.fields(ids[i])
		require.Equal(o.t, []any{w.text, w.number, w.list}, []any{f["summary"], f["timespent"], f["labels"]}, w.raw)
		require.Equal(o.t, w.who == nil, f["assignee"] == nil, w.raw)
	}
	for _, told := range []string{"fields.summary: converted (5)", "fields.timespent: mismatch (3)", "fields.labels: mismatch (4)"} {
		require.Contains(o.t, got.stderr, told)
	}
}

// repeatedToken is a search that gives tokens beyond its end, which it does not take: it must not go on for ever.
func repeatedToken(o *ordeal) {
	if !o.cloud() {
		o.t.Skip("a Data Center's search has no tokens")
	}
	o.site.Script(jirasim.Fault{Template: "/rest/api/{v}/search/jql", Times: -1, Rewrite: func(body []byte) []byte {
		return bytes.Replace(body, []byte(`"isLast":true`), []byte(`"isLast":false,"nextPageToken":"again"`), 1)
	}})
	o.lacks("issues failed", "token")
}

// oddPage is an oddity of Cloud's search that loses nothing.
func oddPage(fault jirasim.Fault) func(*ordeal) {
	return func(o *ordeal) {
		if !o.cloud() {
			o.t.Skip("a Data Center's search has no tokens")
		}
		fault.Template = "/rest/api/{v}/search/jql"
		o.site.Script(fault)
		o.whole()
		o.heals()
	}
}

// clockless is a serverInfo that does not say what time it is: the bookmark follows the clock of the Date header, and
// not that of the machine that the tap runs on, which may be hours wrong.
func clockless(o *ordeal) {
	o.site.Script(jirasim.Fault{Template: "/rest/api/{v}/serverInfo", Times: -1, Rewrite: func(body []byte) []byte {
		return bytes.Replace(body, []byte(`"serverTime"`), []byte(`"noTime"`), 1)
	}})
	o.skew = 5 * time.Hour
	o.whole()
	id := slices.Sorted(o.site.Ledger().Keys("issues"))[2]
	_, err := o.site.Edit(jirasim.Edit{Kind: jirasim.EditSummary, Issue: id, Text: "edited"})
	require.NoError(o.t, err)
	o.clock.pass(time.Hour)
	o.whole()
	require.Equal(o.t, "edited", o.fields(id)["summary"])
	o.heals()
}

// idless is an issue that has no id: nothing can be keyed by it, so the page is not taken.
func idless(o *ordeal) {
	ids := slices.Sorted(o.site.Ledger().Keys("issues"))
	o.site.Script(jirasim.Fault{Times: -1, Contains: "summary", Rewrite: func(body []byte) []byte {
		return bytes.Replace(body, []byte(`"id":"`+ids[3]+`"`), []byte(`"id":null`), 1)
	}})
	if !o.cloud() {
		o.whole() // there the issue is missed, and asked for by itself
		return
	}
	o.lacks("issues")
}

// otherShape is JSON, but not what the documents say.
func otherShape(o *ordeal) {
	o.onPriorities(jirasim.Fault{Status: http.StatusOK, Body: `{"priorities":{"total":3}}`, Header: map[string]string{"Content-Type": "application/json"}})
	o.lacks("priorities failed")
}
