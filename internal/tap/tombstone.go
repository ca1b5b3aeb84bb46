package tap

import (
	"encoding/json"
	"slices"
	"strconv"

	"tap-jira/internal/census"
	"tap-jira/internal/singer"
)

// The columns that say that a row is gone. Targets know the first one.
const (
	deletedColumn = "_sdc_deleted_at"
	reasonColumn  = "_tap_jira_reason"
)

// reason is why a row is gone.
type reason string

// The reasons.
const (
	// deleted is a 404 while the project is there: deleted, or hidden by a security
	// level; and whatever was in a project that is in Jira's trash.
	deleted reason = "deleted"
	// archived is an issue that is there and that no search shows.
	archived reason = "archived"
	// accessLost is an issue of a project that may no longer be browsed.
	accessLost reason = "access_lost"
	// unobserved is an issue that no search shows and that Jira refuses to show.
	unobserved reason = "unobserved"
)

// partOf returns the share of the census that a stream has; "" for streams whose
// deletions nobody looks for.
func partOf(stream string) census.Part {
	return map[string]census.Part{"issues": census.Issues, "issue_comments": census.Comments, "worklogs": census.Worklogs}[stream]
}

// addTombstones adds the columns, which are null in rows that are there.
func (t *table) addTombstones() {
	t.tombstones = true
	t.schema = t.schema.
		AddColumn(deletedColumn, []byte(`{"type":["null","string"],"format":"date-time"}`)).
		AddColumn(reasonColumn, []byte(`{"type":["null","string"]}`))
	t.constant = []byte(strconv.Quote(deletedColumn) + ":null," + strconv.Quote(reasonColumn) + ":null,")
}

// tomb is a row that is gone.
type tomb struct {
	id     uint64
	reason reason
}

// buried makes the tombstones of rows: all columns, null but the keys, the time
// and the reason.
func (r *run) buried(t *table, tombs []tomb) part {
	now := r.options.Now()
	frame := singer.NewFrame(t.message, t.version, now)
	p := part{table: t, lines: lines{pool: r.chunks}}
	for _, gone := range tombs {
		values := map[string]any{
			t.keys[0]: strconv.FormatUint(gone.id, 10), deletedColumn: singer.FormatTime(now), reasonColumn: gone.reason,
		}
		if column := r.options.SiteColumn; column != "" {
			values[column] = r.options.SiteAddress
		}
		line := frame.AppendStart(p.lines.open())
		for i, column := range slices.Sorted(slices.Values(t.schema.Columns())) {
			if i > 0 {
				line = append(line, ',')
			}
			line = append(append(strconv.AppendQuote(line, column), ':'), mustJSON(values[column])...)
		}
		p.lines.keep(frame.AppendEnd(line))
	}
	return p
}

// mustJSON writes a text or nil, which JSON always can.
func mustJSON(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic("tap: a tombstone holds what JSON cannot: " + err.Error())
	}
	return text
}
