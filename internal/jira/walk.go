package jira

import (
	"context"
	"iter"
	"time"
)

// IssueRef is an issue as a walk lists it.
type IssueRef struct {
	// ID is the issue's id, which it keeps when it moves.
	ID uint64
	// Time is the walk's field in epoch milliseconds, 0 when it was not asked for.
	Time int64
}

// Walk says which issues to list.
type Walk struct {
	// Scope limits the issues by JQL without ORDER BY (see CheckScope); "" means all.
	Scope string
	// Field is the date the walk goes by, "created" or "updated".
	Field string
	// From and Before bound that date; zero means open.
	From, Before time.Time
	// Also is a further condition.
	Also string
	// Times asks for the date on Cloud too, at 100 issues a page instead of 5,000.
	// Data Center always gives it.
	Times bool
}

// WalkIssues lists issues by the walk's field, then key, a page at a time and no
// id twice.
func (c *Client) WalkIssues(ctx context.Context, w Walk) iter.Seq2[[]IssueRef, error] {
	return func(yield func([]IssueRef, error) bool) { yield(nil, ctx.Err()) }
}

// Count says how many issues jql finds. On Cloud it is approximate.
func (c *Client) Count(ctx context.Context, jql string) (int, error) { return 0, ctx.Err() }

// ProbeDates finds out whether the site takes epoch milliseconds in JQL.
func (c *Client) ProbeDates(ctx context.Context) error { return ctx.Err() }

// JQLTime writes a comparison of field with t, as epoch milliseconds where
// ProbeDates found that the site takes them, else as text in the account's zone.
func (c *Client) JQLTime(field, operator string, t time.Time) string { return field + operator }

// CheckScope refuses JQL that cannot be wrapped in parentheses: ORDER BY, open
// quotes, parentheses that do not match. The error's kind is fault.Usage.
func CheckScope(jql string) error { return nil }
