package tap

import "tap-jira/internal/jira"

// keyDates is the member of the state that holds how the site reads dates in
// JQL, so that not every run must find that out.
const keyDates = "jql_dates"

// believeDates takes over what an earlier run found out.
func (r *run) believeDates() {
	var probe jira.DateProbe
	if r.state.Member(keyDates, &probe) == nil {
		r.client.BelieveDates(probe)
	}
}

// keepDates puts what is known now into the state.
func (r *run) keepDates() {
	if probe, known := r.client.DateProbe(); known && r.options.movesBookmarks() {
		r.state.SetMember(keyDates, probe)
	}
}
