package derive

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/jsonread"
)

// issueLink is a link as it stands in one of its two issues: the other one is
// outwardIssue where this one is the source, such as the one that blocks.
type issueLink struct {
	ID      jsontext.Value `json:"id"`
	Self    jsontext.Value `json:"self"`
	Type    jsontext.Value `json:"type"`
	Inward  *linkEnd       `json:"inwardIssue"`
	Outward *linkEnd       `json:"outwardIssue"`
}

// linkEnd is an issue at the end of a link.
type linkEnd struct {
	ID  string `json:"id"`
	Key string `json:"key"`
}

// LinkRow makes the row of a link, which names both of its issues and is the
// same from whichever of them it was read: what Jira tells of the other issue
// besides is not in it, but in that issue's own row.
func LinkRow(raw []byte, id, key string) ([]byte, error) {
	var link issueLink
	if err := json.Unmarshal(raw, &link, jsonread.Lenient()); err != nil {
		return nil, err
	}
	reader := &linkEnd{ID: id, Key: key}
	switch {
	case link.Outward != nil:
		link.Inward = reader
	case link.Inward != nil:
		link.Outward = reader
	}
	row := map[string]any{"id": link.ID, "self": link.Self, "type": link.Type}
	if link.Outward != nil && link.Inward != nil {
		row["inwardIssueId"], row["inwardIssueKey"] = link.Inward.ID, link.Inward.Key
		row["outwardIssueId"], row["outwardIssueKey"] = link.Outward.ID, link.Outward.Key
	}
	return json.Marshal(row, jsonread.Lenient(), json.Deterministic(true))
}
