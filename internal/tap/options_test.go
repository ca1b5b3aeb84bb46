package tap_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
	"tap-jira/internal/tap"
)

// notPerIssue leaves out the streams that cost a request for each issue.
func notPerIssue() []string {
	return []string{"!request*", "!issue_watchers", "!issue_votes", "!issue_remote_links", "!issue_properties", "!issue_estimations"}
}

// The lines are the same however many requests are in flight.
func TestConcurrencyChangesNothing(t *testing.T) {
	large(t)
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues, o.Giants = 620, true
		s := newSite(t, o).plain()
		run := func(concurrency int) []string {
			var out bytes.Buffer
			got := s.syncTo(t.Context(), tap.Options{
				Everything: true, Streams: notPerIssue(), ActivateVersion: true, Validate: tap.ValidateOff, IssueFields: []string{"summary"}, Concurrency: concurrency,
			}, &out)
			require.NoError(t, got.err)
			return strings.SplitAfter(out.String(), "\n")
		}
		one, many := run(1), run(16)
		for i := range min(len(one), len(many)) {
			if one[i] != many[i] { // faster than require for a hundred thousand lines
				require.Equal(t, one[i], many[i], "line %d", i+1)
			}
		}
		require.Len(t, many, len(one))
		require.Greater(t, s.Counts().MaxInFlight, 1, "the second run did read at once")
		require.LessOrEqual(t, s.Counts().MaxInFlight, 16)
	})
}

func TestAPrefixStandsBeforeStreamsAndNotInTheState(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{})
	const prefix = "stitch_jira-"
	options := tap.Options{StreamPrefix: prefix, Select: []string{"issues", "projects"}}
	first := s.whole2(t, options)
	require.Equal(t, []string{prefix + "projects", prefix + "issues"}, first.streamsOf("SCHEMA"))
	require.Equal(t, []string{prefix + "projects", prefix + "issues"}, first.streamsOf("RECORD"))
	require.Equal(t, []string{"issues"}, first.state(t).Streams())
	options.State = first.state(t)
	require.Empty(t, s.whole2(t, options).incremental(), "the second run goes on")

	state, err := singer.ParseState([]byte(`{"bookmarks":{"stitch_jira-issues":{"replication_key":"updated","replication_key_value":"2026-11-22T08:00:00Z"}}}`), stream.Canonical(prefix))
	require.NoError(t, err)
	options.State = state
	require.Empty(t, s.whole2(t, options).incremental())
}

// whole2 is whole for runs whose messages have other names than the summary.
func (s *site) whole2(t *testing.T, o tap.Options) outcome {
	t.Helper()
	got := s.sync(t, o)
	require.NoError(t, got.err)
	requireProtocol(t, got)
	return got
}

func TestASiteColumnIsInEveryRecordAndKey(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		const address = `https://jira.example.com/"a"`
		got := s.whole(t, tap.Options{Everything: true, SiteColumn: "jira_site", SiteAddress: address})
		requireProtocol(t, got)
		for _, m := range got.messages {
			switch m.Type {
			case "SCHEMA":
				require.Equal(t, "jira_site", m.Keys[len(m.Keys)-1])
			case "RECORD":
				require.Equal(t, address, text(m.Record["jira_site"]))
			}
		}
	})
}

func TestASiteColumnReplacesNoOther(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{})
	for column, want := range map[string]string{
		"id":               "site_column id is a column of issues already",
		"KEY":              "site_column KEY is a column of issues already",
		"fields":           "site_column fields is a column of issues already",
		"_tap_jira_reason": "site_column _tap_jira_reason is a column of issues already",
		"_sdc_deleted_at":  "begins with _sdc_",
	} {
		got := s.sync(t, tap.Options{Select: []string{"issues.updated"}, SiteColumn: column, SiteAddress: "https://a.example"})
		require.Equal(t, fault.Usage, fault.KindOf(got.err), column)
		require.ErrorContains(t, got.err, want)
		require.Empty(t, got.messages, "nothing is printed before")
	}
}

