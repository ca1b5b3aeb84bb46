package derive

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/jsonread"
	"tap-jira/internal/stream"
)

// fieldRow is a row of the changes of fields, without its issue.
type fieldRow struct {
	ID          string         `json:"id"`
	ChangelogID *string        `json:"changelogId"`
	ItemIndex   *int           `json:"itemIndex"`
	Initial     bool           `json:"initial"`
	FieldID     *string        `json:"fieldId"`
	Field       string         `json:"field"`
	Fieldtype   string         `json:"fieldtype"`
	Created     jsontext.Value `json:"created"`
	Author      jsontext.Value `json:"author"`
	From        *string        `json:"from"`
	FromString  *string        `json:"fromString"`
	To          *string        `json:"to"`
	ToString    *string        `json:"toString"`
}

// valueRow is a value that came or left.
type valueRow struct {
	HistoryID   string         `json:"historyId"`
	ChangelogID *string        `json:"changelogId"`
	ItemIndex   *int           `json:"itemIndex"`
	Initial     bool           `json:"initial"`
	FieldID     *string        `json:"fieldId"`
	Field       string         `json:"field"`
	Created     jsontext.Value `json:"created"`
	Author      jsontext.Value `json:"author"`
	Value       string         `json:"value"`
	ValueString *string        `json:"valueString"`
	Action      string         `json:"action"`
}

// sprintRow is a sprint that the issue came to or left.
type sprintRow struct {
	HistoryID   string         `json:"historyId"`
	ChangelogID *string        `json:"changelogId"`
	Initial     bool           `json:"initial"`
	FieldID     *string        `json:"fieldId"`
	Created     jsontext.Value `json:"created"`
	Author      jsontext.Value `json:"author"`
	SprintID    jsontext.Value `json:"sprintId"`
	SprintName  *string        `json:"sprintName"`
	Action      string         `json:"action"`
}

// changeOf is one change of a field, or its beginning.
type changeOf struct {
	id      string
	history *string
	item    *int
	initial bool
	created jsontext.Value
	author  jsontext.Value
	field   changedField
	shown   string
}

// Write takes one row of a stream: a value for Marshal, with every column but those of the issue.
type Write func(to stream.Part, row any) error

// History writes the rows of one history of the issue, and notes in its past what it says of the beginning. The histories
// may come in any order.
func (c Fields) History(issue string, then *Past, raw jsontext.Value, write Write) error {
	var h rawHistory
	if err := json.Unmarshal(raw, &h, jsonread.Lenient()); err != nil {
		return fmt.Errorf("read a history of issue %s: %w", issue, err)
	}
	id := orEmpty(textOf(h.ID))
	number, _ := strconv.ParseUint(id, 10, 64) // only to order what happened in one millisecond
	at := place{created: momentOf(h.Created), history: number}
	for i, item := range h.Items {
		at.item = i
		f := c.of(item)
		then.note(at, f, item, &h)
		err := write.change(changeOf{
			id: id + ":" + strconv.Itoa(i), history: &id, item: &i, created: h.Created, author: h.Author, field: f, shown: item.Field,
		}, item)
		if err != nil {
			return err
		}
	}
	return nil
}

// change writes the rows of one item.
func (w Write) change(at changeOf, item rawItem) error {
	from, fromText, to, toText := textOf(item.From), textOf(item.FromString), textOf(item.To), textOf(item.ToString)
	err := w(stream.FieldHistory, fieldRow{
		ID: at.id, ChangelogID: at.history, ItemIndex: at.item, FieldID: orNull(at.field.id), Field: item.Field,
		Fieldtype: item.Fieldtype, Created: at.created, Author: at.author,
		From: from, FromString: fromText, To: to, ToString: toText,
	})
	if err != nil {
		return err
	}
	switch at.field.change {
	case changedList:
		return w.values(at, at.field.apart(from, fromText), at.field.apart(to, toText))
	case changedEach:
		return w.values(at, single(from, fromText), single(to, toText))
	}
	return nil
}

// single is the value of one side of an item, when there is one.
func single(id, text *string) []held {
	h := held{id: orEmpty(id), text: orEmpty(text)}
	if h.key() == "" {
		return nil
	}
	return []held{h}
}

// values writes which values left and which came.
func (w Write) values(at changeOf, from, to []held) error {
	before, after := byKey(from), byKey(to)
	for _, side := range []struct {
		action string
		values []held
		other  map[string]held
	}{{action: "removed", values: from, other: after}, {action: "added", values: to, other: before}} {
		written := map[string]bool{}
		for _, v := range side.values {
			if _, stays := side.other[v.key()]; stays || written[v.key()] {
				continue
			}
			written[v.key()] = true
			if err := w.value(at, v, side.action); err != nil {
				return err
			}
		}
	}
	return nil
}

// value writes that one value came or left.
func (w Write) value(at changeOf, v held, action string) error {
	err := w(stream.MultiselectHistory, valueRow{
		HistoryID: at.id, ChangelogID: at.history, ItemIndex: at.item, Initial: at.initial, FieldID: orNull(at.field.id),
		Field: at.shown, Created: at.created, Author: at.author, Value: v.key(), ValueString: orNull(v.text), Action: action,
	})
	number, numbered := sprintNumber(v)
	if err != nil || !at.field.sprint || !numbered {
		return err
	}
	return w(stream.SprintHistory, sprintRow{
		HistoryID: at.id, ChangelogID: at.history, Initial: at.initial, FieldID: orNull(at.field.id),
		Created: at.created, Author: at.author, SprintID: number, SprintName: orNull(v.text), Action: action,
	})
}

func byKey(values []held) map[string]held {
	keys := map[string]held{}
	for _, v := range values {
		keys[v.key()] = v
	}
	return keys
}

// moved are the changes of the key, oldest first.
func (p *Past) moved() []move {
	var moves []move
	for _, at := range slices.SortedFunc(maps.Keys(p.moves), place.compare) {
		moves = append(moves, p.moves[at])
	}
	return moves
}
