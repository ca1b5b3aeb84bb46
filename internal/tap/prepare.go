package tap

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/selection"
	"tap-jira/internal/shape"
	"tap-jira/internal/stream"
)

// prepare makes the selected streams ready, and asks Jira about what only Jira
// knows: the fields, and whether the limits on issues are understood.
func (r *run) prepare(ctx context.Context, chosen *selection.Selection) error {
	if err := r.ask(ctx, chosen); err != nil {
		return err
	}
	chosen.TellLeftOut(r.log)
	if r.options.RichDocuments && r.site.Deployment != jira.Cloud {
		r.log.Warn("Data Center has no documents: what people format is read as wiki text, as with rich_text: text")
	}
	if err := r.choose(chosen); err != nil {
		return err
	}
	if err := errors.Join(r.wholeShard(), r.tellUnmatched(chosen.Patterns())); err != nil {
		return err
	}
	r.absent = chosen.Absent()
	for _, text := range r.absent {
		r.log.Warn("what is selected is not there to be read", "missing", text)
	}
	r.keepColumns()
	if err := r.tellDrift(); err != nil {
		return err
	}
	r.collectPeople()
	return nil
}

// choose makes a table of each chosen stream that this run reads. There is none at
// the end where another piece of the load reads all of them.
func (r *run) choose(chosen *selection.Selection) error {
	another := false
	for _, s := range chosen.Streams() {
		switch {
		case !r.inPart(s):
			continue
		case !s.Offered(r.site.Deployment):
			chosen.Elsewhere(s, r.log)
			continue
		case !r.inShard(s):
			another = true
			continue
		}
		t, err := r.chosenTable(s, chosen)
		if err != nil {
			return err
		}
		if r.unnamed != nil && s.Part.NeedsFields() {
			r.fails(r.unnamed, t)
			r.lost = append(r.lost, t)
			continue
		}
		r.tables = append(r.tables, t)
	}
	switch {
	case len(r.tables) > 0:
		return nil
	case r.unnamed != nil:
		return r.unnamed
	case another:
		r.log.Info("this piece reads nothing: another has all that is selected", "shard", r.options.Shard.String())
		return nil
	}
	return chosen.NothingLeft()
}

// ask asks Jira for the fields of issues and about the limits on them, both at
// once, as far as what is selected needs them.
func (r *run) ask(ctx context.Context, chosen *selection.Selection) error {
	var scope error
	var asking sync.WaitGroup
	if slices.ContainsFunc(chosen.Streams(), func(s stream.Stream) bool {
		return s.Method() == stream.Incremental && r.inShard(s) && r.inPart(s) && s.Offered(r.site.Deployment)
	}) {
		asking.Go(func() {
			defer fault.Rescue(&scope)
			scope = r.checkScope(ctx)
		})
	}
	fields := r.learnFields(ctx, chosen)
	asking.Wait()
	return cmp.Or(fields, scope) // the same of the two on every run
}

// learnFields reads the site's fields where a chosen stream is made of them.
// Where they cannot be read the other streams go on without.
func (r *run) learnFields(ctx context.Context, chosen *selection.Selection) error {
	if !slices.ContainsFunc(chosen.Streams(), func(s stream.Stream) bool { return s.Part.NeedsFields() }) {
		return nil
	}
	if err := r.readFields(ctx); err != nil {
		if ends(err) {
			return err
		}
		r.unnamed = err
		return nil
	}
	return r.nameChosenColumns()
}

// inPart tells whether a stream is read when only a part is read again: what
// came since a moment, or some issues and what hangs on them.
func (r *run) inPart(s stream.Stream) bool {
	return !r.options.again() || s.Method() == stream.Incremental && (len(r.options.Issues) == 0 || !s.Window)
}

// readFields reads the site's fields, of which issues are made.
func (r *run) readFields(ctx context.Context) (err error) {
	r.fields, err = r.askFields(ctx)
	return err
}

// askFields asks for the fields of issues, which also tell what is installed.
func (r *run) askFields(ctx context.Context) ([]shape.Field, error) {
	told, err := r.client.Fields(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the fields of issues: %w", err)
	}
	fields := make([]shape.Field, len(told))
	for i, f := range told {
		fields[i] = shape.Field(f)
	}
	return fields, nil
}

// collectPeople decides whether people met in issues join the users.
func (r *run) collectPeople() {
	users := r.table("users")
	if users == nil || len(r.options.Groups) > 0 {
		return
	}
	if slices.ContainsFunc(r.tables, func(t *table) bool { return t.stream.Source != stream.Listed && t != users }) {
		r.directory = newDirectory(users)
	}
}

// table returns a selected stream, or nil.
func (r *run) table(name string) *table {
	for _, t := range r.tables {
		if t.stream.Name == name {
			return t
		}
	}
	return nil
}

// readsIssues tells that issues are searched for.
func (r *run) readsIssues() bool {
	return slices.ContainsFunc(r.tables, func(t *table) bool { return t.stream.Method() == stream.Incremental })
}
