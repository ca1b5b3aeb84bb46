package jira

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"tap-jira/internal/jsonread"
)

// lists reads records that stand in several arrays, of which there must be one.
func (e *envelope) lists(rep *reply, names []string, sink Sink) error {
	read := map[string]bool{}
	err := eachMember(rep.dec, func(name string) error {
		if !slices.Contains(names, name) {
			return rep.dec.SkipValue()
		}
		if read[name] {
			return &shapeError{at: string(rep.dec.StackPointer()), want: "the records once", got: "them twice"}
		}
		read[name] = true
		return eachElementOrNull(rep.dec, func() error {
			e.records++
			return sink.Record(rep.dec)
		})
	})
	if err != nil {
		return err
	}
	if len(read) == 0 {
		return &shapeError{at: "/", want: "an array called " + strings.Join(names, " or "), got: "nothing"}
	}
	return nil
}

// limitCounts are the counts of a report by field and, below, by the issue's id.
type limitCounts map[string]map[string]json.Number

// limits reads the report of issues that are near or beyond a limit of GET
// issue/limit/report, whose rows are the entries of two maps.
func (e *envelope) limits(rep *reply, sink Sink) error {
	var report struct {
		Approaching limitCounts                `json:"issuesApproachingLimit"`
		Breaching   limitCounts                `json:"issuesBreachingLimit"`
		Limits      map[string]json.RawMessage `json:"limits"` // null where one is not told
	}
	if err := readInto(rep.dec, &report); err != nil {
		return err
	}
	if report.Approaching == nil && report.Breaching == nil {
		return &shapeError{at: "/issuesApproachingLimit", want: "counts of issues", got: "nothing"}
	}
	if err := e.counts(report.Approaching, "approaching", report.Limits, sink); err != nil {
		return err
	}
	return e.counts(report.Breaching, "breaching", report.Limits, sink)
}

// counts gives a record for each entry, in a fixed order.
func (e *envelope) counts(counts limitCounts, state string, limits map[string]json.RawMessage, sink Sink) error {
	var dec jsonread.Decoder
	for _, field := range slices.Sorted(maps.Keys(counts)) {
		for _, issue := range slices.Sorted(maps.Keys(counts[field])) {
			record, err := json.Marshal(map[string]any{
				// Atlassian's example writes ids as Java does, 10000L.
				"field": field, "issueId": strings.TrimSuffix(issue, "L"), "state": state,
				"count": counts[field][issue], "limit": limits[field],
			})
			if err != nil {
				return err
			}
			dec.ResetBytes(record)
			if err := sink.Record(&dec); err != nil {
				return err
			}
			e.records++
		}
	}
	return nil
}
