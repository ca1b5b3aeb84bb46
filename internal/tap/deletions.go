package tap

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tap-jira/internal/bookmark"
	"tap-jira/internal/census"
	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
)

// deletions knows what was printed, by the census, and finds what is gone. All
// of it belongs to the writing side, but for the census walk, which reads the
// census while nothing is written. A nil one does nothing.
type deletions struct {
	run    *run
	census *census.Census
	// bound are the streams whose bookmarks name the census.
	bound []string
	// held are issues that are known once everything of them is in the output.
	held []heldIssue
	// returned are issues that the walks have printed, that nobody knew and that are
	// older than what is left of the feed of worklogs: they were out of sight, and
	// what was logged on them then is still to be read.
	returned []heldIssue
	feedFrom time.Time // zero when the feed is read from its start
	// printed is the last state that was printed: what the state says later is true
	// only when the census says it too.
	printed *singer.State
	stopped bool
}

// heldIssue is an issue and its project.
type heldIssue struct{ issue, project uint64 }

// kin is the complete list of an issue's children of one stream.
type kin struct {
	table *table
	issue uint64
	ids   []uint64
}

// openDeletions opens the census, when deletions are looked for and the run is
// one that the next goes on from. A census that is lost is told, and everything
// else goes on: nothing is compared with what is not known, nothing is
// forgotten, and the state keeps naming what is lost until someone brings it
// back or resets the streams, which begins a new census.
func (r *run) openDeletions() error {
	o := r.options
	if !o.DetectDeletes || !o.movesBookmarks() || o.SchemaOnly || len(r.tracked()) == 0 {
		return nil
	}
	marks, err := r.censusMarks()
	if err != nil {
		return err
	}
	known, err := census.Open(census.Options{Dir: o.CensusDir, Fingerprint: r.fingerprint(), Marks: marks})
	if errors.Is(err, census.ErrLost) {
		r.log.Error("the census is lost: deletes are not looked for", "error", err)
		r.tracked()[0].account.doubt(fmt.Sprintf("%v; bring the file back into census_dir, or begin a new census, which reads everything once more (%s)", err, r.startingOver()))
		return nil
	}
	if err != nil {
		return censusRefused(err)
	}
	return r.followDeletions(known, marks)
}

// censusRefused says what to do about a census that cannot be opened.
func censusRefused(err error) error {
	if errors.Is(err, census.ErrInUse) {
		return fault.Wrap(fault.Usage, err, "wait for the other run to end, or give this one a census_dir of its own")
	}
	return fault.Wrap(fault.Usage, err, "give a census_dir that the tap may write to")
}

// followDeletions prepares what goes on from an open census.
func (r *run) followDeletions(known *census.Census, marks map[census.Part]census.Mark) (err error) {
	r.deletions = &deletions{run: r, census: known, printed: r.state.Clone()}
	for _, name := range []string{"issues", "issue_comments", "worklogs"} {
		if _, named := marks[partOf(name)]; named || r.table(name) != nil {
			r.deletions.bound = append(r.deletions.bound, name)
		}
	}
	if worklogs := r.table("worklogs"); worklogs != nil && r.deletions.fromFeed(worklogs) {
		if r.deletions.feedFrom, err = r.state.Bookmark("worklogs").Time(); err != nil {
			return bookmark.Unreadable("worklogs", err)
		}
	}
	if known.Fresh() && r.state.Bookmark("issues")[singer.ReplicationKeyValue] != nil {
		r.log.Info("a new census begins: issues that the census does not know are read once more")
	}
	return nil
}

// startingOver is the command line that lets the next run read everything once more of which deletions are looked for.
func (r *run) startingOver() string {
	words := []string{"tap-jira state reset"}
	for _, t := range r.tracked() {
		if slices.Contains(r.state.Streams(), t.stream.Name) {
			words = append(words, t.stream.Name)
		}
	}
	return strings.Join(append(words, "--state FILE"), " ")
}

// tracked are the selected streams whose deletions are looked for.
func (r *run) tracked() []*table {
	return slices.DeleteFunc(slices.Clone(r.tables), func(t *table) bool { return !t.tombstones })
}

// fingerprint is all that decides what the account sees and the user wants.
func (r *run) fingerprint() []string {
	return []string{
		r.site.BaseURL, r.site.Account.ID, strings.Join(slices.Sorted(slices.Values(r.options.Projects)), ","),
		r.options.JQL, singer.FormatTime(r.start),
	}
}

// censusMarks reads what the incoming state names.
func (r *run) censusMarks() (map[census.Part]census.Mark, error) {
	marks := map[census.Part]census.Mark{}
	for _, name := range []string{"issues", "issue_comments", "worklogs"} {
		value := r.state.Bookmark(name)["census"]
		if value == nil {
			continue
		}
		var mark census.Mark
		raw, err := json.Marshal(value)
		if err == nil {
			err = json.Unmarshal(raw, &mark)
		}
		if err != nil {
			return nil, bookmark.Unreadable(name, fmt.Errorf("read what it names of the census: %w", err))
		}
		marks[partOf(name)] = mark
	}
	return marks, nil
}

