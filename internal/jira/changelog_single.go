package jira

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"tap-jira/internal/jsonread"
)

// Withheld says that an endpoint is refused or gone as such, and not in trouble.
func Withheld(err error) bool {
	if errors.Is(err, ErrLoginLost) {
		return false
	}
	return errors.Is(err, ErrForbidden) || errors.Is(err, ErrNotFound) || errors.Is(err, ErrGone)
}

// changelogsSingly reads histories issue by issue, for sites where the bulk
// endpoint is withheld (a proxy's rule, a token without its scope). An issue
// that is gone by now has no histories; one that fails, or is there and has
// none to show, is named at the end.
func (c *Client) changelogsSingly(ctx context.Context, ids []uint64, sink ChangelogSink, poison **PoisonError) error {
	for _, id := range ids {
		err := c.changelogIfThere(ctx, id, sink)
		switch {
		case err == nil:
		case ctx.Err() == nil && (splittable(err) || errors.Is(err, ErrNotFound)) && (*poison == nil || len((*poison).IDs) < maxPoison):
			*poison = (*poison).add(err, id)
		default:
			return fmt.Errorf("changelog of issue %d: %w", id, err)
		}
	}
	return nil
}

// changelogIfThere reads the histories of one issue, and nothing when the issue
// is gone. A proxy that lets the address not through answers 404 for all issues.
func (c *Client) changelogIfThere(ctx context.Context, id uint64, sink ChangelogSink) error {
	err := c.changelogOf(ctx, id, sink)
	if !errors.Is(err, ErrNotFound) || errors.Is(err, ErrLoginLost) {
		return err
	}
	exists, asked := c.IssueExists(ctx, id)
	if asked != nil {
		return asked
	}
	if !exists {
		return nil
	}
	return fmt.Errorf("%w, although the issue is there", err)
}

// changelogOf reads the histories of one issue (GET issue/{issueId}/changelog).
func (c *Client) changelogOf(ctx context.Context, id uint64, sink ChangelogSink) error {
	text := strconv.FormatUint(id, 10)
	req := Request{Path: "/rest/api/{v}/issue/{issueId}/changelog", Params: map[string]string{"issueId": text}}
	return c.into(ctx, req, Offset("values"), &ofIssue{ChangelogSink: sink, issue: []byte(text)})
}

// ofIssue is a PageSink for the histories of one issue.
type ofIssue struct {
	ChangelogSink
	issue []byte
}

// Record reads a history.
func (s *ofIssue) Record(dec *jsonread.Decoder) error { return s.History(s.issue, dec) }
