package derive

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/jsonread"
)

// SightFields are the fields that decide who sees an issue, by which Cloud can be asked for their changes. A move to
// another project changes the key as well.
func SightFields() []string { return []string{"project", "security"} }

// MayReveal tells that a history as Jira sends it may have brought its issue in sight of the account at that moment or
// later: it moved the issue to another project, or changed its security level. One without a date counts as new, and one
// that cannot be read as such a change.
func MayReveal(history jsontext.Value, since time.Time) bool {
	var h rawHistory
	if json.Unmarshal(history, &h, jsonread.Lenient()) != nil {
		return true
	}
	created := momentOf(h.Created)
	return (created == 0 || created >= since.UnixMilli()) && slices.ContainsFunc(h.Items, rawItem.ofSight)
}

// ofSight tells that the item is of one of those fields.
func (i rawItem) ofSight() bool {
	field := strings.ToLower(cmp.Or(i.FieldID, i.Field))
	return i.Fieldtype != "custom" && (slices.Contains(SightFields(), field) || field == "key" || field == issueKeyField)
}
