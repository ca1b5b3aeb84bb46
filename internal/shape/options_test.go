package shape

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jsonread"
)

func TestLiftCaptureAdded(t *testing.T) {
	t.Parallel()
	s := load(t, "issues", Options{}).Select(func(path ...string) bool {
		switch strings.Join(path, ".") {
		case "id", "key", "created", "updated", "fields", "fields.summary", "fields.updated", "fields.status":
			return true
		}
		return false
	}).AddColumn("site", []byte(`{"type":"string"}`))
	plan := compile(t, s, PlanOptions{
		Added:   []string{"site"},
		Lift:    map[string]string{"created": "fields.created", "updated": "fields.updated"},
		Capture: []string{"id", "updated", "fields.created", "fields.status.name", "fields.assignee", "changelog.total"},
	})
	var row Row
	out := plan.shape(t, `{"id":"7","site":"x","created":"no","changelog":{"total":3},"fields":{
		"created":"2024-03-01T10:00:00.000+0100","updated":"2024-03-02T09:00:00.000+0000",
		"status":{"id":"1","name":"Done"},"summary":null,"assignee":null}}`, &row)
	want := `{"id":"7","fields":{"updated":"2024-03-02T09:00:00.000000Z","status":{"id":"1","name":"Done"},"summary":null},` +
		`"key":null,"created":"2024-03-01T09:00:00.000000Z","updated":"2024-03-02T09:00:00.000000Z"}`
	require.Equal(t, want, out)
	require.Empty(t, row.Repairs)
	var captured []string
	for _, v := range row.Captured {
		captured = append(captured, string(v))
	}
	require.Equal(t, []string{`"7"`, `"2024-03-02T09:00:00.000000Z"`, `"2024-03-01T09:00:00.000000Z"`, `"Done"`, "", "3"}, captured)
	require.Nil(t, row.Captured[4])

	out = plan.shape(t, `{"fields":null}`, &row)
	want = `{"fields":{"summary":null,"status":null,"updated":null},"id":null,"key":null,"created":null,"updated":null}`
	require.Equal(t, want, out)
	require.Nil(t, row.Captured[0], "nothing is left of the record before")
}

func TestCaptureWithoutTheParent(t *testing.T) {
	t.Parallel()
	s := load(t, "issues", Options{}).Select(func(path ...string) bool { return path[0] == "id" })
	plan := compile(t, s, PlanOptions{
		Lift:    map[string]string{"updated": "fields.updated"},
		Capture: []string{"updated"},
		Divert:  []string{"fields.comment"},
	})
	diverted := 0
	row := Row{
		Divert: func(i int, dec *jsonread.Decoder) error { diverted++; return dec.SkipValue() },
		User:   func([]byte) { t.Error("nobody chose the users") },
	}
	out := plan.shape(t, `{"id":"7","fields":{"assignee":{"accountId":"a"},"new":1,"comment":{},"updated":1709285400000}}`, &row)
	require.JSONEq(t, `{"id":"7"}`, out)
	require.Equal(t, `"2024-03-01T09:30:00.000000Z"`, string(row.Captured[0]), "with the type of its column")
	require.Equal(t, 1, diverted)
	require.Empty(t, row.Repairs)
}

func TestDivert(t *testing.T) {
	t.Parallel()
	plan := compile(t, load(t, "issues", Options{}), PlanOptions{Divert: []string{"changelog", "fields.comment"}})
	record := `{"changelog":{"a":1},"fields":{"comment":[2],"summary":"s"},"id":"1"}`
	got := map[int]string{}
	row := Row{Divert: func(i int, dec *jsonread.Decoder) error {
		v, err := dec.ReadValue()
		got[i] = string(v)
		return err
	}}
	out := plan.shape(t, record, &row)
	require.Equal(t, map[int]string{0: `{"a":1}`, 1: `[2]`}, got)
	require.NotContains(t, out, "comment")
	require.NotContains(t, out, "changelog")
	require.Equal(t, out, plan.shape(t, record, &Row{}), "without a taker the values are skipped")

	broken := errors.New("broken")
	for want, divert := range map[string]func(int, *jsonread.Decoder) error{
		"read changelog: broken":                        func(int, *jsonread.Decoder) error { return broken },
		"read changelog: its reader took 0 values":      func(int, *jsonread.Decoder) error { return nil },
		"read changelog: its reader stopped at depth 2": func(_ int, dec *jsonread.Decoder) error { _, err := dec.ReadToken(); return err },
	} {
		_, err := plan.AppendMembers(nil, jsonread.NewDecoder(strings.NewReader(record)), &Row{Divert: divert})
		require.ErrorContains(t, err, want)
	}
}

func TestUsersAreShown(t *testing.T) {
	t.Parallel()
	s := load(t, "issues", Options{}).WithFields([]Field{{ID: "customfield_1", Type: "array", Items: "user"}})
	var seen []string
	row := Row{User: func(raw []byte) { seen = append(seen, string(raw)) }}
	compile(t, s, PlanOptions{}).shape(t, `{"fields":{"assignee":{"accountId": "a\u0000"},"reporter":null,
		"attachment":[{"author":{"accountId":"b"}}],"customfield_1":[{"accountId":"c"},{"accountId":"d"}]}}`, &row)
	require.Equal(t, []string{`{"accountId":"a"}`, `{"accountId":"b"}`, `{"accountId":"c"}`, `{"accountId":"d"}`}, seen)
}

