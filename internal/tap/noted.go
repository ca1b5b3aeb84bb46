package tap

import (
	"strconv"

	"tap-jira/internal/jsonread"
)

// noted is a recorder that notes the ids of a page's records.
type noted struct {
	*recorder
	keys []string
}

// Begin forgets the page, because it is read anew.
func (n *noted) Begin() {
	n.recorder.Begin()
	n.keys = n.keys[:0]
}

// Record appends the line of the next record.
func (n *noted) Record(dec *jsonread.Decoder) error {
	if err := n.recorder.Record(dec); err != nil {
		return err
	}
	if n.table.notesIDs() {
		n.keys = append(n.keys, n.key())
	}
	return nil
}

// ids are those of the page.
func (n *noted) ids() []uint64 {
	ids := make([]uint64, len(n.keys))
	for i, key := range n.keys {
		ids[i] = idOf(key)
	}
	return ids
}

// idOf reads an id of Jira, a number in a text; 0 for anything else.
func idOf(key string) uint64 {
	id, err := strconv.ParseUint(key, 10, 64)
	if err != nil {
		return 0
	}
	return id
}