func TestVersionsAreActivatedAfterACompletePassOnly(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{})
	all := tap.Options{Everything: true, ActivateVersion: true}
	first := s.whole(t, all)
	requireProtocol(t, first)
	activated := first.streamsOf("ACTIVATE_VERSION")
	for _, m := range first.messages {
		if m.Type == "RECORD" {
			require.NotNil(t, m.Version, "every record of every stream carries a version: %s", m.Stream)
		}
	}
	require.Contains(t, activated, "projects")
	require.Subset(t, first.streamsOf("SCHEMA"), activated, "a stream that is read for its children alone is not in the output")
	for _, stream := range append([]string{"users", "server_info", "workflows"}, issueStreams...) {
		require.NotContains(t, activated, stream)
	}
	s.clock.pass(2 * time.Hour)
	s.edit(t, jirasim.Edit{Kind: jirasim.CreateIssue})
	all.State = first.state(t)
	second := s.whole(t, all)
	require.Equal(t, *first.records("issues")[0].Version, *second.records("issues")[0].Version, "increments belong to the rows before")
	require.Greater(t, *second.records("projects")[0].Version, *first.records("projects")[0].Version)

	limited := s.whole(t, tap.Options{ActivateVersion: true, RecordLimit: 1})
	require.Empty(t, limited.streamsOf("ACTIVATE_VERSION"))

	s.Script(jirasim.Fault{Template: "/rest/api/{v}/issueLinkType", Status: 500, Times: -1})
	broken := s.sync(t, tap.Options{ActivateVersion: true})
	require.Equal(t, fault.Incomplete, fault.KindOf(broken.err))
	require.Contains(t, broken.streamsOf("ACTIVATE_VERSION"), "issue_types")
	require.NotContains(t, broken.streamsOf("ACTIVATE_VERSION"), "issue_link_types")
}

func TestALimitOnRecordsMovesNoBookmark(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		for _, limit := range []int{1, 3} {
			got := s.whole(t, tap.Options{RecordLimit: limit})
			requireProtocol(t, got)
			for _, line := range got.summary.Streams {
				require.Positive(t, line.Records, line.Stream)
				require.LessOrEqual(t, line.Records, int64(limit), line.Stream)
			}
			require.Empty(t, got.state(t).Streams())
			require.Less(t, len(got.requests), 60)
		}
	})
}

func TestSchemasOnly(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		got := s.whole(t, tap.Options{Everything: true, SchemaOnly: true})
		requireProtocol(t, got)
		require.Len(t, got.streamsOf("SCHEMA"), len(got.summary.Streams))
		require.Empty(t, got.streamsOf("RECORD"))
	})
}

func TestLimitsByProjectAndJQL(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		whole := s.whole(t, tap.Options{Select: append([]string{"projects"}, issueStreams...), IssueFields: []string{"project"}})
		rows := merged(whole.messages)
		var keys []string
		projectOf := map[string]string{}
		for id, row := range rows.rows["issues"] {
			var fields struct{ Project struct{ Key string } }
			require.NoError(t, json.Unmarshal(row["fields"], &fields))
			projectOf[id] = fields.Project.Key
			if !slices.Contains(keys, fields.Project.Key) {
				keys = append(keys, fields.Project.Key)
			}
		}
		slices.Sort(keys)
		for name, limit := range map[string]tap.Options{
			"projects": {Projects: keys[:2]},
			"jql":      {JQL: "project = " + keys[0] + " OR project = " + keys[1]},
			"both":     {Projects: keys[:3], JQL: "project != " + keys[2]},
		} {
			limit.Select, limit.IssueFields = issueStreams, []string{"summary"}
			got := s.whole(t, limit)
			requireProtocol(t, got)
			there := merged(got.messages)
			for _, stream := range issueStreams {
				var want []string
				for key, row := range rows.rows[stream] {
					issue := text(row["issueId"])
					if stream == "issues" {
						issue = key
					}
					if slices.Contains(keys[:2], projectOf[issue]) {
						want = append(want, key)
					}
				}
				slices.Sort(want)
				requireSame(t, want, there.ids(stream), name+" "+stream)
			}
			again := limit
			again.State = got.state(t)
			require.Empty(t, s.whole(t, again).incremental(), name)

			other := limit
			other.State, other.Projects, other.JQL = got.state(t), keys, ""
			requireLedger(t, s, merged(s.whole(t, other).messages), "issues")
		}
	})
}

func TestABadLimitIsAMistakeOfTheConfig(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		for name, limit := range map[string]tap.Options{
			"broken jql":          {JQL: "status = = Done"},
			"a field that is not": {JQL: "nosuchfield = 1"},
			"an order":            {JQL: "project is not EMPTY ORDER BY created"},
			"an unknown project":  {Projects: []string{"NOSUCH"}},
		} {
			got := s.sync(t, limit)
			require.Equal(t, fault.Usage, fault.KindOf(got.err), "%s: %v", name, got.err)
			require.Empty(t, got.out, name)
		}
	})
}

func TestDatesLimitWhatIsRead(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		start, end := morning.AddDate(0, -9, 0), morning.AddDate(0, -2, 0)
		var want []string
		for id, at := range s.Ledger().Updated() {
			if !at.Before(start) && !at.After(end) {
				want = append(want, id)
			}
		}
		slices.Sort(want)
		require.NotEmpty(t, want)
		options := tap.Options{Select: []string{"issues", "changelogs", "worklogs"}, StartDate: start, EndDate: end}
		got := s.whole(t, options)
		requireProtocol(t, got)
		requireSame(t, want, merged(got.messages).ids("issues"), "issues between the dates")
		for _, m := range got.records("worklogs") {
			var updated time.Time
			require.NoError(t, json.Unmarshal(m.Record["updated"], &updated))
			require.False(t, updated.Before(start) || updated.After(end), updated)
		}

		// Without an end the next run reads on from where this one ended.
		options.State, options.EndDate = got.state(t), time.Time{}
		rest := s.whole(t, options)
		want = s.Ledger().EditedSince(start)
		slices.Sort(want)
		requireSame(t, want, merged(got.messages, rest.messages).ids("issues"), "issues since the start")
		options.State = rest.state(t)
		require.Empty(t, s.whole(t, options).incremental())
	})
}

