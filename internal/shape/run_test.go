package shape

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jsonread"
)

// runSchema has a member of each form, some of them twice, so that runs begin and end anywhere.
const runSchema = `{
	"a":{"type":["null","string"]},"int":{"type":["null","integer"]},"num":{"type":["null","number"]},"yes":{"type":["null","boolean"]},
	"moment":{"type":["null","string"],"format":"date-time"},"who":{"type":["null","object"],"x-jira":"user"},"key":{"type":["null","string"],"x-jira":"key"},
	"inner":{"type":["null","object"],"properties":{"b":{"type":["null","string"]},"c":{"type":["null","integer"]}}},
	"list":{"type":["null","array"],"items":{"type":["null","string"]}},"z":{"type":["null","string"]}}`

// TestARunIsWrittenAsIfReadOneByOne reads each record in the order that the ones before have taught, and alone.
func TestARunIsWrittenAsIfReadOneByOne(t *testing.T) {
	t.Parallel()
	plan := compile(t, schemaOf(t, runSchema), PlanOptions{Capture: []string{"a"}, Lift: map[string]string{}})
	usual := `{"a":"x","int":1,"num":1.5,"yes":true,"moment":"2024-03-01T09:30:00.000+0100","who":{"accountId":"1","n":2},"key":"K","inner":{"b":"y","c":2},"list":["q"],"z":"end"}`
	records := []string{usual, usual, usual}
	for _, change := range []string{ // something else in one place of the usual record, twice, and the usual one again
		`"int":1`, `"int":-0`, `"int":3.0`, `"int":1e2`, `"int":12345678901234567890`, `"int":"7"`, `"int":null`, `"int":tru`,
		`"num":1e400`, `"num":0.1234567890123456789`, `"num":-1`, `"num":[]`, `"yes":false`, `"yes":"true"`, `"yes":null`,
		`"a":"\u0000"`, `"a":"é"`, "\"a\":\"\xff\"", `"a":"\ud83d"`, `"a":5`, `"a":null`, `"a":"x" `, ` "a":"x"`, `"a" : "x"`, `"a":"x","extra":1`, `"extra":[{}],"a":"x"`,
		`"key":null`, `"key":""`, `"who":null`, `"who":{"accountId":"2","n":"\u0000"}`, `"who":{}`, `"who":[]`,
		`"inner":{"c":2,"b":"y"}`, `"inner":{}`, `"inner":null`, `"inner":{"b":"y","c":2,"d":[1]}`, `"list":"q"`, `"list":[null,1]`, `"z":"end","a":"again"`, `"z":"end","z":"again"`,
	} {
		name, _, _ := strings.Cut(strings.TrimPrefix(change, " "), ":")
		if strings.HasPrefix(change, `"extra"`) {
			name = `"a"`
		}
		from := strings.Index(usual, strings.TrimSpace(name)+":")
		require.GreaterOrEqual(t, from, 0, change)
		to := from + len(name)
		for _, known := range []string{`"a":"x"`, `"int":1`, `"num":1.5`, `"yes":true`, `"who":{"accountId":"1","n":2}`, `"key":"K"`, `"inner":{"b":"y","c":2}`, `"list":["q"]`, `"z":"end"`} {
			if strings.HasPrefix(usual[from:], known) {
				to = from + len(known)
			}
		}
		changed := usual[:from] + change + usual[to:]
		records = append(records, changed, changed, usual)
	}
	taught := Row{Memo: NewMemo()}
	for _, record := range records {
		alone := Row{}
		want, wantErr := plan.AppendMembers(nil, jsonread.NewBytesDecoder([]byte(record)), &alone)
		got, err := plan.AppendMembers(nil, jsonread.NewBytesDecoder([]byte(record)), &taught)
		require.Equal(t, wantErr == nil, err == nil, record)
		if err == nil {
			require.Equal(t, string(want), string(got), record)
			require.Equal(t, fmt.Sprint(alone.Repairs, alone.Captured), fmt.Sprint(taught.Repairs, taught.Captured), record)
		}
	}
}

// TestARunEndsWithTheTextInMemory cuts records at each byte.
func TestARunEndsWithTheTextInMemory(t *testing.T) {
	t.Parallel()
	plan := compile(t, schemaOf(t, runSchema), PlanOptions{})
	record := `{"a":"x","int":1,"num":1.5,"yes":true,"who":{"accountId":"1","n":2},"z":"end"}`
	row := Row{Memo: NewMemo()}
	for range 3 {
		_, err := plan.AppendMembers(nil, jsonread.NewBytesDecoder([]byte(record)), &row)
		require.NoError(t, err)
	}
	for cut := range record {
		_, err := plan.AppendMembers(nil, jsonread.NewBytesDecoder([]byte(record[:cut])), &row)
		require.Error(t, err, record[:cut])
	}
}
