package tap_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
	"tap-jira/internal/singer"
	"tap-jira/internal/tap"
)

const feedOfWorklogs = "/rest/api/{v}/worklog/updated"

// feedPlace is how far a STATE says that the feed of worklogs is read.
type feedPlace struct {
	Value string `json:"replication_key_value"`
	Spans []struct{ From, Before string }
}

// feedPlaces are those of all STATEs of a run.
func feedPlaces(t *testing.T, messages []message) []feedPlace {
	t.Helper()
	var places []feedPlace
	for _, m := range messages {
		var state struct{ Bookmarks map[string]feedPlace }
		if m.Type != "STATE" {
			continue
		}
		require.NoError(t, json.Unmarshal(m.Value, &state))
		if place := state.Bookmarks["worklogs"]; place.Value != "" {
			places = append(places, place)
		}
	}
	return places
}

// cutAt is a run whose output breaks off after so many bytes.
func (s *site) cutAt(t *testing.T, o tap.Options, bytes int) outcome {
	t.Helper()
	w := &cutWriter{left: bytes, err: io.ErrClosedPipe}
	got := s.syncTo(t.Context(), o, w)
	require.Error(t, got.err)
	got.messages = wholeLines(t, w.Bytes())
	return got
}

// A long feed is read in several spans in turn, and each STATE says how far each of them is.
func TestALongFeedIsReadInSpansInTurn(t *testing.T) {
	t.Parallel()
	s := newSite(t, withIssues("datacenter", 4_000)).plain()
	got := s.whole(t, light("issues", "worklogs"))
	requireLedger(t, s, merged(got.messages), "issues", "worklogs")
	places := feedPlaces(t, got.messages)
	most := 0
	for i, place := range places {
		most = max(most, len(place.Spans))
		if len(place.Spans) > 0 {
			require.Equal(t, place.Value, place.Spans[0].From, "who knows no spans goes on where the first begins")
			require.Empty(t, place.Spans[len(place.Spans)-1].Before, "the last is open")
		}
		for j := 1; j < len(place.Spans); j++ {
			require.LessOrEqual(t, place.Spans[j-1].Before, place.Spans[j].From)
		}
		if i > 0 {
			require.GreaterOrEqual(t, place.Value, places[i-1].Value)
		}
	}
	require.Greater(t, most, 4)
	require.Empty(t, places[len(places)-1].Spans)
	require.Less(t, len(got.state(t).Encode()), 8_000)
}

// withIssues are the options of a site of one dialect.
func withIssues(dialect string, issues int) jirasim.Options {
	o := dialects[dialect]
	o.Issues = issues
	return o
}

// A feed goes on in each of its spans, and what stands before their places is not asked for again.
func TestAFeedGoesOnInItsSpans(t *testing.T) {
	large(t)
	t.Parallel()
	s := newSite(t, withIssues("datacenter", 4_000)).plain()
	selected := light("issues", "worklogs")
	undisturbed := s.whole(t, selected)
	for _, share := range []int{20, 45, 70, 95} {
		first := s.cutAt(t, selected, len(undisturbed.out)*share/100)
		places := feedPlaces(t, first.messages)
		place := places[len(places)-1]
		options := selected
		options.State = first.state(t)
		second := s.whole(t, options)
		requireLedger(t, s, merged(first.messages, second.messages), "issues", "worklogs")
		for _, asked := range second.asked(feedOfWorklogs) {
			require.True(t, place.leaves(t, asked), "%s is in the output already: %+v", asked.Query, place)
		}
		again := len(first.ids("worklogs")) + len(second.ids("worklogs")) - len(undisturbed.ids("worklogs"))
		require.LessOrEqual(t, again, 1_000+5, "the page that was cut, and the last millisecond of each span")
		options.State = second.state(t)
		require.Empty(t, s.whole(t, options).incremental(), "a load that was gone on with ends like any other")
	}
}

