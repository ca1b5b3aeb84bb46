package bookmark

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/overlap"
	"tap-jira/internal/singer"
)

// tallied is a site whose issues are printed run by run, with the bookmark that the runs leave.
type tallied struct {
	t        *testing.T
	dice     *rand.Rand
	start    time.Time
	clock    time.Time
	created  map[uint64]time.Time
	updated  map[uint64]time.Time
	output   map[uint64]bool
	printed  map[overlap.Version]bool // by the last run, of the span that is read again
	bookmark Issues
	top      uint64
}

const lookback = 10 * time.Minute

func newTallied(t *testing.T, seed uint64) *tallied {
	t.Helper()
	s := &tallied{
		t: t, dice: rand.New(rand.NewPCG(seed, 1)), clock: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), output: map[uint64]bool{},
		created: map[uint64]time.Time{}, updated: map[uint64]time.Time{}, printed: map[overlap.Version]bool{},
	}
	s.start = s.clock.AddDate(-1, 0, 0)
	for range 60 { // some older than the start date, and some created at one moment
		s.create(s.clock.Add(-time.Duration(s.dice.IntN(600)) * 24 * time.Hour))
	}
	return s
}

func (s *tallied) create(at time.Time) {
	s.top++
	s.created[s.top], s.updated[s.top] = at, s.clock
}

// passes lets time go by in which issues are made, imported with old dates, and edited.
func (s *tallied) passes(d time.Duration, made int) {
	for range made {
		s.clock = s.clock.Add(d / time.Duration(made))
		s.create(s.clock)
	}
	if s.dice.IntN(2) == 0 {
		s.create(s.clock.Add(-time.Duration(s.dice.IntN(300)) * 24 * time.Hour))
	}
	for id := range s.updated {
		if s.dice.IntN(10) == 0 {
			s.updated[id] = s.clock
		}
	}
}

// page prints issues, one after the other.
func (s *tallied) page(c *Tally, ids []uint64) {
	var versions []overlap.Version
	var created []int64
	for _, id := range ids {
		s.output[id] = true
		versions = append(versions, overlap.Version{ID: id, Updated: s.updated[id].UnixMilli()})
		created = append(created, s.created[id].UnixMilli())
	}
	c.Note(versions, created, nil)
}

// sorted are the issues by a date, those from a moment on.
func (s *tallied) sorted(dates map[uint64]time.Time, from time.Time) []uint64 {
	var ids []uint64
	for id, at := range dates {
		if !at.Before(from) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b uint64) int { return cmp.Or(dates[a].Compare(dates[b]), cmp.Compare(a, b)) })
	return ids
}

// load is a first load that is broken off now and then, and goes on from its bookmark.
func (s *tallied) load() {
	s.bookmark = Issues{Value: singer.FormatTime(s.start), Loading: &Loading{Started: singer.FormatTime(s.clock)}}
	next := s.clock.Add(-lookback).Truncate(time.Millisecond)
	for {
		c, err := NewTally(s.bookmark, s.start, next, false)
		require.NoError(s.t, err)
		from, _ := ParseTime(s.bookmark.Loading.Created)
		ended := true
		for page := range slices.Chunk(s.sorted(s.created, from), 4) {
			s.page(c, page)
			s.bookmark.Loading = &Loading{Started: s.bookmark.Loading.Started, Created: singer.FormatTime(s.created[page[len(page)-1]])}
			s.bookmark.Claim = c.Saved(s.bookmark)
			s.agrees(s.bookmark.Claim.Reached)
			if s.dice.IntN(8) == 0 {
				ended = false
				break
			}
		}
		if ended {
			s.bookmark.Loading, s.bookmark.Value = nil, singer.FormatTime(next)
			s.bookmark.Claim = c.Saved(s.bookmark)
			s.remember(next)
			return
		}
	}
}

// remember is what the last run has printed of the span that the next reads again.
func (s *tallied) remember(next time.Time) {
	s.printed = map[overlap.Version]bool{}
	for id := range s.output {
		if at := s.updated[id]; !at.Before(next) {
			s.printed[overlap.Version{ID: id, Updated: at.UnixMilli()}] = true
		}
	}
}

// run is an increment.
func (s *tallied) run() {
	next := s.clock.Add(-lookback).Truncate(time.Millisecond)
	c, err := NewTally(s.bookmark, s.start, next, false)
	require.NoError(s.t, err)
	value, err := ParseTime(s.bookmark.Value)
	require.NoError(s.t, err)
	var known []overlap.Version
	var changed []uint64
	until := value.UnixMilli()
	for _, id := range s.sorted(s.updated, value) {
		v := overlap.Version{ID: id, Updated: s.updated[id].UnixMilli()}
		if s.printed[v] {
			known = append(known, v)
			continue
		}
		changed = append(changed, id)
	}
	for v := range s.printed {
		until = max(until, v.Updated)
	}
	for page := range slices.Chunk(changed, 7) {
		s.page(c, page)
	}
	if from, before, wanted := c.ListRecent(known); wanted {
		for id, at := range s.created { // more than was asked for, as where dates are text
			if at.Before(before.Add(time.Hour)) && !at.Before(from.Add(-time.Hour)) {
				c.Recent(id, at.UnixMilli())
			}
		}
	}
	c.Carry(known, &overlap.Saved{Until: until})
	s.bookmark.Value = singer.FormatTime(next)
	s.bookmark.Claim = c.Saved(s.bookmark)
	s.remember(next)
}