func TestSprints(t *testing.T) {
	t.Parallel()
	field := []Field{{ID: "customfield_1", Name: "Sprint", Type: "array", Items: "json", CustomType: usual + "gh-sprint"}}
	cloud := compile(t, load(t, "issues", Options{}).WithFields(field), PlanOptions{})
	var row Row
	out := cloud.shape(t, `{"fields":{"customfield_1":[{"id":3,"goal":"","startDate":"2024-03-01T09:30:00.000+01:00","new":1}]}}`, &row)
	require.Contains(t, out, `[{"id":3,"goal":"","startDate":"2024-03-01T08:30:00.000000Z","new":1}]`)

	dataCenter := compile(t, load(t, "issues", Options{DataCenter: true}).WithFields(field), PlanOptions{})
	text := `"com.atlassian.greenhopper.service.sprint.Sprint@428da144[id=3,name=Release 1, x,completeDate=<null>]"`
	require.Contains(t, dataCenter.shape(t, `{"fields":{"customfield_1":[`+text+`]}}`, &row), `"customfield_1":[`+text+`]`)
	require.Empty(t, row.Repairs)
}

func TestUnknownMembers(t *testing.T) {
	t.Parallel()
	plan := compile(t, load(t, "issues", Options{}).Without("fields", "summary"), PlanOptions{})
	var row Row
	out := plan.shape(t, `{"new":1,"fields":{"customfield_9":1,"summary":"s","comment":{},"\u0063ustomfield_8":2,
		"attachment":[{"id":"1","new\ud800":"kept"}]}}`, &row)
	require.NotContains(t, out, "customfield_9")
	require.NotContains(t, out, `"new":1`)
	require.Contains(t, out, `{"id":"1","new`+"\ufffd"+`":"kept"}`)
	require.Equal(t, []Repair{{"fields.customfield_9", Unknown}, {"fields.customfield_8", Unknown}, {"fields.attachment", BadText}}, row.Repairs)
}

func TestNamesAreReadAsTheyAreMeant(t *testing.T) {
	t.Parallel()
	s := schemaOf(t, `{"größe":{"type":["null","string"]},"id":{"type":["null","string"]}}`)
	out := compile(t, s, PlanOptions{}).shape(t, `{"gr\u00f6\u00dfe":"a","\u0069d":"b"}`, &Row{})
	require.JSONEq(t, `{"größe":"a","id":"b"}`, out)
}

func TestBrokenRecords(t *testing.T) {
	t.Parallel()
	plan := compile(t, load(t, "issues", Options{}), PlanOptions{})
	for record, want := range map[string]string{
		`[]`:                       ErrNotObject.Error(),
		`null`:                     ErrNotObject.Error(),
		`<html>`:                   "invalid character '<'",
		`{"id":"1"]`:               "invalid character ']'",
		`{"id":01}`:                "invalid character '1'",
		"{\"id\":\"line\nbreak\"}": "invalid character '\\n'",
	} {
		_, err := plan.AppendMembers(nil, jsonread.NewDecoder(strings.NewReader(record)), &Row{})
		require.ErrorContains(t, err, want, record)
	}
	for _, cut := range []string{`{`, `{"id"`, `{"id":"1"`, `{"fields":{"summary":"x`, `{"fields":{"attachment":[{"id":"1"},`} {
		_, err := plan.AppendMembers(nil, jsonread.NewDecoder(strings.NewReader(cut)), &Row{})
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, cut)
	}
}

func TestOptionsThatContradict(t *testing.T) {
	t.Parallel()
	s := load(t, "issues", Options{})
	for want, options := range map[string]PlanOptions{
		`capture "fields.assignee.accountId"`: {Capture: []string{"fields.assignee.accountId"}},
		`capture "id.x"`:                      {Capture: []string{"id.x"}},
		`divert "key.x"`:                      {Divert: []string{"key.x"}},
		`lift "self.x"`:                       {Lift: map[string]string{"created": "self.x"}},
		`lift "key": its type`:                {Lift: map[string]string{"created": "key"}},
	} {
		_, err := Compile(s, options)
		require.ErrorContains(t, err, want)
	}
	_, err := Compile(s, PlanOptions{Lift: map[string]string{"nonsense": "fields.created"}})
	require.NoError(t, err, "a column that is not selected needs no filling")
}

func TestDeepNesting(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"a":[`, 1000) + "\n" + strings.Repeat(`]}`, 1000)
	plan := compile(t, schemaOf(t, columns), PlanOptions{})
	out := plan.shape(t, `{"obj":`+deep+`,"open":`+deep+`,"unknown":`+deep+`}`, &Row{})
	require.NotContains(t, out, "\n")
	require.Contains(t, out, strings.Repeat(`{"a":[`, 1000))
}

func TestManyColumns(t *testing.T) {
	t.Parallel()
	fields := make([]Field, 1500)
	for i := range fields {
		fields[i] = Field{ID: "customfield_" + strings.Repeat("1", i+1), Type: "number"}
	}
	s := load(t, "issues", Options{}).WithFields(fields)
	out := compile(t, s, PlanOptions{}).shape(t, `{"fields":{"`+fields[1499].ID+`":5}}`, &Row{})
	require.Contains(t, out, `"`+fields[1499].ID+`":5,`)
	require.Contains(t, out, `"`+fields[1498].ID+`":null`)
}
