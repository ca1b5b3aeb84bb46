package jira

import (
	"context"
	"iter"

	"github.com/go-json-experiment/json/jsontext"
)

// Sink takes the records of a page.
type Sink interface {
	// Begin says that a page starts, or starts again: what an attempt gave that was
	// not finished by the end of a page is to be forgotten.
	Begin()
	// Record reads exactly one value from dec. It runs under a permit and must not
	// send requests.
	Record(dec *jsontext.Decoder) error
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

// Pager says how a listing is cut into pages and where its records stand.
type Pager struct {
	kind    pagerKind
	records string
	size    int
}

type pagerKind int

// Whole is a listing that comes in one answer; records is the path of its
// array ("a.b"), "" when the body itself is the array.
func Whole(records string) Pager { return Pager{records: records} }

// One is an answer that is itself the one record.
func One() Pager { return Pager{} }

// Offset is paged by startAt and maxResults, with or without isLast and total.
func Offset(records string) Pager { return Pager{records: records} }

// OffsetArray is paged by startAt and maxResults, a bare array that ends with an
// empty page; a short page is not its end.
func OffsetArray() Pager { return Pager{} }

// Cursor is paged by cursor and nextCursor (Data Center's user/list).
func Cursor(records string) Pager { return Pager{records: records} }

// Token is paged by nextPageToken.
func Token(records string) Pager { return Pager{records: records} }

// Size returns a pager that asks for n records a page.
func (p Pager) Size(n int) Pager { p.size = n; return p }

// Pages reads a listing page by page. After each page that is yielded without
// an error its records are whole in sink; an error ends the listing.
func (c *Client) Pages(ctx context.Context, req Request, p Pager, sink Sink) iter.Seq2[PageInfo, error] {
	return func(yield func(PageInfo, error) bool) { yield(PageInfo{}, ctx.Err()) }
}
