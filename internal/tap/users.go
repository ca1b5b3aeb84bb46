package tap

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tap-jira/internal/jira"
	"tap-jira/internal/jsonread"
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
	// ended tells that the list has come to its end: who is not in it now is not in it.
	ended bool
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

// readUsers is the task that lists the users: all of them, or the members of
// the groups that the user named.
func (r *run) readUsers(t *table) task {
	var unknown []string // groups that the user named and Jira does not know
	return task{
		Fetch: func(ctx context.Context, out func(*page) error) (err error) {
			sink := r.newUserPage(t, out)
			unknown, err = r.listUsers(jira.WithMeter(ctx, t.meter), sink)
			if errors.Is(err, errEnough) {
				return nil
			}
			return err
		},
		Done: func(err error) error {
			r.options.Progress.Ended(t.stream.Name)
			r.lacksGroups(t, unknown)
			if r.directory != nil {
				r.directory.ended = true
			}
			return r.settle(err, t)
		},
	}
}

// listUsers lists the users, and fails when Jira is known to have cut the list.
// Unknown are those of the user's groups that the site lacks.
func (r *run) listUsers(ctx context.Context, sink jira.PageSink) (unknown []string, err error) {
	if len(r.options.Groups) > 0 {
		return r.listMembers(ctx, sink)
	}
	complete, why, err := r.client.Users(ctx, sink)
	if err != nil {
		return nil, fmt.Errorf("read users: %w", err)
	}
	if !complete {
		return nil, &incompleteError{why: why}
	}
	return nil, nil
}

// listMembers lists the members of each of the user's groups. One that fails does
// not keep the others from being read, and one that the site lacks, as a list of
// names made for several sites has it, is no failure while there is another.
func (r *run) listMembers(ctx context.Context, sink jira.PageSink) (unknown []string, failed error) {
	var absent error
	for _, group := range r.options.Groups {
		err := r.client.GroupMembers(ctx, group, sink)
		if err == nil {
			continue
		}
		absence := jira.Absent(err)
		err = fmt.Errorf("read the members of the group %q: %w", group, err)
		switch {
		case ends(err), errors.Is(err, errEnough):
			return nil, err
		case absence:
			unknown, absent = append(unknown, group), and(absent, err)
		default:
			failed = and(failed, err)
		}
	}
	if len(unknown) == len(r.options.Groups) {
		return nil, absent
	}
	return unknown, failed
}

// and is both errors on one line.
func and(first, second error) error {
	if first == nil {
		return second
	}
	return fmt.Errorf("%w; %w", first, second)
}

// lacksGroups tells of the user's groups that the site lacks.
func (r *run) lacksGroups(t *table, unknown []string) {
	for _, group := range unknown {
		r.log.Warn("the site has no such group: correct groups in the config, where it was renamed", "group", group)
		t.account.tolerate("a group of the config is not on this site")
	}
}

// incompleteError says that a list ended before its end.
type incompleteError struct{ why string }

// Error says why.
func (e *incompleteError) Error() string { return "users are incomplete: " + e.why }

// userPage takes the pages of the lists of users, and each user once: people
// are in several groups, and a list may show one on two pages. It is a
// jira.PageSink.
type userPage struct {
	*parentPage
	run  *run
	seen map[string]bool // on the pages before
	ids  []string        // on this page
	out  func(*page) error
}

func (r *run) newUserPage(t *table, out func(*page) error) *userPage {
	u := &userPage{parentPage: &parentPage{recorder: r.newRecorder(t)}, run: r, seen: map[string]bool{}, out: out}
	u.repeated = func(id string) bool {
		if u.seen[id] || slices.Contains(u.ids, id) {
			return true
		}
		u.ids = append(u.ids, id)
		return false
	}
	return u
}

// Begin forgets the page, because it is read anew.
func (u *userPage) Begin() {
	u.parentPage.Begin()
	u.ids = nil
}

// EndPage hands the page over.
func (u *userPage) EndPage() error {
	ids, rows, d := u.ids, u.take(), u.run.directory
	parts := []part{u.part()}
	if !u.run.options.Shard.First() { // another shard prints the list
		parts[0].lines.reset()
		parts = nil
	}
	for _, id := range ids {
		u.seen[id] = true
	}
	err := u.out(&page{parts: parts, after: func() error {
		u.run.usersBelow.add(rows)
		if d != nil {
			for _, id := range ids {
				d.listed[id] = true
			}
		}
		return nil
	}})
	if err == nil && (u.run.sample != nil || u.run.options.RecordLimit > 0) {
		return errEnough
	}
	return err
}

// errEnough ends a listing that has given as many records as were wanted.
var errEnough = errors.New("enough records")

// lastUsers is the task that prints who is left of the people met, after which
// the streams below the users can begin.
func (r *run) lastUsers() task {
	return task{Fetch: nothing, Done: func(error) error {
		err := r.printMet()
		r.usersBelow.close(r.users.account.problem())
		return err
	}}
}

// printMet prints the people met so far whom the list does not show. It comes
// before any bookmark moves past the records that name them, because no later
// run meets them again.
func (r *run) printMet() error {
	d := r.directory
	if d == nil || !d.ended {
		return nil
	}
	rec := &parentPage{recorder: r.newRecorder(d.table)}
	left := d.unlisted()
	for _, p := range left {
		if err := rec.Record(jsonread.NewBytesDecoder(p.raw)); err != nil {
			return err
		}
	}
	if len(left) == 0 {
		return nil
	}
	r.log.Info("users met in other streams and not listed by Jira", "users", len(left))
	reading := r.state.CurrentlySyncing()
	defer r.state.SetCurrentlySyncing(reading)
	r.usersBelow.add(rec.take())
	p := rec.part()
	defer p.lines.reset()
	return r.writePart(&p)
}
