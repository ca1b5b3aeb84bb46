package tap

import (
	"bytes"
	"encoding/json"
	"strconv"

	"tap-jira/internal/stream"
)

// keyless is the kind of repair of a row that is left out because Jira sent it
// without a value of its key, as it does with groups that have no id: a target can
// store no such row, and most end at it.
const keyless = "left out, as its key is null"

// keyNulls are the members by which the columns of the key are null, where a record
// may have such a one. Issues and what comes with them have ids, or are not read at all.
func (t *table) keyNulls() [][]byte {
	if t.hidden || t.stream.Source == stream.WorklogFeed || t.stream.Source == stream.IssueTree && t.stream.Part != stream.PerIssue {
		return nil
	}
	nulls := make([][]byte, len(t.keys))
	for i, column := range t.keys {
		nulls[i] = append(strconv.AppendQuote(nil, column), ":null"...)
	}
	return nulls
}

// lacksKey is the column of the key that is null in the members of a record, ""
// when none is.
func (t *table) lacksKey(members []byte) string {
	for i, null := range t.nulls {
		if bytes.Contains(members, null) && isNull(members, t.keys[i]) { // it may stand deeper in the record
			return t.keys[i]
		}
	}
	return ""
}

// isNull says whether a member is null.
func isNull(members []byte, column string) bool {
	object := append(append([]byte{'{'}, bytes.TrimSuffix(members, []byte(","))...), '}')
	var record map[string]json.RawMessage
	return json.Unmarshal(object, &record) == nil && string(record[column]) == "null"
}
