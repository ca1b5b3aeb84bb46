package jira

import (
	"context"

	"github.com/go-json-experiment/json/jsontext"
)

// Hydration says what to read of each issue.
type Hydration struct {
	// Fields are ids of fields; nil means all.
	Fields []string
	// Changelog and Transitions embed them. The embedded changelog is complete on
	// Data Center only.
	Changelog, Transitions bool
}

// Hydrate reads issues (at most 100) by id into sink, with one sink.Begin that
// counts: the last. missing are ids that exist no more or are not visible.
// An issue that Jira cannot serve is named by a *PoisonError while the others
// are delivered; any other error leaves sink with nothing that counts.
func (c *Client) Hydrate(ctx context.Context, ids []uint64, h Hydration, sink Sink) (missing []uint64, err error) {
	return nil, ctx.Err()
}

// ChangelogSink takes the histories of many issues, which come in pages.
type ChangelogSink interface {
	// Begin says that a page starts, or starts again.
	Begin()
	// History reads exactly one value from dec, a history of issueID.
	History(issueID []byte, dec *jsontext.Decoder) error
	// EndPage says that everything since Begin is whole and stays.
	EndPage() error
}

// Changelogs reads the whole history of issues (at most 1,000). Cloud only.
func (c *Client) Changelogs(ctx context.Context, ids []uint64, sink ChangelogSink) error {
	return ctx.Err()
}
