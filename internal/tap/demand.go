package tap

import (
	"tap-jira/internal/stream"
)

// Demand is what a sync asks of the account.
type Demand struct {
	// Scope are the limits on issues as JQL; empty is all of them.
	Scope string
	// Fails tells that the sync ends with fault.Incomplete when the stream cannot
	// be read: it is selected and may not be skipped.
	Fails func(stream.Stream) bool
}

// DemandOf says what a sync with these options would ask for. The error is a
// pattern that cannot be read.
func DemandOf(o Options) (Demand, error) {
	chosen, err := newSelection(o)
	if err != nil {
		return Demand{}, err
	}
	return Demand{
		Scope: joinScope(o.Projects, o.JQL),
		Fails: func(s stream.Stream) bool { return chosen.chooses(s) && !o.maySkip(s, chosen.options(s).byName) },
	}, nil
}

// maySkip tells whether the user lives without a stream that is forbidden.
func (o Options) maySkip(s stream.Stream, byName bool) bool {
	return o.SkipForbidden || s.Standard && !byName
}
