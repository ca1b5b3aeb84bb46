package derive

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"tap-jira/internal/shape"
	"tap-jira/internal/stream"
)

// siteFields are the fields of a site with one of each sort.
func siteFields() Fields {
	return NewFields([]shape.Field{
		{ID: "summary", Name: "Summary", Type: "string"},
		{ID: "status", Name: "Status", Type: "status"},
		{ID: "labels", Name: "Labels", Type: "array"},
		{ID: "duedate", Name: "Due date", Type: "date"},
		{ID: "fixVersions", Name: "Fix versions", Type: "array"},
		{ID: "updated", Name: "Updated", Type: "datetime"},
		{ID: "customfield_1", Name: "Sprint", Custom: true, Type: "array", CustomType: "com.pyxis.greenhopper.jira:gh-sprint"},
		{ID: "customfield_2", Name: "Teams", Custom: true, Type: "array", CustomType: "com.acme:multiselect"},
		{ID: "customfield_3", Name: "Rank", Custom: true, Type: "any", CustomType: "com.pyxis.greenhopper.jira:gh-lexo-rank"},
	})
}

// An issue that was created in SHOP as "Old" with the labels a and c and version 1.0, and what happened to it since. The newest
// history stands first, as Data Center and Cloud may send them.
const (
	movedIssue = `{"id":"7","key":"WEB-3","fields":{"created":"2026-01-01T10:00:00.000+0000","creator":"eve",
		"summary":"New","status":{"id":"1","name":"To Do"},"labels":["b","c"],"duedate":null,"updated":"2026-02-01T10:00:00.000+0000",
		"fixVersions":[{"id":"12","name":"2.0"}],"customfield_1":[{"id":5,"name":"S 5"}],"customfield_2":[{"id":"8","value":"x"}],
		"customfield_3":"0|i0000:","customfield_9":"of an app that is gone"}}`
	laterHistory = `{"id":"102","created":"2026-01-03T10:00:00.000+0000","author":"ada","items":[
		{"field":"Key","fieldtype":"jira","from":null,"fromString":"SHOP-1","to":null,"toString":"WEB-3"},
		{"field":"Fix Version","fieldtype":"jira","fieldId":"fixVersions","from":"11","fromString":"1.0","to":null,"toString":null},
		{"field":"Fix Version","fieldtype":"jira","fieldId":"fixVersions","from":null,"fromString":null,"to":"12","toString":"2.0"},
		{"field":"Sprint","fieldtype":"custom","fieldId":"customfield_1","from":"","fromString":"","to":"5","toString":"S 5"}]}`
	earlierHistory = `{"id":"101","created":"2026-01-02T10:00:00.000+0000","author":"ada","items":[
		{"field":"summary","fieldtype":"jira","fieldId":"summary","from":null,"fromString":"Old","to":null,"toString":"New"},
		{"field":"labels","fieldtype":"jira","fieldId":"labels","from":null,"fromString":"a c","to":null,"toString":"b c"}]}`
)

// shown is a row on a line: its stream, its id, its time and author, and what it says; a dash is null.
func shown(row any) string {
	or := func(text *string) string {
		if text == nil {
			return "-"
		}
		return *text
	}
	switch r := row.(type) {
	case fieldRow:
		return fmt.Sprintf("field %s %s %s %s %s %s (%s, %s) > (%s, %s)", r.ID, r.Created[1:11], r.Author, r.Fieldtype, or(r.FieldID), r.Field,
			or(r.From), or(r.FromString), or(r.To), or(r.ToString))
	case valueRow:
		return fmt.Sprintf("value %s %s %s %s %s (%s, %s)", r.HistoryID, r.Created[1:11], r.Author, or(r.FieldID), r.Action, r.Value, or(r.ValueString))
	case sprintRow:
		return fmt.Sprintf("sprint %s %s %s %s %s (%s, %s)", r.HistoryID, r.Created[1:11], r.Author, or(r.FieldID), r.Action, r.SprintID, or(r.SprintName))
	case *keyRow:
		return fmt.Sprintf("key %s %t %s %s %s", r.Key, r.Current, r.Since, r.Until, or(r.ChangelogID))
	}
	return fmt.Sprintf("%T", row)
}

// derived reads the issue and its histories and writes all of its rows.
func derived(write Write) error {
	fields, then := siteFields(), NewPast()
	now, _, err := fields.Read(jsontext.Value(movedIssue))
	if err != nil {
		return err
	}
	for _, history := range []string{laterHistory, earlierHistory} {
		if err := fields.History("7", then, jsontext.Value(history), write); err != nil {
			return err
		}
	}
	return Start(now, then, write)
}

