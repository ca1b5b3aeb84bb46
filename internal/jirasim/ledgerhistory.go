package jirasim

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Held is what a field of an issue holds, as histories write it: ids and texts. Of fields that hold several values,
// Values are their ids, or their texts where they have none, sorted.
type Held struct {
	ID, Text string
	Values   []string
}

// Fields gives what the fields of an issue held at any time, by field id; a field that held nothing is absent. An unknown
// issue has none.
func (l *Ledger) Fields(issue string) func(at time.Time) map[string]Held {
	i, ok := l.site.find(issue)
	if !ok {
		return func(time.Time) map[string]Held { return nil }
	}
	b := l.site.biography(i)
	return func(at time.Time) map[string]Held { return b.heldAt(at.UnixMilli()) }
}

// historyRows goes through the rows of a stream that is worked out from histories, of all visible issues.
func historyRows(stream string) func(s *Site, yield func(string) bool) {
	return func(s *Site, yield func(string) bool) {
		snap := s.live.Load()
		for i := range s.visibleIssues(snap) {
			for _, key := range s.historyKeys(stream, snap, i) {
				if !yield(key) {
					return
				}
			}
		}
	}
}

func (s *Site) historyKeys(stream string, snap *snapshot, i int) []string {
	switch stream {
	case "issue_field_history":
		return s.biography(i).fieldKeys()
	case "issue_multiselect_history":
		return s.biography(i).valueKeys(func(string) bool { return true })
	case "issue_sprint_history":
		sprints := s.changedField(changeSprint).id
		return s.biography(i).valueKeys(func(field string) bool { return field == sprints })
	case "issue_keys":
		return s.knownKeys(snap, i)
	}
	return nil
}

// knownKeys are the keys that the issue has and those that a history tells: an issue that was moved without a trace has
// but one.
func (s *Site) knownKeys(snap *snapshot, i int) []string {
	keys := []string{utoa(s.issueID(i)) + "/" + s.keyText(s.keyOf(snap, i))}
	for k, old := range s.oldKeys(snap, i) {
		if _, early := s.base.moved[i]; early && k == 0 && s.baseHistories(i) < 2 {
			continue
		}
		keys = append(keys, utoa(s.issueID(i))+"/"+s.keyText(old))
	}
	return keys
}

// changedItem is one change of one field.
type changedItem struct {
	at               int64
	key, field       string
	from, fromTxt    string
	to, toTxt        string
	fromList, toList []string
}

// biography is all that happened to the fields of an issue.
type biography struct {
	site    *Site
	issue   string
	items   []changedItem
	initial map[string]Held
}

// biography goes from what the issue holds now back through its histories.
func (s *Site) biography(i int) biography {
	b := biography{site: s, issue: utoa(s.issueID(i)), initial: s.heldNow(i)}
	for j := range s.historyCount(i) {
		b.items = append(b.items, s.itemsOf(i, j)...)
	}
	for _, item := range slices.Backward(b.items) {
		held := b.initial[item.field]
		if s.oneByOne(item.field) {
			held = Held{Values: union(without(held.Values, item.toList), item.fromList)}
		} else {
			held = Held{ID: item.from, Text: item.fromTxt, Values: item.fromList}
		}
		b.initial[item.field] = held
	}
	maps.DeleteFunc(b.initial, func(_ string, h Held) bool { return h.empty() })
	return b
}

func (h Held) empty() bool { return h.ID == "" && h.Text == "" && len(h.Values) == 0 }

// heldAt goes forward again.
func (b biography) heldAt(ms int64) map[string]Held {
	held := maps.Clone(b.initial)
	for _, item := range b.items {
		if item.at > ms {
			break
		}
		left, came := without(item.fromList, item.toList), without(item.toList, item.fromList)
		now := Held{Values: union(without(held[item.field].Values, left), came)}
		if !b.site.oneByOne(item.field) {
			now.ID, now.Text = item.to, item.toTxt
		}
		held[item.field] = now
	}
	maps.DeleteFunc(held, func(_ string, h Held) bool { return h.empty() })
	return held
}

func (b biography) fieldKeys() []string {
	var keys []string
	for field := range b.initial {
		keys = append(keys, "initial:"+b.issue+":"+field)
	}
	for _, item := range b.items {
		keys = append(keys, item.key)
	}
	return keys
}

// valueKeys are those of the values that came and left.
func (b biography) valueKeys(wanted func(field string) bool) []string {
	var keys []string
	for field, held := range b.initial {
		for _, v := range held.Values {
			if wanted(field) {
				keys = append(keys, "initial:"+b.issue+":"+field+"/"+v)
			}
		}
	}
	for _, item := range b.items {
		for _, v := range union(without(item.fromList, item.toList), without(item.toList, item.fromList)) {
			if wanted(item.field) {
				keys = append(keys, item.key+"/"+v)
			}
		}
	}
	return keys
}

// union and without are of sorted sets.
func union(a, b []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b))))
}

func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(v string) bool { return slices.Contains(b, v) })
}

// oneByOne reports whether histories tell of single values that came to a field or left it.
func (s *Site) oneByOne(field string) bool {
	return slices.Contains([]string{"fixVersions", "versions", "components", "issuelinks", "attachment"}, field)
}

// itemsOf reads the items of history j of issue i from what the site answers.
func (s *Site) itemsOf(i, j int) []changedItem {
	var made struct {
		ID    string
		Items []map[string]*string
	}
	mustRead(s.appendHistory(nil, i, j, renderOptions{API: 2}), &made)
	_, at := s.historyMeta(i, j)
	var items []changedItem
	for k, item := range made.Items {
		text := func(name string) string {
			if item[name] == nil {
				return ""
			}
			return *item[name]
		}
		c := changedItem{
			at: at, key: made.ID + ":" + strconv.Itoa(k), field: s.fieldOfItem(text("field")),
			from: text("from"), fromTxt: text("fromString"), to: text("to"), toTxt: text("toString"),
		}
		c.fromList, c.toList = s.listed(c.field, c.from, c.fromTxt), s.listed(c.field, c.to, c.toTxt)
		items = append(items, c)
	}
	return items
}

// fieldOfItem is the id of the field that an item names.
func (s *Site) fieldOfItem(name string) string {
	for kind := range changeWork + 1 {
		if f := s.changedField(kind); f.name == name {
			return f.id
		}
	}
	return name // resolution and project
}

// listed are the values that a side of an item names, sorted; fields that hold one value have no list.
func (s *Site) listed(field, id, text string) []string {
	var list []string
	switch {
	case field == s.changedField(changeSprint).id:
		list = strings.Split(id, ", ")
	case field == "labels":
		list = strings.Fields(text)
	case s.oneByOne(field):
		list = []string{id}
	}
	return slices.DeleteFunc(union(list, nil), func(v string) bool { return v == "" })
}
