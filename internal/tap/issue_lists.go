package tap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/jira"
	"tap-jira/internal/jsonread"
)

// listRead asks for a batch of the rows of a list in issues by their ids, and
// takes what stands in them: properties of comments and of worklogs.
type listRead struct {
	run   *run
	extra *extra
	ids   []uint64
	// issues are those of the ids.
	issues map[uint64]uint64
	given  given
}

// listReads cuts the ids that a page noted for an extra into batches.
func (tree *issueTree) listReads(e *extra, lists []kin) []sideRead {
	var ids []uint64
	issues := map[uint64]uint64{}
	for _, list := range lists {
		if list.table != e.of {
			continue
		}
		for _, id := range list.ids {
			ids, issues[id] = append(ids, id), list.issue
		}
	}
	var reads []sideRead
	for batch := range slices.Chunk(ids, e.table.stream.Parent.Batch) {
		reads = append(reads, &listRead{run: tree.run, extra: e, ids: batch, issues: issues})
	}
	return reads
}

// do asks until nothing more comes: Jira leaves out what the account may not
// see, and does not document how many it would send at once.
func (l *listRead) do(ctx context.Context) error {
	t := l.extra.table
	e := t.stream.Endpoint(l.run.site.Deployment)
	ctx = jira.WithMeter(ctx, t.meter)
	for left := l.ids; len(left) > 0; {
		sink := &listPage{recorder: l.run.newRecorder(t), read: l, rows: e.Rows}
		request := jira.Request{Method: e.Method(), Path: e.Path, Query: e.Query, Body: map[string]any{e.Body: left}}
		for _, err := range l.run.client.Pages(ctx, request, e.Pager, sink) {
			if err != nil {
				return l.failed(err, left)
			}
		}
		l.given.parts = append(l.given.parts, sink.part())
		before := len(left)
		left = slices.DeleteFunc(slices.Clone(left), func(id uint64) bool { return sink.came[id] })
		if len(left) == before {
			break
		}
	}
	return nil
}

// failed notes the issues of a batch that Jira cannot deliver.
func (l *listRead) failed(err error, ids []uint64) error {
	if !onlyThisList(err) {
		return fmt.Errorf("read %s: %w", l.extra.table.stream.Name, err)
	}
	if errors.Is(err, jira.ErrNotFound) { // Jira leaves out what is gone, and answers for the others
		err = &thereError{err: err, what: l.extra.of.stream.Name + " of the issues"}
	}
	issues := map[uint64]bool{}
	for _, id := range ids {
		issues[l.issues[id]] = true
	}
	for _, issue := range slices.Sorted(maps.Keys(issues)) {
		l.given.broken = append(l.given.broken, brokenList{table: l.extra.table, issue: issue, err: err})
	}
	return nil
}

func (l *listRead) gave() given { return l.given }

// listPage takes the records of one answer. It is a jira.Sink.
type listPage struct {
	*recorder
	read *listRead
	rows string
	came map[uint64]bool
}

// Begin forgets what an earlier try gave.
func (p *listPage) Begin() {
	p.recorder.Begin()
	p.came = map[uint64]bool{}
}

// Record reads one record, and makes rows of what stands in it.
func (p *listPage) Record(dec *jsonread.Decoder) error {
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	var record map[string]jsontext.Value
	if err := json.Unmarshal(raw, &record, jsonread.Lenient()); err != nil {
		return fmt.Errorf("read a record of %s: %w", p.table.stream.Name, err)
	}
	id := idOf(string(bytes.Trim(record["id"], `"`)))
	issue, asked := p.read.issues[id]
	if !asked || p.came[id] {
		return nil
	}
	p.came[id] = true
	added := p.table.added(map[string]string{
		"issueId": strconv.FormatUint(issue, 10), p.table.stream.Parent.As: strconv.FormatUint(id, 10),
	})
	return eachRow(record[p.rows], func(row []byte) error {
		return p.append(jsonread.NewBytesDecoder(row), added)
	})
}
