package jirasim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// searchIDs runs a query through Data Center's search and returns all ids of its first thousand, sorted as numbers.
func (c *client) searchIDs(jql string) []uint64 {
	c.t.Helper()
	var page searchPage
	c.post("/rest/api/2/search", map[string]any{"jql": jql, "maxResults": 1000, "fields": []string{"id"}}).status(200).into(&page)
	require.Len(c.t, page.Issues, page.Total)
	var ids []uint64
	for _, text := range page.ids() {
		id, err := strconv.ParseUint(text, 10, 64)
		require.NoError(c.t, err)
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// expected are the ids of the visible issues that satisfy a condition.
func (c *client) expected(condition predicate) []uint64 {
	var ids []uint64
	for _, m := range c.visible() {
		if condition(&m) {
			ids = append(ids, m.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// The evaluator is compared with conditions written by hand over the model's own facts.
func TestJQLSelects(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter, Issues: 400})
	site := c.jira.site
	pivot := c.visible()[150]
	zone := c.jira.zone
	minute := time.UnixMilli(pivot.Created).In(zone).Format("2006-01-02 15:04")
	minuteStart, err := time.ParseInLocation("2006-01-02 15:04", minute, zone)
	require.NoError(t, err)
	low, high := minuteStart.UnixMilli(), minuteStart.Add(time.Minute).UnixMilli()
	day := time.UnixMilli(pivot.Created).In(zone).Format("2006-01-02")
	key := site.issueKey(pivot.Index)
	alpha, _ := site.projectByIDOrKey("ALPHA")
	_, userKey, userName, _ := site.userIDs(3)
	done := site.statusIDs("Done")
	week := testNow.Add(-7 * 24 * time.Hour).UnixMilli()

	for query, want := range map[string]predicate{
		`project = ALPHA`:                  func(m *issueMeta) bool { return m.Project == alpha },
		`project = alpha`:                  func(m *issueMeta) bool { return m.Project == alpha },
		`project = "Alpha Platform"`:       func(m *issueMeta) bool { return m.Project == alpha },
		`project in (10000) `:              func(m *issueMeta) bool { return m.Project == alpha },
		`project != ALPHA`:                 func(m *issueMeta) bool { return m.Project != alpha },
		`NOT project = ALPHA`:              func(m *issueMeta) bool { return m.Project != alpha },
		`project not in (ALPHA)`:           func(m *issueMeta) bool { return m.Project != alpha },
		`project is not EMPTY`:             everything,
		`project is EMPTY`:                 nothing,
		"key = " + key:                     func(m *issueMeta) bool { return m.Index == pivot.Index },
		"key = " + strings.ToLower(key):    func(m *issueMeta) bool { return m.Index == pivot.Index },
		fmt.Sprint("id = ", pivot.ID):      func(m *issueMeta) bool { return m.Index == pivot.Index },
		fmt.Sprint("id != ", pivot.ID):     func(m *issueMeta) bool { return m.Index != pivot.Index },
		fmt.Sprint("id > ", pivot.ID):      func(m *issueMeta) bool { return m.Project == pivot.Project && m.Number > pivot.Number },
		fmt.Sprint("NOT id <= ", pivot.ID): func(m *issueMeta) bool { return m.Project == pivot.Project && m.Number > pivot.Number },
		fmt.Sprintf("id in (%d, %s) and created > 0", pivot.ID, key):           func(m *issueMeta) bool { return m.Index == pivot.Index },
		fmt.Sprintf("id = %d and key = %s", c.visible()[3].ID, key):            nothing,
		fmt.Sprintf("id = %d and project is EMPTY or key = %s", pivot.ID, key): func(m *issueMeta) bool { return m.Index == pivot.Index },
		fmt.Sprintf("id in (%d) and updated < %d", pivot.ID, pivot.Updated):    nothing,
		"key <= " + key:                                                    func(m *issueMeta) bool { return m.Project == pivot.Project && m.Number <= pivot.Number },
		`created >= "` + minute + `"`:                                      func(m *issueMeta) bool { return m.Created >= low },
		`created <= "` + minute + `"`:                                      func(m *issueMeta) bool { return m.Created < high },
		`created > "` + minute + `"`:                                       func(m *issueMeta) bool { return m.Created >= high },
		`created < "` + minute + `"`:                                       func(m *issueMeta) bool { return m.Created < low },
		`created = "` + minute + `"`:                                       func(m *issueMeta) bool { return m.Created >= low && m.Created < high },
		`created != "` + minute + `"`:                                      func(m *issueMeta) bool { return m.Created < low || m.Created >= high },
		`created = ` + day:                                                 func(m *issueMeta) bool { return time.UnixMilli(m.Created).In(zone).Format("2006-01-02") == day },
		fmt.Sprint("created = ", pivot.Created):                            func(m *issueMeta) bool { return m.Created == pivot.Created },
		fmt.Sprint("created > ", pivot.Created):                            func(m *issueMeta) bool { return m.Created > pivot.Created },
		fmt.Sprint("created >= ", pivot.Created):                           func(m *issueMeta) bool { return m.Created >= pivot.Created },
		fmt.Sprint("updated < ", pivot.Created):                            func(m *issueMeta) bool { return m.Updated < pivot.Created },
		fmt.Sprintf("created > %d and updated <= %d", pivot.Created, week): func(m *issueMeta) bool { return m.Created > pivot.Created && m.Updated <= week },
		fmt.Sprintf("created > %d or key = %s", week, key):                 func(m *issueMeta) bool { return m.Created > week || m.Index == pivot.Index },
		`updated >= -7d`:                                                   func(m *issueMeta) bool { return m.Updated >= week },
		`updated >= "-1w"`:                                                 func(m *issueMeta) bool { return m.Updated >= week },
		`updated > now()`:                                                  nothing,
		`created <= now()`:                                                 everything,
		`created >= startOfYear()`:                                         func(m *issueMeta) bool { return time.UnixMilli(m.Created).In(zone).Year() == 2026 },
		`created is not EMPTY`:                                             everything,
		`created in (` + minute[:10] + `)`:                                 func(m *issueMeta) bool { return time.UnixMilli(m.Created).In(zone).Format("2006-01-02") == day },
		`resolutiondate is EMPTY`:                                          func(m *issueMeta) bool { return m.Resolved == 0 },
		`resolution = Unresolved`:                                          func(m *issueMeta) bool { return m.Resolved == 0 },
		`resolution is not EMPTY`:                                          func(m *issueMeta) bool { return m.Resolved != 0 },
		`status = Done`:                                                    func(m *issueMeta) bool { return slices.Contains(done, m.Status) },
		`not (status = Done or assignee is empty)`:                         func(m *issueMeta) bool { return !slices.Contains(done, m.Status) && m.Assignee >= 0 },
		`assignee is EMPTY`:                                                func(m *issueMeta) bool { return m.Assignee < 0 },
		`assignee = currentUser()`:                                         func(m *issueMeta) bool { return m.Assignee == 0 },
		"assignee = " + userName:                                           func(m *issueMeta) bool { return m.Assignee == 3 },
		"assignee != " + userKey:                                           func(m *issueMeta) bool { return m.Assignee >= 0 && m.Assignee != 3 },
		"assignee in (EMPTY, " + userName + ")":                            func(m *issueMeta) bool { return m.Assignee < 0 || m.Assignee == 3 },
		`issuetype = ` + pivot.Type:                                        func(m *issueMeta) bool { return m.Type == pivot.Type },
		`created >= 5000000000000`:                                         nothing,
		`created < -5`:                                                     nothing,
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.expected(want), c.searchIDs(query))
		})
	}
}

func TestJQLDateFunctions(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("test", 2*60*60)
	c := &jqlContext{now: time.Date(2026, 11, 22, 1, 2, 3, 0, time.UTC), zone: zone} // a Sunday, 03:02 there
	for call, want := range map[string]time.Time{
		"now":            time.Date(2026, 11, 22, 3, 2, 3, 0, zone),
		"startOfDay":     time.Date(2026, 11, 22, 0, 0, 0, 0, zone),
		"startOfDay -1d": time.Date(2026, 11, 21, 0, 0, 0, 0, zone),
		"endOfDay":       time.Date(2026, 11, 23, 0, 0, 0, -1e6, zone),
		"startOfWeek":    time.Date(2026, 11, 22, 0, 0, 0, 0, zone),
		"endOfWeek":      time.Date(2026, 11, 29, 0, 0, 0, -1e6, zone),
		"STARTOFMONTH":   time.Date(2026, 11, 1, 0, 0, 0, 0, zone),
		"endOfMonth 2h":  time.Date(2026, 12, 1, 2, 0, 0, -1e6, zone),
		"startOfYear":    time.Date(2026, 1, 1, 0, 0, 0, 0, zone),
		"endOfYear":      time.Date(2027, 1, 1, 0, 0, 0, -1e6, zone),
	} {
		name, args, _ := strings.Cut(call, " ")
		date, ok, err := c.dateFunction(jqlValue{text: name, function: true, args: strings.Fields(args)})
		require.NoError(t, err, call)
		require.True(t, ok, call)
		require.True(t, date.volatile)
		require.Equal(t, want.UnixMilli(), date.low, call)
	}
	for _, name := range []string{"ofDay", "startOfHour", "membersOf", "start", "endofnothing"} {
		_, ok, _ := c.dateFunction(jqlValue{text: name})
		require.False(t, ok, name)
	}
	for _, args := range [][]string{{"soon"}, {"-1d", "-1d"}} {
		_, _, err := c.dateFunction(jqlValue{text: "startOfDay", args: args})
		require.Error(t, err)
	}
}

// Names and ids mean the same, every order is one, and relations on keys have four forms.
func TestJQLOtherFields(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter})
	pivot := c.visible()[80]
	key := c.jira.site.issueKey(pivot.Index)
	inProject := func(holds func(number uint32) bool) predicate {
		return func(m *issueMeta) bool { return m.Project == pivot.Project && holds(m.Number) }
	}
	for query, want := range map[string]predicate{
		"issue < " + key:                   inProject(func(n uint32) bool { return n < pivot.Number }),
		"key >= " + key:                    inProject(func(n uint32) bool { return n >= pivot.Number }),
		"priority = " + pivot.Priority:     func(m *issueMeta) bool { return m.Priority == pivot.Priority },
		"reporter = currentUser()":         func(m *issueMeta) bool { return m.Reporter == 0 },
		"resolved > 0":                     func(m *issueMeta) bool { return m.Resolved > 0 },
		"updatedDate = 1 or createdDate=1": nothing,
		"resolution != Unresolved":         func(m *issueMeta) bool { return m.Resolved != 0 },
		"resolution in (Unresolved, Done) and resolution is EMPTY": func(m *issueMeta) bool { return m.Resolved == 0 },
	} {
		require.Equal(t, c.expected(want), c.searchIDs(query), query)
	}
	everyCategory := len(c.searchIDs(`statusCategory = "To Do"`)) + len(c.searchIDs("statusCategory = indeterminate")) + len(c.searchIDs("statusCategory = Done"))
	require.Equal(t, len(c.visible()), everyCategory)
	require.Equal(t, len(c.expected(func(m *issueMeta) bool { return m.Resolved != 0 })),
		len(c.searchIDs("resolution = 10000"))+len(c.searchIDs("resolution != 10000")))
	for _, field := range []string{"resolutiondate", "project", "status", "type", "priority", "assignee", "reporter"} {
		require.Len(t, c.searchIDs("created > 0 order by "+field+" asc, "+field+" desc"), len(c.visible()))
	}
	require.Empty(t, c.get("/rest/api/2/search?jql=id%3D"+fmt.Sprint(pivot.ID)+"&validateQuery=true&maxResults=1").status(200).messages())
	c.get("/rest/api/2/search?jql=id%3D1&validateQuery=false").status(200)
}

