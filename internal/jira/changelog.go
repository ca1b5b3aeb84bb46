package jira

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/fault"
	"tap-jira/internal/jsonread"
)

// ChangelogSink takes the histories of many issues, which come in pages.
type ChangelogSink interface {
	// Begin says that a page starts, or starts again: what was given since the last
	// EndPage is to be forgotten.
	Begin()
	// History reads exactly one value from dec, a history of issueID. issueID is
	// valid until History returns.
	History(issueID []byte, dec *jsonread.Decoder) error
	// EndPage says that everything since Begin is whole and stays.
	EndPage() error
}

// changelogPage is the most histories that changelog/bulkfetch gives at once.
const changelogPage = 10000

// Changelogs reads the whole history of issues (at most 1,000), oldest first. An
// issue's histories may come on several pages. An issue whose histories Jira
// cannot serve is named by a *PoisonError after all others were given. Cloud
// only: Data Center embeds them complete (Hydration.Changelog).
func (c *Client) Changelogs(ctx context.Context, ids []uint64, sink ChangelogSink) error {
	if c.deployment() != Cloud {
		return fault.New(fault.Internal, "", "read changelogs in bulk: Data Center has no such endpoint")
	}
	var poison *PoisonError
	if err := c.changelogsAnyhow(ctx, ids, sink, &poison); err != nil {
		return err
	}
	if poison != nil {
		return poison.fault()
	}
	return nil
}

// ChangesOf reads, of the histories of issues (at most 1,000), those that changed
// one of these fields (ids, at most 10), oldest first. Cloud only. A refusal
// stands: nothing is asked for issue by issue.
func (c *Client) ChangesOf(ctx context.Context, ids []uint64, fields []string, sink ChangelogSink) error {
	_, err := c.changelogs(ctx, map[string]any{"issueIdsOrKeys": texts(ids), "fieldIds": fields}, sink, pagePatience)
	return err
}

// changelogsAnyhow reads in bulk, or one by one where the bulk endpoint is
// withheld, unless it has already given something of these issues.
func (c *Client) changelogsAnyhow(ctx context.Context, ids []uint64, sink ChangelogSink, poison **PoisonError) error {
	if c.bulkWithheld.Load() {
		return c.changelogsSingly(ctx, ids, sink, poison)
	}
	watched := &givenSink{ChangelogSink: sink}
	err := c.changelogsOf(ctx, ids, watched, pagePatience, poison)
	if !Withheld(err) {
		return err
	}
	if !c.bulkWithheld.Swap(true) {
		c.opts.Logger.WarnContext(ctx, "histories are read issue by issue, because Jira withholds them in bulk", "error", err)
	}
	if watched.given {
		return err
	}
	*poison = nil
	return c.changelogsSingly(ctx, ids, sink, poison)
}

// givenSink remembers whether a page stays.
type givenSink struct {
	ChangelogSink
	given bool
}

// EndPage says that the page stays.
func (s *givenSink) EndPage() error {
	s.given = true
	return s.ChangelogSink.EndPage()
}

// changelogsOf reads a group of issues. A group that fails before it gave
// anything is split, until the issues at fault stand alone; when too many are,
// it is the site, and its failure stands.
func (c *Client) changelogsOf(ctx context.Context, ids []uint64, sink ChangelogSink, patience int, poison **PoisonError) error {
	if len(ids) == 0 {
		return nil
	}
	begun, err := c.changelogs(ctx, map[string]any{"issueIdsOrKeys": texts(ids)}, sink, patience)
	if err == nil || begun || ctx.Err() != nil || !splittable(err) {
		return err
	}
	if len(ids) == 1 {
		*poison = (*poison).add(err, ids...)
		if len((*poison).IDs) > maxPoison {
			return (*poison).Err
		}
		return nil
	}
	middle := len(ids) / 2
	if err := c.changelogsOf(ctx, ids[:middle], sink, halfPatience, poison); err != nil {
		return err
	}
	return c.changelogsOf(ctx, ids[middle:], sink, halfPatience, poison)
}

// changelogs asks for something and follows the tokens; begun says that a page was given.
func (c *Client) changelogs(ctx context.Context, body map[string]any, sink ChangelogSink, patience int) (begun bool, err error) {
	s := newListing(Token("issueChangeLogs"), c.Capped(changelogPage))
	for !s.done {
		if err := c.changelogPage(ctx, body, s, sink, patience); err != nil {
			return s.index > 0, err
		}
		s.index++
		if err := sink.EndPage(); err != nil {
			return true, err
		}
	}
	return true, nil
}

func (c *Client) changelogPage(ctx context.Context, body map[string]any, s *listing, sink ChangelogSink, patience int) error {
	ex, err := c.ready(s.request(Request{Method: http.MethodPost, Path: "/rest/api/{v}/changelog/bulkfetch", Body: body}))
	if err != nil {
		return err
	}
	ex.patience = patience
	var e *envelope
	err = c.run(ctx, ex, func(rep *reply) error {
		e = newEnvelope()
		sink.Begin()
		return e.read(rep, s.pager, sinkFunc(func(dec *jsonread.Decoder) error { return readLog(dec, sink) }))
	})
	if err != nil {
		return err
	}
	return s.advance(ex, e)
}

// readLog reads {"issueId":"…","changeHistories":[…]} in either order.
func readLog(dec *jsonread.Decoder, sink ChangelogSink) error {
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
		return readHistories(jsonread.NewBytesDecoder(early), issue, sink)
	}
	return err
}

func readHistories(dec *jsonread.Decoder, issue []byte, sink ChangelogSink) error {
	if dec.PeekKind() == 'n' {
		return dec.SkipValue()
	}
	if err := eachElement(dec, func() error { return sink.History(issue, dec) }); err != nil {
		return fmt.Errorf("histories of issue %s: %w", clip(string(issue), 20), err)
	}
	return nil
}
