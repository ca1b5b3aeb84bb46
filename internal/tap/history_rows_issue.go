package tap

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/stream"
)

// present is what an issue says of itself: enough to rebuild its beginning.
type present struct {
	issue   string
	key     string
	created jsontext.Value
	creator jsontext.Value
	now     map[string]beginning
}

// read takes what is needed of an issue, and the histories that came with it.
func (h *historyRows) read(raw jsontext.Value) (*present, *rawIssue, error) {
	var issue rawIssue
	if err := json.Unmarshal(raw, &issue, lenient()); err != nil {
		return nil, nil, fmt.Errorf("read an issue for its histories: %w", err)
	}
	p := &present{
		issue: issue.ID, key: issue.Key, created: issue.Fields["created"].Clone(), creator: issue.Fields["creator"].Clone(),
		now: map[string]beginning{},
	}
	for id, value := range issue.Fields {
		f, known := h.fields.byID[id]
		if !known || !f.logged || value.Kind() == 'n' {
			continue
		}
		b := beginning{field: f, shown: f.name, list: f.heldIn(value)}
		if b.from, b.text = f.together(b.list); len(b.list) > 0 {
			p.now[id] = b
		}
	}
	return p, &issue, nil
}

// start writes the rows of an issue's beginning, and those of its keys.
func (p *rowPage) start(now *present, then *past) error {
	p.of(now.issue)
	key := changedField{id: issueKeyField, name: "Key"}
	now.now[issueKeyField] = beginning{field: key, shown: key.name, text: orNull(now.key)}
	for _, b := range then.beginnings(now.now) {
		if err := p.startField(now, b); err != nil {
			return err
		}
	}
	return p.keys(now, then)
}

// startField writes what one field held when the issue was created.
func (p *rowPage) startField(now *present, b beginning) error {
	at := changeOf{
		id: "initial:" + now.issue + ":" + b.field.key(), initial: true, created: now.created, author: now.creator,
		field: b.field, shown: b.shown,
	}
	err := p.write(stream.FieldHistory, fieldRow{
		ID: at.id, Initial: true, FieldID: orNull(b.field.id), Field: b.shown, Fieldtype: b.field.fieldtype(),
		Created: now.created, Author: now.creator, To: b.from, ToString: b.text,
	})
	if err != nil || b.field.change == changedWhole {
		return err
	}
	return p.values(at, nil, b.list)
}

// keys writes the keys that the issue has and had.
func (p *rowPage) keys(now *present, then *past) error {
	for _, row := range keyRows(now, then.moved()) {
		if err := p.write(stream.KeyHistory, row); err != nil {
			return err
		}
	}
	return nil
}

// keyRows lists each key once: from when the issue had it first until it lost it
// last. The histories were read after the issue, which may have moved meanwhile.
func keyRows(now *present, moves []move) []*keyRow {
	if len(moves) == 0 {
		return []*keyRow{{Key: now.key, Current: true, Since: now.created}}
	}
	var rows []*keyRow
	has := func(key *string, since jsontext.Value) *keyRow {
		i := slices.IndexFunc(rows, func(r *keyRow) bool { return r.Key == orEmpty(key) })
		if i < 0 {
			i = len(rows)
			rows = append(rows, &keyRow{Key: orEmpty(key), Since: since})
		}
		return rows[i]
	}
	since := now.created // of the first key; a later one that no history names came at a time that nobody tells
	for _, m := range moves {
		lost := has(m.from, since)
		lost.Until, lost.ChangelogID = m.created, orNull(m.history)
		won := has(m.to, m.created)
		won.Until, won.ChangelogID = nil, nil
		since = nil
	}
	current := orEmpty(moves[len(moves)-1].to)
	if !slices.ContainsFunc(rows, func(r *keyRow) bool { return r.Key == now.key }) {
		rows = append(rows, &keyRow{Key: now.key}) // its project got another key
		current = now.key
	}
	for _, r := range rows {
		r.Current = r.Key == current
	}
	return slices.DeleteFunc(rows, func(r *keyRow) bool { return r.Key == "" })
}

// keyRow is a row of the keys, without its issue.
type keyRow struct {
	Key         string         `json:"key"`
	Current     bool           `json:"current"`
	Since       jsontext.Value `json:"since"`
	Until       jsontext.Value `json:"until"`
	ChangelogID *string        `json:"changelogId"`
}

// isCut tells that Jira sent fewer histories with the issue than it counts.
func (r *rawIssue) isCut() bool {
	return r.Changelog == nil || r.Changelog.Total != nil && *r.Changelog.Total > len(r.Changelog.Histories)
}

// sprintNumber reads the id of a sprint.
func sprintNumber(h held) (jsontext.Value, bool) {
	v := jsontext.Value(h.id)
	return v, h.id != "" && strings.Trim(h.id, "0123456789") == ""
}
