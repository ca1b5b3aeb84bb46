package shape

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jsonread"
)

// nestedSchema has objects and arrays within each other: of texts, of moments, of what is copied whole, of objects.
const nestedSchema = `{
	"id":{"type":["null","string"]},
	"items":{"type":["null","array"],"items":{"type":["null","object"],"properties":{
		"field":{"type":["null","string"]},"at":{"type":["null","string"],"format":"date-time"},"n":{"type":["null","integer"]},"s/t":{"type":["null","string"]},
		"who":{"type":["null","object"],"x-jira":"user"},"days":{"type":["null","array"],"items":{"type":["null","string"],"format":"date-time"}}}}},
	"labels":{"type":["null","array"],"items":{"type":["null","string"]}},
	"links":{"type":["null","array"],"items":{"type":["null","object"]}},
	"project":{"type":["null","object"],"properties":{"id":{"type":["null","string"]},"key":{"type":["null","string"],"x-jira":"key"}}},
	"any":{"type":["null","array"]},
	"end":{"type":["null","string"]}}`

// nestedUsual is a record of the schema as most are.
const nestedUsual = `{"id":"1","items":[{"field":"a","at":"2024-03-01T09:30:00.000+0100","n":1,"who":{"accountId":"1","n":2},"days":[1709285400123,null]},{"field":"b","n":2}],` +
	`"labels":["x","y"],"links":[{"l":1},{"l":[2]}],"project":{"id":"10","key":"K","more":{"of":"it"}},"any":[{"x":[]}],"end":"."}`

// nestedChanges put something else in one place of the usual record, or break it.
func nestedChanges() [][2]string {
	return [][2]string{
		{`"n":1`, `"n":-0`},
		{`"n":1`, `"n":"7"`},
		{`"n":1`, `"n":null`},
		{`"n":1`, `"n":tru`},
		{`"n":1`, `"n":1,"n":2`},
		{`"n":1`, `"n": 1`},
		{`"n":1`, ` "n":1`},
		{`"n":1`, `"n":1 `},
		{`"n":1`, `"n":1,`},
		{`"n":1,`, `"n":1`},
		{`"n":1`, `n:1`},
		{`"n":1`, `"n"=1`},
		{`"n":1`, `"\u006e":1`},
		{`"n":1`, `"n":1,"s\/t":1`},
		{`"n":1`, `"n":1,"new":1`},
		{`"n":1`, `"n":1,"new":"\u0000"`},
		{`"n":1`, `"n":1,"new":1e400`},
		{`"n":1`, "\"n\":1,\"new\":[1,\n2]"},
		{`"n":1`, `"n":1,"new": 1`},
		{`"n":1`, `"n":1,"new":1,"new":2`},
		{`"n":1`, `"n":1,"new":?`},
		{`"n":1`, "\"n\":1,\"\xff\":1"},
		{`"field":"a"`, `"field":"\u0000"`},
		{`"field":"a"`, `"field":5`},
		{`"field":"a",`, ``},
		{`"field":"a","at"`, `"at"`},
		{`"field":"b"`, `"x":"b"`},
		{`{"field":"b","n":2}`, `{}`},
		{`{"field":"b","n":2}`, `null`},
		{`{"field":"b","n":2}`, `"text"`},
		{`{"field":"b","n":2}`, `{"n":2,"field":"b"}`},
		{`{"field":"b","n":2}]`, `{"field":"b","n":2}`},
		{`{"field":"b","n":2}]`, `{"field":"b","n":2},]`},
		{`{"field":"b","n":2}]`, `{"field":"b","n":2}}`},
		{`[{"field":"a"`, `{"field":"a"`},
		{`[{"field":"a"`, `[,{"field":"a"`},
		{`[{"field":"a"`, `[ {"field":"a"`},
		{`+0100"`, `+0100 x"`},
		{`+0100"`, `\u0000"`},
		{`1709285400123`, `17.5`},
		{`1709285400123`, `[]`},
		{`1709285400123`, `"2024-03-01"`},
		{`"accountId":"1"`, `"accountId":"\ud83d"`},
		{`{"accountId":"1","n":2}`, `[]`},
		{`{"accountId":"1","n":2}`, `{"accountId":"1","n":2`},
		{`["x","y"]`, `[]`},
		{`["x","y"]`, `"x"`},
		{`["x","y"]`, `["x" ,"y"]`},
		{`["x","y"]`, `["x",1]`},
		{`["x","y"]`, `null`},
		{`["x","y"]`, `["x","\ud800"]`},
		{`["x","y"]`, `["x"`},
		{`{"l":[2]}`, `{"l":[1e999]}`},
		{`{"l":[2]}`, `{"l":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`},
		{`{"l":[2]}`, `5`},
		{`"key":"K"`, `"key":null`},
		{`"key":"K"`, `"key":""`},
		{`"id":"10"`, `"id":"10","id":"11"`},
		{`"id":"10"`, `"id":null`},
		{`{"of":"it"}`, `{"of":"\u0000"}`},
		{`[{"x":[]}]`, `{"x":[]}`},
		{`[{"x":[]}]`, `[{"x":["\u0000"]}]`},
		{`[{"x":[]}]`, `[`},
	}
}

