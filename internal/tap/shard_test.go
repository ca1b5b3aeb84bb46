package tap_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/shard"
	"tap-jira/internal/singer"
	"tap-jira/internal/tap"
)

// shardStreams are read by the pieces of these tests: those that come with the
// issues, and those that one piece reads alone.
var shardStreams = []string{"issues", "issue_comments", "changelogs", "worklogs", "users", "projects", "versions", "boards"}

// shardOptions read these streams of the whole history of the site.
func (s *site) shardOptions(state *singer.State) tap.Options {
	return s.with(tap.Options{Select: shardStreams, State: state, SiteAddress: s.address.String()})
}

// planned cuts the load of the site by counts.
func (s *site) planned(t *testing.T, pieces int) []*shard.Piece {
	t.Helper()
	shards, err := tap.PlanShards(t.Context(), s.shardOptions(nil), pieces, 100)
	require.NoError(t, err)
	require.Len(t, shards, pieces)
	var parsed []*shard.Piece
	for _, piece := range shards {
		line, err := json.Marshal(piece)
		require.NoError(t, err)
		read, err := shard.Parse(line)
		require.NoError(t, err)
		parsed = append(parsed, read)
	}
	return parsed
}

// ruled cuts the load of the site by the rule.
func (s *site) ruled(t *testing.T, pieces int) []*shard.Piece {
	t.Helper()
	var shards []*shard.Piece
	for number := 1; number <= pieces; number++ {
		piece, err := shard.ByRule(number, pieces, s.shardOptions(nil).Load(), s.clock.Now())
		require.NoError(t, err)
		shards = append(shards, piece)
	}
	return shards
}

// readShard reads one piece to its end.
func (s *site) readShard(t *testing.T, piece *shard.Piece, state *singer.State) outcome {
	t.Helper()
	o := s.shardOptions(state)
	o.Shard = piece
	return s.whole(t, o)
}

// lines are the records of runs without clock values, sorted, each once.
func lines(t *testing.T, runs ...[]message) []string {
	t.Helper()
	set := map[string]bool{}
	for _, messages := range runs {
		for _, m := range messages {
			if m.Type != "RECORD" {
				continue
			}
			raw, err := json.Marshal(m.Record)
			require.NoError(t, err)
			set[m.Stream+" "+string(raw)] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// sameLines compares without printing thousands of lines.
func sameLines(t *testing.T, want, got []string) {
	t.Helper()
	for i := range min(len(want), len(got)) {
		require.Equal(t, want[i], got[i], "line %d", i)
	}
	require.Len(t, got, len(want))
}

func TestShardsReadWhatOneRunReads(t *testing.T) {
	t.Parallel()
	large(t)
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 150
		s := newSite(t, o)
		for _, pieces := range []int{1, 4, 16} {
			for rule, shards := range map[string][]*shard.Piece{"plan": s.planned(t, pieces), "rule": s.ruled(t, pieces)} {
				alone := s.whole(t, s.shardOptions(nil))
				var runs [][]message
				var states []*singer.State
				issues := 0
				for _, piece := range shards {
					got := s.readShard(t, piece, nil)
					runs, states = append(runs, got.messages), append(states, got.state(t))
					issues += len(got.records("issues"))
				}
				require.Equal(t, len(alone.records("issues")), issues, "an issue is in one piece only, by %s of %d", rule, pieces)
				sameLines(t, lines(t, alone.messages), lines(t, runs...))
				state, err := shard.Merge(states)
				require.NoError(t, err)
				s.goesOn(t, state)
			}
		}
	})
}

// goesOn checks that an ordinary run goes on from a united state: it prints what
// changed, and does not begin anew.
func (s *site) goesOn(t *testing.T, state *singer.State) {
	t.Helper()
	s.clock.pass(time.Hour)
	changed := s.edit(t, jirasim.Edit{Kind: jirasim.EditSummary, Issue: s.anIssue()})
	next := s.whole(t, s.shardOptions(state))
	require.Equal(t, []string{changed}, next.ids("issues"))
	idle := s.whole(t, s.shardOptions(next.state(t)))
	require.Empty(t, idle.ids("issues"))
}

// anIssue is the id of some issue.
func (s *site) anIssue() string {
	return s.issueIDs()[7]
}

func TestPlannedShardsAreBalanced(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 2000
		s := newSite(t, o)
		for _, pieces := range []int{2, 5, 16} {
			s.ForgetRequests()
			shards := s.planned(t, pieces)
			require.Less(t, len(s.Requests()), 20+15*pieces)
			total := 0
			for _, piece := range shards {
				require.InEpsilon(t, float64(o.Issues)/float64(pieces), float64(*piece.Issues), 0.2, "piece %d of %d", piece.Number, pieces)
				require.InDelta(t, 100.0/float64(pieces), piece.RequestsPerSecond, 0.001)
				total += *piece.Issues
			}
			require.Equal(t, len(s.issueIDs()), total)
		}
		first := s.planned(t, 4)
		require.Equal(t, first, s.planned(t, 4), "the same site gives the same plan")
	})
}

