package derive

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/jsonread"
	"tap-jira/internal/shape"
)

// held is one value of a field, as histories write it. Either may be empty.
type held struct{ id, text string }

// key tells the values of a field apart.
func (h held) key() string { return cmp.Or(h.id, h.text) }

// heldIn reads what a field of an issue holds now.
func (f changedField) heldIn(value jsontext.Value) []held {
	if value.Kind() != '[' {
		return f.elements(value)
	}
	var list []jsontext.Value
	if json.Unmarshal(value, &list, jsonread.Lenient()) != nil {
		return nil
	}
	return f.elements(list...)
}

func (f changedField) elements(list ...jsontext.Value) []held {
	var all []held
	for _, v := range list {
		h := f.element(v)
		if f.doubled {
			h.id = h.text
		}
		if h.key() != "" {
			all = append(all, h)
		}
	}
	return all
}

func (f changedField) element(v jsontext.Value) held {
	switch v.Kind() {
	case '"':
		text := orEmpty(textOf(v))
		if f.sprint {
			return sprintIn(text)
		}
		return held{text: text}
	case '0':
		return held{text: numberText(v)}
	case '{':
		return objectHeld(v)
	case 'n', 0:
		return held{}
	}
	return held{text: string(v)}
}

// numberText writes a number as people do: 3 for 3.0.
func numberText(v jsontext.Value) string {
	number, err := strconv.ParseFloat(string(v), 64)
	if err != nil {
		return string(v)
	}
	return strconv.FormatFloat(number, 'f', -1, 64)
}

// sprintIn reads the text that Data Center has for a sprint:
// com.atlassian…Sprint@428da144[id=3,rapidViewId=1,…,name=Shop 12,startDate=…].
func sprintIn(text string) held {
	_, inside, ok := strings.Cut(text, "[")
	if !ok {
		return held{text: text}
	}
	inside = "," + strings.TrimSuffix(inside, "]")
	_, id, _ := strings.Cut(inside, ",id=")
	id, _, _ = strings.Cut(id, ",")
	_, name, _ := strings.Cut(inside, ",name=")
	for _, next := range []string{",startDate=", ",rapidViewId="} { // one of them follows, by the version
		name, _, _ = strings.Cut(name, next)
	}
	return held{id: id, text: name}
}

// objectHeld reads an object: a person, an option, a version, a link.
func objectHeld(v jsontext.Value) held {
	var o map[string]jsontext.Value
	if json.Unmarshal(v, &o, jsonread.Lenient()) != nil || len(o) == 0 {
		return held{}
	}
	if link, ok := linkHeld(o); ok {
		return link
	}
	if text, ok := shape.DocumentText(v); ok {
		return held{text: text}
	}
	if kind := o["requestType"]; kind.Kind() == '{' { // a request of service management says more than its type
		return objectHeld(kind)
	}
	h := held{
		id:   firstText(o, "accountId", "id", "groupId", "key", "name"),
		text: firstText(o, "displayName", "name", "value", "filename", "key"),
	}
	if child := o["child"]; child.Kind() == '{' {
		below := objectHeld(child)
		h = held{id: h.id + "," + below.id, text: h.text + " - " + below.text}
	}
	if h.text == "" {
		h.text = string(v)
	}
	return h
}

// linkHeld reads a link to another issue, which histories call by its key.
func linkHeld(o map[string]jsontext.Value) (held, bool) {
	for _, word := range []string{"inward", "outward"} {
		side := word + "Issue"
		if o[side].Kind() != '{' {
			continue
		}
		var other struct{ Key string }
		var kind map[string]jsontext.Value
		if json.Unmarshal(o[side], &other, jsonread.Lenient(), json.MatchCaseInsensitiveNames(true)) != nil || json.Unmarshal(o["type"], &kind, jsonread.Lenient()) != nil {
			return held{}, true
		}
		return held{id: other.Key, text: "This issue " + orEmpty(textOf(kind[word])) + " " + other.Key}, true
	}
	return held{}, false
}

// firstText is the first of the members that is a text or a number.
func firstText(o map[string]jsontext.Value, names ...string) string {
	for _, name := range names {
		if k := o[name].Kind(); k == '"' || k == '0' {
			if text := orEmpty(textOf(o[name])); text != "" {
				return text
			}
		}
	}
	return ""
}

// together writes values as one history does that tells the whole list.
func (f changedField) together(values []held) (ids, texts *string) {
	separator := ", "
	if f.spaced {
		separator = " "
	}
	var allIDs, allTexts []string
	for _, v := range values {
		if v.id != "" {
			allIDs = append(allIDs, v.id)
		}
		if v.text != "" {
			allTexts = append(allTexts, v.text)
		}
	}
	id := strings.Join(allIDs, ", ")
	if id != "" && f.custom && f.change == changedList && !f.sprint {
		id = "[" + id + "]"
	}
	return orNull(id), orNull(strings.Join(allTexts, separator))
}

// apart is the opposite: it reads the values of a list that a history tells,
// each once.
func (f changedField) apart(ids, texts *string) []held {
	idList := splitList(strings.Trim(orEmpty(ids), "[]"), ",")
	text := orEmpty(texts)
	var textList []string
	switch {
	case f.spaced:
		textList = splitList(text, " ")
	case len(idList) == 1:
		textList = []string{text}
	default:
		textList = splitList(text, ",")
	}
	var values []held
	for i := range max(len(idList), len(textList)) {
		var v held
		if i < len(idList) {
			v.id = idList[i]
		}
		if len(idList) == 0 || len(idList) == len(textList) {
			v.text = textList[i]
		}
		if v.key() != "" && !slices.ContainsFunc(values, func(o held) bool { return o.key() == v.key() }) {
			values = append(values, v)
		}
	}
	return values
}

func splitList(text, separator string) []string {
	var parts []string
	for part := range strings.SplitSeq(text, separator) {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}