// TestRowsOfAnIssue spells out every row of one issue: what each item changed, and what the fields held before anything did.
func TestRowsOfAnIssue(t *testing.T) {
	t.Parallel()
	var rows []string
	require.NoError(t, derived(func(_ stream.Part, row any) error {
		rows = append(rows, shown(row))
		switch r := row.(type) {
		case fieldRow:
			require.Equal(t, strings.HasPrefix(r.ID, "initial:"), r.Initial, r.ID)
		case valueRow:
			require.Equal(t, strings.HasPrefix(r.HistoryID, "initial:"), r.Initial, r.HistoryID)
		case sprintRow:
			require.Equal(t, strings.HasPrefix(r.HistoryID, "initial:"), r.Initial, r.HistoryID)
		}
		return nil
	}))
	require.Equal(t, []string{
		`field 102:0 2026-01-03 "ada" jira issuekey Key (-, SHOP-1) > (-, WEB-3)`,
		`field 102:1 2026-01-03 "ada" jira fixVersions Fix Version (11, 1.0) > (-, -)`,
		`value 102:1 2026-01-03 "ada" fixVersions removed (11, 1.0)`,
		`field 102:2 2026-01-03 "ada" jira fixVersions Fix Version (-, -) > (12, 2.0)`,
		`value 102:2 2026-01-03 "ada" fixVersions added (12, 2.0)`,
		`field 102:3 2026-01-03 "ada" custom customfield_1 Sprint (, ) > (5, S 5)`,
		`value 102:3 2026-01-03 "ada" customfield_1 added (5, S 5)`,
		`sprint 102:3 2026-01-03 "ada" customfield_1 added (5, S 5)`,
		`field 101:0 2026-01-02 "ada" jira summary summary (-, Old) > (-, New)`,
		`field 101:1 2026-01-02 "ada" jira labels labels (-, a c) > (-, b c)`,
		`value 101:1 2026-01-02 "ada" labels removed (a, a)`,
		`value 101:1 2026-01-02 "ada" labels added (b, b)`,
		`field initial:7:customfield_2 2026-01-01 "eve" custom customfield_2 Teams (-, -) > ([8], x)`,
		`value initial:7:customfield_2 2026-01-01 "eve" customfield_2 added (8, x)`,
		`field initial:7:fixVersions 2026-01-01 "eve" jira fixVersions Fix Version (-, -) > (11, 1.0)`,
		`value initial:7:fixVersions 2026-01-01 "eve" fixVersions added (11, 1.0)`,
		`field initial:7:issuekey 2026-01-01 "eve" jira issuekey Key (-, -) > (-, SHOP-1)`,
		`field initial:7:labels 2026-01-01 "eve" jira labels labels (-, -) > (-, a c)`,
		`value initial:7:labels 2026-01-01 "eve" labels added (a, a)`,
		`value initial:7:labels 2026-01-01 "eve" labels added (c, c)`,
		`field initial:7:status 2026-01-01 "eve" jira status Status (-, -) > (1, To Do)`,
		`field initial:7:summary 2026-01-01 "eve" jira summary summary (-, -) > (-, Old)`,
		`key SHOP-1 false "2026-01-01T10:00:00.000+0000" "2026-01-03T10:00:00.000+0000" 102`,
		`key WEB-3 true "2026-01-03T10:00:00.000+0000" null -`,
	}, rows)
}

var errFull = errors.New("no room")

// TestARowThatCannotBeWrittenEndsTheIssue, whichever it is: the issue counts as read only with all of its rows.
func TestARowThatCannotBeWrittenEndsTheIssue(t *testing.T) {
	t.Parallel()
	rows := 0
	require.NoError(t, derived(func(stream.Part, any) error { rows++; return nil }))
	for last := range rows {
		asked := 0
		err := derived(func(stream.Part, any) error {
			asked++
			if asked == last+1 { // and only once
				return errFull
			}
			return nil
		})
		require.ErrorIs(t, err, errFull, "row %d", last)
		require.Equal(t, last+1, asked, "nothing follows")
	}
}

// TestWhatCannotBeRead fails its issue, and says which one.
func TestWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	_, _, err := siteFields().Read(jsontext.Value(`{"id":7}`))
	require.Error(t, err)
	err = siteFields().History("7", NewPast(), jsontext.Value(`{"items":{}}`), nil)
	require.ErrorContains(t, err, "issue 7")
}

