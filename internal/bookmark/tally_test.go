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