// leaves tells that what a request asks of the feed was left. It may begin a millisecond early.
func (p feedPlace) leaves(t *testing.T, asked jirasim.RequestRecord) bool {
	t.Helper()
	since, err := strconv.ParseInt(asked.Query.Get("since"), 10, 64)
	require.NoError(t, err)
	at := singer.FormatTime(time.UnixMilli(since + 1))
	if len(p.Spans) == 0 {
		return p.Value <= at
	}
	for _, span := range p.Spans {
		if span.From <= at && (span.Before == "" || at <= span.Before) {
			return true
		}
	}
	return false
}

// A state that knows no spans, or whose spans mean nothing to a run, leads to the whole of what is left.
func TestAFeedGoesOnWithoutSpans(t *testing.T) {
	large(t)
	t.Parallel()
	s := newSite(t, withIssues("datacenter", 3_000)).plain()
	selected := light("issues", "worklogs")
	first := s.cutAt(t, selected, len(s.whole(t, selected).out)/2)
	state := string(first.state(t).Encode())
	from := strings.Index(state, `"spans":[{`)
	require.Positive(t, from)
	plain := state[:from] + `"spans":[]` + state[from+strings.Index(state[from:], "]")+1:]
	for name, change := range map[string]func(*tap.Options){
		"of an older version": func(o *tap.Options) { o.State = parseState(t, plain) },
		"with an end date":    func(o *tap.Options) { o.EndDate = morning },
	} {
		options := selected
		options.State = first.state(t)
		change(&options)
		second := s.whole(t, options)
		requireLedger(t, s, merged(first.messages, second.messages), "worklogs")
		places := feedPlaces(t, second.messages)
		require.Empty(t, places[len(places)-1].Spans, name)
	}
	options := selected
	options.State = parseState(t, strings.Replace(state, `"before":"2`, `"before":"x2`, 1))
	require.ErrorContains(t, s.sync(t, options).err, "bookmark of worklogs")
}

// What is changed while the spans are read comes in the same run, wherever it stood before.
func TestAWorklogThatIsChangedWhileSpansAreReadComes(t *testing.T) {
	t.Parallel()
	s := newSite(t, withIssues("datacenter", 3_000)).plain()
	logged := newEditor(s).logged
	var asked atomic.Int64
	s.watch = func(req *http.Request) {
		if strings.HasSuffix(req.URL.Path, "/worklog/list") && asked.Add(1) == 3 {
			for _, issue := range []string{logged[0], logged[len(logged)/2], logged[len(logged)-1]} {
				_, err := s.Edit(jirasim.Edit{Kind: jirasim.ChangeWorklog, Issue: issue})
				if err != nil {
					panic(err)
				}
			}
			s.clock.pass(2 * time.Minute) // Jira withholds the last one
		}
	}
	selected := light("issues", "worklogs")
	selected.Concurrency = 1
	got := s.whole(t, selected)
	rows := merged(got.messages)
	requireLedger(t, s, rows, "worklogs")
	s.watch = nil
	requireWorklogs(t, s, got.messages)
}

// Where the feed comes behind the issues, a run that is killed among them has asked for none of it.
func TestAFeedBehindTheIssuesIsNotAskedInVain(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 2_500
		s := newSite(t, o).plain()
		f := s.follow(t, light("issues", "worklogs"))
		size := len(s.follow(t, light("issues", "worklogs")).run(t).out)
		first := s.cutAt(t, f.options, size/10)
		require.NotEmpty(t, first.ids("issues"))
		require.Empty(t, first.asked(feedOfWorklogs))

		f.take(t, &first)
		second := s.cutAt(t, f.options, size*85/100)
		require.NotEmpty(t, second.ids("worklogs"))
		f.take(t, &second)
		third := f.run(t)
		f.requireTruth(t)
		require.Empty(t, third.ids("issues"))
		again := slices.Concat(second.ids("worklogs"), third.ids("worklogs"))
		require.LessOrEqual(t, len(again)-len(f.rows.rows["worklogs"]), 1_000+5, "the page that was cut, and the last millisecond of each span")
	})
}
