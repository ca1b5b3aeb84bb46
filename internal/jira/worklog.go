package jira

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"

	"tap-jira/internal/jsonread"
)

// WorklogPage is a page of a feed of changed or deleted worklogs.
type WorklogPage struct {
	// IDs and Times (epoch milliseconds of the change) belong together. A page may
	// repeat ids of the one before.
	IDs   []uint64
	Times []int64
	// Until is where the next page starts, epoch milliseconds.
	Until int64
	// Last says that the feed ends here; Until is then the next run's start, because
	// Jira holds back the last minute.
	Last bool
	// Tie says that more worklogs share the millisecond Until-1 than a page holds:
	// the feed cannot list the rest of them, only their issues can.
	Tie bool
}

// WorklogsUpdated lists worklogs changed since an instant (epoch milliseconds),
// oldest first, at most 1,000 a page.
func (c *Client) WorklogsUpdated(ctx context.Context, since int64) iter.Seq2[WorklogPage, error] {
	return c.worklogFeed(ctx, "updated", since)
}

// WorklogsUpdatedBetween is WorklogsUpdated up to an instant, and without what
// changed then or later. Its last page leads to that instant.
func (c *Client) WorklogsUpdatedBetween(ctx context.Context, since, before int64) iter.Seq2[WorklogPage, error] {
	return func(yield func(WorklogPage, error) bool) {
		for page, err := range c.WorklogsUpdated(ctx, since) {
			ended := err == nil && page.endAt(before)
			if !yield(page, err) || ended {
				return
			}
		}
	}
}

// endAt leaves out what changed at an instant or later; false says that the page
// does not reach it.
func (p *WorklogPage) endAt(before int64) bool {
	if p.Until < before && !p.Last {
		return false
	}
	kept := 0
	for i, at := range p.Times {
		if at < before {
			p.IDs[kept], p.Times[kept] = p.IDs[i], at
			kept++
		}
	}
	p.IDs, p.Times = p.IDs[:kept], p.Times[:kept]
	p.Until, p.Last = before, false
	return true
}

// WorklogsDeleted lists worklogs deleted since an instant (epoch milliseconds),
// oldest first, at most 1,000 a page. Nothing but the id is left of them.
func (c *Client) WorklogsDeleted(ctx context.Context, since int64) iter.Seq2[WorklogPage, error] {
	return c.worklogFeed(ctx, "deleted", since)
}

// worklogFeed reads the feed of one kind of change. It is paged by the instant
// that each page leads to, and never by Jira's address of the next.
func (c *Client) worklogFeed(ctx context.Context, change string, since int64) iter.Seq2[WorklogPage, error] {
	return func(yield func(WorklogPage, error) bool) {
		for {
			page, err := c.worklogPage(ctx, change, since)
			if !yield(page, err) || err != nil || page.Last {
				return
			}
			since = page.Until
		}
	}
}

func (c *Client) worklogPage(ctx context.Context, change string, since int64) (WorklogPage, error) {
	var page WorklogPage
	var until int64
	req := Request{Path: "/rest/api/{v}/worklog/" + change, Query: url.Values{"since": {strconv.FormatInt(since, 10)}}}
	err := c.Do(ctx, req, func(dec *jsonread.Decoder) (err error) {
		page, err = readWorklogPage(dec)
		return err
	})
	if err != nil {
		return WorklogPage{}, err
	}
	until = page.Until
	switch {
	case page.Last:
		page.Until = max(until, since)
	case until < since || until == since && len(page.IDs) == 0:
		return WorklogPage{}, fmt.Errorf("read %s worklogs since %d: the feed leads to %d and not on: %w", change, since, until, ErrProgress)
	case until == since:
		// A whole page shares one millisecond; asking from there again would give the
		// same page for ever.
		page.Until, page.Tie = since+1, true
	}
	return page, nil
}

func readWorklogPage(dec *jsonread.Decoder) (WorklogPage, error) {
	var page WorklogPage
	var until, found bool
	err := eachMember(dec, func(name string) (err error) {
		switch name {
		case "values":
			found = true
			err = eachElement(dec, func() error { return page.readValue(dec) })
		case "until":
			page.Until, until, err = readInt(dec)
		case "lastPage", "isLastPage": // Data Center's document has both
			var last tri
			last, err = boolean(&reply{dec: dec})
			if last != unsaid {
				page.Last = last == yes
			}
		default:
			err = dec.SkipValue()
		}
		return err
	})
	if err == nil && (!found || !until) {
		err = &shapeError{at: "/values and /until", want: "both", got: fmt.Sprintf("values: %t, until: %t", found, until)}
	}
	return page, err
}

func (p *WorklogPage) readValue(dec *jsonread.Decoder) error {
	var id uint64
	var at int64
	err := eachMember(dec, func(name string) (err error) {
		switch name {
		case "worklogId":
			id, err = readID(dec)
		case "updatedTime":
			at, _, err = readInt(dec)
		default:
			err = dec.SkipValue()
		}
		return err
	})
	if err == nil && id == 0 {
		err = &shapeError{at: string(dec.StackPointer()), want: "a worklogId", got: "none"}
	}
	p.IDs, p.Times = append(p.IDs, id), append(p.Times, at)
	return err
}

// WorklogList reads worklogs (at most 1,000) by id into one page. Fewer than
// asked for is normal: the others are not visible, or gone.
func (c *Client) WorklogList(ctx context.Context, ids []uint64, sink Sink) error {
	if len(ids) == 0 {
		return nil
	}
	req := Request{Method: http.MethodPost, Path: "/rest/api/{v}/worklog/list", Body: map[string]any{"ids": ids}}
	for _, err := range c.Pages(ctx, req, Whole(""), sink) {
		if err != nil {
			return err
		}
	}
	return nil
}
