package derive

import (
	"cmp"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"tap-jira/internal/shape"
	"tap-jira/internal/stream"
)

func TestWhatFieldsHold(t *testing.T) {
	t.Parallel()
	sprint := changedField{custom: true, change: changedList, sprint: true}
	list := changedField{custom: true, change: changedList}
	for name, c := range map[string]struct {
		field    changedField
		value    string
		id, text string
	}{
		"text":            {value: `"a \"b\""`, text: `a "b"`},
		"number":          {value: `3.0`, text: "3"},
		"large number":    {value: `1.0E7`, text: "10000000"},
		"date":            {field: changedField{doubled: true}, value: `"2024-02-29"`, id: "2024-02-29", text: "2024-02-29"},
		"person on Cloud": {value: `{"accountId":"5b1","displayName":"Ada"}`, id: "5b1", text: "Ada"},
		"person":          {value: `{"name":"ada","key":"JIRAUSER1","displayName":"Ada"}`, id: "JIRAUSER1", text: "Ada"},
		"status":          {value: `{"id":"3","name":"In Progress"}`, id: "3", text: "In Progress"},
		"option below":    {value: `{"id":"10","value":"EU","child":{"id":"11","value":"Bonn"}}`, id: "10,11", text: "EU - Bonn"},
		"options":         {field: list, value: `[{"id":"1","value":"a"},null,{"id":"2","value":"b"}]`, id: "[1, 2]", text: "a, b"},
		"labels":          {field: changedField{change: changedList, spaced: true}, value: `["x","y,z"]`, text: "x y,z"},
		"sprint":          {field: sprint, value: `[{"id":7,"name":"S 7"}]`, id: "7", text: "S 7"},
		"sprint as text":  {field: sprint, value: `["a.b.Sprint@1f[id=7,rapidViewId=2,state=OPEN,name=S, x=7,startDate=<null>]"]`, id: "7", text: "S, x=7"},
		"old sprint":      {field: sprint, value: `["a.b.Sprint@1f[endDate=<null>,id=7,name=[A] 7,rapidViewId=2,startDate=<null>]"]`, id: "7", text: "[A] 7"},
		"link":            {value: `[{"type":{"outward":"blocks"},"outwardIssue":{"key":"A-1"}}]`, id: "A-1", text: "This issue blocks A-1"},
		"document":        {value: `{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"a"},{"type":"hardBreak"},{"type":"text","text":"b"}]}]}`, text: "a\nb"},
		"request type":    {value: `{"currentStatus":{"status":"x"},"requestType":{"id":"5","name":"Get help"}}`, id: "5", text: "Get help"},
		"empty id":        {value: `{"accountId":"","id":3,"name":"B"}`, id: "3", text: "B"},
		"id is no text":   {value: `{"id":{"x":1},"name":"C"}`, id: "C", text: "C"},
		"components":      {field: changedField{change: changedList}, value: `[{"id":"1","name":"a"},{"id":"2","name":"b"}]`, id: "1, 2", text: "a, b"},
		"like a sprint":   {value: `"see [id=3,name=x]"`, text: "see [id=3,name=x]"},
		"sprint's name":   {field: sprint, value: `["S 7"]`, text: "S 7"},
		"unknown object":  {value: `{"rating":5}`, text: `{"rating":5}`},
		"nothing":         {value: `null`},
		"nothing in it":   {value: `[]`},
		"empty object":    {value: `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id, text := c.field.together(c.field.heldIn(jsontext.Value(c.value)))
			require.Equal(t, [2]string{c.id, c.text}, [2]string{orEmpty(id), orEmpty(text)})
		})
	}
}

func TestListsOfHistories(t *testing.T) {
	t.Parallel()
	list := changedField{change: changedList}
	for name, c := range map[string]struct {
		field     changedField
		ids, text string
		want      []held
	}{
		"one with a comma":     {field: list, ids: "7", text: "Q3, week 7", want: []held{{id: "7", text: "Q3, week 7"}}},
		"two":                  {field: list, ids: "[10100, 10101]", text: "A,B", want: []held{{id: "10100", text: "A"}, {id: "10101", text: "B"}}},
		"names cannot be told": {field: list, ids: "7, 8", text: "Q3, week 7, S 8", want: []held{{id: "7"}, {id: "8"}}},
		"labels":               {field: changedField{change: changedList, spaced: true}, text: "a b,c", want: []held{{text: "a"}, {text: "b,c"}}},
		"texts alone":          {field: list, text: "a, b", want: []held{{text: "a"}, {text: "b"}}},
		"twice the same":       {field: list, ids: "7, 7", want: []held{{id: "7"}}},
		"nothing":              {field: list},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, c.field.apart(orNull(c.ids), orNull(c.text)))
		})
	}
}

func TestFieldsOfItems(t *testing.T) {
	t.Parallel()
	fields := NewFields([]shape.Field{
		{ID: "fixVersions", Name: "Fix Version/s", Type: "array", Items: "version"},
		{ID: "duedate", Name: "Due date", Type: "date"},
		{ID: "customfield_1", Name: "Severity", Custom: true},
		{ID: "customfield_2", Name: "Severity", Custom: true},
		{ID: "customfield_3", Name: "Sprint", Custom: true, CustomType: "com.pyxis.greenhopper.jira:gh-sprint"},
	})
	for name, c := range map[string]struct {
		item rawItem
		key  string
	}{
		"by id":                        {item: rawItem{Field: "Schweregrad", FieldID: "customfield_2", Fieldtype: "custom"}, key: "customfield_2"},
		"by another name":              {item: rawItem{Field: "Fix Version", Fieldtype: "jira"}, key: "fixVersions"},
		"by its name":                  {item: rawItem{Field: "Due Date", Fieldtype: "jira"}, key: "duedate"},
		"a custom field":               {item: rawItem{Field: "Sprint", Fieldtype: "custom"}, key: "customfield_3"},
		"one of two, nobody says":      {item: rawItem{Field: "Severity", Fieldtype: "custom"}, key: "Severity"},
		"by its id in place of a name": {item: rawItem{Field: "duedate", Fieldtype: "jira"}, key: "duedate"},
		"the key by id":                {item: rawItem{Field: "Schlüssel", FieldID: "key", Fieldtype: "jira"}, key: issueKeyField},
		"the key":                      {item: rawItem{Field: "Key", Fieldtype: "jira"}, key: issueKeyField},
		"a field that is gone by now":  {item: rawItem{Field: "Old", Fieldtype: "custom"}, key: "Old"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.key, fields.of(c.item).key())
		})
	}
}

// The order in which histories come, and how often, changes nothing.
func TestABeginningDoesNotDependOnTheOrderOfHistories(t *testing.T) {
	t.Parallel()
	status, versions := changedField{id: "status"}, changedField{id: "fixVersions", change: changedEach}
	text := func(s string) jsontext.Value { return jsontext.Value(`"` + s + `"`) }
	steps := []func(p *Past){
		func(p *Past) {
			p.note(place{created: 1, history: 5}, status, rawItem{FromString: text("To Do"), ToString: text("Doing")}, &rawHistory{})
		},
		func(p *Past) {
			p.note(place{created: 1, history: 6}, status, rawItem{FromString: text("Doing"), ToString: text("Done")}, &rawHistory{})
		},
		func(p *Past) {
			p.note(place{created: 2, history: 7}, versions, rawItem{From: text("1")}, &rawHistory{})
		},
		func(p *Past) { p.note(place{created: 3, history: 8}, versions, rawItem{To: text("1")}, &rawHistory{}) },
		func(p *Past) { p.note(place{created: 3, history: 9}, versions, rawItem{To: text("10")}, &rawHistory{}) },
	}
	now := map[string]beginning{"fixVersions": {field: versions, list: []held{{id: "1"}, {id: "2"}, {id: "10"}}}}
	for _, order := range [][]int{{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {2, 0, 0, 4, 1, 3, 2, 1}} {
		p := NewPast()
		for _, i := range order {
			steps[i](p)
		}
		got := map[string]string{}
		for _, b := range p.beginnings(now) {
			got[b.field.key()] = orEmpty(b.from) + orEmpty(b.text)
		}
		require.Equal(t, map[string]string{"status": "To Do", "fixVersions": "1, 2"}, got)
	}
}

// TestValuesStandInTheOrderOfTheirIDs, which are numbers for most fields and keys for links.
func TestValuesStandInTheOrderOfTheirIDs(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{{"9", "10"}, {"10", "9a"}, {"A-10", "A-9"}, {"", "1"}} {
		require.Negative(t, compareKeys(c[0], c[1]), c)
		require.Positive(t, compareKeys(c[1], c[0]), c)
		require.Zero(t, compareKeys(c[0], c[0]))
	}
}

// TestDatesAndDurationsAreTheirOwnIDs in histories, and so in a beginning.
func TestDatesAndDurationsAreTheirOwnIDs(t *testing.T) {
	t.Parallel()
	for field, doubled := range map[shape.Field]bool{
		{ID: "duedate", Type: "date"}: true, {ID: "timeestimate", Type: "number"}: true, {ID: "customfield_1", Type: "date", Custom: true}: true,
		{ID: "customfield_2", Type: "number", Custom: true}: false, {ID: "summary", Type: "string"}: false,
	} {
		require.Equal(t, doubled, newChangedField(field).doubled, field.ID)
	}
}

func TestKeysOfAnIssue(t *testing.T) {
	t.Parallel()
	moved := func(from, to, at string) move {
		return move{from: &from, to: &to, history: "h" + at, created: []byte(at)}
	}
	for name, c := range map[string]struct {
		now   string
		moves []move
		want  []string // key with a star for the present one, since, until, history
	}{
		"never moved":               {now: "A-1", want: []string{"A-1* 0 - "}},
		"moved":                     {now: "B-2", moves: []move{moved("A-1", "B-2", "5")}, want: []string{"A-1 0 5 h5", "B-2* 5 - "}},
		"moved there and back":      {now: "A-1", moves: []move{moved("A-1", "B-2", "5"), moved("B-2", "A-1", "7")}, want: []string{"A-1* 0 - ", "B-2 5 7 h7"}},
		"moved since it was read":   {now: "A-1", moves: []move{moved("A-1", "B-2", "5")}, want: []string{"A-1 0 5 h5", "B-2* 5 - "}},
		"its project got a new key": {now: "C-2", moves: []move{moved("A-1", "B-2", "5")}, want: []string{"A-1 0 5 h5", "B-2 5 - ", "C-2* - - "}},
		"a move is missing":         {now: "D-4", moves: []move{moved("A-1", "B-2", "5"), moved("C-3", "D-4", "9")}, want: []string{"A-1 0 5 h5", "B-2 5 - ", "C-3 - 9 h9", "D-4* 9 - "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, r := range keyRows(&Present{key: c.now, created: jsontext.Value("0")}, c.moves) {
				star := map[bool]string{true: "*"}[r.Current]
				got = append(got, r.Key+star+" "+cmp.Or(string(r.Since), "-")+" "+cmp.Or(string(r.Until), "-")+" "+orEmpty(r.ChangelogID))
			}
			require.Equal(t, c.want, got)
		})
	}
}

func FuzzHistories(f *testing.F) {
	f.Add(`{"id":"1","created":1700000000000,"items":[{"field":"Sprint","fieldtype":"custom","from":"1, 2","to":null,"toString":"x"}]}`, `[{"id":1,"child":{"id":"2"}}]`)
	f.Add(`{"items":[{"field":"Key","from":5}]}`, `"a[id=1,name=x"`)
	f.Add(`{"items":null}`, `{"type":"doc","content":[1]}`)
	fields := NewFields([]shape.Field{{ID: "labels", Type: "array"}})
	f.Fuzz(func(t *testing.T, history, value string) {
		then := NewPast()
		_ = fields.History("1", then, jsontext.Value(history), func(_ stream.Part, row any) error {
			_, err := Marshal(row)
			require.NoError(t, err)
			return nil
		})
		for _, field := range []changedField{{}, {change: changedList, sprint: true}, {change: changedList, spaced: true}, {doubled: true}} {
			if jsontext.Value(value).IsValid() {
				for _, v := range field.heldIn(jsontext.Value(value)) {
					require.NotEmpty(t, v.key())
				}
			}
			field.apart(&value, &history)
		}
		then.beginnings(nil)
	})
}