// The first run takes a year when nobody says more, and later runs keep to it.
func TestTheDefaultStartIsKept(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{})
	run := func(streams []string, state *singer.State) outcome {
		options := s.with(tap.Options{Select: streams, State: state})
		options.StartDate = time.Time{}
		var out bytes.Buffer
		_, err := tap.Sync(t.Context(), options, &out)
		require.NoError(t, err)
		return outcome{messages: readMessages(t, out.Bytes())}
	}
	first := run([]string{"issues"}, nil)
	want := s.Ledger().EditedSince(morning.AddDate(-1, 0, 0).Truncate(24 * time.Hour))
	slices.Sort(want)
	requireSame(t, want, slices.Sorted(slices.Values(first.ids("issues"))), "issues of a year")
	s.clock.pass(30 * 24 * time.Hour)
	second := run([]string{"issues", "issue_comments"}, first.state(t))
	require.Empty(t, second.ids("issues"))
	start, kept := second.state(t).Start()
	require.True(t, kept)
	require.True(t, start.Equal(morning.AddDate(-1, 0, 0).Truncate(24*time.Hour)))
	require.NotEmpty(t, second.ids("issue_comments"), "a stream that is new is read from the same start")
}

// Users may be limited to groups; people are in several of them and come once.
func TestUsersOfGroups(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.UserCount = 120
		s := newSite(t, o)
		all := s.whole(t, tap.Options{Select: []string{"users"}}).ids("users")
		admins := s.whole(t, tap.Options{Select: []string{"users", "issues"}, Groups: []string{"jira-administrators"}, IssueFields: []string{"assignee"}})
		requireProtocol(t, admins)
		require.NotEmpty(t, admins.ids("users"))
		require.Less(t, len(admins.ids("users")), len(all), "nobody outside the group, also when issues name them")
		both := s.whole(t, tap.Options{Select: []string{"users"}, Groups: []string{"jira-administrators", "jira-software-users"}})
		requireProtocol(t, both)
		require.Empty(t, minus(admins.ids("users"), both.ids("users")))

		missing := s.sync(t, tap.Options{Select: []string{"users", "projects"}, Groups: []string{"no-such-group"}})
		require.Equal(t, fault.Incomplete, fault.KindOf(missing.err))
		require.ErrorContains(t, missing.err, "no-such-group")

		one := s.whole(t, tap.Options{Select: []string{"users"}, Groups: []string{"no-such-group", "jira-administrators"}})
		require.Equal(t, admins.ids("users"), one.ids("users"), "the others are read")
		require.Contains(t, one.log, "no-such-group")
		require.EqualValues(t, 1, one.stream(t, "users").Tolerated)

		s.Script(jirasim.Fault{Template: "/rest/api/{v}/group/member", Contains: "jira-software-users", Status: http.StatusForbidden, Times: -1})
		refused := s.sync(t, tap.Options{Select: []string{"users"}, Groups: []string{"jira-software-users", "jira-administrators"}})
		require.Equal(t, fault.Incomplete, fault.KindOf(refused.err))
		require.Equal(t, admins.ids("users"), refused.ids("users"), "the others are read")
	})
}

// A project that goes to the trash after projects were listed has no versions: that is told, and is no failure.
func TestAnswersThatMeanNothingThereAreCounted(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{})
	s.Script(jirasim.Fault{Template: "/rest/api/{v}/project/search", Rewrite: func(body []byte) []byte {
		require.NoError(t, s.ChangeProject("ALPHA", jirasim.TrashProject))
		return body
	}})
	line := s.whole(t, tap.Options{Select: []string{"versions"}}).stream(t, "versions")
	require.EqualValues(t, 1, line.Tolerated)
	require.Len(t, line.Reasons, 1)
	require.Contains(t, line.Reasons[0], "trash")
}

// Projects that are in the trash are not asked for their parts, so that the pass is complete without them.
func TestPartsOfTrashedProjectsAreActivated(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{})
	require.NoError(t, s.ChangeProject("ALPHA", jirasim.TrashProject))
	got := s.whole(t, tap.Options{Select: []string{"projects", "versions", "components"}, ActivateVersion: true})
	require.Subset(t, got.streamsOf("ACTIVATE_VERSION"), []string{"versions", "components"})
	requireLedger(t, s, merged(got.messages), "projects", "versions", "components")
	require.Zero(t, got.stream(t, "versions").Tolerated)
}