// agrees compares the claim with the output: those created up to a moment.
func (s *tallied) agrees(before string) {
	s.t.Helper()
	end, err := ParseTime(before)
	require.NoError(s.t, err)
	issues, older := int64(0), int64(0)
	for id := range s.output {
		switch at := s.created[id]; {
		case at.Before(s.start):
			older++
		case at.Before(end):
			issues++
		}
	}
	claim := s.bookmark.Claim
	require.Equal(s.t, issues, claim.Issues)
	if s.bookmark.Loading == nil {
		require.Equal(s.t, singer.FormatTime(s.start), claim.Start)
		require.Equal(s.t, s.bookmark.Value, claim.Before)
		require.Empty(s.t, claim.Reached)
	}
	require.LessOrEqual(s.t, len(claim.Ahead), MaxAhead)
	require.LessOrEqual(s.t, claim.Older, older)
}

// A claim counts what is in the output once, through loads that break off, edits, imports and runs that follow each other closely.
func TestClaimsCountWhatIsInTheOutput(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		s := newTallied(t, seed)
		s.load()
		s.agrees(s.bookmark.Claim.Before)
		for range 12 {
			made := s.dice.IntN(9)
			if s.dice.IntN(4) == 0 {
				made = 70 // more than are remembered by their creation
			}
			s.passes([]time.Duration{time.Minute, 8 * time.Minute, 3 * time.Hour}[s.dice.IntN(3)], made)
			s.run()
			s.agrees(s.bookmark.Claim.Before)
		}
	}
}

// increment goes on with a claim that ends at noon, in a walk to one o'clock.
func increment(t *testing.T, change func(c *Claim)) (*Tally, Issues) {
	t.Helper()
	saved := Issues{Value: singer.FormatTime(tallyNoon), Claim: &Claim{
		Start: singer.FormatTime(tallyNoon.AddDate(-1, 0, 0)), Before: singer.FormatTime(tallyNoon), Loaded: singer.FormatTime(tallyNoon), Issues: 10, Top: 100,
	}}
	if change != nil {
		change(saved.Claim)
	}
	c, err := NewTally(saved, tallyNoon.AddDate(-1, 0, 0), tallyNoon.Add(time.Hour), false)
	require.NoError(t, err)
	saved.Value = singer.FormatTime(tallyNoon.Add(time.Hour))
	return c, saved
}

var tallyNoon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// noted prints one issue that was created so long after noon.
func noted(c *Tally, id uint64, after time.Duration) {
	c.Note([]overlap.Version{{ID: id}}, []int64{tallyNoon.Add(after).UnixMilli()}, nil)
}

// What a walk prints is counted where the claim grows to, and older issues only where they are new here.
func TestATallyCountsWhatItsWalkAdds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		id    uint64
		after time.Duration
		adds  int64
		older int64
		ahead int
	}{
		"at noon":                        {id: 101, after: 0, adds: 1},
		"in the hour":                    {id: 102, after: time.Minute, adds: 1},
		"at its end":                     {id: 103, after: time.Hour, ahead: 1},
		"edited, and counted":            {id: 90, after: -time.Minute},
		"the last that was counted":      {id: 100, after: -time.Minute},
		"imported":                       {id: 104, after: -time.Minute, adds: 1},
		"imported, older than the start": {id: 105, after: -400 * 24 * time.Hour, older: 1},
	} {
		tally, b := increment(t, nil)
		noted(tally, c.id, c.after)
		noted(tally, c.id, c.after) // in two pages
		got := tally.Saved(b)
		require.Equal(t, 10+c.adds, got.Issues, name)
		require.Equal(t, c.older, got.Older, name)
		require.Len(t, got.Ahead, c.ahead, name)
		require.Equal(t, b.Value, got.Before, name)
		require.Equal(t, max(100, c.id), got.Top, name)
	}
	tally, b := increment(t, nil)
	tally.Note([]overlap.Version{{ID: 101}}, []int64{0}, nil)
	require.EqualValues(t, 10, tally.Saved(b).Issues, "nobody knows when it was created")
	require.Zero(t, tally.Saved(b).Older)
}

// A claim that other limits made, or that lies behind the bookmark, holds as it is.
func TestAFrozenClaimHoldsAsItIs(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(c *Claim){
		"limited":              func(c *Claim) { c.Limited = true },
		"behind the bookmark":  func(c *Claim) { c.Before = singer.FormatTime(tallyNoon.Add(-time.Hour)) },
		"before another value": func(c *Claim) { c.Before = singer.FormatTime(tallyNoon.Add(time.Second)) },
	} {
		tally, b := increment(t, change)
		noted(tally, 101, time.Minute)
		noted(tally, 102, -time.Minute)
		_, _, wanted := tally.ListRecent([]overlap.Version{{ID: 1}})
		require.False(t, wanted)
		got := tally.Saved(b)
		require.EqualValues(t, 10, got.Issues, name)
		require.Equal(t, b.Claim.Before, got.Before, name)
		require.Empty(t, got.Ahead)
	}
}

