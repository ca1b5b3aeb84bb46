package tap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/jira"
	"tap-jira/internal/shape"
)

// directory joins Jira's list of users with everyone met in issues, because
// the list leaves out people whom old issues still name. Only the writing side
// uses it.
type directory struct {
	table  *table
	listed map[string]bool
	// met are people whom the list has not shown so far, in the order met.
	met  []person
	seen map[string]bool
}

func newDirectory(t *table) *directory {
	return &directory{table: t, listed: map[string]bool{}, seen: map[string]bool{}}
}

// meet notes people found in other records.
func (d *directory) meet(list []person) {
	for _, p := range list {
		if !d.listed[p.id] && !d.seen[p.id] {
			d.seen[p.id] = true
			d.met = append(d.met, p)
		}
	}
}

// unlisted returns those who were met and are not in the list, and forgets them.
// Projects name their leads before the list is read, so it is asked again.
func (d *directory) unlisted() []person {
	left := slices.DeleteFunc(d.met, func(p person) bool { return d.listed[p.id] })
	d.met = nil
	return left
}

// readUsers yields the tasks that list the users: all of them, or the members
// of the groups that the user named.
func (r *run) readUsers(t *table) iter.Seq[task] {
	if len(r.options.Groups) == 0 {
		return one(r.userTask(t, r.listUsers))
	}
	return func(yield func(task) bool) {
		for _, group := range r.options.Groups {
			list := func(ctx context.Context, sink jira.PageSink) error {
				if err := r.client.GroupMembers(ctx, group, sink); err != nil {
					return fmt.Errorf("read the members of the group %q: %w", group, err)
				}
				return nil
			}
			if !yield(r.userTask(t, list)) {
				return
			}
		}
	}
}

// listUsers lists all users, and fails when Jira is known to have cut the list.
func (r *run) listUsers(ctx context.Context, sink jira.PageSink) error {
	complete, why, err := r.client.Users(ctx, sink)
	if err != nil {
		return fmt.Errorf("read users: %w", err)
	}
	if !complete {
		return &incompleteError{why: why}
	}
	return nil
}

// incompleteError says that a list ended before its end.
type incompleteError struct{ why string }

// Error says why.
func (e *incompleteError) Error() string { return "users are incomplete: " + e.why }

// userTask is the task of one list of users.
func (r *run) userTask(t *table, list func(context.Context, jira.PageSink) error) task {
	return task{
		fetch: func(ctx context.Context, out func(*page) error) error {
			err := list(jira.WithMeter(ctx, t.meter), &userPage{recorder: r.newRecorder(t), run: r, out: out})
			if errors.Is(err, errEnough) {
				return nil
			}
			return err
		},
		done: func(err error) error { return r.settle(err, t) },
	}
}

// userPage takes the pages of a list of users. It is a jira.PageSink.
type userPage struct {
	*recorder
	run *run
	ids []string
	out func(*page) error
}

// Begin forgets the page, because it is read anew.
func (u *userPage) Begin() {
	u.recorder.Begin()
	u.ids = nil
}

// Record appends the line of the next user and notes the id.
func (u *userPage) Record(dec *jsontext.Decoder) error {
	if err := u.recorder.Record(dec); err != nil {
		return err
	}
	u.ids = append(u.ids, u.key())
	return nil
}

// EndPage hands the page over.
func (u *userPage) EndPage() error {
	ids, d := u.ids, u.run.directory
	err := u.out(&page{parts: []part{u.part()}, after: func() error {
		if d != nil {
			for _, id := range ids {
				d.listed[id] = true
			}
		}
		return nil
	}})
	if err == nil && u.run.options.RecordLimit > 0 {
		return errEnough
	}
	return err
}

// errEnough ends a listing that has given as many records as were wanted.
var errEnough = errors.New("enough records")

// metUsers is the task that prints the people met in issues, after the issues.
func (r *run) metUsers() task {
	return task{fetch: nothing, done: func(error) error {
		rec := r.newRecorder(r.directory.table)
		left := r.directory.unlisted()
		for _, p := range left {
			if err := rec.Record(shape.NewDecoder(bytes.NewReader(p.raw))); err != nil {
				return err
			}
		}
		if len(left) > 0 {
			r.log.Info("users met in other streams and not listed by Jira", "users", len(left))
		}
		return r.write(&page{parts: []part{rec.part()}})
	}}
}

// one is a sequence of a single task.
func one(t task) iter.Seq[task] {
	return func(yield func(task) bool) { yield(t) }
}