func TestJQLRefusals(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter})
	for query, want := range map[string]string{
		`nope = 1`:           "Field 'nope' does not exist or you do not have permission to view it.",
		`project = NOPE`:     "The value 'NOPE' does not exist for the field 'project'.",
		`project = 99`:       "A value with ID '99' does not exist for the field 'project'.",
		`status = "No Such"`: "The value 'No Such' does not exist for the field 'status'.",
		`assignee = nobody`:  "The value 'nobody' does not exist for the field 'assignee'.",
		`key = ALPHA-999999`: "An issue with key 'ALPHA-999999' does not exist for field 'key'.",
		`key = x`:            "The issue key 'x' for field 'key' is invalid.",
		`id in (1)`:          "A value with ID '1' does not exist for the field 'id'.",
		`id > 0`:             "A value with ID '0' does not exist for the field 'id'.",
		`project ~ A`:        "The operator '~' is not supported by the 'project' field.",
		`project > ALPHA`:    "The operator '>' is not supported by the 'project' field.",
		`created ~ 1`:        "The operator '~' is not supported by the 'created' field.",
		`created > nope()`:   "Unable to find JQL function 'nope()'.",
		`created > now(1)`:   "Function 'now' expected '0' arguments but received '1'.",
		`created is ALPHA`:   "The operator 'is' only supports the values 'EMPTY' and 'NULL' for the field 'created'.",
		`project in ALPHA`:   "Operator 'in' does not support the non-list value 'ALPHA' for field 'project'.",
		`order by summary`:   "Not able to sort using field 'summary'.",
		`order by nope`:      "Field 'nope' does not exist or you do not have permission to view it.",
		`project = (ALPHA)`:  "Operator '=' does not support the list value '(ALPHA)' (line 1, character 11)",
		`labels = select`:    "Error in the JQL Query: 'select' is a reserved JQL word. You must surround it in quotation marks to use it in a query. (line 1, character 10)",
	} {
		require.Equal(t, []string{want}, c.post("/rest/api/2/search", map[string]any{"jql": query}).status(400).messages(), query)
	}
	for _, date := range []string{`"2024-01-01 10:00:00"`, `"2024-13-01"`, `"2024-02-30"`, `"1732877091000"`, `"2024-01-01T10:00"`, `soon`, `"2024-01/01"`, `"2024-01-01 24:00"`} {
		messages := c.post("/rest/api/2/search", map[string]any{"jql": "updated >= " + date}).status(400).messages()
		require.Equal(t, "Date value '"+strings.Trim(date, `"`)+"' for field 'updated' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.", messages[0])
	}
	both := c.post("/rest/api/2/search", map[string]any{"jql": `project = NOPE and nope = 1`}).status(400).messages()
	require.Len(t, both, 2, "every problem of a query is told")
}

