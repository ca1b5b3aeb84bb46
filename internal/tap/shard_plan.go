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
	c := r.newCutter()
	cuts, err := c.Cut(ctx, r.site.ServerTime, pieces)
	if err != nil {
		return nil, fmt.Errorf("plan shards: %w", err)
	}
	cutsOfWorklogs, err := r.cutWorklogs(ctx, c, pieces)
	if err != nil {
		return nil, fmt.Errorf("plan shards: %w", err)
	}
	return r.shards(cuts, cutsOfWorklogs, c, share), nil
}

// shards writes the pieces between the cuts, those of the creation of issues and
// those of the updates of worklogs; share is each piece's part of the limit on requests.
func (r *run) shards(cuts, cutsOfWorklogs []time.Time, c *shard.Cutter, share float64) []shard.Piece {
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
		issues := c.Issues(cuts, i)
		s.Created, s.Issues = []shard.Span{shard.SpanBetween(cuts, i)}, &issues
		if r.scope == "" && slices.Contains(s.Streams, "worklogs") {
			s.Worklogs = r.spansOfWorklogs(cutsOfWorklogs, c.Begins(), i)
		}
		shards[i] = s
	}
	return shards
}

// newCutter cuts what the run reads by when it was created.
func (r *run) newCutter() *shard.Cutter {
	return shard.NewCutter(func(ctx context.Context, before time.Time) (int, error) {
		return r.countWhere(ctx, r.client.JQLTime("created", "<", before), r.updatedWithin(r.start))
	})
}
