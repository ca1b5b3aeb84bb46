package tap

import (
	"context"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/derive"
	"tap-jira/internal/jira"
	"tap-jira/internal/jsonread"
)

// bulkHistories tells that the histories are asked for in bulk.
func (tree *issueTree) bulkHistories() bool {
	return tree.run.site.Deployment == jira.Cloud && (tree.histories != nil || tree.rows != nil)
}

// readHistories reads the changelogs of a group of issues in bulk, once the
// issues themselves are read: were an issue edited in between the other way
// round, the next run would take it for printed and never see the change.
func (tree *issueTree) readHistories(ids []uint64, group hydratedGroup) task {
	return task{Kind: "histories", Done: tree.doneHistories, Fetch: func(ctx context.Context, out func(*page) error) error {
		read, err := group.wait(ctx)
		if err != nil {
			return err
		}
		t := tree.historyTables()[0]
		sink := &historyPage{
			rows: tree.rows.newPage(), pasts: map[string]*derive.Past{}, arrivals: tree.arrivals, revealed: tree.arrivals.revealed(), out: out,
		}
		if tree.histories != nil {
			sink.recorder = tree.run.newRecorder(tree.histories)
		}
		if err := tree.run.client.Changelogs(jira.WithMeter(ctx, t.meter), ids, sink); err != nil {
			return fmt.Errorf("read changelogs: %w", err)
		}
		return sink.start(read)
	}}
}

// historyPage takes the histories of many issues, which come mixed. It is a
// jira.ChangelogSink.
type historyPage struct {
	recorder *recorder // nil when the histories themselves are not wanted
	issue    string
	added    []byte
	rows     *rowPage // nil when no rows are made of them
	pasts    map[string]*derive.Past
	// arrivals is told of the issues that the histories reveal.
	arrivals *arrivals
	revealed *revealed
	out      func(*page) error
}

// Begin forgets what an earlier try of the page gave.
func (h *historyPage) Begin() {
	if h.recorder != nil {
		h.recorder.Begin()
	}
	h.rows.begin()
	h.revealed.begin()
}

// History reads one history of the issue.
func (h *historyPage) History(issueID []byte, dec *jsonread.Decoder) error {
	if h.issue != string(issueID) {
		h.issue = string(issueID)
		if h.recorder != nil {
			h.added = h.recorder.table.childOf(h.issue)
		}
	}
	dec, err := h.revealed.look(h.issue, dec)
	if err != nil {
		return err
	}
	if h.rows == nil {
		return h.recorder.append(dec, h.added)
	}
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	if h.recorder != nil {
		if err := h.recorder.append(jsonread.NewBytesDecoder(raw), h.added); err != nil {
			return err
		}
	}
	return h.rows.history(h.issue, h.past(h.issue), raw)
}

func (h *historyPage) past(issue string) *derive.Past {
	if h.pasts[issue] == nil {
		h.pasts[issue] = derive.NewPast()
	}
	return h.pasts[issue]
}

// EndPage hands the page over.
func (h *historyPage) EndPage() error {
	came := h.revealed.take()
	return h.out(&page{parts: h.parts(), after: func() error { h.arrivals.add(came); return nil }})
}

func (h *historyPage) parts() []part {
	var parts []part
	if h.recorder != nil {
		parts = append(parts, h.recorder.part())
	}
	return append(parts, h.rows.parts()...)
}

// start hands over the beginnings of the issues, now that all histories are known.
func (h *historyPage) start(read []*derive.Present) error {
	if h.rows == nil {
		return nil
	}
	for _, now := range read {
		if err := h.rows.start(now, h.past(now.ID())); err != nil {
			return err
		}
		delete(h.pasts, now.ID())
	}
	return h.EndPage()
}

// rowsOf makes the rows of an issue that was read, or keeps what is needed when
// its histories come by themselves.
func (p *issuePage) rowsOf(raw jsontext.Value) error {
	now, issue, err := p.tree.rows.fields.Read(raw)
	if err != nil {
		return err
	}
	if p.tree.bulkHistories() {
		p.presents = append(p.presents, now)
		return nil
	}
	if issue.IsCut() {
		p.cut = append(p.cut, idOf(issue.ID))
		return nil
	}
	then := derive.NewPast()
	for _, history := range issue.Changelog.Histories {
		if err := p.rows.history(issue.ID, then, history); err != nil {
			return err
		}
	}
	return p.rows.start(now, then)
}

// cutHistories are the issues whose histories came short.
func (p *issuePage) cutHistories() []brokenList {
	var broken []brokenList
	for _, id := range p.cut {
		t := p.tree.rows.tables[0]
		broken = append(broken, brokenList{
			table: t, issue: id, err: fmt.Errorf("read histories of issue %d: Jira sent fewer than it counts, and offers no way to the others", id),
		})
	}
	return broken
}
