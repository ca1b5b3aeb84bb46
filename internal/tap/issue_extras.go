package tap

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"tap-jira/internal/derive"
	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/jsonread"
	"tap-jira/internal/stream"
)

// derived is a child whose rows stand in an issue and stay there too, so that
// they cost no request.
type derived struct {
	table *table
	path  string
	// each goes through the rows of the value; nil takes the elements of an array.
	each func(value []byte, do func(row []byte) error) error
	// row changes what stands in the issue of that id and key to a row; nil leaves it.
	row      func(raw []byte, id, key string) ([]byte, error)
	recorder *recorder // of one page
}

// read makes lines of the value that the issue holds, given as it was printed.
func (d *derived) read(issue, key string, value []byte) error {
	each := d.each
	if each == nil {
		each = eachRow
	}
	return each(value, func(row []byte) error {
		if d.row != nil {
			var err error
			if row, err = d.row(row, issue, key); err != nil {
				return fmt.Errorf("read a record of %s: %w", d.table.stream.Name, err)
			}
		}
		return d.recorder.append(jsonread.NewBytesDecoder(row), d.table.childOf(issue))
	})
}

// extra is a child that is asked for by a request for each issue, or for each
// row of a list that is embedded in issues, with those below it.
type extra struct {
	table *table
	of    *table // the list; nil for the issue itself
	below []*extra
}

// addExtra puts such a child under its parent, which is read with it when nobody
// selected that.
func (tree *issueTree) addExtra(t *table) error {
	parent, _ := stream.Find(t.stream.Parent.Stream)
	if parent.Part == stream.Issue {
		tree.extras = append(tree.extras, &extra{table: t})
		return nil
	}
	if parent.Part != stream.PerIssue {
		of, err := tree.embeddedNamed(parent)
		tree.extras = append(tree.extras, &extra{table: t, of: of})
		return err
	}
	if tree.extraNamed(parent.Name) == nil {
		hidden, err := tree.run.newHiddenTable(parent)
		if err != nil {
			return err
		}
		hidden.meter = t.meter
		if err := tree.addExtra(hidden); err != nil {
			return err
		}
	}
	above := tree.extraNamed(parent.Name)
	above.below = append(above.below, &extra{table: t})
	return nil
}

// embeddedNamed returns the table of a list in the issues, whose ids are then
// noted; it is read with the issues when nobody selected it.
func (tree *issueTree) embeddedNamed(s stream.Stream) (*table, error) {
	for _, child := range tree.embedded {
		if child.table.stream.Name == s.Name {
			child.table.noted = true
			return child.table, nil
		}
	}
	hidden, err := tree.run.newHiddenTable(s)
	if err != nil {
		return nil, err
	}
	hidden.meter, hidden.noted = tree.run.overhead, true
	return hidden, tree.place(hidden)
}

func (tree *issueTree) extraNamed(name string) *extra {
	for _, e := range tree.extras {
		if e.table.stream.Name == name {
			return e
		}
	}
	return nil
}

