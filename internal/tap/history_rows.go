package tap

import (
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/derive"
	"tap-jira/internal/jsonread"
	"tap-jira/internal/stream"
)

// historyRows are the selected streams that are worked out from the histories of
// issues, with what must be known of the site's fields. It is not changed once
// the run has started.
type historyRows struct {
	run    *run
	tables []*table
	fields derive.Fields
}

// addHistoryRows makes a stream part of what the histories are read for.
func (tree *issueTree) addHistoryRows(t *table) {
	if tree.rows == nil {
		tree.rows = &historyRows{run: tree.run, fields: derive.NewFields(tree.run.fields)}
	}
	tree.rows.tables = append(tree.rows.tables, t)
}

// historyTables are the streams that fail with the histories.
func (tree *issueTree) historyTables() []*table {
	var tables []*table
	if tree.histories != nil {
		tables = append(tables, tree.histories)
	}
	if tree.rows != nil {
		tables = append(tables, tree.rows.tables...)
	}
	return tables
}

// historiesFailed tells that something that is made of histories is missing.
func (tree *issueTree) historiesFailed() bool {
	return slices.ContainsFunc(tree.historyTables(), func(t *table) bool { return t.account.failed })
}

// rowPage collects the rows of one page. It is used by one goroutine.
type rowPage struct {
	rows      *historyRows
	recorders []*recorder // in the order of the tables
	issue     string
	added     [][]byte // before the members of a row of the issue, for each recorder
}

// newPage starts a page of rows; nil when none are selected.
func (h *historyRows) newPage() *rowPage {
	if h == nil {
		return nil
	}
	p := &rowPage{rows: h}
	for _, t := range h.tables {
		p.recorders = append(p.recorders, h.run.newRecorder(t))
	}
	p.added = make([][]byte, len(p.recorders))
	return p
}

// begin forgets what an earlier try of the page gave.
func (p *rowPage) begin() {
	if p == nil {
		return
	}
	for _, r := range p.recorders {
		r.Begin()
	}
}

// parts returns what was collected and starts anew.
func (p *rowPage) parts() []part {
	if p == nil {
		return nil
	}
	parts := make([]part, len(p.recorders))
	for i, r := range p.recorders {
		parts[i] = r.part()
	}
	return parts
}

// of makes the rows that follow those of the issue.
func (p *rowPage) of(issue string) {
	if p.issue == issue {
		return
	}
	p.issue = issue
	for i, r := range p.recorders {
		p.added[i] = r.table.childOf(issue)
	}
}

// history writes the rows of one history of the issue.
func (p *rowPage) history(issue string, then *derive.Past, raw jsontext.Value) error {
	p.of(issue)
	return p.rows.fields.History(issue, then, raw, p.write)
}

// start writes the rows of the issue's beginning.
func (p *rowPage) start(now *derive.Present, then *derive.Past) error {
	p.of(now.ID())
	return derive.Start(now, then, p.write)
}

// write adds one row to a stream, when that is selected.
func (p *rowPage) write(to stream.Part, row any) error {
	i := slices.IndexFunc(p.recorders, func(r *recorder) bool { return r.table.stream.Part == to })
	if i < 0 {
		return nil
	}
	text, err := derive.Marshal(row)
	if err != nil {
		return fmt.Errorf("make a row of histories: %w", err)
	}
	return p.recorders[i].append(jsonread.NewBytesDecoder(text), p.added[i])
}