func TestJQLTextDatesOnly(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter, TextDatesOnly: true})
	c.post("/rest/api/2/search", map[string]any{"jql": "updated >= 1732877091000"}).status(400)
	c.post("/rest/api/2/search", map[string]any{"jql": `updated >= "2024-11-29"`}).status(200)
}

// Text dates are read in the account's zone: the same text selects other issues for another account.
func TestJQLTextDatesAreInTheAccountsZone(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Pacific/Auckland", "America/New_York", "UTC"} {
		c := newClient(t, Options{Deployment: DataCenter, TimeZone: name})
		zone, err := time.LoadLocation(name)
		require.NoError(t, err)
		start := time.Date(2026, 3, 1, 12, 0, 0, 0, zone).UnixMilli()
		require.Equal(t, c.expected(func(m *issueMeta) bool { return m.Updated >= start }), c.searchIDs(`updated >= "2026/03/01 12:00"`), name)
	}
}

func TestJQLOneGoneIDSpoilsTheList(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter})
	gone, stays := c.visible()[3], c.visible()[4]
	_, err := c.jira.Edit(Edit{Kind: DeleteIssue, Issue: fmt.Sprint(gone.ID)})
	require.NoError(t, err)
	jql := fmt.Sprintf("id in (%d,%d)", gone.ID, stays.ID)
	message := fmt.Sprintf("A value with ID '%d' does not exist for the field 'id'.", gone.ID)
	require.Equal(t, []string{message}, c.post("/rest/api/2/search", map[string]any{"jql": jql}).status(400).messages())
	require.Contains(t, c.post("/rest/api/2/search", map[string]any{"jql": fmt.Sprintf("id > %d", gone.ID)}).status(400).messages(), message)

	var page searchPage
	c.post("/rest/api/2/search", map[string]any{"jql": jql, "validateQuery": false, "fields": []string{"summary"}}).status(200).into(&page)
	require.Equal(t, []string{fmt.Sprint(stays.ID)}, page.ids())
	require.Equal(t, []string{message}, page.WarningMessages)
}