// readExtras reads the extras of the issues of a page with their lists, many at
// once, and returns their lines in the order of the issues.
func (tree *issueTree) readExtras(ctx context.Context, issues *issuePage, lists []kin) ([]part, []brokenList, error) {
	var reads []sideRead
	for i, v := range issues.versions {
		for _, e := range tree.extras {
			if !e.inBatches(tree.run) && e.isFor(issues.projectTypes[i]) {
				reads = append(reads, e.reads(tree.run, v.ID, lists)...)
			}
		}
	}
	for _, e := range tree.extras {
		if e.inBatches(tree.run) {
			reads = append(reads, tree.listReads(e, lists)...)
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(tree.run.options.Concurrency) // more would only wait for permits
	for _, read := range reads {
		group.Go(fault.Safely(func() error { return read.do(ctx) }))
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	var parts []part
	var broken []brokenList
	for _, read := range reads {
		gave := read.gave()
		parts = append(parts, gave.parts...)
		broken = append(broken, gave.broken...)
	}
	return parts, broken, nil
}

// sideRead is a request, or more, for what hangs on the issues of a page.
type sideRead interface {
	do(ctx context.Context) error
	gave() given
}

// given are the lines that came, and what Jira could not deliver.
type given struct {
	parts  []part
	broken []brokenList
}

// projectType is where an issue holds the type of its project.
const projectType = "fields.project.projectTypeKey"

// isFor tells that issues of a project of this type may have the extra: each of the
// others would cost a request only to be told that it has none. A type that Jira did
// not tell rules nothing out.
func (e *extra) isFor(kind string) bool {
	allowed := e.table.stream.Parent.Where[projectType]
	return kind == "" || len(allowed) == 0 || slices.Contains(allowed, kind)
}

// asksByProject tells that something is asked for of issues of some projects only.
func (tree *issueTree) asksByProject() bool {
	return slices.ContainsFunc(tree.extras, func(e *extra) bool { return len(e.table.stream.Parent.Where) > 0 })
}

// inBatches tells that the extra is asked for by the ids of many rows at once.
func (e *extra) inBatches(r *run) bool {
	return e.table.stream.Endpoint(r.site.Deployment).Body != ""
}

// reads are what the extra is asked for of one issue.
func (e *extra) reads(r *run, issue uint64, lists []kin) []sideRead {
	id := strconv.FormatUint(issue, 10)
	if e.of == nil {
		return []sideRead{&extraRead{run: r, issue: issue, extra: e, params: map[string]string{"issueId": id}}}
	}
	var reads []sideRead
	for _, list := range lists {
		if list.table != e.of || list.issue != issue {
			continue
		}
		for _, row := range list.ids {
			params := map[string]string{"issueId": id, e.table.stream.Parent.As: strconv.FormatUint(row, 10)}
			reads = append(reads, &extraRead{run: r, issue: issue, extra: e, params: params})
		}
	}
	return reads
}

// wanted are the streams that lack rows when the extra cannot be read: itself,
// or those below it where it is read for their sake.
func (e *extra) wanted() []*table {
	if !e.table.hidden {
		return []*table{e.table}
	}
	var tables []*table
	for _, below := range e.below {
		tables = append(tables, below.wanted()...)
	}
	return tables
}

// extraRead is what the extras of one issue give.
type extraRead struct {
	run    *run
	issue  uint64
	extra  *extra
	params map[string]string
	given  given
}

func (x *extraRead) do(ctx context.Context) error { return x.read(ctx, x.extra, x.params) }

func (x *extraRead) gave() given { return x.given }

// read asks for one extra and then for those below it. A refusal concerns this
// issue alone.
func (x *extraRead) read(ctx context.Context, e *extra, params map[string]string) error {
	s := &share{run: x.run, table: e.table, params: params}
	err := s.read(ctx, e.table.stream.Endpoint(x.run.site.Deployment), func(p *page) error {
		x.given.parts = append(x.given.parts, p.parts...)
		return nil
	})
	if err != nil {
		if !onlyThisList(err) {
			return err
		}
		for _, t := range e.wanted() {
			x.given.broken = append(x.given.broken, brokenList{table: t, issue: x.issue, err: err})
		}
		return nil
	}
	for _, below := range e.below {
		for _, row := range s.rows {
			next, wanted := row.paramsFor(below.table.stream.Parent)
			if !wanted {
				continue
			}
			maps.Copy(next, params)
			if err := x.read(ctx, below, next); err != nil {
				return err
			}
		}
	}
	return nil
}

// settleExtra decides what a refusal of one extra means: nothing there, the
// stream is forbidden, or a gap that is asked for again.
func (tree *issueTree) settleExtra(b brokenList) error {
	refusal, refused := errors.AsType[*jira.APIError](b.err)
	if _, there := errors.AsType[*thereError](b.err); there {
		return tree.run.settle(b.err, b.table)
	}
	if refused {
		if _, tolerated := b.table.stream.Tolerates(refusal.Status, refusal.Messages); tolerated || errors.Is(b.err, jira.ErrForbidden) {
			return tree.run.settle(b.err, b.table)
		}
	}
	b.err = fmt.Errorf("issue %d: %w", b.issue, b.err)
	tree.lacks([]brokenList{b})
	return nil
}

// addServiceLevels reads the cycles from every field that holds them.
func (tree *issueTree) addServiceLevels(t *table) {
	for _, f := range tree.run.fields {
		if derive.IsServiceLevel(f) {
			each := func(value []byte, do func(row []byte) error) error { return derive.ServiceLevelRows(f.ID, value, do) }
			tree.derived = append(tree.derived, derived{table: t, path: "fields." + f.ID, each: each})
		}
	}
}