// TestWhatIsNestedIsWrittenAsIfReadOneByOne reads each record in the order that the ones before have taught, and alone.
func TestWhatIsNestedIsWrittenAsIfReadOneByOne(t *testing.T) {
	t.Parallel()
	for _, capture := range [][]string{nil, {"id", "project.id"}, {"items", "labels"}} {
		plan := compile(t, schemaOf(t, nestedSchema), PlanOptions{Capture: capture})
		taught := Row{Memo: NewMemo()}
		records := []string{nestedUsual, nestedUsual}
		for _, change := range nestedChanges() {
			require.Contains(t, nestedUsual, change[0])
			changed := strings.Replace(nestedUsual, change[0], change[1], 1)
			records = append(records, changed, changed, nestedUsual)
		}
		for _, record := range records {
			shown := map[string]bool{}
			taught.User = func(raw []byte) { shown[string(raw)] = true }
			want, wantShown, wantErr := readAlone(plan, record)
			got, err := plan.AppendMembers([]byte("before"), jsonread.NewBytesDecoder([]byte(record)), &taught)
			require.Equal(t, wantErr == nil, err == nil, record)
			if err == nil {
				require.Equal(t, want, fmt.Sprintf("%s %v %q", got, taught.Repairs, taught.Captured), record)
				require.Equal(t, wantShown, shown, record)
			}
		}
	}
}

// readAlone reads a record with nothing known of those before: one by one.
func readAlone(plan *Plan, record string) (read string, shown map[string]bool, err error) {
	shown = map[string]bool{}
	alone := Row{User: func(raw []byte) { shown[string(raw)] = true }}
	line, err := plan.AppendMembers([]byte("before"), jsonread.NewBytesDecoder([]byte(record)), &alone)
	return fmt.Sprintf("%s %v %q", line, alone.Repairs, alone.Captured), shown, err
}

// TestTheUsualIsReadInOneRun makes sure that the test above tests runs.
func TestTheUsualIsReadInOneRun(t *testing.T) {
	t.Parallel()
	plan := compile(t, schemaOf(t, nestedSchema), PlanOptions{Capture: []string{"project.id"}})
	row := Row{Memo: NewMemo()}
	dec := jsonread.NewBytesDecoder([]byte(nestedUsual))
	_, err := plan.AppendMembers(nil, dec, &row)
	require.NoError(t, err)
	dec.ResetBytes([]byte(nestedUsual))
	_, err = dec.ReadToken()
	require.NoError(t, err)
	row.begin(plan)
	_, last := walk{dec: dec, row: &row}.run(nil, 0, row.open(len(plan.root.members)), plan.root, row.order(plan.root), 0)
	require.Equal(t, len(plan.root.members), last)
	require.EqualValues(t, '}', dec.PeekKind())
}

// TestWhatIsDeselectedInsideIsNoPartOfARun leaves out a member of nested objects.
func TestWhatIsDeselectedInsideIsNoPartOfARun(t *testing.T) {
	t.Parallel()
	s := schemaOf(t, nestedSchema).Select(func(path ...string) bool { return path[len(path)-1] != "n" && strings.Join(path, ".") != "project.key" })
	plan, row := compile(t, s, PlanOptions{}), Row{Memo: NewMemo()}
	want, _, err := readAlone(plan, nestedUsual)
	require.NoError(t, err)
	require.NotContains(t, want, `"key"`)
	for range 3 {
		got, err := plan.AppendMembers([]byte("before"), jsonread.NewBytesDecoder([]byte(nestedUsual)), &row)
		require.NoError(t, err)
		require.Equal(t, want, fmt.Sprintf("%s %v %q", got, row.Repairs, row.Captured))
	}
}

// FuzzRun holds what is read in runs, by a row that has learnt the order of the usual record, to what is read one by one.
func FuzzRun(f *testing.F) {
	for _, change := range nestedChanges() {
		f.Add([]byte(strings.Replace(nestedUsual, change[0], change[1], 1)))
	}
	plan := compile(f, schemaOf(f, nestedSchema), PlanOptions{Capture: []string{"id", "project.id"}})
	f.Fuzz(func(t *testing.T, record []byte) {
		taught := Row{Memo: NewMemo()}
		want, _, wantErr := readAlone(plan, string(record))
		for _, text := range []string{nestedUsual, nestedUsual, string(record), string(record)} {
			got, err := plan.AppendMembers([]byte("before"), jsonread.NewBytesDecoder([]byte(text)), &taught)
			if text != string(record) {
				require.NoError(t, err)
				continue
			}
			require.Equal(t, wantErr == nil, err == nil)
			if err == nil {
				require.Equal(t, want, fmt.Sprintf("%s %v %q", got, taught.Repairs, taught.Captured))
			}
		}
	})
}
