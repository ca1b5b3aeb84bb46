package tap_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
	"tap-jira/internal/shard"
	"tap-jira/internal/singer"
	"tap-jira/internal/tap"
)

// worklogOptions read the worklogs alone, of the whole history of the site.
func (s *site) worklogOptions(state *singer.State) tap.Options {
	return s.with(tap.Options{Select: []string{"worklogs"}, State: state, SiteAddress: s.address.String()})
}

// piecesOf cuts the load of the worklogs by counts or by the rule.
func (s *site) piecesOf(t *testing.T, pieces int, byRule bool) []*shard.Piece {
	t.Helper()
	if byRule {
		return s.ruled(t, pieces)
	}
	planned, err := tap.PlanShards(t.Context(), s.worklogOptions(nil), pieces, 0)
	require.NoError(t, err)
	shards := make([]*shard.Piece, pieces)
	for i := range planned {
		shards[i] = &planned[i]
	}
	return shards
}

// worklogsOf reads the worklogs of one piece to its end.
func (s *site) worklogsOf(t *testing.T, piece *shard.Piece, state *singer.State) outcome {
	t.Helper()
	o := s.worklogOptions(state)
	o.Shard = piece
	return s.whole(t, o)
}

// eachCut runs a test on both dialects, with pieces cut by counts and by the rule.
func eachCut(t *testing.T, o jirasim.Options, test func(t *testing.T, s *site, byRule bool)) {
	t.Helper()
	onEach(t, func(t *testing.T, dialect jirasim.Options) {
		o.Deployment = dialect.Deployment
		for name, byRule := range map[string]bool{"plan": false, "rule": true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t, newSite(t, o), byRule)
			})
		}
	})
}

// requireWorklogs compares what runs printed with what one run reads of the site
// as it is now.
func requireWorklogs(t *testing.T, s *site, runs ...[]message) {
	t.Helper()
	fresh := merged(s.whole(t, s.worklogOptions(nil)).messages).sorted(t, "worklogs")
	require.NotEmpty(t, fresh)
	sameLines(t, fresh, merged(runs...).sorted(t, "worklogs"))
}

func TestEachShardReadsItsPartOfTheWorklogs(t *testing.T) {
	t.Parallel()
	eachCut(t, jirasim.Options{Issues: 1500}, func(t *testing.T, s *site, byRule bool) {
		const pieces = 4
		worklogs := len(s.whole(t, s.worklogOptions(nil)).records("worklogs"))
		var runs [][]message
		var states []*singer.State
		printed, most := 0, 0
		for _, piece := range s.piecesOf(t, pieces, byRule) {
			got := s.worklogsOf(t, piece, nil)
			runs, states = append(runs, got.messages), append(states, got.state(t))
			printed, most = printed+len(got.records("worklogs")), max(most, len(got.records("worklogs")))
		}
		require.Equal(t, worklogs, printed, "a worklog is in one piece only")
		require.Less(t, most, worklogs/2, "no piece has them all")
		requireWorklogs(t, s, runs...)

		state, err := shard.Merge(states)
		require.NoError(t, err)
		next := s.whole(t, s.worklogOptions(state))
		require.Empty(t, next.records("worklogs"), "nothing changed since the load began")
	})
}

func TestPlannedPartsOfTheFeedMeet(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 300
		s := newSite(t, o)
		for name, start := range map[string]time.Time{"all": longAgo, "a part": morning.AddDate(0, -3, 0), "none": morning.AddDate(0, 1, 0)} {
			options := s.worklogOptions(nil)
			options.StartDate = start
			shards, err := tap.PlanShards(t.Context(), options, 4, 0)
			require.NoError(t, err, name)
			var spans []shard.Span
			for _, piece := range shards {
				require.NotEmpty(t, piece.Worklogs, name)
				require.Equal(t, !s.cloud && name != "none", len(piece.Worklogs) > 1, "on Data Center several are followed at once: %s", name)
				spans = append(spans, piece.Worklogs...)
			}
			require.Empty(t, spans[0].From)
			require.Empty(t, spans[len(spans)-1].Before, "the last has no end")
			for i, span := range spans[1:] {
				require.Equal(t, spans[i].Before, span.From, name)
				require.True(t, span.Before == "" || span.From <= span.Before, name)
			}
		}
	})
}

