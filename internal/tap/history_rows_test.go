package tap_test

import (
	"cmp"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
	"tap-jira/internal/singer"
	"tap-jira/internal/tap"
)

// rowStreams are those that are worked out from histories.
var rowStreams = []string{"issue_field_history", "issue_multiselect_history", "issue_sprint_history", "issue_keys"}

func selectHistories(state *singer.State, more ...string) tap.Options {
	return tap.Options{Select: append(slices.Clone(more), rowStreams...), State: state}
}

// requireHistories compares the tables with what the site's model says.
func requireHistories(t *testing.T, s *site, w *target) {
	t.Helper()
	for _, stream := range rowStreams {
		requireSame(t, slices.Sorted(s.Ledger().Keys(stream)), w.ids(stream), stream)
	}
}

// story is what the rows say of one field of one issue, oldest first.
type story []storyRow

type storyRow struct {
	at              time.Time
	changelog, item int
	id, text        string
	value, action   string
}

func (r storyRow) compare(other storyRow) int {
	return cmp.Or(r.at.Compare(other.at), cmp.Compare(r.changelog, other.changelog), cmp.Compare(r.item, other.item))
}

// stories reads a table: issue to field to its rows.
func stories(t *testing.T, w *target, stream string) map[string]map[string]story {
	t.Helper()
	told := map[string]map[string]story{}
	for _, row := range w.rows[stream] {
		var r struct {
			IssueID, ChangelogID, FieldID, Field, To, ToString, Value, Action string
			ItemIndex                                                         int
			Created                                                           time.Time
		}
		raw, err := json.Marshal(row)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(raw, &r))
		changelog, _ := strconv.Atoi(r.ChangelogID)
		if told[r.IssueID] == nil {
			told[r.IssueID] = map[string]story{}
		}
		field := cmp.Or(r.FieldID, r.Field)
		told[r.IssueID][field] = append(told[r.IssueID][field], storyRow{
			at: r.Created, changelog: changelog, item: r.ItemIndex, id: r.To, text: r.ToString, value: r.Value, action: r.Action,
		})
	}
	for _, fields := range told {
		for _, rows := range fields {
			slices.SortFunc(rows, storyRow.compare)
		}
	}
	return told
}

// last is the newest row at that time.
func (s story) last(at time.Time) (row storyRow) {
	for _, r := range s {
		if !r.at.After(at) {
			row = r
		}
	}
	return row
}

// values are those that had come and not left by then.
func (s story) values(at time.Time) []string {
	var held []string
	for _, r := range s {
		if r.at.After(at) {
			break
		}
		held = slices.DeleteFunc(held, func(v string) bool { return v == r.value })
		if r.action == "added" {
			held = append(held, r.value)
		}
	}
	slices.Sort(held)
	return held
}

// eachOne are the fields whose histories tell of one value each.
var eachOne = []string{"fixVersions", "versions", "components", "issuelinks", "attachment"}

// requireReplay compares what the rows say of every field at random moments with the site's model.
func requireReplay(t *testing.T, s *site, w *target, moments int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(7, uint64(moments)))
	fields, values := stories(t, w, "issue_field_history"), stories(t, w, "issue_multiselect_history")
	issues := slices.Sorted(s.Ledger().Keys("issues"))
	from, span := longAgo, s.clock.Now().Sub(longAgo)
	truth := map[string]func(time.Time) map[string]jirasim.Held{}
	for _, issue := range issues {
		truth[issue] = s.Ledger().Fields(issue)
	}
	compared := 0
	for range moments {
		at := from.Add(time.Duration(rng.Int64N(int64(span)))).Truncate(time.Millisecond)
		if rng.IntN(4) > 0 { // most of what happened did so lately
			at = s.clock.Now().Add(-time.Duration(rng.Int64N(int64(span / 8)))).Truncate(time.Millisecond)
		}
		for _, issue := range issues {
			if at.Before(fields[issue]["issuekey"][0].at) {
				continue // not created yet
			}
			want := truth[issue](at)
			for field, rows := range fields[issue] {
				held, row := want[field], rows.last(at)
				if opaque := strings.HasPrefix(row.text, "{"); !opaque && !slices.Contains(eachOne, field) {
					require.Equal(t, [2]string{held.ID, held.Text}, [2]string{row.id, row.text}, "%s of %s at %s", field, issue, at)
				}
				if got := values[issue][field].values(at); len(got)+len(held.Values) > 0 {
					require.Equal(t, held.Values, got, "values of %s of %s at %s", field, issue, at)
				}
				compared++
			}
			for field := range want {
				require.Contains(t, fields[issue], field, "issue %s", issue)
			}
		}
	}
	require.Greater(t, compared, moments*len(issues))
}

func TestTheRowsTellEveryFieldAtAnyTime(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 120
		s := newSite(t, o)
		got := s.whole(t, tap.Options{Select: rowStreams, Validate: tap.ValidateAll})
		requireProtocol(t, got)
		rows := merged(got.messages)
		requireHistories(t, s, rows)
		requireReplay(t, s, rows, 200)
		require.Empty(t, got.records("changelogs"), "they are read and not printed")
		for _, stream := range rowStreams {
			require.NotEmpty(t, rows.rows[stream], stream)
			require.Len(t, got.records(stream), len(rows.rows[stream]), "%s has rows twice", stream)
		}
	})
}

