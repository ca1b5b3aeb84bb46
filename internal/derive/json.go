package derive

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/jsonread"
)

// rawHistory is a history as Jira sends it.
type rawHistory struct {
	ID      jsontext.Value `json:"id"`
	Created jsontext.Value `json:"created"`
	Author  jsontext.Value `json:"author"`
	Items   []rawItem      `json:"items"`
}

// rawItem is one changed field of a history. Data Center has no field ids.
type rawItem struct {
	Field      string         `json:"field"`
	Fieldtype  string         `json:"fieldtype"`
	FieldID    string         `json:"fieldId"`
	From       jsontext.Value `json:"from"`
	FromString jsontext.Value `json:"fromString"`
	To         jsontext.Value `json:"to"`
	ToString   jsontext.Value `json:"toString"`
}

// Issue is what the rows need of an issue as Jira sends it; a changelog comes with `expand=changelog`.
type Issue struct {
	ID        string                    `json:"id"`
	Key       string                    `json:"key"`
	Fields    map[string]jsontext.Value `json:"fields"`
	Changelog *struct {
		Total     *int             `json:"total"`
		Histories []jsontext.Value `json:"histories"`
	} `json:"changelog"`
}

// Marshal writes a row as JSON, broken texts as they are.
func Marshal(row any) ([]byte, error) { return json.Marshal(row, jsonread.Lenient()) }

// textOf returns a text or a number as a text; nil when there is none.
func textOf(v jsontext.Value) *string {
	switch v.Kind() {
	case '"':
		var text string
		if json.Unmarshal(v, &text, jsonread.Lenient()) != nil {
			return nil
		}
		return &text
	case 'n', 0:
		return nil
	}
	text := string(v)
	return &text
}

// orEmpty is the text, "" when there is none.
func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// orNull is the text, nil when it is empty.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// secondsBelow parts the two kinds of numbers that stand for moments: 1e11 milliseconds are the year 1973.
const secondsBelow = 1e11

// momentOf reads a date-time of Jira: a text in an issue, a number of
// milliseconds or seconds in bulk. What is no date counts as long ago.
func momentOf(v jsontext.Value) int64 {
	text := orEmpty(textOf(v))
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil {
		if ms < secondsBelow {
			ms *= time.Second.Milliseconds()
		}
		return ms
	}
	for _, layout := range []string{"2006-01-02T15:04:05.000-0700", time.RFC3339Nano} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UnixMilli()
		}
	}
	return 0
}
