package check

import (
	"context"
	"errors"
	"fmt"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
)

// query lets Jira judge the limits on issues, which a sync would be refused for. Any other failure is told by the streams.
func (w *walk) query(ctx context.Context) {
	if w.Query == "" {
		return
	}
	issues, err := w.Client.Count(ctx, w.Query)
	switch {
	case errors.Is(err, jira.ErrBadRequest):
		err = fmt.Errorf("the config's jql or projects are refused: %w", err)
		w.fail("query", "refused", fault.Wrap(fault.Usage, err, "correct them; tap-jira sends "+w.Query), fault.Usage, "")
	case err == nil && issues == 0:
		w.warn("query", "empty", "no issue is within "+w.Query, "correct the config's jql or projects, unless that is right")
	case err == nil:
		w.ok("query", fmt.Sprintf("%d issues are within %s", issues, w.Query))
	}
}
