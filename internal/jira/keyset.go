package jira

import (
	"context"
	"fmt"
	"time"

	"tap-jira/internal/fault"
)

const (
	// edgeRows is over how many rows two pages by startAt overlap.
	edgeRows = 50
	// searchWindow is what startAt may not pass on Data Center 10 and later
	// (jira.search.platform.max.result.window, 10,000), with room for a page.
	searchWindow = 9000
	// maxBacks bounds how often the pages of a tie are read again because rows moved.
	maxBacks = 100
)

// keyset walks Data Center's issues by when they were created: each page starts
// at the last date of the one before, startAt stays 0, and what was seen is
// dropped. An offset would skip what moves up while we read, and may not pass
// 10,000. It never compares ids or keys: Jira reads "id > N" as "a higher number
// in the project of issue N", and answers 400 when that issue is gone.
//
// A walk by updates has these as a condition and goes by creation, too. An
// issue that is edited meanwhile keeps its place, and it does not matter that the
// rows' dates come from the database and their order from an index that lags.
type keyset struct {
	c *Client
	// w is the walk by creation, field the date that is asked for beside it.
	w     Walk
	field string
	seen  idSet
	tick  time.Duration
	// edge is where the next page starts; zero is the very beginning.
	edge time.Time
}

func newKeyset(c *Client, w Walk) *keyset {
	k := &keyset{c: c, w: w, field: w.Field, seen: idSet{}, tick: c.form().tick()}
	if w.Field == "updated" {
		k.w = Walk{Field: "created", Also: c.conditions(w, w.From, w.Before)}
	}
	return k
}

// walk walks to the end.
func (k *keyset) walk(ctx context.Context, give func([]IssueRef) bool) error {
	_, err := k.run(ctx, k.w.From, k.w.Before, give)
	return err
}

// run walks [from, before); more is false when the caller wants no more.
func (k *keyset) run(ctx context.Context, from, before time.Time, give func([]IssueRef) bool) (more bool, err error) {
	k.edge = from
	for {
		page, err := k.fetch(ctx, k.edge, before, 0)
		if err != nil || !give(k.seen.fresh(page.refs)) {
			return false, err
		}
		if len(page.refs) == page.total {
			return true, nil
		}
		if len(page.refs) == 0 {
			return true, k.atEnd(page)
		}
		if next := k.next(page.refs); next.After(k.edge) {
			k.edge = next
		} else if more, err := k.tie(ctx, before, give); err != nil || !more {
			return false, err
		}
		if k.beyond(before) {
			return true, nil
		}
	}
}

// beyond says that nothing is left before the end. Where dates are text the page
// from there on might not be empty: it would begin hours before, in a night when
// clocks change.
func (k *keyset) beyond(before time.Time) bool {
	return k.edge.IsZero() || !before.IsZero() && !k.edge.Before(before)
}

// atEnd makes sure that an empty page is an end.
func (k *keyset) atEnd(page *refPage) error {
	if page.total > 0 {
		return fmt.Errorf("walk issues by %s: Jira gave no issue although it counts %d from %s on: %w",
			k.w.Field, page.total, k.edge.UTC().Format(time.RFC3339), ErrProgress)
	}
	return nil
}

func (k *keyset) fetch(ctx context.Context, from, before time.Time, startAt int) (*refPage, error) {
	fields := []string{"created"}
	if k.field != "created" {
		fields = append(fields, k.field)
	}
	body := map[string]any{"startAt": startAt, "maxResults": capped(dataCenterPage, k.c.opts.ListSize), "fields": fields}
	page, ex, err := k.c.searchRefs(ctx, k.field, k.c.walkJQL(k.w, from, before), body)
	if err != nil {
		return nil, err
	}
	for _, ref := range page.refs {
		if ref.Time == 0 || ref.created == 0 {
			return nil, shapeOf(ex, &shapeError{at: "/issues/fields/" + k.field, want: "a date", got: "none in issue " + joinIDs([]uint64{ref.ID})})
		}
	}
	return page, nil
}

