package jira

import "strings"

// Pager says how a listing is cut into pages and where its records stand.
type Pager struct {
	kind    pagerKind
	records []string
	size    int
	// lists are the arrays of an answer that holds its records in several.
	lists []string
	// column is the member that a name or a plain value becomes; "" when the
	// records are objects by themselves.
	column string
}

type pagerKind int

const (
	kindWhole pagerKind = iota
	kindOne
	kindMap
	kindLists
	kindLimits
	kindOffset
	kindArray
	kindStart
	kindSkip
	kindNumber
	kindCursor
	kindToken
)

// Whole is a listing that comes in one answer; records is the path of its
// array ("a.b"), "" when the body itself is the array.
func Whole(records string) Pager { return Pager{kind: kindWhole, records: path(records)} }

// One is an answer that is itself the one record.
func One() Pager { return Pager{kind: kindOne} }

// Map is a listing that comes in one answer as an object of records by name;
// records is the path of that object, "" when the body is it. The name becomes
// the record's first member, called "name" unless Named says otherwise. A value
// that is no object stands beside it as the member "value".
func Map(records string) Pager { return Pager{kind: kindMap, records: path(records)}.Named("name") }

// Lists is a listing that comes in one answer, in several arrays at its top: the
// avatars of a project, by who made them.
func Lists(names ...string) Pager { return Pager{kind: kindLists, lists: names} }

// LimitReport is Cloud's report of issues that hold nearly, or more than, as much
// as an issue may. Each record tells of one issue and one limited field: field,
// issueId, state ("approaching" or "breaching"), count and limit.
func LimitReport() Pager { return Pager{kind: kindLimits} }

// Offset is paged by startAt and maxResults, with or without isLast and total.
func Offset(records string) Pager { return Pager{kind: kindOffset, records: path(records)} }

// OffsetArray is paged by startAt and maxResults, a bare array that ends with an
// empty page; a short page is not its end.
func OffsetArray() Pager { return Pager{kind: kindArray} }

// Bare is paged as Offset is, and its records are plain values, such as labels:
// each becomes an object with the one member column. An answer that says
// nothing of pages is taken for the whole. Where Jira documents no pages, use
// Whole(records).Named(column), which asks for none.
func Bare(records, column string) Pager { return Offset(records).Named(column) }

// StartLimit is paged by start and limit and ends with isLastPage (service
// management, whose answers give no total).
func StartLimit(records string) Pager { return Pager{kind: kindStart, records: path(records)} }

// OffsetLimit is paged by offset and limit, with a total (the audit log, which
// ignores startAt).
func OffsetLimit(records string) Pager {
	return Pager{kind: kindSkip, records: path(records), size: auditPage}
}

// PageNumber is paged by page and maxResults, with a total (Data Center's
// options of a custom field). Jira does not document whether pages count from 0
// or from 1, so the first is asked for without a number.
func PageNumber(records string) Pager { return Pager{kind: kindNumber, records: path(records)} }

// Cursor is paged by cursor and nextCursor (Data Center's user/list).
func Cursor(records string) Pager { return Pager{kind: kindCursor, records: path(records)} }

// PlanCursor is paged by cursor and nextPageCursor, with last or isLast and a
// total (plans and their teams).
func PlanCursor(records string) Pager {
	return Pager{kind: kindCursor, records: path(records), size: planPage}
}

// Token is paged by nextPageToken, in the address of a GET and the body of a POST.
func Token(records string) Pager { return Pager{kind: kindToken, records: path(records)} }

// Size returns a pager that asks for n records a page. Jira may give fewer.
func (p Pager) Size(n int) Pager { p.size = n; return p }

// Named returns a pager that puts the name of each record of a Map, or each
// plain value of another listing, into the member column.
func (p Pager) Named(column string) Pager { p.column = column; return p }

// Sizes of pages, where the client is not told to ask for less.
const (
	defaultPage = 100  // most endpoints serve it; the others cap it by themselves
	auditPage   = 1000 // auditing/record's own default
	planPage    = 50   // documented as the most that plans give
)

func (p Pager) pageSize() int {
	if p.size > 0 {
		return p.size
	}
	return defaultPage
}

// offset says that pages are found by their place, so that only the records
// themselves show a page that came again.
func (p Pager) offset() bool {
	switch p.kind {
	case kindOffset, kindArray, kindStart, kindSkip, kindNumber:
		return true
	}
	return false
}

// bare says that the listing is one of Bare's.
func (p Pager) bare() bool { return p.kind == kindOffset && p.column != "" }

// echoes says that each page tells where it starts, and is to be held to it.
func (p Pager) echoes() bool { return p.kind == kindStart || p.kind == kindSkip }

// names are what a dialect of paging calls its parts; "" is a part it lacks.
type names struct {
	// from is asked for, and is where a page starts; at is what an answer calls it.
	from, at string
	// size is asked for, and answered with what was granted.
	size string
	// last is said of the last page, links holds the address of the next.
	last, links string
}

func (k pagerKind) names() names {
	switch k {
	case kindWhole, kindOne, kindMap, kindLists, kindLimits:
		return names{}
	case kindStart:
		return names{from: "start", at: "start", size: "limit", last: "isLastPage", links: "_links"}
	case kindSkip:
		return names{from: "offset", at: "offset", size: "limit"}
	case kindNumber:
		return names{from: "page", size: "maxResults"}
	case kindCursor:
		return names{from: "cursor", size: "maxResults"}
	case kindToken:
		return names{from: "nextPageToken", size: "maxResults"}
	}
	return names{from: "startAt", at: "startAt", size: "maxResults"}
}

func path(dotted string) []string {
	if dotted == "" {
		return nil
	}
	return strings.Split(dotted, ".")
}
