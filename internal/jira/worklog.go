package jira

import (
	"context"
	"iter"
)

// WorklogPage is a page of the feed of changed worklogs.
type WorklogPage struct {
	// IDs and Times (epoch milliseconds of the change) belong together.
	IDs   []uint64
	Times []int64
	// Until is where the next page starts, epoch milliseconds.
	Until int64
	// Last says that the feed ends here; Until is then the next run's start.
	Last bool
	// Tie says that more worklogs share the millisecond Until-1 than a page holds,
	// so that some of them may not have been listed.
	Tie bool
}

// WorklogsUpdated lists worklogs changed since an instant (epoch milliseconds).
func (c *Client) WorklogsUpdated(ctx context.Context, since int64) iter.Seq2[WorklogPage, error] {
	return func(yield func(WorklogPage, error) bool) { yield(WorklogPage{}, ctx.Err()) }
}

// WorklogList reads worklogs (at most 1,000) by id. Fewer than asked for is
// normal: the others are not visible.
func (c *Client) WorklogList(ctx context.Context, ids []uint64, sink Sink) error { return ctx.Err() }
