package shape

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// columnsOf makes the schema of issues with columns for the given fields and nothing else but the key.
func columnsOf(tb testing.TB, o Options, fields []Field) *Schema {
	tb.Helper()
	s := load(tb, "issues", o)
	s = s.WithFields(fields).WithColumns(fields, s.NameColumns(fields, nil))
	fixed := load(tb, "issues", o).Columns()
	return s.Select(func(path ...string) bool {
		for _, column := range fixed {
			if path[0] == column {
				return column == "key"
			}
		}
		return true
	})
}

// made reads the value of a field into its columns.
func made(t *testing.T, o Options, f Field, value string) (columns string, repairs []Repair) {
	t.Helper()
	f.ID, f.Name, f.Custom = "customfield_1", "X", true
	s := columnsOf(t, o, []Field{f})
	record := fmt.Sprintf(`{"key":"A-1","fields":{"customfield_1":%s}}`, value)
	var row Row
	out := compile(t, s, PlanOptions{}).shape(t, record, &row)
	requireValid(t, s, []byte(out))
	requireColumns(t, s, []byte(out))
	return strings.TrimPrefix(out, `{"key":"A-1",`), row.Repairs
}

func TestColumnValues(t *testing.T) {
	t.Parallel()
	const (
		sprint = `"com.atlassian.greenhopper.service.sprint.Sprint@1[id=3,rapidViewId=1,state=ACTIVE,name=a,id=9,b]=,goal=]"`
		old    = `"com.atlassian.greenhopper.service.sprint.Sprint@1[completeDate=<null>,goal=x, id,id=12,name=[ALPHA],rapidViewId=1]"`
		person = `{"self":"https://x","accountId":"5b1","key":"JIRAUSER1","displayName":"Zoë \"Z\"","active":true}`
	)
	cloud, server := Options{}, Options{DataCenter: true}
	for name, c := range map[string]struct {
		options     Options
		field       Field
		value, want string
	}{
		"text":             {field: Field{Type: "string"}, value: `"a"`, want: `"x":"a"`},
		"number":           {field: Field{Type: "number"}, value: `3.50`, want: `"x":3.50`},
		"date":             {field: Field{Type: "date"}, value: `"2024-02-29"`, want: `"x":"2024-02-29"`},
		"date-time":        {field: Field{Type: "datetime"}, value: `"2024-03-01T10:00:00.000+0100"`, want: `"x":"2024-03-01T09:00:00.000000Z"`},
		"labels":           {field: Field{Type: "array", Items: "string"}, value: `["a","b"]`, want: `"x":["a","b"]`},
		"option":           {field: Field{Type: "option"}, value: `{"self":"x","value":"A \u00e9","id":"1"}`, want: `"x":"A \u00e9"`},
		"options":          {field: Field{Type: "array", Items: "option"}, value: `[{"value":"A"},{"id":"2" , "value":"B"}]`, want: `"x":["A","B"]`},
		"no options":       {field: Field{Type: "array", Items: "option"}, value: `[]`, want: `"x":[]`},
		"cascade":          {field: Field{Type: "option-with-child"}, value: `{"value":"EU","id":"1","child":{"value":"Rome","id":"2"}}`, want: `"x":"EU","x_child":"Rome"`},
		"cascade alone":    {field: Field{Type: "option-with-child"}, value: `{"value":"EU","id":"1"}`, want: `"x":"EU","x_child":null`},
		"user":             {field: Field{Type: "user"}, value: person, want: `"x":"5b1","x_name":"Zoë \"Z\""`},
		"user, server":     {options: server, field: Field{Type: "user"}, value: person, want: `"x":"JIRAUSER1","x_name":"Zoë \"Z\""`},
		"users":            {field: Field{Type: "array", Items: "user"}, value: `[` + person + `]`, want: `"x":["5b1"]`},
		"status":           {field: Field{Type: "status"}, value: `{"name":"Done","id":"3","statusCategory":{"id":2,"key":"done","name":"Done"}}`, want: `"x":"Done","x_id":"3"`},
		"status, server":   {options: server, field: Field{Type: "status"}, value: `{"name":"Closed","id":"3","statusCategory":{"id":2,"key":"done","name":"Done"}}`, want: `"x":"Closed","x_id":"3","x_category":"Done","x_category_key":"done"`},
		"project":          {field: Field{Type: "project"}, value: `{"id":"1","key":"A","name":"Acme"}`, want: `"x":"Acme","x_id":"1","x_key":"A"`},
		"versions":         {field: Field{Type: "array", Items: "version"}, value: `[{"id":"1","name":"v1"}]`, want: `"x":["v1"]`},
		"group":            {field: Field{Type: "group"}, value: `{"name":"admins","groupId":"1"}`, want: `"x":"admins"`},
		"votes":            {field: Field{Type: "votes"}, value: `{"votes":3,"hasVoted":false}`, want: `"x":3`},
		"request type":     {field: Field{Type: "sd-customerrequesttype"}, value: `{"requestType":{"id":"7","name":"Help"},"currentStatus":{"status":"Open"}}`, want: `"x":"Help","x_id":"7","x_status":"Open"`},
		"satisfaction":     {field: Field{Type: "sd-feedback"}, value: `{"rating":4}`, want: `"x":4`},
		"team":             {field: Field{Type: "team"}, value: `{"id":"u-1","name":"Reds"}`, want: `"x":"Reds","x_id":"u-1"`},
		"team's id":        {field: Field{Type: "team"}, value: `"u-1"`, want: `"x":null,"x_id":"u-1"`},
		"sprints":          {field: Field{Type: "array", Items: "json", CustomType: "a:gh-sprint"}, value: `[{"id":7,"name":"S"},{"name":"T","id":8}]`, want: `"x":[7,8]`},
		"sprints, server":  {options: server, field: Field{Type: "array", Items: "json", CustomType: "a:gh-sprint"}, value: `[` + sprint + `,` + old + `]`, want: `"x":[3,12]`},
		"sprints, objects": {options: server, field: Field{Type: "array", Items: "json", CustomType: "a:gh-sprint"}, value: `[{"id":7}]`, want: `"x":[7]`},
		"any":              {field: Field{Type: "any"}, value: `{"a":[1, "x"]}`, want: `"x":"{\"a\":[1, \"x\"]}"`},
		"object":           {field: Field{Type: "sd-servicelevelagreement"}, value: `{"id":"1","ongoingCycle":{"paused":true}}`, want: `"x":"{\"id\":\"1\",\"ongoingCycle\":{\"paused\":true}}"`},
		"objects":          {field: Field{Type: "array", Items: "cmdb-object-field"}, value: `[{"id":"1"}]`, want: `"x":"[{\"id\":\"1\"}]"`},
		"document":         {options: Options{ADF: true}, field: Field{Type: "string", CustomType: "a:textarea"}, value: `{"type":"doc","content":[]}`, want: `"x":{"type":"doc","content":[]}`},
		"null":             {field: Field{Type: "user"}, value: `null`, want: `"x":null,"x_name":null`},
		"null option":      {field: Field{Type: "option-with-child"}, value: `{"value":"EU","child":null}`, want: `"x":"EU","x_child":null`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.options == (Options{}) {
				c.options = cloud
			}
			got, repairs := made(t, c.options, c.field, c.value)
			require.Equal(t, c.want+"}", got)
			require.Empty(t, repairs)
		})
	}
}

