package tap

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/jira"
	"tap-jira/internal/stream"
)

// readListed is the task of a stream that is one list.
func (r *run) readListed(t *table, parents *parentIDs) task {
	return task{
		fetch: func(ctx context.Context, out func(*page) error) error {
			err := r.readEndpoint(ctx, t, t.stream.Endpoint(r.site.Deployment), nil, parents, out)
			parents.close(err)
			return err
		},
		done: func(err error) error { return r.settle(err, t) },
	}
}

// readEndpoint reads all pages of a list, from the endpoint's successor when
// the endpoint is refused or gone.
func (r *run) readEndpoint(ctx context.Context, t *table, e stream.Endpoint, params map[string]string, parents *parentIDs, out func(*page) error) error {
	rec := r.newRecorder(t)
	var sink jira.Sink = rec
	if parents != nil {
		sink = &parentSink{recorder: rec, ids: parents}
	}
	request := jira.Request{Path: e.Path, Params: params, Query: e.Query}
	pages := 0
	for _, err := range r.client.Pages(jira.WithMeter(ctx, t.meter), request, e.Pager, sink) {
		if err != nil && pages == 0 && e.Successor != nil && refusedOrGone(err) {
			return r.readEndpoint(ctx, t, *e.Successor, params, parents, out)
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", t.stream.Name, err)
		}
		pages++
		if parents != nil {
			parents.commit()
		}
		if err := out(&page{parts: []part{rec.part()}}); err != nil {
			return err
		}
		if r.options.RecordLimit > 0 {
			return nil
		}
	}
	return nil
}

func refusedOrGone(err error) bool {
	return errors.Is(err, jira.ErrForbidden) || errors.Is(err, jira.ErrNotFound) || errors.Is(err, jira.ErrGone)
}

// readChildren yields a task for each row of the parent, in its order.
func (r *run) readChildren(ctx context.Context, t *table, parents *parentIDs) iter.Seq[task] {
	return func(yield func(task) bool) {
		ids, err := parents.wait(ctx)
		if err != nil && !yield(r.orphans(t, err)) {
			return
		}
		for _, id := range ids {
			if !yield(r.readChild(t, id)) || r.options.RecordLimit > 0 {
				return
			}
		}
	}
}

// orphans is the task that says that some of a stream's parents are not known.
func (r *run) orphans(t *table, err error) task {
	return task{fetch: nothing, done: func(error) error {
		return r.settle(fmt.Errorf("list the %s whose %s are wanted: %w", t.stream.Parent.Stream, t.stream.Name, err), t)
	}}
}

// readChild is the task of one parent's share of a stream.
func (r *run) readChild(t *table, id string) task {
	return task{
		fetch: func(ctx context.Context, out func(*page) error) error {
			params := map[string]string{t.stream.Parent.As: id}
			err := r.readEndpoint(ctx, t, t.stream.Endpoint(r.site.Deployment), params, nil, out)
			if err != nil {
				return fmt.Errorf("%s %s: %w", t.stream.Parent.As, id, err)
			}
			return nil
		},
		done: func(err error) error { return r.settle(err, t) },
	}
}

// parentIDs hands the ids of a stream's rows to the streams below it.
type parentIDs struct {
	page  []string // of the page being read
	ids   []string
	err   error // why ids are not all; valid once ready is closed, as ids are
	ready chan struct{}
}

func newParentIDs() *parentIDs {
	return &parentIDs{ready: make(chan struct{})}
}

// commit keeps the ids of a page that was read whole.
func (p *parentIDs) commit() {
	for _, id := range p.page {
		if !slices.Contains(p.ids, id) {
			p.ids = append(p.ids, id)
		}
	}
	p.page = p.page[:0]
}

// close lets the children start; err says why there may be more than those
// known. It may be called on nil.
func (p *parentIDs) close(err error) {
	if p == nil {
		return
	}
	p.err = err
	close(p.ready)
}

// wait returns the ids once all are known, with an error when some are missing.
func (p *parentIDs) wait(ctx context.Context) ([]string, error) {
	select {
	case <-p.ready:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	return p.ids, p.err
}

// parentSink notes the ids of a page beside its lines.
type parentSink struct {
	*recorder
	ids *parentIDs
}

// Begin forgets the page, because it is read anew.
func (s *parentSink) Begin() {
	s.recorder.Begin()
	s.ids.page = s.ids.page[:0]
}

// Record appends the line of the next record and notes its id.
func (s *parentSink) Record(dec *jsontext.Decoder) error {
	if err := s.recorder.Record(dec); err != nil {
		return err
	}
	s.ids.page = append(s.ids.page, s.key())
	return nil
}
