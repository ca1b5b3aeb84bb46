package tap

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/stream"
)

// parentRow is what one row gives to the streams below it.
type parentRow struct {
	// params are the placeholders that led to the row.
	params map[string]string
	// values are what its children ask for, by dotted path.
	values map[string]string
}

// paramsFor returns the placeholders of the child's path, and false where the
// child is not asked for of this row.
func (row parentRow) paramsFor(p *stream.Parent) (params map[string]string, wanted bool) {
	for path, allowed := range p.Where {
		if !slices.Contains(allowed, row.values[path]) {
			return nil, false
		}
	}
	if row.values[p.Field] == "" {
		return nil, false
	}
	params = maps.Clone(row.params)
	if params == nil {
		params = map[string]string{}
	}
	params[p.As] = row.values[p.Field]
	return params, true
}

// parents hands the rows of a stream to the streams below it. Rows are added by
// the stream's tasks, which may run at once.
type parents struct {
	rows  []parentRow
	seen  map[string]bool
	err   error // why rows are not all; valid once ready is closed, as rows are
	ready chan struct{}
}

func newParents() *parents {
	return &parents{seen: map[string]bool{}, ready: make(chan struct{})}
}

// add keeps the rows of a page that was written. The writing side calls it, so
// that the order is that of the output.
func (p *parents) add(rows []parentRow) {
	for _, row := range rows {
		name, err := json.Marshal([]any{row.params, row.values})
		if err != nil || p.seen[string(name)] {
			continue
		}
		p.seen[string(name)] = true
		p.rows = append(p.rows, row)
	}
}

// close lets the children start; err says why there may be more rows.
func (p *parents) close(err error) {
	p.err = err
	close(p.ready)
}

// wait returns the rows once all are known, with an error when some are missing.
func (p *parents) wait(ctx context.Context) ([]parentRow, error) {
	select {
	case <-p.ready:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	return p.rows, p.err
}

// parentPage notes the rows of a page beside its lines. It is a jira.Sink.
type parentPage struct {
	*recorder
	params map[string]string
	rows   []parentRow
	// seen are the keys printed for other parents, and fresh those of this page;
	// skipped tells that the last record was one of them.
	seen    map[string]bool
	fresh   []string
	skipped bool
}

// once leaves out the records whose keys are in the set, and adds the others
// when their page is whole.
func (s *parentPage) once(seen map[string]bool) {
	if seen == nil {
		return
	}
	s.seen = seen
	s.repeated = func(key string) bool {
		s.skipped = seen[key]
		s.fresh = append(s.fresh, key)
		return s.skipped
	}
}

// Begin forgets the page, because it is read anew.
func (s *parentPage) Begin() {
	s.recorder.Begin()
	s.rows, s.fresh = nil, nil
}

// Record appends the line of the next record and notes what its children need.
func (s *parentPage) Record(dec *jsontext.Decoder) error {
	if err := s.recorder.Record(dec); err != nil {
		return err
	}
	if len(s.table.wanted) == 0 {
		return nil
	}
	if s.skipped {
		s.skipped = false
		return nil
	}
	values := map[string]string{}
	first := len(s.row.Captured) - len(s.table.wanted)
	for i, path := range s.table.wanted {
		values[path] = plainText(s.row.Captured[first+i])
	}
	s.rows = append(s.rows, parentRow{params: s.params, values: values})
	return nil
}

// questions returns what the rows of the parent lead to, each once.
func (t *table) questions(rows []parentRow) []map[string]string {
	var questions []map[string]string
	asked := map[string]bool{}
	for _, row := range rows {
		params, wanted := row.paramsFor(t.stream.Parent)
		if question := t.question(params); wanted && !asked[question] {
			asked[question] = true
			questions = append(questions, params)
		}
	}
	return questions
}

// question names what a child is asked for, by the placeholders in its address
// and the columns that it takes over from its parents. Rows of the parent that
// lead to the same question, such as a sprint on two boards, ask it once.
func (t *table) question(params map[string]string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(params)) {
		if t.asks(name) {
			parts = append(parts, name+" "+params[name])
		}
	}
	return strings.Join(parts, ", ")
}

// asks tells whether a placeholder matters to the stream.
func (t *table) asks(name string) bool {
	if slices.Contains(t.stream.Columns(), name) {
		return true
	}
	for _, e := range []stream.Endpoint{t.stream.Cloud, t.stream.DataCenter} {
		if strings.Contains(e.Path, "{"+name+"}") || strings.Contains(fmt.Sprint(e.Query), "{"+name+"}") {
			return true
		}
	}
	return false
}

// take returns the rows of the page and starts the next.
func (s *parentPage) take() []parentRow {
	rows := s.rows
	for _, key := range s.fresh {
		s.seen[key] = true
	}
	s.rows, s.fresh = nil, nil
	return rows
}

// plainText is a JSON value as it stands in an address: a string without its
// quotes, anything else as it is written.
func plainText(value []byte) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	return strings.TrimSpace(string(value))
}
