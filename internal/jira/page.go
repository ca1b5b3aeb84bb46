package jira

import (
	"context"
	"iter"

	"tap-jira/internal/jsonread"
)

// Sink takes the records of a page.
type Sink interface {
	// Begin says that a page starts, or starts again: what an attempt gave that was
	// not finished by the end of a page is to be forgotten.
	Begin()
	// Record reads exactly one value from dec. It runs under a permit and must not
	// send requests.
	Record(dec *jsonread.Decoder) error
}

// PageSink is a Sink for listings of many pages that give no other sign
// between them.
type PageSink interface {
	Sink
	// EndPage says that everything since Begin is whole and stays.
	EndPage() error
}

// PageInfo tells about a page that is whole in its Sink.
type PageInfo struct {
	// Index counts pages from 0.
	Index int
	// Records is the number of records of the page.
	Records int
	// Last says that no page follows.
	Last bool
	// Total is what Jira said the listing's size is, -1 when it did not.
	Total int
}

// Pages reads a listing page by page. After each page that is yielded without
// an error its records are whole in sink; an error ends the listing. No permit
// is held while the caller looks at a page.
func (c *Client) Pages(ctx context.Context, req Request, p Pager, sink Sink) iter.Seq2[PageInfo, error] {
	return func(yield func(PageInfo, error) bool) {
		s := newListing(p, c.Capped(p.pageSize()))
		for !s.done {
			info, err := c.page(ctx, req, s, sink)
			if !yield(info, err) || err != nil {
				return
			}
		}
	}
}

// page reads one page into sink and moves the listing on.
func (c *Client) page(ctx context.Context, req Request, s *listing, sink Sink) (PageInfo, error) {
	ex, err := c.ready(s.request(req))
	if err != nil {
		return PageInfo{}, err
	}
	if s.pager.offset() {
		ex.hash = s.hash // to see whether the offset is ignored
	}
	var e *envelope
	err = c.run(ctx, ex, func(rep *reply) error {
		e = newEnvelope()
		sink.Begin()
		return e.read(rep, s.pager, sink)
	})
	if err != nil {
		return PageInfo{}, err
	}
	c.warn(ctx, ex, e.warnings)
	if err := s.advance(ex, e); err != nil {
		return PageInfo{}, err
	}
	if s.repeated {
		sink.Begin() // the page that came again is none
		e.records = 0
	}
	info := PageInfo{Index: s.index, Records: e.records, Last: s.done, Total: e.total}
	s.index++
	return info, nil
}

// warn logs what Jira remarked beside an answer, each remark once.
func (c *Client) warn(ctx context.Context, ex *exchange, warnings []string) {
	for _, w := range warnings {
		text := clean(w)
		if _, known := c.warned.LoadOrStore(text, true); !known {
			c.opts.Logger.WarnContext(ctx, "jira warns", "method", ex.method, "path", ex.path, "warning", text)
		}
	}
}

// into reads all pages of a listing into a sink that is told where they end.
func (c *Client) into(ctx context.Context, req Request, p Pager, sink PageSink) error {
	for _, err := range c.Pages(ctx, req, p, sink) {
		if err != nil {
			return err
		}
		if err := sink.EndPage(); err != nil {
			return err
		}
	}
	return nil
}
