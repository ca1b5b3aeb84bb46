package derive

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/jsonread"
	"tap-jira/internal/stream"
)

// Present is what an issue says of itself: enough to rebuild its beginning.
type Present struct {
	issue   string
	key     string
	created jsontext.Value
	creator jsontext.Value
	now     map[string]beginning
}

// ID is the issue's.
func (p *Present) ID() string { return p.issue }

// Read takes what is needed of an issue as Jira sent it, and the histories that came with it.
func (c Fields) Read(raw jsontext.Value) (*Present, *Issue, error) {
	var issue Issue
	if err := json.Unmarshal(raw, &issue, jsonread.Lenient()); err != nil {
		return nil, nil, fmt.Errorf("read an issue for its histories: %w", err)
	}
	p := &Present{
		issue: issue.ID, key: issue.Key, created: issue.Fields["created"].Clone(), creator: issue.Fields["creator"].Clone(),
		now: map[string]beginning{},
	}
	for id, value := range issue.Fields {
		f, known := c.byID[id]
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

// Start writes the rows of an issue's beginning, and those of its keys, once all of its histories are noted in its past.
func Start(now *Present, then *Past, write Write) error {
	key := changedField{id: issueKeyField, name: "Key"}
	now.now[issueKeyField] = beginning{field: key, shown: key.name, text: orNull(now.key)}
	for _, b := range then.beginnings(now.now) {
		if err := write.startField(now, b); err != nil {
			return err
		}
	}
	return write.keys(now, then)
}

// startField writes what one field held when the issue was created.
func (w Write) startField(now *Present, b beginning) error {
	at := changeOf{
		id: "initial:" + now.issue + ":" + b.field.key(), initial: true, created: now.created, author: now.creator,
		field: b.field, shown: b.shown,
	}
	err := w(stream.FieldHistory, fieldRow{
		ID: at.id, Initial: true, FieldID: orNull(b.field.id), Field: b.shown, Fieldtype: b.field.fieldtype(),
		Created: now.created, Author: now.creator, To: b.from, ToString: b.text,
	})
	if err != nil || b.field.change == changedWhole {
		return err
	}
	return w.values(at, nil, b.list)
}

// keys writes the keys that the issue has and had.
func (w Write) keys(now *Present, then *Past) error {
	for _, row := range keyRows(now, then.moved()) {
		if err := w(stream.KeyHistory, row); err != nil {
			return err
		}
	}
	return nil
}

// keyRows lists each key once: from when the issue had it first until it lost it
// last. The histories were read after the issue, which may have moved meanwhile.
func keyRows(now *Present, moves []move) []*keyRow {
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

// IsCut tells that Jira sent fewer histories with the issue than it counts.
func (r *Issue) IsCut() bool {
	return r.Changelog == nil || r.Changelog.Total != nil && *r.Changelog.Total > len(r.Changelog.Histories)
}

// sprintNumber reads the id of a sprint.
func sprintNumber(h held) (jsontext.Value, bool) {
	v := jsontext.Value(h.id)
	return v, h.id != "" && strings.Trim(h.id, "0123456789") == ""
}
