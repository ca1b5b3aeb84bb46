package tap

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tap-jira/internal/jsonread"
	"tap-jira/internal/stream"
)

// parentRow is what one row gives to the streams below it. There may be millions: what is the same in many is kept once,
// and what is their own in one piece of memory.
type parentRow struct {
	*origin
	// values are what its children ask for, in the order of the columns, each behind its length and a colon.
	values string
}

// origin is where rows of a parent come from.
type origin struct {
	// params are the placeholders that led to the rows.
	params map[string]string
	// columns are those that the children ask for, as dotted paths.
	columns []string
	// placeholders is a digest of params; nil until it is asked for.
	placeholders []byte
}

// row makes a row of the values of the columns, which are JSON.
func (o *origin) row(values [][]byte) parentRow {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = plainText(value)
	}
	return parentRow{origin: o, values: string(joined(texts...))}
}

// joined are texts in one, each behind its length and a colon, so that they can be told apart whatever they hold.
func joined(texts ...string) []byte {
	var all []byte
	for _, text := range texts {
		all = append(strconv.AppendInt(all, int64(len(text)), 10), ':')
		all = append(all, text...)
	}
	return all
}

// value is what stands in a column that the children ask for.
func (row parentRow) value(column string) string {
	rest := row.values
	for _, name := range row.columns {
		length, values, _ := strings.Cut(rest, ":")
		n, err := strconv.Atoi(length)
		if err != nil {
			return "" // cannot be: row wrote it
		}
		if name == column {
			return values[:n]
		}
		rest = values[n:]
	}
	return ""
}

// paramsFor returns the placeholders of the child's path, and false where the
// child is not asked for of this row.
func (row parentRow) paramsFor(p *stream.Parent) (params map[string]string, wanted bool) {
	for column, allowed := range p.Where {
		if !slices.Contains(allowed, row.value(column)) {
			return nil, false
		}
	}
	value := row.value(p.Field)
	if value == "" {
		return nil, false
	}
	params = maps.Clone(row.params)
	if params == nil {
		params = map[string]string{}
	}
	params[p.As] = p.Placed(value)
	return params, true
}

// digest stands for a text, of which there may be millions.
type digest [16]byte

func digestOf(text []byte) digest {
	sum := sha256.Sum256(text)
	return digest(sum[:16])
}

// identity stands for a row among those of its stream. Only the writing side asks for it.
func (row parentRow) identity() digest {
	o := row.origin
	if o.placeholders == nil {
		text := make([]string, 0, 2*len(o.params))
		for _, param := range slices.Sorted(maps.Keys(o.params)) {
			text = append(text, param, o.params[param])
		}
		name := digestOf(joined(text...))
		o.placeholders = name[:]
	}
	return digestOf(append(slices.Clip(o.placeholders), row.values...))
}

// parents hands the rows of a stream to the streams below it. Rows are added by
// the stream's tasks, which may run at once.
type parents struct {
	rows  []parentRow
	seen  map[digest]bool
	err   error // why rows are not all; valid once ready is closed, as rows are
	ready chan struct{}
}

func newParents() *parents {
	return &parents{seen: map[digest]bool{}, ready: make(chan struct{})}
}

// add keeps the rows of a page that was written. The writing side calls it, so
// that the order is that of the output.
func (p *parents) add(rows []parentRow) {
	if p == nil {
		return // nobody asks for them
	}
	for _, row := range rows {
		identity := row.identity()
		if p.seen[identity] {
			continue
		}
		p.seen[identity] = true
		p.rows = append(p.rows, row)
	}
}

// close lets the children start; err says why there may be more rows.
func (p *parents) close(err error) {
	if p == nil {
		return
	}
	p.err, p.seen = err, nil
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
	from   *origin // nil until there is a row
	rows   []parentRow
	// inside are the children whose rows stand in these.
	inside []*insideRows
	// seen are the keys printed for other parents, and fresh those of this page.
	seen  map[string]bool
	fresh []string
}

// once leaves out the records whose keys are in the set, and adds the others
// when their page is whole.
func (s *parentPage) once(seen map[string]bool) {
	if seen == nil {
		return
	}
	s.seen = seen
	s.repeated = func(key string) bool {
		s.fresh = append(s.fresh, key)
		return seen[key]
	}
}

// Begin forgets the page, because it is read anew.
func (s *parentPage) Begin() {
	s.recorder.Begin()
	for _, child := range s.inside {
		child.begin()
	}
	s.rows, s.fresh = nil, nil
}

// Record appends the line of the next record and notes what its children need.
func (s *parentPage) Record(dec *jsonread.Decoder) error {
	if s.table.spreads() {
		return s.spread(dec)
	}
	if err := s.recorder.Record(dec); err != nil {
		return err
	}
	if len(s.table.wanted) == 0 || s.skipped {
		return nil
	}
	row := s.origin().row(s.table.wantedOf(s.row.Captured))
	s.rows = append(s.rows, row)
	return readInside(s.inside, row, s.row.Captured)
}

// origin is that of all rows of the page.
func (s *parentPage) origin() *origin {
	if s.from == nil {
		s.from = &origin{params: s.params, columns: s.table.wanted}
	}
	return s.from
}

// wantedOf are the values among those captured of a row that the streams below it ask for.
func (t *table) wantedOf(captured [][]byte) [][]byte {
	first := len(captured) - len(t.inside) - len(t.wanted)
	return captured[first : first+len(t.wanted)]
}

// questions are what the rows of a parent lead to, each once. There may be one for
// each issue of each board: the placeholders of one are made when it is asked for.
type questions struct {
	parent  *stream.Parent
	rows    []parentRow         // of the parent
	asked   []uint32            // which of them
	batches []map[string]string // instead of asked, where one request asks for many
}

// questions returns what the rows of the parent lead to.
func (t *table) questions(rows []parentRow) questions {
	q := questions{parent: t.stream.Parent, rows: rows}
	asked := map[digest]bool{}
	for i, row := range rows {
		params, wanted := row.paramsFor(t.stream.Parent)
		if question := digestOf([]byte(t.question(params))); wanted && !asked[question] {
			asked[question] = true
			q.asked = append(q.asked, uint32(i))
		}
	}
	if q.parent.Batch > 0 {
		q.batches = q.batched()
	}
	return q
}

// count is how many requests they take.
func (q questions) count() int {
	if q.batches != nil {
		return len(q.batches)
	}
	return len(q.asked)
}

// all gives the placeholders of each.
func (q questions) all() iter.Seq2[int, map[string]string] {
	return func(yield func(int, map[string]string) bool) {
		for i := range q.count() {
			if !yield(i, q.at(i)) {
				return
			}
		}
	}
}

// at returns the placeholders of one.
func (q questions) at(i int) map[string]string {
	if q.batches != nil {
		return q.batches[i]
	}
	params, _ := q.rows[q.asked[i]].paramsFor(q.parent) // what is not wanted was left out
	return params
}

// first keeps no more than so many.
func (q questions) first(most int) questions {
	q.asked, q.batches = q.asked[:min(len(q.asked), most)], q.batches[:min(len(q.batches), most)]
	return q
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
	return slices.Contains(t.stream.Columns(), name) || t.stream.Cloud.Asks(name) || t.stream.DataCenter.Asks(name)
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