// TestAWorklogThatIsEditedBetweenShards lets the newest part be read first: the
// edits bring worklogs of all others into it.
func TestAWorklogThatIsEditedBetweenShards(t *testing.T) {
	t.Parallel()
	eachCut(t, jirasim.Options{Issues: 200}, func(t *testing.T, s *site, byRule bool) {
		logged := newEditor(s).logged
		s.edit(t, jirasim.Edit{Kind: jirasim.ChangeWorklog, Issue: logged[3]}) // withheld from all pieces
		s.clock.pass(time.Second)
		shards := s.piecesOf(t, 4, byRule)
		slices.Reverse(shards)
		var runs [][]message
		var states []*singer.State
		for i, piece := range shards {
			got := s.worklogsOf(t, piece, nil)
			runs, states = append(runs, got.messages), append(states, got.state(t))
			for k := range 5 {
				s.clock.pass(30 * time.Second)
				s.edit(t, jirasim.Edit{Kind: jirasim.ChangeWorklog, Issue: logged[(i*5+k)*7%len(logged)]})
			}
		}
		state, err := shard.Merge(states)
		require.NoError(t, err)
		s.clock.pass(time.Hour)
		next := s.whole(t, s.worklogOptions(state))
		require.Len(t, next.records("worklogs"), 1+20, "what was edited, and nothing else")
		requireWorklogs(t, s, append(runs, next.messages)...)

		idle := s.whole(t, s.worklogOptions(next.state(t)))
		require.Empty(t, idle.records("worklogs"))
	})
}

// TestPartsMeetAtAWorklog cuts at the very moments at which worklogs were updated.
func TestPartsMeetAtAWorklog(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 40
		s := newSite(t, o)
		var moments []string
		for child := range s.Ledger().Children("worklogs") {
			moments = append(moments, child.Updated.Format(time.RFC3339Nano))
		}
		moments = slices.Compact(slices.Sorted(slices.Values(moments)))
		moments = moments[len(moments)/3 : len(moments)/3+7]
		for i := 1; i < len(moments); i += 2 { // and a millisecond behind some
			moment, err := time.Parse(time.RFC3339Nano, moments[i])
			require.NoError(t, err)
			moments[i] = moment.Add(time.Millisecond).Format(time.RFC3339Nano)
		}
		shards := s.piecesOf(t, 2, false)
		shards[0].Worklogs, shards[1].Worklogs = nil, nil
		from := ""
		for i, before := range append(moments, "") { // dealt out in turn, as the rule does it
			shards[i%2].Worklogs = append(shards[i%2].Worklogs, shard.Span{From: from, Before: before})
			from = before
		}
		printed := 0
		var runs [][]message
		for _, piece := range shards {
			got := s.worklogsOf(t, piece, nil)
			printed += len(got.records("worklogs"))
			runs = append(runs, got.messages)
		}
		requireWorklogs(t, s, runs...)
		require.Equal(t, len(lines(t, runs...)), printed, "a worklog is in one piece only")
	})
}