// TestColumnsOfOddValues holds values that contradict their type: kept where nothing is lost, else null, and told.
func TestColumnsOfOddValues(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		field             Field
		value, want, told string
	}{
		"a text for an option":     {field: Field{Type: "option"}, value: `"A"`, want: `"x":"A"`},
		"an option for options":    {field: Field{Type: "array", Items: "option"}, value: `{"value":"A"}`, want: `"x":["A"]`, told: Converted},
		"one of a list":            {field: Field{Type: "option"}, value: `[{"value":"A"}]`, want: `"x":"A"`, told: Converted},
		"a list for an option":     {field: Field{Type: "option"}, value: `[{"value":"A"},{"value":"B"}]`, want: `"x":null`, told: Mismatch},
		"an empty list":            {field: Field{Type: "option"}, value: `[]`, want: `"x":null`, told: Mismatch},
		"lists in lists":           {field: Field{Type: "option"}, value: `[[{"value":"A"}]]`, want: `"x":null`, told: Mismatch},
		"an option without value":  {field: Field{Type: "option"}, value: `{"id":"1"}`, want: `"x":null`, told: Mismatch},
		"an empty object":          {field: Field{Type: "option"}, value: `{ }`, want: `"x":null`, told: Mismatch},
		"a number for an id":       {field: Field{Type: "priority"}, value: `{"name":"High","id":2}`, want: `"x":"High","x_id":"2"`, told: Converted},
		"a text for a number":      {field: Field{Type: "votes"}, value: `{"votes":"3"}`, want: `"x":3`, told: Converted},
		"no number":                {field: Field{Type: "votes"}, value: `{"votes":"many"}`, want: `"x":null`, told: Mismatch},
		"a sprint without id":      {field: Field{Type: "array", CustomType: "a:gh-sprint"}, value: `[{"name":"S"}]`, want: `"x":[null]`, told: Mismatch},
		"a half sprint":            {field: Field{Type: "array", CustomType: "a:gh-sprint"}, value: `[{"id":1.5}]`, want: `"x":[null]`, told: Mismatch},
		"bad text":                 {field: Field{Type: "option"}, value: `{"value":"a\u0000b"}`, want: `"x":"ab"`, told: BadText},
		"bad text in an object":    {field: Field{Type: "progress"}, value: `{"a":"\ud800"}`, want: "\"x\":\"{\\\"a\\\":\\\"\ufffd\\\"}\"", told: BadText},
		"an object for a value":    {field: Field{Type: "option"}, value: `{"value":{"a":1}}`, want: `"x":"{\"a\":1}"`, told: Converted},
		"a document in a text":     {field: Field{Type: "string", CustomType: "a:textarea"}, value: `{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"hi \"you\""}]}]}`, want: `"x":"hi \"you\""`, told: Converted},
		"no document in a text":    {field: Field{Type: "string", CustomType: "a:textarea"}, value: `{"type":"page"}`, want: `"x":"{\"type\":\"page\"}"`, told: Converted},
		"a text for an object":     {field: Field{Type: "progress"}, value: `"x"`, want: `"x":null`, told: Mismatch},
		"the member of a text":     {field: Field{Type: "option-with-child"}, value: `{"value":"EU","child":"Rome"}`, want: `"x":"EU","x_child":"Rome"`},
		"a name in another script": {field: Field{Type: "group"}, value: `{"groupId":"]}\"","name":"日本 {[\\"}`, want: `"x":"日本 {[\\"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, repairs := made(t, Options{}, c.field, c.value)
			require.Equal(t, c.want+"}", got)
			var told []string
			for _, r := range repairs {
				told = append(told, r.Kind)
			}
			if c.told == "" {
				require.Empty(t, told)
			} else {
				require.Equal(t, []string{c.told}, told)
			}
		})
	}
}

// TestColumnsBesideTheField reads a field that is wanted as it is as well, and whose people somebody collects.
func TestColumnsBesideTheField(t *testing.T) {
	t.Parallel()
	fields := []Field{
		{ID: "assignee", Name: "Assignee", Type: "user"},
		{ID: "customfield_1", Name: "Who", Custom: true, Type: "array", Items: "user"},
		{ID: "project", Name: "Project", Type: "project"},
		{ID: "summary", Name: "Summary", Type: "string"},
	}
	s := load(t, "issues", Options{})
	s = s.WithFields(fields).WithColumns(fields, s.NameColumns(fields, nil))
	s = s.Select(func(path ...string) bool {
		switch strings.Join(path, ".") {
		case "fields", "fields.assignee", "assignee", "who", "project_key", "summary":
			return true
		}
		return false
	})
	plan := compile(t, s, PlanOptions{Capture: []string{"fields.project.id", "fields.summary"}})
	var people []string
	row := Row{User: func(raw []byte) {
		var user struct{ AccountID string }
		require.NoError(t, json.Unmarshal(raw, &user))
		people = append(people, user.AccountID)
	}}
	record := `{"fields":{"assignee":{"accountId":"a"},"customfield_1":[{"accountId":"b"},null,{"accountId":"c"}],"project":{"id":"7","key":"P"},"summary":"s"}}`
	for range 2 { // a row is used again
		people = nil
		out := plan.shape(t, record, &row)
		require.JSONEq(t, `{"fields":{"assignee":{"accountId":"a"}},"assignee":"a","who":["b",null,"c"],"project_key":"P","summary":"s"}`, out)
		require.Equal(t, []string{"a", "b", "c"}, people)
		require.Equal(t, `"7"`, string(row.Captured[0]))
		require.Equal(t, `"s"`, string(row.Captured[1]))
		require.Empty(t, row.Repairs)
	}
	out := plan.shape(t, `{"fields":{"project":null}}`, &row)
	require.JSONEq(t, `{"fields":{"assignee":null},"assignee":null,"who":null,"project_key":null,"summary":null}`, out)
	out = plan.shape(t, `{"assignee":"x","summary":3}`, &row)
	require.JSONEq(t, `{"fields":{"assignee":null},"assignee":null,"who":null,"project_key":null,"summary":null}`, out, "only fields fill them")
}

// TestColumnNamedAsAMemberOfIssues has a field that is called as what Jira sends beside the fields.
func TestColumnNamedAsAMemberOfIssues(t *testing.T) {
	t.Parallel()
	fields := []Field{{ID: "customfield_1", Name: "Changelog", Custom: true, Type: "string"}}
	plan := compile(t, columnsOf(t, Options{}, fields), PlanOptions{Divert: []string{"changelog"}})
	out := plan.shape(t, `{"key":"A-1","changelog":{"total":1},"fields":{"customfield_1":"x"}}`, &Row{})
	require.JSONEq(t, `{"key":"A-1","changelog":"x"}`, out)
}

func TestColumnsNotSelectedAreNotRead(t *testing.T) {
	t.Parallel()
	fields := []Field{{ID: "customfield_1", Name: "A", Custom: true, Type: "user"}}
	s := columnsOf(t, Options{}, fields).Select(func(path ...string) bool { return path[0] == "key" })
	require.Empty(t, s.Fields())
	row := Row{User: func([]byte) { t.Error("nobody chose the users") }}
	require.JSONEq(t, `{"key":"A-1"}`, compile(t, s, PlanOptions{}).shape(t, `{"key":"A-1","fields":{"customfield_1":{"accountId":"b"}}}`, &row))
}

func columnsPlan(tb testing.TB, fields []Field) *Plan {
	tb.Helper()
	s := load(tb, "issues", Options{})
	names := s.NameColumns(fields, nil)
	s = s.WithFields(fields).WithColumns(fields, names).Without("fields")
	return compile(tb, s, PlanOptions{
		Lift:    map[string]string{"created": "fields.created", "updated": "fields.updated"},
		Capture: []string{"id", "updated", "fields.project.id"},
		Divert:  []string{"fields.comment", "fields.worklog"},
	})
}

// columnsPage is the page of the benchmark, with the system fields told of as well.
func columnsPage(tb testing.TB, issues int) ([]byte, []Field) {
	tb.Helper()
	page, fields := issuePage(tb, issues)
	for _, f := range [][2]string{
		{"summary", "string"},
		{"status", "status"},
		{"priority", "priority"},
		{"project", "project"},
		{"issuetype", "issuetype"},
		{"assignee", "user"},
		{"reporter", "user"},
		{"creator", "user"},
		{"resolution", "resolution"},
		{"duedate", "date"},
	} {
		fields = append(fields, Field{ID: f[0], Name: f[0], Type: f[1]})
	}
	return page, fields
}

func BenchmarkIssuePageColumns(b *testing.B) {
	page, fields := columnsPage(b, 100)
	benchmarkPage(b, page, columnsPlan(b, fields))
}

func TestColumnsDoNotAllocate(t *testing.T) {
	page, fields := columnsPage(t, 3)
	requireNoAllocation(t, page, columnsPlan(t, fields))
}
