package tap

import (
	"context"

	"tap-jira/internal/jira"
	"tap-jira/internal/selection"
	"tap-jira/internal/stream"
)

// startFeed begins to follow the feed while Jira is still asked how the issues are
// to be read, on a run that reads both from their start: until issues are listed,
// five round trips after the first request, hardly any request is in flight.
func (r *run) startFeed(ctx context.Context, chosen *selection.Selection) error {
	worklogs, issues := r.firstChosen(chosen, stream.WorklogFeed), r.firstChosen(chosen, stream.IssueTree)
	if worklogs == nil || issues == nil || r.options.SchemaOnly || len(r.state.Streams()) > 0 || !r.mayInterleave() {
		return nil
	}
	t, err := r.newTable(*worklogs, chosen.Choice(*worklogs))
	if err != nil {
		return err
	}
	if r.feed, err = r.newWorklogFeed(t); err != nil {
		return err
	}
	r.feed.near = true
	r.feed.pages = r.feed.list(jira.WithMeter(ctx, t.meter))
	return nil
}

// firstChosen is the first stream of a source that this run reads; nil when there is none.
func (r *run) firstChosen(chosen *selection.Selection, source stream.Source) *stream.Stream {
	for _, s := range chosen.Streams() {
		if s.Source == source && r.inShard(s) && r.inPart(s) && s.Offered(r.site.Deployment) {
			return &s
		}
	}
	return nil
}

// chosenTable is a selected stream's table, which the feed has already where it began early.
func (r *run) chosenTable(s stream.Stream, chosen *selection.Selection) (*table, error) {
	if r.feed != nil && r.feed.table.stream.Name == s.Name {
		return r.feed.table, nil
	}
	return r.newTable(s, chosen.Choice(s))
}
