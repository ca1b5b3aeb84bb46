package jira

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/fault"
)

// ChangelogSink takes the histories of many issues, which come in pages.
type ChangelogSink interface {
	// Begin says that a page starts, or starts again: what was given since the last
	// EndPage is to be forgotten.
	Begin()
	// History reads exactly one value from dec, a history of issueID. issueID is
	// valid until History returns.
	History(issueID []byte, dec *jsontext.Decoder) error
	// EndPage says that everything since Begin is whole and stays.
	EndPage() error
}

// changelogPage is the most histories that changelog/bulkfetch gives at once.
const changelogPage = 10000

// Changelogs reads the whole history of issues (at most 1,000), oldest first. An
// issue's histories may come on several pages. Cloud only: Data Center embeds
// them complete (Hydration.Changelog).
func (c *Client) Changelogs(ctx context.Context, ids []uint64, sink ChangelogSink) error {
	if c.deployment() != Cloud {
		return fault.New(fault.Internal, "", "read changelogs in bulk: Data Center has no such endpoint")
	}
	if len(ids) == 0 {
		return nil
	}
	begun, err := c.changelogs(ctx, ids, sink)
	if err == nil || begun || len(ids) == 1 || ctx.Err() != nil || !splittable(err) {
		return err
	}
	// Nothing was given yet, and one issue may be at fault: smaller pages keep the
	// others readable and make the failing request as small as it can be.
	middle := len(ids) / 2
	if err := c.Changelogs(ctx, ids[:middle], sink); err != nil {
		return err
	}
	return c.Changelogs(ctx, ids[middle:], sink)
}

// changelogs follows the tokens; begun says that a page was given.
func (c *Client) changelogs(ctx context.Context, ids []uint64, sink ChangelogSink) (begun bool, err error) {
	s := newListing(Token("issueChangeLogs"), c.capped(changelogPage))
	for !s.done {
		if err := c.changelogPage(ctx, ids, s, sink); err != nil {
			return s.index > 0, err
		}
		s.index++
		if err := sink.EndPage(); err != nil {
			return true, err
		}
	}
	return true, nil
}

func (c *Client) changelogPage(ctx context.Context, ids []uint64, s *listing, sink ChangelogSink) error {
	ex, err := c.ready(s.request(Request{
		Method: http.MethodPost, Path: "/rest/api/{v}/changelog/bulkfetch",
		Body: map[string]any{"issueIdsOrKeys": texts(ids)},
	}))
	if err != nil {
		return err
	}
	ex.patience = pagePatience
	var e *envelope
	err = c.run(ctx, ex, func(rep *reply) error {
		e = newEnvelope()
		sink.Begin()
		return e.read(rep, s.pager, sinkFunc(func(dec *jsontext.Decoder) error { return readLog(dec, sink) }))
	})
	if err != nil {
		return err
	}
	return s.advance(ex, e)
}

// readLog reads {"issueId":"…","changeHistories":[…]} in either order.
func readLog(dec *jsontext.Decoder, sink ChangelogSink) error {
	var issue []byte
	var early jsontext.Value // histories that stood before the id
	err := eachMember(dec, func(name string) error {
		switch {
		case name == "issueId":
			raw, err := dec.ReadValue()
			issue = bytes.Clone(bytes.Trim(raw, `"`))
			return err
		case name == "changeHistories" && issue == nil:
			raw, err := dec.ReadValue()
			early = raw.Clone()
			return err
		case name == "changeHistories":
			return readHistories(dec, issue, sink)
		}
		return dec.SkipValue()
	})
	if err == nil && len(issue) == 0 {
		return &shapeError{at: string(dec.StackPointer()), want: "histories with an issueId", got: "none"}
	}
	if err == nil && early != nil {
		return readHistories(newDecoder(bytes.NewReader(early)), issue, sink)
	}
	return err
}

func readHistories(dec *jsontext.Decoder, issue []byte, sink ChangelogSink) error {
	if dec.PeekKind() == 'n' {
		return dec.SkipValue()
	}
	if err := eachElement(dec, func() error { return sink.History(issue, dec) }); err != nil {
		return fmt.Errorf("histories of issue %s: %w", clip(string(issue), 20), err)
	}
	return nil
}
