package tap

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tap-jira/internal/bookmark"
	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/shard"
	"tap-jira/internal/singer"
)

// cutTolerance is how far a cut may be from where it should be, as a share of
// one piece (one in so many). Two cuts bound a piece, so that it stays within
// twice that of its due.
const cutTolerance = 16

// PlanShards cuts a first load into so many pieces with nearly the same number
// of issues each. requestsPerSecond is the limit that they share; 0 is none.
// It asks Jira for counts only.
func PlanShards(ctx context.Context, o Options, pieces int, requestsPerSecond float64) ([]shard.Piece, error) {
	if pieces < 1 || pieces > shard.Max {
		return nil, fault.New(fault.Usage, fmt.Sprintf("give a number from 1 to %d", shard.Max), "--shards %d cannot be", pieces)
	}
	share, err := shard.ShareRequests(requestsPerSecond, pieces)
	if err != nil {
		return nil, err
	}
	r := newRun(o)
	ctx = jira.WithMeter(ctx, r.overhead)
	if err := r.ready(ctx); err != nil {
		return nil, err
	}
	c := &cutter{run: r, counts: map[int64]int{}}
	cuts, err := c.cut(ctx, pieces)
	if err != nil {
		return nil, fmt.Errorf("plan shards: %w", err)
	}
	cutsOfWorklogs, err := c.cutWorklogs(ctx, pieces)
	if err != nil {
		return nil, fmt.Errorf("plan shards: %w", err)
	}
	return r.shards(cuts, cutsOfWorklogs, c, share), nil
}

// shards writes the pieces between the cuts, those of the creation of issues and
// those of the updates of worklogs; share is each piece's part of the limit on requests.
func (r *run) shards(cuts, cutsOfWorklogs []time.Time, c *cutter, share float64) []shard.Piece {
	pieces := len(cuts) + 1
	all, each := []string{}, []string{} // and not nil: a piece may have none
	for _, t := range r.tables {
		all = append(all, t.stream.Name)
		if r.inEachShard(t.stream) {
			each = append(each, t.stream.Name)
		}
	}
	common := shard.Piece{
		Version: shard.Version, Of: pieces, Site: r.options.SiteAddress, Scope: bookmark.HashScope(r.scope),
		Started: singer.FormatTime(r.site.ServerTime), StartDate: singer.FormatTime(r.start), RequestsPerSecond: share,
	}
	common.Plan = shard.PlanName(common, all, cuts, cutsOfWorklogs, r.options.EndDate)
	shards := make([]shard.Piece, pieces)
	for i := range shards {
		s := common
		s.Number, s.Streams = i+1, each
		if i == 0 {
			s.Streams = all
		}
		issues := c.upTo(len(cuts), cuts, i+1) - c.upTo(len(cuts), cuts, i)
		s.Created, s.Issues = []shard.Span{spanBetween(cuts, i)}, &issues
		if r.scope == "" && slices.Contains(s.Streams, "worklogs") {
			s.Worklogs = c.spansOfWorklogs(cutsOfWorklogs, i)
		}
		shards[i] = s
	}
	return shards
}

// spanBetween is the span before the cut of that number, from 0; behind the last
// it is open.
func spanBetween(cuts []time.Time, number int) shard.Span {
	var span shard.Span
	if number > 0 {
		span.From = singer.FormatTime(cuts[number-1])
	}
	if number < len(cuts) {
		span.Before = singer.FormatTime(cuts[number])
	}
	return span
}

// upTo is how many issues were created before the cut of that number: none
// before the first piece, and all before the end of the last.
func (c *cutter) upTo(last int, cuts []time.Time, number int) int {
	switch {
	case number == 0:
		return 0
	case number > last:
		return c.total
	}
	return c.counts[cuts[number-1].UnixMilli()]
}

// cutter finds moments of creation before which a given share of the issues
// lies. It remembers every count, as each narrows down the next cut as well.
type cutter struct {
	run    *run
	counts map[int64]int // issues created before a moment, epoch milliseconds
	total  int
	older  int // of them, those created before the start date
}

// cut returns the moments between the pieces. Where more issues than a piece
// were created in one minute, by an import, pieces come out empty.
func (c *cutter) cut(ctx context.Context, pieces int) ([]time.Time, error) {
	end := c.run.site.ServerTime.Truncate(time.Minute).Add(time.Minute)
	oldest := shard.FirstMonday()
	c.counts[oldest.UnixMilli()] = 0
	var err error
	if c.total, err = c.before(ctx, end); err != nil {
		return nil, err
	}
	var cuts []time.Time
	for i := 1; i < pieces; i++ {
		cut, err := c.find(ctx, c.total*i/pieces, c.total/pieces/cutTolerance)
		if err != nil {
			return nil, err
		}
		cuts = append(cuts, cut)
	}
	return cuts, nil
}

// find returns a moment before which nearly wanted issues were created. It
// halves the time between the nearest known counts, and where these are close
// already guesses that issues came evenly, which takes far fewer counts.
func (c *cutter) find(ctx context.Context, wanted, tolerance int) (time.Time, error) {
	for even := false; ; even = !even {
		low, high := c.around(wanted)
		for _, known := range []int64{low, high} {
			if off := c.counts[known] - wanted; off <= tolerance && -off <= tolerance {
				return time.UnixMilli(known).UTC(), nil
			}
		}
		width := high - low
		if width <= time.Minute.Milliseconds() {
			return time.UnixMilli(high).UTC(), nil
		}
		probe := low + width/2
		if few, many := c.counts[low], c.counts[high]; even && many > few {
			probe = low + int64(float64(width)*min(0.95, max(0.05, float64(wanted-few)/float64(many-few))))
		}
		minute := time.Minute.Milliseconds()
		probe = min(max((probe+minute-1)/minute*minute, low+1), high)
		if _, known := c.counts[probe]; known {
			probe = high - minute // the bracket is two minutes wide
			if _, known := c.counts[probe]; known {
				return time.UnixMilli(high).UTC(), nil
			}
		}
		if _, err := c.before(ctx, time.UnixMilli(probe).UTC()); err != nil {
			return time.Time{}, err
		}
	}
}

// around returns the nearest known moments with at most and at least so many
// issues before them.
func (c *cutter) around(wanted int) (low, high int64) {
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
func (c *cutter) before(ctx context.Context, moment time.Time) (int, error) {
	r := c.run
	counted, err := r.countWhere(ctx, r.client.JQLTime("created", "<", moment), r.updatedWithin(r.start))
	if err != nil {
		return 0, err
	}
	c.counts[moment.UnixMilli()] = counted
	return counted, nil
}
