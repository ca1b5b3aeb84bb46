package tap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"

	"golang.org/x/sync/errgroup"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/shape"
	"tap-jira/internal/stream"
)

// derived is a child whose rows stand in an issue and stay there too, so that
// they cost no request.
type derived struct {
	table *table
	path  string
	// row changes what stands in the issue of that id and key to a row; nil leaves it.
	row      func(raw []byte, id, key string) ([]byte, error)
	recorder *recorder // of one page
}

// read makes lines of the array that the issue holds, given as it was printed.
func (d *derived) read(issue, key string, array []byte) error {
	return eachRow(array, func(row []byte) error {
		if d.row != nil {
			var err error
			if row, err = d.row(row, issue, key); err != nil {
				return fmt.Errorf("read a record of %s: %w", d.table.stream.Name, err)
			}
		}
		return d.recorder.append(shape.NewDecoder(bytes.NewReader(row)), d.table.childOf(issue))
	})
}

// extras are the children that are asked for by a request for each issue, with
// those below them.
type extra struct {
	table *table
	below []*extra
}

// addExtra puts a child that costs a request for each issue under its parent,
// which is read with it when nobody selected that.
func (tree *issueTree) addExtra(t *table) error {
	parent := t.stream.Parent.Stream
	if parent == "issues" {
		tree.extras = append(tree.extras, &extra{table: t})
		return nil
	}
	above := tree.extraNamed(parent)
	if above == nil {
		s, _ := stream.Find(parent)
		hidden, err := tree.run.newTable(s, tableOptions{keep: keysOnly, hidden: true})
		if err != nil {
			return err
		}
		hidden.meter = t.meter
		above = &extra{table: hidden}
		tree.extras = append(tree.extras, above)
	}
	above.below = append(above.below, &extra{table: t})
	return nil
}

func (tree *issueTree) extraNamed(name string) *extra {
	for _, e := range tree.extras {
		if e.table.stream.Name == name {
			return e
		}
	}
	return nil
}

// readExtras reads the extras of the issues of a page, many at once, and returns
// their lines in the order of the issues.
func (tree *issueTree) readExtras(ctx context.Context, versions []version) ([]part, []brokenList, error) {
	if len(tree.extras) == 0 {
		return nil, nil, nil
	}
	reads := make([]*extraRead, len(versions)*len(tree.extras))
	group, ctx := errgroup.WithContext(ctx)
	for i, v := range versions {
		for k, e := range tree.extras {
			read := &extraRead{run: tree.run, issue: v.id}
			reads[i*len(tree.extras)+k] = read
			group.Go(fault.Safely(func() error {
				return read.read(ctx, e, map[string]string{"issueId": strconv.FormatUint(v.id, 10)})
			}))
		}
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	var parts []part
	var broken []brokenList
	for _, read := range reads {
		parts = append(parts, read.parts...)
		broken = append(broken, read.broken...)
	}
	return parts, broken, nil
}

// extraRead is what the extras of one issue give.
type extraRead struct {
	run    *run
	issue  uint64
	parts  []part
	broken []brokenList
}

// read asks for one extra and then for those below it. A refusal concerns this
// issue alone.
func (x *extraRead) read(ctx context.Context, e *extra, params map[string]string) error {
	s := &share{run: x.run, table: e.table, params: params}
	err := s.read(ctx, e.table.stream.Endpoint(x.run.site.Deployment), func(p *page) error {
		x.parts = append(x.parts, p.parts...)
		return nil
	})
	if err != nil {
		if !onlyThisList(err) {
			return err
		}
		x.broken = append(x.broken, brokenList{table: e.table, issue: x.issue, err: err})
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
	if refused {
		if _, tolerated := b.table.stream.Tolerates(refusal.Status, refusal.Messages); tolerated || errors.Is(b.err, jira.ErrForbidden) {
			return tree.run.settle(b.err, b.table)
		}
	}
	b.err = fmt.Errorf("issue %d: %w", b.issue, b.err)
	tree.lacks([]brokenList{b})
	return nil
}
