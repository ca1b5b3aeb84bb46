package shard

import (
	"fmt"

	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
)

// Member is the member of a state that tells of shards.
const Member = "shards"

// Note is what a state says of the shard that it belongs to, or, with a
// Number of 0, of the shards that it was united of.
type Note struct {
	// Plan is the name of the pieces' plan.
	Plan   string `json:"plan"`
	Number int    `json:"shard"`
	Of     int    `json:"of"`
	// Done tells that the piece is in the output.
	Done bool `json:"done"`
}

// possible tells that the numbers are some that a plan gives; the number is 0 once all shards were united.
func (n Note) possible() bool {
	return 0 <= n.Number && n.Number <= n.Of && 1 <= n.Of && n.Of <= Max
}

// NoteOf reads what a state says of shards; nil when nothing. Errors are of kind fault.Usage.
func NoteOf(state *singer.State) (*Note, error) {
	var note *Note
	err := state.Member(Member, &note)
	if err == nil && note != nil && !note.possible() {
		err = fmt.Errorf("there is no shard %d of %d", note.Number, note.Of)
	}
	if err != nil {
		return nil, fault.Wrap(fault.Usage, fmt.Errorf("read the member %q of the state: %w", Member, err), "give the state as tap-jira printed it")
	}
	return note, nil
}