// TestLinkRows are the same from either end.
func TestLinkRows(t *testing.T) {
	t.Parallel()
	const both = `{"id":"1","inwardIssueId":"10","inwardIssueKey":"A-1","outwardIssueId":"20","outwardIssueKey":"B-2","self":"s","type":{"name":"Blocks"}}`
	for name, c := range map[string]struct{ link, id, key, want string }{
		"from the source": {`{"id":"1","self":"s","type":{"name":"Blocks"},"outwardIssue":{"id":"20","key":"B-2"}}`, "10", "A-1", both},
		"from the other":  {`{"id":"1","self":"s","type":{"name":"Blocks"},"inwardIssue":{"id":"10","key":"A-1"}}`, "20", "B-2", both},
		"of nothing":      {`{"id":"1","self":"s","type":null}`, "10", "A-1", `{"id":"1","self":"s","type":null}`},
	} {
		row, err := LinkRow([]byte(c.link), c.id, c.key)
		require.NoError(t, err, name)
		require.JSONEq(t, c.want, string(row), name)
	}
	_, err := LinkRow([]byte(`{"inwardIssue":[]}`), "10", "A-1")
	require.Error(t, err)
}

// TestServiceLevelRows are in the order of their beginnings, the one that goes on last, each with the exact times.
func TestServiceLevelRows(t *testing.T) {
	t.Parallel()
	const level = `{"id":"2","name":"Time to resolution","completedCycles":[
		{"startTime":{"epochMillis":300,"iso8601":"later"},"stopTime":{"epochMillis":400},"breached":true,"goalDuration":{"millis":50},"elapsedTime":{"millis":100},"remainingTime":{"millis":-50}},
		{"startTime":{"epochMillis":100},"stopTime":{"jira":"2026-01-01T10:00:00.000+0000","iso8601":"x"},"breached":false}],
		"ongoingCycle":{"startTime":{"epochMillis":50},"paused":true,"withinCalendarHours":false}}`
	var rows []string
	do := func(row []byte) error { rows = append(rows, string(row)); return nil }
	require.NoError(t, ServiceLevelRows("customfield_4", []byte(level), do))
	require.Len(t, rows, 3)
	require.JSONEq(t, `{"fieldId":"customfield_4","slaId":"2","name":"Time to resolution","cycle":1,"ongoing":false,"paused":null,"breached":false,
		"startTime":100,"stopTime":"2026-01-01T10:00:00.000+0000","breachTime":null,"goalMillis":null,"elapsedMillis":null,"remainingMillis":null,"withinCalendarHours":null}`, rows[0])
	require.JSONEq(t, `{"fieldId":"customfield_4","slaId":"2","name":"Time to resolution","cycle":2,"ongoing":false,"paused":null,"breached":true,
		"startTime":300,"stopTime":400,"breachTime":null,"goalMillis":50,"elapsedMillis":100,"remainingMillis":-50,"withinCalendarHours":null}`, rows[1])
	require.JSONEq(t, `{"fieldId":"customfield_4","slaId":"2","name":"Time to resolution","cycle":3,"ongoing":true,"paused":true,"breached":null,
		"startTime":50,"stopTime":null,"breachTime":null,"goalMillis":null,"elapsedMillis":null,"remainingMillis":null,"withinCalendarHours":false}`, rows[2])

	require.ErrorIs(t, ServiceLevelRows("customfield_4", []byte(level), func([]byte) error { return errFull }), errFull)
}

// TestWhenHistoriesAreCut: where Jira says nothing of them they have to be asked for, as where it counts more than it sends.
func TestWhenHistoriesAreCut(t *testing.T) {
	t.Parallel()
	for issue, cut := range map[string]bool{
		`{}`: true, `{"changelog":null}`: true,
		`{"changelog":{"total":0,"histories":[]}}`: false, `{"changelog":{"total":1,"histories":[]}}`: true,
		`{"changelog":{"total":1,"histories":[{}]}}`: false, `{"changelog":{"total":1,"histories":[{},{}]}}`: false,
		`{"changelog":{"total":3,"histories":[{},{}]}}`: true,
	} {
		_, read, err := siteFields().Read(jsontext.Value(issue))
		require.NoError(t, err)
		require.Equal(t, cut, read.IsCut(), issue)
	}
}

// TestMoments are the forms in which the two deployments, and bulk reads, give a time.
func TestMoments(t *testing.T) {
	t.Parallel()
	const at = 1767261600123
	for _, value := range []string{
		`1767261600123`, `"1767261600123"`, `"2026-01-01T10:00:00.123+0000"`, `"2026-01-01T12:00:00.123+0200"`, `"2026-01-01T10:00:00.123Z"`,
	} {
		require.Equal(t, int64(at), momentOf(jsontext.Value(value)), value)
	}
	for _, value := range []string{``, `null`, `"soon"`, `{}`} {
		require.Zero(t, momentOf(jsontext.Value(value)), value)
	}
}

// TestFieldsThatABeginningNeeds are those that histories tell of, each once, behind the fields that are asked for anyway.
func TestFieldsThatABeginningNeeds(t *testing.T) {
	t.Parallel()
	require.Equal(t, "updated status customfield_1 customfield_2 duedate fixVersions labels summary created creator",
		strings.Join(siteFields().Needed([]string{"updated", "status"}), " "))
}
