package tap

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"tap-jira/internal/jira"
	"tap-jira/internal/stream"
)

// listedSources returns the sources of the streams that are lists: those that
// can be read at once, and those that wait for the users. A parent that nobody
// selected is read for its children and not printed.
func (r *run) listedSources() (early, late []source, err error) {
	chain, err := r.ancestors()
	if err != nil {
		return nil, nil, err
	}
	below, ofUsers := map[string]*parents{}, map[string]bool{"users": true}
	for _, t := range chain {
		if p := t.stream.Parent; p != nil && t.within == "" {
			below[p.Stream] = newParents()
		}
	}
	r.usersBelow = below["users"]
	for _, t := range chain {
		first, err := r.listed(t, below)
		if err != nil {
			return nil, nil, err
		}
		sources := []source{first, r.closing(t, below[t.stream.Name])}
		if p := t.stream.Parent; p != nil && ofUsers[p.Stream] {
			ofUsers[t.stream.Name] = true
			late = append(late, sources...)
			continue
		}
		early = append(early, sources...)
	}
	return early, late, nil
}

// ancestors returns the selected lists and, before their children, the parents
// that they need, in the order of the table.
func (r *run) ancestors() ([]*table, error) {
	needed := map[string]bool{}
	all := stream.AllOn(r.site.Deployment)
	for _, s := range slices.Backward(all) { // parents stand before children
		selected := r.table(s.Name)
		if s.Source == stream.Listed && s.Parent != nil && (selected != nil || needed[s.Name]) {
			needed[s.Parent.Stream] = true
		}
	}
	var chain []*table
	known := map[string]*table{}
	for _, s := range all {
		t := r.table(s.Name)
		if t == nil && needed[s.Name] {
			var err error
			if t, err = r.newHiddenTable(s); err != nil {
				return nil, err
			}
			t.meter = r.overhead
		}
		if t == nil {
			continue
		}
		known[s.Name] = t
		if s.Source == stream.UserDirectory {
			r.users = t
		}
		if s.Source == stream.Listed {
			chain = append(chain, t)
		}
	}
	return chain, r.nest(chain, known)
}

// nest gives the parents of rows that stand in theirs to their children.
func (r *run) nest(chain []*table, known map[string]*table) error {
	for _, t := range chain {
		if t.within == "" {
			continue
		}
		above := known[t.stream.Parent.Stream]
		above.inside, t.above = append(above.inside, t), above
		if err := above.compile(r.options, nil); err != nil {
			return fmt.Errorf("prepare the stream %s: %w", above.stream.Name, err)
		}
	}
	return nil
}

// wantedFields returns what the streams below a stream ask of its rows, by the
// name of the stream above, each path once and in order.
func wantedFields(d jira.Deployment) map[string][]string {
	paths := map[string][]string{}
	for _, s := range stream.AllOn(d) {
		if s.Parent == nil {
			continue
		}
		above := s.Parent.Stream
		paths[above] = append(paths[above], s.Parent.Field)
		paths[above] = slices.AppendSeq(paths[above], maps.Keys(s.Parent.Where))
	}
	for above, found := range paths {
		slices.Sort(found)
		paths[above] = slices.Compact(found)
	}
	return paths
}

// listed is the source of one stream that is a list: whole, or one share for
// each row of its parent.
func (r *run) listed(t *table, below map[string]*parents) (source, error) {
	if t.stream.Window {
		w, err := r.newWindow(t)
		return func(context.Context) iter.Seq[task] { return one(w.task()) }, err
	}
	return r.listedWhole(t, below), nil
}

// listedWhole is the source of a list that has no other limits than its parents.
func (r *run) listedWhole(t *table, below map[string]*parents) source {
	if v := t.stream.Values; v != nil {
		return func(context.Context) iter.Seq[task] { return r.readValues(t, v, below[t.stream.Name]) }
	}
	if t.stream.Parent == nil {
		return func(context.Context) iter.Seq[task] { return one(r.readShare(t, nil, below[t.stream.Name])) }
	}
	above := below[t.stream.Parent.Stream]
	if t.within != "" {
		return func(context.Context) iter.Seq[task] { return one(r.insideOnly(t)) }
	}
	return func(ctx context.Context) iter.Seq[task] { return r.readShares(ctx, t, above, below[t.stream.Name]) }
}

// readValues yields a task for each of the fixed values.
func (r *run) readValues(t *table, v *stream.Values, below *parents) iter.Seq[task] {
	return func(yield func(task) bool) {
		for _, value := range v.List {
			if !yield(r.readShare(t, map[string]string{v.As: value}, below)) || r.options.RecordLimit > 0 {
				return
			}
		}
	}
}

// closing is the source that ends a stream once everything of it is written.
func (r *run) closing(t *table, below *parents) source {
	return func(context.Context) iter.Seq[task] {
		return one(task{Fetch: nothing, Done: func(error) error {
			if err := t.account.hollow(); t.stream.Parent != nil && err != nil {
				r.fails(err, t)
			}
			below.close(t.account.problem())
			if !t.hidden {
				r.options.Progress.Ended(t.stream.Name)
			}
			return r.close(t)
		}})
	}
}