// keep writes the census before a state is printed, and lets the state name it.
// When it cannot be written the state falls back to what was printed last.
func (d *deletions) keep() error {
	if d == nil || d.stopped {
		return nil
	}
	marks, err := d.census.Commit()
	if err != nil {
		return d.broken(err)
	}
	for _, name := range d.bound {
		if mark, known := marks[partOf(name)]; known {
			d.name(name, mark)
		}
	}
	d.printed = d.run.state.Clone()
	return nil
}

// name lets a stream's bookmark name the census.
func (d *deletions) name(name string, mark census.Mark) {
	bookmark := d.run.state.Bookmark(name)
	bookmark["census"] = mark
	if name == "worklogs" && d.siteWide() && bookmark["deleted"] == nil {
		// No worklog that this run prints was deleted before it began.
		bookmark["deleted"] = singer.FormatTime(d.run.deletedSince())
	}
	d.run.state.SetBookmark(name, bookmark)
}

// siteWide tells that worklogs come from the site's feed, which does not say of
// which issue a deleted one was.
func (d *deletions) siteWide() bool { return d.run.scope == "" }

// aboutTo notes what a page will print, so that a run that is killed behind it
// leaves that behind.
func (d *deletions) aboutTo(tree *issueTree, sink *issuePage) error {
	if d == nil {
		return nil
	}
	for i, v := range sink.versions {
		if tree.issues.tombstones {
			d.census.AboutTo(v.ID, sink.projects[i], row)
		}
	}
	return d.aboutToList(sink.kin)
}

// aboutToList notes lists of children that a page will print.
func (d *deletions) aboutToList(lists []kin) error {
	if d == nil {
		return nil
	}
	for _, list := range lists {
		if !list.table.tombstones {
			continue // noted for the streams below it
		}
		if !d.fromFeed(list.table) {
			d.census.AddChildren(partOf(list.table.stream.Name), list.issue, list.ids)
			continue
		}
		for _, id := range list.ids {
			d.census.PutWorklog(id)
		}
	}
	return d.flush()
}

// What census.AboutTo is told of.
const (
	row       = false
	tombstone = true
)

// flush writes what was noted where a later run finds it.
func (d *deletions) flush() error {
	if err := d.census.Flush(); err != nil {
		return d.broken(err)
	}
	return nil
}

// broken ends the run: the state falls back to what was printed last.
func (d *deletions) broken(err error) error {
	d.stopped, d.run.state = true, d.printed
	return fault.Wrap(fault.Incomplete, err, "make room in census_dir and let the tap write there; the next run goes on from its state")
}

// fromFeed tells that a stream's rows are known site-wide and not by issue.
func (d *deletions) fromFeed(t *table) bool {
	return t.stream.Source == stream.WorklogFeed && d.siteWide()
}

// note notes the issues of a page that is in the output, and the children that came
// with them.
func (d *deletions) note(tree *issueTree, sink *issuePage) error {
	if d == nil {
		return nil
	}
	for i, v := range sink.versions {
		switch {
		case !tree.issues.tombstones:
		case tree.aside:
			d.held = append(d.held, heldIssue{issue: v.ID, project: sink.projects[i]})
		case sink.created[i] < d.feedFrom.UnixMilli() && !d.feedFrom.IsZero() && !d.census.Known().Contains(v.ID):
			d.returned = append(d.returned, heldIssue{issue: v.ID, project: sink.projects[i]})
		default:
			d.census.PutIssue(v.ID, sink.projects[i])
		}
	}
	return d.noteLists(sink.kin)
}

// noteLists notes the children of a page that is in the output, and prints what
// was known of them and is not there any more.
func (d *deletions) noteLists(lists []kin) error {
	if d == nil {
		return nil
	}
	var gone []part
	for _, t := range d.run.tracked() {
		if tombs := d.noteKin(t, lists); len(tombs) > 0 {
			gone = append(gone, d.run.buried(t, tombs))
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return d.run.write(&page{parts: gone})
}

// noteKin notes the lists of one stream and returns what is missing from them.
func (d *deletions) noteKin(t *table, lists []kin) []tomb {
	var tombs []tomb
	for _, list := range lists {
		if list.table != t || d.fromFeed(t) {
			continue
		}
		for _, id := range d.census.PutChildren(partOf(t.stream.Name), list.issue, list.ids) {
			tombs = append(tombs, tomb{id: id, reason: deleted})
		}
	}
	return tombs
}

// putWorklogs notes worklogs of the site's feed that are about to be printed.
func (d *deletions) putWorklogs(ids []uint64) error {
	if d == nil {
		return nil
	}
	for _, id := range ids {
		d.census.PutWorklog(id)
	}
	return d.flush()
}

// close lets the census go.
func (d *deletions) close() {
	if d == nil {
		return
	}
	if err := d.census.Close(); err != nil {
		d.run.log.Warn("the census could not be closed", "error", err)
	}
}
