package jira

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"tap-jira/internal/fault"
)

// IssueRef is an issue as a walk lists it.
type IssueRef struct {
	// ID is the issue's id, which it keeps when it moves.
	ID uint64
	// Time is the walk's field in epoch milliseconds, 0 when it was not asked for.
	Time int64
	// created is when the issue was created, epoch milliseconds, 0 when that was not asked for.
	created int64
}

// Walk says which issues to list.
type Walk struct {
	// Scope limits the issues by JQL without ORDER BY (see CheckScope); "" means all.
	Scope string
	// Field is the date the walk goes by, "created" or "updated".
	Field string
	// From and Before bound that date; zero means open. Where the site reads dates
	// only as text, issues up to a day outside the bounds may be listed too.
	From, Before time.Time
	// Also is a further condition.
	Also string
	// Times asks for the date on Cloud too, at 100 issues a page instead of 5,000.
	// Data Center always gives it.
	Times bool
	// Pages, unless nil, counts the pages that Cloud gave: a walk of one page cannot
	// have ended early. Data Center's walks make sure of their end by themselves.
	Pages *int
}

// The most that a page of a walk holds. Cloud gives 5,000 ids but only 100
// issues with any field; Data Center's cap is 1,000 unless its administrator
// changed jira.search.views.default.max.
const (
	cloudIDPage    = 5000
	cloudTimePage  = 100
	dataCenterPage = 1000
)

// WalkIssues lists issues a page at a time and no id twice, ordered by the walk's
// field, then key; Data Center's by creation, whatever the field. It finds out first how the site reads dates.
func (c *Client) WalkIssues(ctx context.Context, w Walk) iter.Seq2[[]IssueRef, error] {
	return func(yield func([]IssueRef, error) bool) {
		give := func(refs []IssueRef) bool { return len(refs) == 0 || yield(refs, nil) }
		if err := c.walk(ctx, w, give); err != nil {
			yield(nil, err)
		}
	}
}

func (c *Client) walk(ctx context.Context, w Walk, give func([]IssueRef) bool) error {
	if err := w.check(); err != nil {
		return err
	}
	if err := c.ProbeDates(ctx); err != nil {
		return err
	}
	given := false
	err := c.walkDialect(ctx, w, func(refs []IssueRef) bool {
		given = given || len(refs) > 0
		return give(refs)
	})
	if given || !errors.Is(err, ErrBadRequest) && !errors.Is(err, errOtherDates) {
		return err
	}
	if changed, probed := c.doubtDates(ctx); probed != nil || !changed {
		return errors.Join(err, probed)
	}
	return c.walkDialect(ctx, w, give)
}

// errOtherDates says that a page holds what was not asked for.
var errOtherDates = fmt.Errorf("the site listed issues of before the date that was asked for: %w", ErrProgress)

// walkDialect walks, and looks whether the pages of a site that was believed to
// read dates as it did keep to the dates asked for.
func (c *Client) walkDialect(ctx context.Context, w Walk, give func([]IssueRef) bool) error {
	odd := false
	checked := func(refs []IssueRef) bool {
		if known := c.dates.Load(); known.believed && known.millis && outside(w, refs) {
			odd = true
			return false
		}
		return give(refs)
	}
	err := error(nil)
	if c.deployment() == Cloud {
		err = c.walkCloud(ctx, w, checked)
	} else {
		err = newKeyset(c, w).walk(ctx, checked)
	}
	if odd {
		return errOtherDates
	}
	return err
}

// outside says that an issue of the page is older than the walk's beginning. Its
// index may be behind its database, never before it.
func outside(w Walk, refs []IssueRef) bool {
	edge := w.From.Add(-time.Minute).UnixMilli()
	return !w.From.IsZero() && slices.ContainsFunc(refs, func(r IssueRef) bool { return r.Time != 0 && r.Time < edge })
}

func (w Walk) check() error {
	if w.Field != "created" && w.Field != "updated" {
		return fault.New(fault.Internal, "", "walk issues by %q: only created and updated are walked", w.Field)
	}
	if err := CheckScope(w.Scope); err != nil {
		return err
	}
	return CheckScope(w.Also)
}

// walkJQL is the walk between two instants; zero means open.
func (c *Client) walkJQL(w Walk, from, before time.Time) string {
	conditions := c.conditions(w, from, before)
	if conditions == "" {
		// Cloud refuses a search without any condition; every issue meets this one.
		conditions = w.Field + ` >= "1970-01-02"`
	}
	return conditions + " ORDER BY " + w.Field + " ASC, key ASC"
}

// conditions are what the issues of a walk between two instants meet; "" for all.
func (c *Client) conditions(w Walk, from, before time.Time) string {
	var conditions []string
	for _, condition := range []string{w.Scope, w.Also} {
		if strings.TrimSpace(condition) != "" {
			conditions = append(conditions, "("+condition+")")
		}
	}
	if !from.IsZero() {
		conditions = append(conditions, c.JQLTime(w.Field, ">=", from))
	}
	if !before.IsZero() {
		conditions = append(conditions, c.JQLTime(w.Field, "<", before))
	}
	return strings.Join(conditions, " AND ")
}

// searchRefs reads one page of a walk. The body holds everything but the query
// and the date asked for.
func (c *Client) searchRefs(ctx context.Context, field, jql string, body map[string]any) (*refPage, *exchange, error) {
	body["jql"] = jql
	ex, err := c.ready(Request{Method: "POST", Path: c.searchPath(), Body: body})
	if err != nil {
		return nil, nil, err
	}
	var page *refPage
	err = c.run(ctx, ex, func(rep *reply) (err error) {
		page, err = readRefs(rep.dec, field)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	c.warn(ctx, ex, page.warnings)
	return page, ex, nil
}

// walkCloud follows the tokens of search/jql.
func (c *Client) walkCloud(ctx context.Context, w Walk, give func([]IssueRef) bool) error {
	size, field := cloudIDPage, "id"
	if w.Times {
		size, field = cloudTimePage, w.Field
	}
	jql, seen := c.walkJQL(w, w.From, w.Before), idSet{}
	s := newListing(Token("issues"), capped(size, c.opts.ListSize))
	for !s.done {
		req := s.request(Request{Body: map[string]any{"fields": []string{field}}})
		page, ex, err := c.searchRefs(ctx, w.Field, jql, req.Body.(map[string]any)) //nolint:forcetypeassert // made above
		if err != nil {
			return err
		}
		if err := s.advance(ex, &page.envelope); err != nil {
			return err
		}
		if w.Pages != nil {
			*w.Pages++
		}
		if !give(seen.fresh(page.refs)) {
			return nil
		}
	}
	return nil
}