func TestAShardThatWasCutGoesOn(t *testing.T) {
	t.Parallel()
	large(t)
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 800
		s := newSite(t, o)
		want := lines(t, s.whole(t, s.shardOptions(nil)).messages)
		var runs [][]message
		var states []*singer.State
		for _, piece := range s.planned(t, 2) {
			first := s.readShard(t, piece, nil)
			half := len(first.out) / 2
			kept := wholeLines(t, first.out[:half])
			var state *singer.State
			for _, m := range kept {
				if m.Type == "STATE" {
					state = parseState(t, string(m.Value))
				}
			}
			require.NotNil(t, state)
			_, err := shard.Merge([]*singer.State{state})
			require.Error(t, err)
			again := s.readShard(t, piece, state)
			runs, states = append(runs, kept, again.messages), append(states, again.state(t))
			done := s.readShard(t, piece, again.state(t))
			require.Empty(t, lines(t, done.messages), "a finished piece is not read again")
		}
		sameLines(t, want, lines(t, runs...))
		state, err := shard.Merge(states)
		require.NoError(t, err)
		s.goesOn(t, state)
	})
}

func TestMergeOfStates(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 60})
	shards := s.planned(t, 3)
	var states []*singer.State
	for _, piece := range shards {
		states = append(states, s.readShard(t, piece, nil).state(t))
	}
	whole, err := shard.Merge(states)
	require.NoError(t, err)

	for name, order := range map[string][]*singer.State{
		"another order":  {states[2], states[0], states[1]},
		"twice":          {states[0], states[1], states[1], states[2]},
		"united already": {whole, states[1]},
		"itself":         {whole},
	} {
		again, err := shard.Merge(order)
		require.NoError(t, err, name)
		require.JSONEq(t, string(whole.Encode()), string(again.Encode()), name)
	}

	s.clock.pass(time.Hour)
	other := s.readShard(t, s.planned(t, 3)[1], nil).state(t)
	for name, refused := range map[string][]*singer.State{
		"the states of these are missing: 2":    {states[0], states[2]},
		"the states of these are missing: 1, 3": {states[1]},
		"pieces of different plans":             {states[0], other, states[2]},
		"is of no shard":                        {states[0], singer.NewState()},
		"there is no state":                     {},
	} {
		_, err := shard.Merge(refused)
		require.ErrorContains(t, err, name)
		require.Equal(t, fault.Usage, fault.KindOf(err))
	}
}

func TestVerifyAfterAMerge(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 120})
	var states []*singer.State
	for _, piece := range s.planned(t, 3) {
		states = append(states, s.readShard(t, piece, nil).state(t))
	}
	state, err := shard.Merge(states)
	require.NoError(t, err)
	v, err := tap.Verify(t.Context(), s.shardOptions(state))
	require.NoError(t, err)
	require.True(t, v.OK)
	i := slices.IndexFunc(v.Checks, func(c tap.Check) bool { return c.Stream == "issues" })
	require.True(t, v.Checks[i].Verified, v.Checks[i].Remark)
	one, err := tap.Verify(t.Context(), s.shardOptions(s.whole(t, s.shardOptions(nil)).state(t)))
	require.NoError(t, err)
	require.Equal(t, one.Checks[i], v.Checks[i])
}

func TestShardsAreRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 20})
	shards := s.planned(t, 2)
	first := s.readShard(t, shards[0], nil).state(t)
	ordinary := s.whole(t, s.shardOptions(nil)).state(t)
	for name, change := range map[string]func(o *tap.Options){
		"detect_deletes needs one census":         func(o *tap.Options) { o.DetectDeletes, o.CensusDir = true, t.TempDir() },
		"exclude each other":                      func(o *tap.Options) { o.Issues = []string{"A-1"} },
		"the plan is for":                         func(o *tap.Options) { o.SiteAddress = "https://elsewhere.example" },
		"which is not selected here":              func(o *tap.Options) { o.Select = []string{"issues", "users"} },
		"not those of the plan":                   func(o *tap.Options) { o.JQL = "key is not empty" },
		"the state is not that of shard 2 of 2":   func(o *tap.Options) { o.State = first },
		"is not that of shard 2":                  func(o *tap.Options) { o.State = ordinary },
		"the state is that of shard 1 of 2, of w": func(o *tap.Options) { o.Shard, o.State = nil, first },
	} {
		t.Run(name, func(t *testing.T) {
			o := s.shardOptions(nil)
			o.Shard = shards[1]
			change(&o)
			got := s.sync(t, o)
			require.ErrorContains(t, got.err, name)
			require.Equal(t, fault.Usage, fault.KindOf(got.err))
			require.Empty(t, got.out)
		})
	}
}
