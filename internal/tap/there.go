package tap

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"

	"golang.org/x/sync/singleflight"

	"tap-jira/internal/jira"
	"tap-jira/internal/stream"
)

// thereError is a 404 for what hangs on something that is there: not an absence
// but a hole. A proxy's rule that is wrong answers 404 for every row of a parent.
type thereError struct {
	err  error
	what string
}

// Error says what is missing, and what it hangs on that is there.
func (e *thereError) Error() string { return fmt.Sprintf("%v, although %s is there", e.err, e.what) }

// Unwrap gives Jira's 404.
func (e *thereError) Unwrap() error { return e.err }

// presence is what was asked for itself in this run: once, because several
// streams ask for parts of the same thing. It is safe for concurrent use.
type presence struct {
	asking singleflight.Group
	known  sync.Map // by placeholder and value: whether it is there
}

// doubted looks into a 404 that the stream would take for "nothing here". It is
// believed when Jira says so in its own words, but for parts that every live
// parent has, and otherwise only when what it was asked about is gone too.
func (r *run) doubted(ctx context.Context, t *table, params map[string]string, err error) error {
	refusal, refused := errors.AsType[*jira.APIError](err)
	switch {
	case !refused || refusal.Status != http.StatusNotFound:
		return err
	case t.stream.Parent == nil:
		return r.productDoubted(ctx, t, err)
	}
	absence, tolerated := t.stream.Tolerates(refusal.Status, refusal.Messages)
	if !tolerated || !absence.OnlyGone && !errors.Is(err, jira.ErrUnrouted) {
		return err
	}
	if hole := r.hole(jira.WithMeter(ctx, t.meter), params, err); hole != nil {
		return hole
	}
	return err
}

// hole is the error for a 404 for what hangs on something that is there; nil
// where that is gone, or cannot be asked for.
func (r *run) hole(ctx context.Context, params map[string]string, err error) error {
	placeholder, path := stream.Itself(params)
	if path == "" {
		return nil
	}
	there, asked := r.isThere(ctx, placeholder, path, params)
	switch {
	case asked != nil:
		return fmt.Errorf("%w, which was asked because of %w", asked, err)
	case there:
		return &thereError{err: err, what: placeholder + " " + params[placeholder]}
	}
	return nil
}

// isThere asks for something itself, once a run.
func (r *run) isThere(ctx context.Context, placeholder, path string, params map[string]string) (bool, error) {
	name := placeholder + " " + params[placeholder]
	there, err, _ := r.present.asking.Do(name, func() (any, error) {
		if there, known := r.present.known.Load(name); known {
			return there, nil
		}
		there, err := r.askFor(ctx, placeholder, path, params)
		if err == nil {
			r.present.known.Store(name, there)
		}
		return there, err
	})
	return there == true, err
}

func (r *run) askFor(ctx context.Context, placeholder, path string, params map[string]string) (bool, error) {
	id, _ := strconv.ParseUint(params[placeholder], 10, 64) // the two that need it are numbers
	switch placeholder {
	case "issueId":
		return r.client.IssueExists(ctx, id)
	case "projectId":
		status, err := r.projectStatus(ctx, id)
		return status == projectLive, err
	}
	there, err := r.client.Exists(ctx, jira.Request{Path: path, Params: params})
	if err != nil {
		return false, fmt.Errorf("ask for %s: %w", path, err)
	}
	return there, nil
}