// readShares yields a task for each row of the parent, in its order.
func (r *run) readShares(ctx context.Context, t *table, above, below *parents) iter.Seq[task] {
	return func(yield func(task) bool) {
		rows, err := above.wait(ctx)
		if err != nil && !yield(r.orphans(t, err)) {
			return
		}
		questions := r.sample.some(t, t.questions(rows))
		if t.stream.Once || r.options.RecordLimit > 0 {
			yield(r.readInTurn(t, questions, below))
			return
		}
		if !t.hidden {
			r.options.Progress.Expect(t.stream.Name, int64(questions.count()), t.stream.Parent.Stream)
		}
		for _, params := range questions.all() {
			if !yield(r.readShare(t, params, below)) {
				return
			}
		}
	}
}

// readInTurn is the task that reads the shares of all parents one after the
// other, so that a row that several of them have is printed for the first; with
// a limit on records it ends at the first parent that has any.
func (r *run) readInTurn(t *table, asked questions, below *parents) task {
	seen := map[string]bool{}
	failures := make([]error, asked.count())
	return task{
		Fetch: func(ctx context.Context, out func(*page) error) error {
			for i, params := range asked.all() {
				s := &share{run: r, table: t, params: params, below: below, seen: seen}
				failures[i] = s.read(ctx, t.stream.Endpoint(r.site.Deployment), out)
				if failures[i] != nil && ends(failures[i]) {
					return failures[i]
				}
				if r.options.RecordLimit > 0 && s.records > 0 {
					return nil
				}
			}
			return nil
		},
		Done: func(err error) error {
			for i, params := range asked.all() {
				t.account.answered = t.account.answered || failures[i] == nil
				if failures[i] != nil && err == nil {
					err = r.settle(fmt.Errorf("%s: %w", t.question(params), failures[i]), t)
				}
			}
			return err
		},
	}
}

// orphans is the task that says that some of a stream's parents are not known.
func (r *run) orphans(t *table, err error) task {
	return task{Fetch: nothing, Done: func(error) error {
		return r.settle(fmt.Errorf("list the %s whose %s are wanted: %w", t.stream.Parent.Stream, t.stream.Name, err), t)
	}}
}

// insideOnly is the task of a stream whose rows come with its parent's: it only
// tells whether those are all there.
func (r *run) insideOnly(t *table) task {
	return task{Fetch: nothing, Done: func(error) error {
		if err := t.above.account.problem(); err != nil {
			return r.orphans(t, err).Done(nil)
		}
		return nil
	}}
}

// readShare is the task of one share of a stream: all of it, or that of one row
// of its parent.
func (r *run) readShare(t *table, params map[string]string, below *parents) task {
	share := &share{run: r, table: t, params: params, below: below}
	return task{
		Fetch: func(ctx context.Context, out func(*page) error) error {
			return share.read(ctx, t.stream.Endpoint(r.site.Deployment), out)
		},
		Done: func(err error) error {
			if t.stream.Parent != nil && !t.hidden {
				r.options.Progress.Read(t.stream.Name, 1)
			}
			t.account.answered = t.account.answered || err == nil
			if err != nil && len(params) > 0 {
				err = fmt.Errorf("%s: %w", t.question(params), err)
			}
			return r.settle(err, t)
		},
	}
}

// share is the part of a list that one address gives.
type share struct {
	run    *run
	table  *table
	params map[string]string
	below  *parents // nil when no stream asks for the rows
	rows   []parentRow
	// records is how many were read.
	records int
	seen    map[string]bool // keys printed for parents before; nil prints all
}

// read reads all pages, from the endpoint's successor when the endpoint is
// refused or gone. Where the site has no successor, the refusal is the word.
func (s *share) read(ctx context.Context, e stream.Endpoint, out func(*page) error) error {
	sink := &parentPage{recorder: s.run.newRecorder(s.table), params: s.params, inside: s.run.insideOf(s.table)}
	sink.added = s.table.added(s.params)
	sink.once(s.seen)
	request := jira.Request{Path: e.Path, Params: s.params, Query: e.Parameters(s.params)}
	pages := 0
	for info, err := range s.run.client.Pages(jira.WithMeter(ctx, s.table.meter), request, e.Pager, sink) {
		if err != nil && pages == 0 && e.Successor != nil && refusedOrGone(err) {
			other := s.read(ctx, *e.Successor, out)
			if !errors.Is(other, jira.ErrUnrouted) || errors.Is(err, jira.ErrUnrouted) {
				return other
			}
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", s.table.stream.Name, s.run.doubted(ctx, s.table, s.params, err))
		}
		pages++
		if err := out(s.page(sink)); err != nil {
			return err
		}
		if s.run.sample.page(s.table, info) || s.run.options.RecordLimit > 0 {
			return nil
		}
	}
	return nil
}

// page takes what one page gave.
func (s *share) page(sink *parentPage) *page {
	rows := sink.take()
	s.rows = append(s.rows, rows...)
	s.records += sink.lines.records
	return &page{parts: append([]part{sink.part()}, partsOf(sink.inside)...), after: func() error {
		s.below.add(rows)
		return nil
	}}
}

func refusedOrGone(err error) bool {
	return errors.Is(err, jira.ErrForbidden) || errors.Is(err, jira.ErrNotFound) || errors.Is(err, jira.ErrGone)
}
