package jirasim

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// mustRead reads what the site itself has written.
func mustRead(body []byte, into any) {
	if err := json.Unmarshal(body, into); err != nil {
		panic(fmt.Sprintf("jirasim: answer of its own is no JSON: %v", err)) // a broken table
	}
}

// heldNow is what the fields of issue i hold, without those of which no history tells.
func (s *Site) heldNow(i int) map[string]Held {
	var issue struct {
		Key    string
		Fields map[string]any
	}
	set, _ := s.parseFields([]string{"*all"}, "*all")
	mustRead(s.appendIssue(nil, i, renderOptions{API: 2, Fields: set}), &issue)
	held := map[string]Held{"issuekey": {Text: issue.Key}}
	for k := range s.fields {
		f := &s.fields[k]
		if value := issue.Fields[f.id]; value != nil && f.hasHistory() {
			held[f.id] = s.heldIn(f, value)
		}
	}
	return held
}

// hasHistory is false for fields that are worked out, never change, or are ordered rather than set.
func (f *field) hasHistory() bool {
	switch f.kind {
	case valueNone, valueComments, valueWorklogs, valueCreated, valueUpdated, valueCreator, valueViewed, valueWatches, valueVotes,
		valueProgress, valueWorkRatio, valueTimeTracking, valueSubtasks, valueCategoryChanged, valueStatusCategory,
		valueResolutionDate, valueArchivedDate, valueArchiver, valueRestriction, valueRank, valueOldRank, valueSLA,
		valueApprovals, valueDevSummary, valueDesigns, valueTimeInStatus:
		return false
	}
	return !strings.HasPrefix(f.id, "aggregate") && !strings.HasSuffix(f.plugin, ":firstresponsedate")
}

// heldIn writes a value of an issue as histories would.
func (s *Site) heldIn(f *field, value any) Held {
	list, several := value.([]any)
	if !several {
		id, text := f.written(value)
		return Held{ID: id, Text: text}
	}
	var ids, texts, values []string
	for _, v := range list {
		if v == nil {
			continue
		}
		id, text := f.written(v)
		ids, texts = append(ids, id), append(texts, text)
		if id == "" {
			id = text
		}
		values = append(values, id)
	}
	separator := map[bool]string{true: " ", false: ", "}[f.kind == valueLabels || f.kind == valueStrings]
	held := Held{Text: strings.Join(texts, separator), Values: union(values, nil)}
	if f.kind == valueAnyJSON { // a field of an app: nobody knows that these are several values
		held.Values = nil
	}
	if held.ID = strings.Trim(strings.Join(ids, ", "), ", "); held.ID != "" && f.customID != 0 && f.kind != valueSprint && f.kind != valueAnyJSON {
		held.ID = "[" + held.ID + "]"
	}
	return held
}

var sprintPattern = regexp.MustCompile(`[\[,]id=(\d+),.*?name=(.*?),(?:startDate|rapidViewId)=`)

// written is the id and the text of one value.
func (f *field) written(value any) (id, text string) {
	switch v := value.(type) {
	case string:
		if found := sprintPattern.FindStringSubmatch(v); f.kind == valueSprint && found != nil {
			return found[1], found[2]
		}
		text = v
	case float64:
		text = strconv.FormatFloat(v, 'f', -1, 64)
	case map[string]any:
		return f.writtenObject(v)
	default:
		text = fmt.Sprint(v)
	}
	switch f.kind {
	case valueDueDate, valueDate, valueOddDate, valueTimeSpent, valueOriginal, valueRemaining:
		id = text
	}
	return id, text
}

// writtenObject is what people, options, versions, links and the like are called.
func (f *field) writtenObject(v map[string]any) (id, text string) {
	for side, word := range map[string]string{"inwardIssue": "inward", "outwardIssue": "outward"} {
		if other, linked := v[side].(map[string]any); linked {
			kind, _ := v["type"].(map[string]any)
			return fmt.Sprint(other["key"]), fmt.Sprint("This issue ", kind[word], " ", other["key"])
		}
	}
	if kind, asked := v["requestType"].(map[string]any); asked {
		return f.writtenObject(kind)
	}
	first := func(names ...string) string {
		for _, name := range names {
			switch found := v[name].(type) {
			case string:
				if found != "" {
					return found
				}
			case float64:
				return strconv.FormatFloat(found, 'f', -1, 64)
			}
		}
		return ""
	}
	id = first("accountId", "id", "groupId", "key", "name")
	text = first("displayName", "name", "value", "filename", "key")
	if child, below := v["child"].(map[string]any); below {
		childID, childText := f.writtenObject(child)
		return id + "," + childID, text + " - " + childText
	}
	if text == "" {
		whole, _ := json.Marshal(v)
		text = string(whole)
	}
	return id, text
}
