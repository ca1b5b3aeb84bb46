package tap

import (
	"bytes"
	"fmt"

	"tap-jira/internal/jsonread"
	"tap-jira/internal/shape"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
)

// repair is a value that was changed to fit its column.
type repair struct {
	key string // of the record, for people
	shape.Repair
}

// recorder turns raw records of one table into RECORD lines. It is used by one
// goroutine at a time and is a jira.Sink.
type recorder struct {
	table *table
	frame singer.Frame
	// added holds the members that the tap puts before Jira's own, each with a
	// comma behind it.
	added []byte
	// repeated tells that a record of this key need not be printed again; nil
	// prints all.
	repeated func(key string) bool
	// skipped tells that the last record was not printed, for that reason or because it has no key.
	skipped bool
	row     shape.Row
	lines   lines
	repairs []repair
	people  people
	// ids are those of the lines, noted where a record is seen from several issues.
	ids []uint64
}

// newRecorder starts the lines of one page. What it holds is stamped with the
// time of the page.
func (r *run) newRecorder(t *table) *recorder {
	rec := &recorder{
		table: t,
		frame: singer.NewFrame(t.message, t.version, r.options.Now()),
		added: t.constant,
		lines: lines{pool: r.chunks},
		row:   shape.Row{Memo: r.memo},
	}
	if r.directory != nil && (t.stream.Source == stream.IssueTree || t.stream.Source == stream.WorklogFeed) {
		rec.people = people{key: r.directory.table.keys[0]}
		rec.row.User = rec.people.add
	}
	return rec
}

// Begin forgets the page, because it is read anew.
func (r *recorder) Begin() {
	r.lines.reset()
	r.repairs, r.ids = r.repairs[:0], r.ids[:0]
	r.people.reset()
}

// Record appends the line of the next record.
func (r *recorder) Record(dec *jsonread.Decoder) error {
	return r.append(dec, r.added)
}

// append writes one line with the given members before those of the record.
func (r *recorder) append(dec *jsonread.Decoder, added []byte) error {
	line := r.frame.AppendStart(r.lines.open())
	line = append(line, added...)
	start := len(line) - len(added)
	line, err := r.table.plan.AppendMembers(line, dec, &r.row)
	if err != nil {
		return fmt.Errorf("read a record of %s: %w", r.table.stream.Name, err)
	}
	if r.skipped = r.repeated != nil && r.repeated(r.key()); r.skipped {
		r.row.Repairs = r.row.Repairs[:0]
		return nil
	}
	if column := r.table.lacksKey(line[start:]); column != "" {
		r.skipped, r.row.Repairs = true, r.row.Repairs[:0]
		r.repairs = append(r.repairs, repair{key: r.key(), Repair: shape.Repair{Path: column, Kind: keyless}})
		return nil
	}
	return r.finish(line, start)
}

// finish ends a line whose members start at start, and keeps it.
func (r *recorder) finish(line []byte, start int) error {
	line = bytes.TrimSuffix(line, []byte(","))
	if err := r.table.check(line[start:]); err != nil {
		r.row.Repairs = append(r.row.Repairs, shape.Repair{Path: "", Kind: err.Error()})
	}
	r.note()
	if r.table.onceAmongIssues() {
		r.ids = append(r.ids, idOf(r.key()))
	}
	r.lines.keep(r.frame.AppendEnd(line))
	return nil
}

// note moves the row's repairs to the page's, with the record's key.
func (r *recorder) note() {
	for _, fixed := range r.row.Repairs {
		r.repairs = append(r.repairs, repair{key: r.key(), Repair: fixed})
	}
	r.row.Repairs = r.row.Repairs[:0]
}

// key names the record for people.
func (r *recorder) key() string {
	if len(r.row.Captured) == 0 {
		return ""
	}
	return string(bytes.Trim(r.row.Captured[0], `"`))
}

// keySoFar is the key of the record that is being read, empty when it did not come yet.
func (r *recorder) keySoFar() string { return string(bytes.Trim(r.row.CapturedSoFar(0), `"`)) }

// recorderEnd is where a recorder's lines end at some moment.
type recorderEnd struct {
	lines linesEnd
	ids   int
}

// end is where they end now.
func (r *recorder) end() recorderEnd { return recorderEnd{lines: r.lines.end(), ids: len(r.ids)} }

// takeBack forgets the lines from a place on.
func (r *recorder) takeBack(at recorderEnd) {
	r.lines.takeBack(at.lines)
	r.ids = r.ids[:at.ids]
}

// part returns what was collected, for a page, and starts anew.
func (r *recorder) part() part {
	r.lines.trim()
	p := part{table: r.table, lines: r.lines, repairs: r.repairs, people: r.people.take(), ids: r.ids}
	r.lines = lines{pool: p.lines.pool}
	r.repairs, r.ids = nil, nil
	return p
}