func TestJQLSummaryAndLabels(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter})
	var page searchPage
	c.post("/rest/api/2/search", map[string]any{"jql": "created > 0", "fields": []string{"summary"}, "maxResults": 1000}).status(200).into(&page)
	word := wordsOf(page.Issues[0].Fields.Summary, "")[0]
	want := 0
	for _, issue := range page.Issues {
		if slices.Contains(wordsOf(issue.Fields.Summary, ""), word) {
			want++
		}
	}
	require.Len(t, c.searchIDs(`summary ~ "`+word+`"`), want)
	require.Len(t, c.searchIDs(`summary !~ "`+word+`"`), len(page.Issues)-want)
	require.Equal(t, len(page.Issues), len(c.searchIDs("labels is EMPTY"))+len(c.searchIDs("labels is not EMPTY")))
}

func TestParsePeriod(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"-7d": -7 * 24 * time.Hour, "4w 2d": 30 * 24 * time.Hour, "+1h": time.Hour, "30m": 30 * time.Minute, "-1w2d 3h": -219 * time.Hour,
	} {
		got, ok := parsePeriod(text)
		require.True(t, ok, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "7", "-d", "1y", "1M", "99999999999999w", "9999999w 9999999w 9999999w"} {
		_, ok := parsePeriod(text)
		require.False(t, ok, text)
	}
}

