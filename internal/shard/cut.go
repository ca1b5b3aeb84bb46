package shard

import (
	"context"
	"slices"
	"time"

	"tap-jira/internal/singer"
)

// cutTolerance is how far a cut may be from where it should be, as a share of
// one piece (one in so many). Two cuts bound a piece, so that it stays within
// twice that of its due.
const cutTolerance = 16

// Cutter finds moments of creation between which lie nearly as many issues each. It
// knows only how many were created before a moment, and remembers every count, as
// each narrows down the next cut as well. It is used by one goroutine at a time.
type Cutter struct {
	count  func(ctx context.Context, before time.Time) (int, error)
	counts map[int64]int // issues created before a moment, epoch milliseconds
	total  int
	older  int // of them, those created before what CutSince cuts
}

// NewCutter returns a cutter that asks count how many issues were created before a
// whole minute. Nothing was created before [FirstMonday], as far as it knows.
func NewCutter(count func(ctx context.Context, before time.Time) (int, error)) *Cutter {
	return &Cutter{count: count, counts: map[int64]int{FirstMonday().UnixMilli(): 0}}
}

// Cut returns the moments between the pieces of all that is there now, one fewer than
// pieces. Where more issues than a piece were created in one minute, by an import,
// pieces come out empty. Errors are those of count.
func (c *Cutter) Cut(ctx context.Context, now time.Time, pieces int) ([]time.Time, error) {
	var err error
	if c.total, err = c.before(ctx, now.Truncate(time.Minute).Add(time.Minute)); err != nil {
		return nil, err
	}
	return c.between(ctx, pieces)
}

// CutSince is Cut, behind it, for what was created since a moment.
func (c *Cutter) CutSince(ctx context.Context, start time.Time, pieces int) ([]time.Time, error) {
	if start.After(FirstMonday()) {
		var err error
		if c.older, err = c.before(ctx, start.Truncate(time.Minute)); err != nil {
			return nil, err
		}
	}
	return c.between(ctx, pieces)
}

// between cuts what is newer than c.older.
func (c *Cutter) between(ctx context.Context, pieces int) ([]time.Time, error) {
	var cuts []time.Time
	since := c.total - c.older
	for i := 1; i < pieces; i++ {
		cut, err := c.find(ctx, c.older+since*i/pieces, since/pieces/cutTolerance)
		if err != nil {
			return nil, err
		}
		cuts = append(cuts, cut)
	}
	return cuts, nil
}

// Total is how many issues there were at the time of Cut.
func (c *Cutter) Total() int { return c.total }

// Issues is how many lie between the cuts, for the piece of that number, from 0.
func (c *Cutter) Issues(cuts []time.Time, number int) int {
	upTo, before := c.total, 0
	if number > 0 {
		before = c.counts[cuts[number-1].UnixMilli()]
	}
	if number < len(cuts) {
		upTo = c.counts[cuts[number].UnixMilli()]
	}
	return upTo - before
}

// Begins is the last moment known before which there is nothing of what was cut last.
func (c *Cutter) Begins() time.Time {
	oldest, _ := c.around(c.older)
	return time.UnixMilli(oldest).UTC()
}

// SpanBetween is the span before the cut of that number, from 0; behind the last
// it is open, and so is the first at its beginning.
func SpanBetween(cuts []time.Time, number int) Span {
	var span Span
	if before := cuts[:number]; len(before) > 0 {
		span.From = singer.FormatTime(before[len(before)-1])
	}
	if after := cuts[number:]; len(after) > 0 {
		span.Before = singer.FormatTime(after[0])
	}
	return span
}

// find returns a moment before which nearly wanted issues were created. It
// halves the time between the nearest known counts, and where these are close
// already guesses that issues came evenly, which takes far fewer counts.
func (c *Cutter) find(ctx context.Context, wanted, tolerance int) (time.Time, error) {
	for even := false; ; even = !even {
		low, high := c.around(wanted)
		for _, known := range []int64{low, high} {
			if off := c.counts[known] - wanted; off <= tolerance && -off <= tolerance {
				return time.UnixMilli(known).UTC(), nil
			}
		}
		probe, found := c.probe(low, high, wanted, even)
		if found {
			return time.UnixMilli(high).UTC(), nil
		}
		if _, err := c.before(ctx, time.UnixMilli(probe).UTC()); err != nil {
			return time.Time{}, err
		}
	}
}

// probe is the minute between two known moments to count up to next. found tells that
// there is none, because issues of one minute cannot be parted.
func (c *Cutter) probe(low, high int64, wanted int, even bool) (moment int64, found bool) {
	minute := time.Minute.Milliseconds()
	width := high - low
	if width <= minute {
		return 0, true
	}
	probe := low + width/2
	if few, many := c.counts[low], c.counts[high]; even && many > few {
		probe = low + int64(float64(width)*min(0.95, max(0.05, float64(wanted-few)/float64(many-few))))
	}
	probe = min(max((probe+minute-1)/minute*minute, low+1), high)
	if _, known := c.counts[probe]; !known {
		return probe, false
	}
	probe = high - minute // the bracket is two minutes wide
	_, known := c.counts[probe]
	return probe, known
}

// around returns the nearest known moments with at most and at least so many
// issues before them.
func (c *Cutter) around(wanted int) (low, high int64) {
	moments := make([]int64, 0, len(c.counts))
	for moment := range c.counts {
		moments = append(moments, moment)
	}
	slices.Sort(moments)
	low, high = moments[0], moments[len(moments)-1]
	for _, moment := range moments {
		if c.counts[moment] <= wanted {
			low = moment
			continue
		}
		return low, moment
	}
	return low, high
}

// before counts the issues created before a moment and remembers it.
func (c *Cutter) before(ctx context.Context, moment time.Time) (int, error) {
	counted, err := c.count(ctx, moment)
	if err != nil {
		return 0, err
	}
	c.counts[moment.UnixMilli()] = counted
	return counted, nil
}