// TestAShardThatWasCutInItsWorklogsGoesOn stops each piece at one of its requests,
// and retries it weeks later, with worklogs edited meanwhile.
func TestAShardThatWasCutInItsWorklogsGoesOn(t *testing.T) {
	t.Parallel()
	large(t)
	eachCut(t, jirasim.Options{Issues: 1500}, func(t *testing.T, s *site, byRule bool) {
		logged := newEditor(s).logged
		shards := s.piecesOf(t, 2, byRule)
		for cut := 1; cut <= 4; cut++ {
			var runs [][]message
			var states []*singer.State
			for _, piece := range shards {
				kept := s.stopped(t, piece, cut)
				runs, states = append(runs, kept.messages), append(states, kept.state(t))
				_, err := shard.Merge([]*singer.State{states[0], states[len(states)-1]})
				require.Error(t, err)
			}
			s.clock.pass(3 * 7 * 24 * time.Hour)
			s.edit(t, jirasim.Edit{Kind: jirasim.ChangeWorklog, Issue: logged[cut]})
			s.clock.pass(time.Hour)
			if byRule { // its spans go on with the time
				shards = s.ruled(t, 2)
			}
			for i, piece := range shards {
				again := s.worklogsOf(t, piece, states[i])
				before := merged(runs[i]).ids("worklogs")
				require.GreaterOrEqual(t, len(minus(before, again.ids("worklogs"))), len(before)-cut, "none but the edited are read again")
				runs, states[i] = append(runs, again.messages), again.state(t)
				require.Empty(t, s.worklogsOf(t, piece, states[i]).records("worklogs"), "a finished piece is not read again")
			}
			state, err := shard.Merge(states)
			require.NoError(t, err)
			next := s.whole(t, s.worklogOptions(state))
			requireWorklogs(t, s, append(runs, next.messages)...)
		}
	})
}

// stopped reads a piece up to its request for worklogs of that number, or to its
// end when there are fewer: then only the last STATE is missing.
func (s *site) stopped(t *testing.T, piece *shard.Piece, number int) outcome {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var asked atomic.Int32
	s.watch = func(req *http.Request) {
		if strings.HasSuffix(req.URL.Path, "/worklog/list") && int(asked.Add(1)) == number {
			stop()
		}
	}
	defer func() { s.watch = nil }()
	var out bytes.Buffer
	o := s.worklogOptions(nil)
	o.Shard, o.Concurrency = piece, 1
	got := s.syncTo(ctx, o, &out)
	got.messages = readMessages(t, out.Bytes())
	if got.err == nil {
		got.messages = got.messages[:len(got.messages)-1]
	}
	return got
}

// TestALineOfAnOlderPlan: in version 1 the first piece had the feed to itself.
func TestALineOfAnOlderPlan(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 120})
	alone := s.whole(t, s.shardOptions(nil))
	var runs [][]message
	var states []*singer.State
	for i, planned := range s.planned(t, 3) {
		older := *planned
		older.Version, older.Worklogs = 1, nil
		if i > 0 {
			older.Streams = slices.DeleteFunc(slices.Clone(older.Streams), func(name string) bool { return name == "worklogs" })
		}
		line, err := json.Marshal(older)
		require.NoError(t, err)
		require.NotContains(t, string(line), `"worklogs":`)
		piece, err := shard.Parse(line)
		require.NoError(t, err)
		got := s.readShard(t, piece, nil)
		require.Equal(t, i == 0, len(got.records("worklogs")) > 0)
		runs, states = append(runs, got.messages), append(states, got.state(t))
	}
	sameLines(t, lines(t, alone.messages), lines(t, runs...))
	state, err := shard.Merge(states)
	require.NoError(t, err)
	require.Equal(t, alone.state(t).Bookmark("worklogs"), state.Bookmark("worklogs"))
}

// TestWorklogsOfLimitedIssuesComeWithThem: the feed is the site's, so it serves no
// load that projects or jql limit.
func TestWorklogsOfLimitedIssuesComeWithThem(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 120})
	o := s.shardOptions(nil)
	o.JQL = "key is not empty"
	planned, err := tap.PlanShards(t.Context(), o, 2, 0)
	require.NoError(t, err)
	var runs [][]message
	for i := range planned {
		require.Empty(t, planned[i].Worklogs)
		part := o
		part.Client, part.Shard = s.client(4), &planned[i]
		got := s.whole(t, part)
		require.Empty(t, got.asked("/rest/api/{v}/worklog/updated"))
		runs = append(runs, got.messages)
	}
	o.Client = s.client(4)
	sameLines(t, lines(t, s.whole(t, o).messages), lines(t, runs...))
}