// What the rows are made of is read anyway.
func TestRowsOfHistoriesCostNoRequest(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 350
		s := newSite(t, o)
		alone := s.whole(t, tap.Options{Select: []string{"issues", "changelogs"}})
		both := s.whole(t, selectHistories(nil, "issues", "changelogs"))
		require.Len(t, both.requests, len(alone.requests))
		requireLedger(t, s, merged(both.messages), "issues", "changelogs")
		rowsOnly := s.whole(t, selectHistories(nil))
		require.LessOrEqual(t, len(rowsOnly.requests), len(alone.requests))
		for _, stream := range rowStreams {
			require.Equal(t, both.ids(stream), rowsOnly.ids(stream))
		}
	})
}

func TestRowsOfHistoriesDoNotDependOnConcurrency(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 350
		s := newSite(t, o)
		one := s.whole(t, selectHistories(nil))
		many := selectHistories(nil)
		many.Concurrency = 16
		require.Equal(t, string(one.out), string(s.whole(t, many).out))
	})
}

// The giant issue has thousands of histories, each with its rows, and each once.
func TestTheGiantIssuesHistoryRowsAreWhole(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues, o.Giants = 40, true
		s := newSite(t, o)
		got := s.whole(t, selectHistories(nil))
		rows := merged(got.messages)
		requireHistories(t, s, rows)
		requireReplay(t, s, rows, 3)
		require.Greater(t, len(got.records("issue_field_history")), 6_000)
		require.Len(t, got.records("issue_field_history"), len(rows.rows["issue_field_history"]))
	})
}

func TestHistoryRowsOfEditedIssues(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		runs := []outcome{s.whole(t, selectHistories(nil))}
		ids := slices.Sorted(s.Ledger().Keys("issues"))
		for round := range 4 {
			s.clock.pass(time.Hour)
			s.edit(t, jirasim.Edit{Kind: jirasim.EditSummary, Issue: ids[round]})
			s.edit(t, jirasim.Edit{Kind: jirasim.EditStatus, Issue: ids[10]})
			s.edit(t, jirasim.Edit{Kind: jirasim.AddWorklog, Issue: ids[20+round]})
			moved := s.edit(t, jirasim.Edit{Kind: jirasim.MoveIssue, Issue: ids[30+round]})
			created := s.edit(t, jirasim.Edit{Kind: jirasim.CreateIssue})
			got := s.whole(t, selectHistories(runs[len(runs)-1].state(t)))
			requireProtocol(t, got)
			require.Contains(t, strings.Join(got.ids("issue_keys"), " "), moved+"/")
			require.Contains(t, strings.Join(got.ids("issue_field_history"), " "), "initial:"+created+":summary")
			runs = append(runs, got)
		}
		var all [][]message
		for _, run := range runs {
			all = append(all, run.messages)
		}
		rows := merged(all...)
		requireMostHistories(t, s, rows)
		requireKeys(t, rows)
		idle := s.whole(t, selectHistories(runs[len(runs)-1].state(t)))
		for _, stream := range rowStreams {
			require.Empty(t, idle.records(stream))
		}
	})
}

// requireMostHistories lets rows stay of what left a field without a history, and
// links to issues that have another key by now, which changes no issue but those.
func requireMostHistories(t *testing.T, s *site, w *target) {
	t.Helper()
	for _, stream := range rowStreams {
		missing := slices.DeleteFunc(minus(slices.Sorted(s.Ledger().Keys(stream)), w.ids(stream)), func(key string) bool {
			return strings.Contains(key, ":issuelinks/")
		})
		require.Empty(t, missing, stream)
	}
}

// requireKeys checks that each issue has one present key, and that the others ended.
func requireKeys(t *testing.T, w *target) {
	t.Helper()
	present := map[string]int{}
	for key, row := range w.rows["issue_keys"] {
		current := text(row["current"]) == "true"
		require.Equal(t, current, string(row["until"]) == "null", key)
		require.Equal(t, current, string(row["changelogId"]) == "null", key)
		if current {
			present[text(row["issueId"])]++
		}
	}
	for issue, n := range present {
		require.Equal(t, 1, n, issue)
	}
}

// A page that is read again doubles nothing and loses nothing.
func TestHistoryRowsOfPagesThatAreReadAgain(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 350
		s := newSite(t, o)
		want := s.whole(t, selectHistories(nil))
		for _, fault := range []jirasim.Fault{{CutBody: true}, {Status: http.StatusBadGateway}} {
			s.ClearScript()
			for from := 1; from <= len(want.requests); from += 3 {
				fault.From, fault.Times = from, 1
				s.Script(fault)
			}
			got := s.whole(t, selectHistories(nil))
			require.Greater(t, len(got.requests), len(want.requests))
			for _, stream := range rowStreams {
				require.Equal(t, want.ids(stream), got.ids(stream), stream)
			}
		}
	})
}

// When histories cannot be read, the issues go on, and the rows come with the next run.
func TestHistoriesThatCannotBeReadAreAskedForAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{})
	s.Script(historiesWithheld(http.StatusForbidden)...)
	broken := s.sync(t, selectHistories(nil, "issues"))
	require.Error(t, broken.err)
	requireLedger(t, s, merged(broken.messages), "issues")
	s.ClearScript()
	healed := s.whole(t, selectHistories(broken.state(t), "issues"))
	require.Empty(t, healed.records("issues"))
	requireHistories(t, s, merged(broken.messages, healed.messages))
}
