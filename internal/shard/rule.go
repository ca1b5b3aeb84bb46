package shard

import (
	"time"

	"tap-jira/internal/bookmark"
	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
)

// Numbers of the rule by which workers that do not know each other cut a load.
const (
	week = 7 * 24 * time.Hour
	// slotsWeeks is how many weeks of creation the pieces take in turn: with few
	// pieces each takes more weeks at once, so that no query grows long.
	slotsWeeks = 32
	// Max bounds the pieces; beyond it a piece is hardly a month of most sites.
	Max = 1024
)

// FirstMonday is where the slots of the rule begin. What is older, at a site
// that has imported it, belongs to the first slot.
func FirstMonday() time.Time { return time.Date(2002, 1, 7, 0, 0, 0, 0, time.UTC) }

// Load is what the pieces of a first load have in common.
type Load struct {
	// Site is the address as the config gives it.
	Site string
	// Scope are the limits on issues, as JQL.
	Scope string
	// StartDate is the oldest update wanted, EndDate the newest; zero is open.
	StartDate, EndDate time.Time
}

// ByRule returns the piece number of so many by a rule that is the same on all
// machines: the weeks of creation are dealt out in turn up to now, and so are
// those in which worklogs were updated. It needs a start date, because the default
// depends on the day; errors are of kind fault.Usage.
func ByRule(number, of int, l Load, now time.Time) (*Piece, error) {
	switch {
	case of < 1 || of > Max || number < 1 || number > of:
		return nil, fault.New(fault.Usage, "write it like --shard 2/4, from 1/4 to 4/4; at most 1024 shards", "there is no shard %d of %d", number, of)
	case l.StartDate.IsZero() && of > 1:
		return nil, fault.New(fault.Usage, "set start_date in the config, so that all shards read from the same date", "there is no start_date")
	}
	scope, start := bookmark.HashScope(l.Scope), ""
	if !l.StartDate.IsZero() {
		start = singer.FormatTime(l.StartDate)
	}
	slots := slotsOf(number, of, now)
	return &Piece{
		Version: Version, Plan: PlanName("rule", Version, of, l.Site, scope, start, l.EndDate), Number: number, Of: of,
		Site: l.Site, Scope: scope, Created: slots, Worklogs: slots, StartDate: start,
	}, nil
}

// slotsOf returns a piece's spans up to the next slots from now: what is
// created later is read by the first run after the merge.
func slotsOf(number, of int, now time.Time) []Span {
	if of == 1 {
		return []Span{{}}
	}
	slot := max(1, slotsWeeks/time.Duration(of)) * week
	spans := []Span{}
	for i := 0; ; i++ {
		from := FirstMonday().Add(time.Duration(i) * slot)
		if from.After(now.Add(2 * slot)) {
			return spans
		}
		if i%of != number-1 {
			continue
		}
		span := Span{From: singer.FormatTime(from), Before: singer.FormatTime(from.Add(slot))}
		if i == 0 {
			span.From = ""
		}
		spans = append(spans, span)
	}
}