// next is where the page after refs may start, rounded down to what the index
// or the text of a date can tell apart: within that, rows are ordered by key.
func (k *keyset) next(refs []IssueRef) time.Time {
	return k.floor(refs[len(refs)-1].created)
}

func (k *keyset) floor(millis int64) time.Time {
	return time.UnixMilli(millis).UTC().Truncate(k.tick)
}

// tie reads the minute at the edge by startAt, when a whole page did not lead
// out of it, and moves the edge behind it. Where text could mean two hours it
// reads both, because each page from there starts with the first of them.
func (k *keyset) tie(ctx context.Context, before time.Time, give func([]IssueRef) bool) (more bool, err error) {
	end := k.edge.Truncate(time.Minute).Add(time.Minute + 2*k.c.form().spread(k.edge))
	if k.edge.IsZero() || !before.IsZero() && before.Before(end) {
		end = before // at the very beginning no date can be trusted to start from
	}
	more, err = k.span(ctx, k.edge, end, give)
	k.edge = end
	return more, err
}

// span reads [from, to) by startAt.
func (k *keyset) span(ctx context.Context, from, to time.Time, give func([]IssueRef) bool) (more bool, err error) {
	var o overlapping
	for !o.done {
		page, err := k.fetch(ctx, from, to, o.startAt)
		if err != nil {
			return false, err
		}
		if o.startAt == 0 && page.total > searchWindow && k.tick == time.Second && to.Sub(from) > time.Second {
			return k.seconds(ctx, from, to, give)
		}
		known := len(page.refs) == 0 || k.seen.has(page.refs[0].ID)
		fresh := k.seen.fresh(page.refs)
		if !give(fresh) {
			return false, nil
		}
		if why := o.advance(page, known, len(fresh)); why != "" {
			return false, k.stuck(from, why)
		}
	}
	return true, nil
}

// overlapping pages by startAt over rows that may go while they are read: each
// page overlaps the one before, and when its first row is not known, rows have
// moved up past it and it goes back.
type overlapping struct {
	startAt, backs int
	first          uint64 // the first row of the page before, 0 after going back
	done           bool
}

// advance takes a page into account; why says what keeps it from leading on.
func (o *overlapping) advance(page *refPage, known bool, fresh int) (why string) {
	n := len(page.refs)
	end := o.startAt + n
	switch {
	case n == 0 && page.total > o.startAt:
		return fmt.Sprintf("Jira gives no issue beyond the first %d of %d in one minute", o.startAt, page.total)
	case n > 1 && page.refs[0].ID == o.first:
		return "Jira ignores startAt"
	case o.startAt > 0 && !known && o.backs == maxBacks:
		return "issues move faster than they can be read"
	case o.startAt > 0 && !known:
		o.backs++
		o.startAt, o.first = max(0, o.startAt-n), 0
		return ""
	}
	o.done = o.startAt == 0 && end == page.total || fresh == 0 && end >= page.total
	if n > 0 {
		o.startAt, o.first = end-min(edgeRows, n/4), page.refs[0].ID
	}
	return ""
}

func (k *keyset) stuck(at time.Time, why string) error {
	return fault.New(fault.Incomplete, "limit the run by projects or jql so that fewer issues share a minute",
		"walk issues by %s at %s: %s: %w", k.w.Field, at.UTC().Format(time.RFC3339), why, ErrProgress)
}

// seconds reads a span too long for startAt second by second.
func (k *keyset) seconds(ctx context.Context, from, to time.Time, give func([]IssueRef) bool) (more bool, err error) {
	for start := from; start.Before(to); {
		end := start.Truncate(time.Second).Add(time.Second)
		if end.After(to) {
			end = to
		}
		if more, err := k.span(ctx, start, end, give); err != nil || !more {
			return more, err
		}
		start = end
	}
	return true, nil
}