// Dates count in every place of a query, not only where they bound a walk.
func TestJQLDatesInAnyPlace(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter, Issues: 300})
	pivot := c.visible()[120]
	key := c.jira.site.issueKey(pivot.Index)
	for query, want := range map[string]predicate{
		fmt.Sprintf("updated >= %d or key = %s", pivot.Updated, key):        func(m *issueMeta) bool { return m.Updated >= pivot.Updated || m.ID == pivot.ID },
		fmt.Sprintf("created < %d or key = %s", pivot.Created, key):         func(m *issueMeta) bool { return m.Created < pivot.Created || m.ID == pivot.ID },
		fmt.Sprintf("not updated >= %d", pivot.Updated):                     func(m *issueMeta) bool { return m.Updated < pivot.Updated },
		fmt.Sprintf("resolved >= %d or key = %s", pivot.Created, key):       func(m *issueMeta) bool { return m.Resolved >= pivot.Created || m.ID == pivot.ID },
		fmt.Sprintf("updated in (%d) or created in (%[1]d)", pivot.Updated): func(m *issueMeta) bool { return m.Updated == pivot.Updated || m.Created == pivot.Updated },
		fmt.Sprintf("updated != %d", pivot.Updated):                         func(m *issueMeta) bool { return m.Updated != pivot.Updated },
		fmt.Sprintf("resolved != %d", pivot.Updated):                        func(m *issueMeta) bool { return m.Resolved != 0 && m.Resolved != pivot.Updated },
		fmt.Sprintf("resolved not in (%d)", pivot.Updated):                  func(m *issueMeta) bool { return m.Resolved != 0 && m.Resolved != pivot.Updated },
		"resolved is EMPTY":     func(m *issueMeta) bool { return m.Resolved == 0 },
		"resolved is not EMPTY": func(m *issueMeta) bool { return m.Resolved != 0 },
	} {
		require.Equal(t, c.expected(want), c.searchIDs(query), query)
	}
}

// What a query says of now is worked out anew with each request, though the site keeps what other queries find.
func TestJQLMovesWithTheClock(t *testing.T) {
	t.Parallel()
	clock := newClock()
	c := newClient(t, Options{Deployment: DataCenter, Issues: 300, Now: clock.now})
	for _, query := range []string{"updated >= -60d", "created >= startOfYear() and updated < now()", "not updated < -30d"} {
		before := c.searchIDs(query)
		require.Equal(t, before, c.searchIDs(query))
		clock.forward(-200 * 24 * time.Hour)
		require.NotEqual(t, before, c.searchIDs(query), query)
		clock.forward(200 * 24 * time.Hour)
		require.Equal(t, before, c.searchIDs(query), query)
	}
}

// currentUser is who asks: the same text finds other issues for another account.
func TestJQLCurrentUserIsWhoAsks(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		c := newClient(t, Options{Deployment: d, Issues: 900})
		for range 2 { // what was found for one is not kept for the other
			for user, who := range map[int32]*client{account: c, readerAccount: c.asReader()} {
				var want []string
				for _, m := range c.visible() {
					if int32(m.Assignee) == user {
						want = append(want, fmt.Sprint(m.ID))
					}
				}
				require.NotEmpty(t, want)
				var page searchPage
				ask := map[string]any{"jql": "assignee = currentUser()", "maxResults": 1000, "fields": []string{"id"}}
				who.post(map[Deployment]string{Cloud: "/rest/api/3/search/jql", DataCenter: "/rest/api/2/search"}[d], ask).status(200).into(&page)
				require.ElementsMatch(t, want, page.ids(), "%s, user %d", d, user)
			}
		}
	}
}
