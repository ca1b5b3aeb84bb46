package tap

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
)

// setLimits sets from when on and within which limits issues are read, as far as
// the options and the state say.
func (r *run) setLimits() {
	r.startAt()
	r.scope = jira.Scope(r.options.Projects, r.options.JQL)
}

// startAt decides from when a stream without bookmark is read: the config's
// date, or the date that the first run took.
func (r *run) startAt() {
	if r.options.again() {
		r.start = r.options.Since
		return
	}
	r.start = r.options.StartDate
	if kept, ok := r.state.Start(); ok && r.start.IsZero() {
		r.start = kept
	}
	if r.start.IsZero() {
		r.start = r.options.Now().UTC().AddDate(-1, 0, 0).Truncate(24 * time.Hour)
	}
	if _, kept := r.state.Start(); !kept {
		r.state.SetStart(r.start)
	}
}

// checkScope joins the user's limits on issues and lets Jira judge them, so
// that a mistake shows before the first record.
func (r *run) checkScope(ctx context.Context) error {
	if err := jira.CheckScope(r.options.JQL); err != nil {
		return err
	}
	r.believeDates()
	if err := r.client.ProbeDates(ctx); err != nil && ends(err) {
		return err // any other failure is told by the walks, of the streams that need them and of no other
	}
	what := "the config's jql or projects are refused"
	if len(r.options.Issues) > 0 {
		r.scope = "issue in (" + jira.Quoted(r.options.Issues) + ")"
		what = "the issues asked for are refused"
	}
	if r.scope == "" {
		return nil
	}
	_, err := r.client.Count(ctx, r.scope)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, jira.ErrBadRequest):
		return fault.Wrap(fault.Usage, fmt.Errorf("%s: %w", what, err), "correct them; tap-jira sends "+r.scope)
	case ends(err):
		return err
	}
	return nil // the walks will say it again, of the streams that need them and of no other
}
