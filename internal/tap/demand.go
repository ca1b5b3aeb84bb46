package tap

import (
	"slices"

	"tap-jira/internal/jira"
	"tap-jira/internal/selection"
	"tap-jira/internal/stream"
)

// Demand is what a sync asks of the account.
type Demand struct {
	// Scope are the limits on issues as JQL; empty is all of them.
	Scope string
	// Searches tells that issues are searched for, so that Jira must take the Scope.
	Searches bool
	// Fails tells that the sync ends with fault.Incomplete when the stream cannot
	// be read: it is selected and may not be skipped.
	Fails func(stream.Stream) bool
}

// DemandOf says what a sync with these options would ask for. The error is a
// pattern that cannot be read, or JQL that cannot be part of a query.
func DemandOf(o Options) (Demand, error) {
	chosen, err := selection.New(o.selection())
	if err != nil {
		return Demand{}, err
	}
	searches := slices.ContainsFunc(chosen.Streams(), func(s stream.Stream) bool { return s.Method() == stream.Incremental })
	if searches {
		if err := jira.CheckScope(o.JQL); err != nil {
			return Demand{}, err
		}
	}
	return Demand{
		Scope: jira.Scope(o.Projects, o.JQL), Searches: searches,
		Fails: func(s stream.Stream) bool { return chosen.Chooses(s) && !o.maySkip(s, chosen.Choice(s).ByName) },
	}, nil
}

// maySkip tells whether the user lives without a stream that is forbidden.
func (o Options) maySkip(s stream.Stream, byName bool) bool {
	return o.SkipForbidden || s.Standard && !byName
}
