package tap_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// The cycles of service levels stand in fields of the issues: one row each, at
// no request of their own, however the fields themselves are read.
func TestCyclesOfServiceLevels(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 200
		s := newSite(t, o)
		issues := s.whole(t, tap.Options{Select: []string{"issues.key"}})
		alone := s.whole(t, tap.Options{Select: []string{"issue_sla_cycles"}})
		requireProtocol(t, alone)
		require.NotEmpty(t, alone.records("issue_sla_cycles"))
		requireLedger(t, s, merged(alone.messages), "issue_sla_cycles")
		require.Equal(t, len(issues.requests), len(alone.requests)-len(alone.asked("/rest/api/{v}/field"))+len(issues.asked("/rest/api/{v}/field")))
		requireCycles(t, alone)

		for _, columns := range []bool{false, true} {
			with := s.whole(t, tap.Options{Select: []string{"issues", "issue_sla_cycles"}, FieldColumns: columns, Concurrency: 1})
			requireProtocol(t, with)
			requireLedger(t, s, merged(with.messages), "issues", "issue_sla_cycles")
			require.Equal(t, merged(alone.messages).rows["issue_sla_cycles"], merged(with.messages).rows["issue_sla_cycles"])
		}
	})
}

// requireCycles looks at the cycles of each service level: they are counted from
// one, only the last goes on, and the sums are right.
func requireCycles(t *testing.T, got outcome) {
	t.Helper()
	last, ongoing := map[string]int{}, map[string]bool{}
	finished, counting := 0, 0
	for _, m := range got.records("issue_sla_cycles") {
		row := m.Record
		level := text(row["issueId"]) + "/" + text(row["fieldId"])
		require.False(t, ongoing[level], "%s: nothing comes after a cycle that goes on", level)
		require.Equal(t, strconv.Itoa(last[level]+1), string(row["cycle"]), level)
		last[level]++
		if string(row["ongoing"]) == "true" {
			ongoing[level] = true
			counting++
			require.Equal(t, "null", string(row["stopTime"]))
			require.Contains(t, []string{"true", "false"}, string(row["paused"]))
		} else {
			finished++
			start, stop := momentIn(t, row["startTime"]), momentIn(t, row["stopTime"])
			require.Equal(t, stop.Sub(start).Milliseconds(), number(t, row["elapsedMillis"]), level)
			require.Equal(t, "null", string(row["paused"]), "Jira does not say")
		}
		require.Equal(t, number(t, row["goalMillis"])-number(t, row["elapsedMillis"]), number(t, row["remainingMillis"]))
		require.Equal(t, number(t, row["remainingMillis"]) < 0, string(row["breached"]) == "true")
		require.Contains(t, text(row["name"]), "Time to ")
		require.NotEmpty(t, text(row["slaId"]))
	}
	require.Positive(t, finished)
	require.Positive(t, counting)
}

func number(t *testing.T, raw json.RawMessage) int64 {
	t.Helper()
	n, err := strconv.ParseInt(string(raw), 10, 64)
	require.NoError(t, err)
	return n
}

func momentIn(t *testing.T, raw json.RawMessage) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text(raw))
	require.NoError(t, err)
	return at
}

// The portal tells the same service levels, for the requests among the issues.
func TestThePortalTellsTheSameCycles(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 200})
	got := merged(s.whole(t, tap.Options{Select: []string{"issue_sla_cycles", "request_slas"}}).messages)
	requireLedger(t, s, got, "issue_sla_cycles", "request_slas")
	told := 0
	for _, level := range got.rows["request_slas"] {
		var completed []json.RawMessage
		require.NoError(t, json.Unmarshal(level["completedCycles"], &completed))
		cycles := len(completed)
		if string(level["ongoingCycle"]) != "null" {
			cycles++
		}
		for n := range cycles {
			key := text(level["issueId"]) + "/customfield_" + text(level["id"]) + "/" + strconv.Itoa(n+1)
			row, there := got.rows["issue_sla_cycles"][key]
			require.True(t, there, key)
			require.Equal(t, text(level["name"]), text(row["name"]))
			told++
		}
	}
	require.Positive(t, told)
}

// A cycle goes on without its issue, so that the rows are read whole from time to time.
func TestCyclesAreSwept(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 200})
	run := tap.Options{Select: []string{"issue_sla_cycles"}, Sweep: 2 * 24 * time.Hour}
	first := s.whole(t, run)
	run.State = first.state(t)
	s.clock.pass(24 * time.Hour)
	next := s.whole(t, run)
	require.Empty(t, next.records("issue_sla_cycles"))
	run.State = next.state(t)
	s.clock.pass(25 * time.Hour)
	swept := s.whole(t, run)
	requireLedger(t, s, merged(swept.messages), "issue_sla_cycles")
	require.NotEqual(t, merged(first.messages).rows["issue_sla_cycles"], merged(swept.messages).rows["issue_sla_cycles"])
}

func TestServiceLevelsThatAreOdd(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 1})
	var fields []string
	for _, row := range s.whole(t, tap.Options{Select: []string{"fields"}}).records("fields") {
		if strings.Contains(string(row.Record["schema"]), "sd-servicelevelagreement") {
			fields = append(fields, text(row.Record["id"]))
		}
	}
	require.Len(t, fields, 2)
	issue := s.whole(t, tap.Options{Select: []string{"issues"}}).ids("issues")[0]
	for name, test := range map[string]struct {
		value string
		want  []string // cycle, ongoing, start, stop
	}{
		"null":     {value: `null`},
		"a text":   {value: `"SLA is being worked out"`},
		"an array": {value: `[{"id":"1"}]`},
		"nothing":  {value: `{"id":"1","name":"n","completedCycles":[]}`},
		"nulls":    {value: `{"id":null,"completedCycles":null,"ongoingCycle":null}`},
		"no dates": {value: `{"completedCycles":[{}],"ongoingCycle":{}}`, want: []string{"1 false null null", "2 true null null"}},
		"in another order, and texts for numbers": {
			value: `{"id":7,"completedCycles":[{"startTime":{"jira":"2024-01-02T00:00:00.500+0000"},"stopTime":{"iso8601":"2024-01-03T00:00:00+0200"}},
				{"startTime":{"epochMillis":1704067200000},"stopTime":{"epochMillis":1704067200001},"goalDuration":{"millis":5}}]}`,
			want: []string{
				`1 false "2024-01-01T00:00:00.000000Z" "2024-01-01T00:00:00.001000Z"`,
				`2 false "2024-01-02T00:00:00.500000Z" "2024-01-02T22:00:00.000000Z"`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			body := `{"issues":[{"id":"` + issue + `","key":"A-1","fields":{"created":"2024-01-01T00:00:00.000+0000",` +
				`"updated":"2024-01-01T00:00:00.000+0000","` + fields[1] + `":` + test.value + `}}],"issueErrors":[]}`
			s.Script(jirasim.Fault{Template: "/rest/api/{v}/issue/bulkfetch", Status: http.StatusOK, Body: body, Times: -1})
			defer s.ClearScript()
			got := s.whole(t, tap.Options{Select: []string{"issue_sla_cycles"}})
			requireProtocol(t, got)
			var rows []string
			for _, m := range got.records("issue_sla_cycles") {
				require.Equal(t, fields[1], text(m.Record["fieldId"]))
				var values []string
				for _, column := range []string{"cycle", "ongoing", "startTime", "stopTime"} {
					values = append(values, string(m.Record[column]))
				}
				rows = append(rows, strings.Join(values, " "))
			}
			require.True(t, slices.Equal(test.want, rows), "%v", rows)
		})
	}
}