// What could not be read is counted when it is, unless an earlier run has printed it.
func TestIssuesThatCouldNotBeReadAreCountedLater(t *testing.T) {
	t.Parallel()
	tally, b := increment(t, nil)
	tally.Lost([]uint64{100, 101, 102, 103})
	got := tally.Saved(b)
	require.Equal(t, []uint64{101, 102, 103}, got.Unread)
	b.Claim = got
	tally, err := NewTally(b, tallyNoon.AddDate(-1, 0, 0), tallyNoon.Add(2*time.Hour), false)
	require.NoError(t, err)
	noted(tally, 101, time.Minute)
	tally.Note(nil, nil, []uint64{102})
	b.Value = singer.FormatTime(tallyNoon.Add(2 * time.Hour))
	got = tally.Saved(b)
	require.EqualValues(t, 11, got.Issues)
	require.Equal(t, []uint64{103}, got.Unread, "one is read, and one is gone")
}

// What comes in sight is counted between the start and the end of the claim, once.
func TestFoundIssuesAreCounted(t *testing.T) {
	t.Parallel()
	start := tallyNoon.AddDate(-1, 0, 0).UnixMilli()
	end := tallyNoon.Add(time.Hour).UnixMilli()
	for created, adds := range map[int64]int64{start - 1: 0, start: 1, end - 1: 1, end: 0, 0: 0} {
		tally, b := increment(t, nil)
		for range 2 {
			tally.Found([]overlap.Version{{ID: 7}}, []int64{created})
		}
		require.Equal(t, 10+adds, tally.Saved(b).Issues)
	}
	tally, b := increment(t, func(c *Claim) { c.Limited = true })
	tally.Found([]overlap.Version{{ID: 7}, {ID: 8}}, []int64{tallyNoon.UnixMilli(), tallyNoon.UnixMilli() - 1})
	require.EqualValues(t, 11, tally.Saved(b).Issues, "a frozen claim ends where it did")
}

// A load claims nothing for another one, nor goes on with the claim of one that reached less far.
func TestALoadClaimsForItself(t *testing.T) {
	t.Parallel()
	first := Issues{Loading: &Loading{Started: singer.FormatTime(tallyNoon)}}
	tally, err := NewTally(first, tallyNoon.AddDate(-1, 0, 0), tallyNoon, false)
	require.NoError(t, err)
	noted(tally, 5, -time.Hour)
	noted(tally, 6, -time.Minute)
	tally.Found([]overlap.Version{{ID: 3}}, []int64{tallyNoon.Add(-2 * time.Hour).UnixMilli()}) // the load comes to it, or has
	require.Nil(t, tally.Saved(Issues{Loading: &Loading{Started: "another"}}))
	first.Loading.Created = singer.FormatTime(tallyNoon.Add(-time.Minute))
	first.Claim = tally.Saved(first)
	require.EqualValues(t, 1, first.Claim.Issues, "there may be more of the last moment")
	require.Equal(t, first.Loading.Created, first.Claim.Reached)

	first.Loading.Created = singer.FormatTime(tallyNoon.Add(-time.Second))
	tally, err = NewTally(first, tallyNoon.AddDate(-1, 0, 0), tallyNoon, false)
	require.NoError(t, err)
	require.Nil(t, tally.Saved(first), "the bookmark went on without the claim")
	require.Nil(t, tally.Saved(Issues{Value: singer.FormatTime(tallyNoon)}))
}

// Without a claim there is nothing to keep, and whoever has none need not ask.
func TestNoTallyDoesNothing(t *testing.T) {
	t.Parallel()
	tally, err := NewTally(Issues{Value: singer.FormatTime(tallyNoon)}, tallyNoon, tallyNoon, false)
	require.NoError(t, err)
	require.Nil(t, tally)
	noted(tally, 1, 0)
	tally.Found([]overlap.Version{{ID: 1}}, []int64{1})
	tally.Lost([]uint64{1})
	tally.Carry(nil, nil)
	_, _, wanted := tally.ListRecent([]overlap.Version{{ID: 1}})
	require.False(t, wanted)
	require.Nil(t, tally.Saved(Issues{}))
	for _, broken := range []Claim{{Start: "x"}, {Loaded: "x"}, {Before: "x"}} {
		_, err := NewTally(Issues{Claim: &broken}, tallyNoon, tallyNoon, false)
		require.ErrorContains(t, err, "x")
	}
	_, err = NewTally(Issues{Loading: &Loading{Created: "y"}, Claim: &Claim{Reached: "x"}}, tallyNoon, tallyNoon, false)
	require.ErrorContains(t, err, "x")
}
