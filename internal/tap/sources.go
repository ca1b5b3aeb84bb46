package tap

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"

	"tap-jira/internal/bookmark"
	"tap-jira/internal/singer"
)

// sources says where everything selected is read, in the order of the output.
func (r *run) sources() ([]source, error) {
	sources, ofUsers, err := r.listedSources()
	if err != nil {
		return nil, err
	}
	if r.users != nil {
		sources = append(sources, func(context.Context) iter.Seq[task] { return one(r.readUsers(r.users)) })
	}
	issues, err := r.issueSources()
	if err != nil {
		return nil, err
	}
	sources = append(sources, issues...)
	if r.users != nil {
		sources = append(sources, func(context.Context) iter.Seq[task] { return one(r.lastUsers()) })
	}
	return append(sources, ofUsers...), nil
}

// close activates the version of a stream that was read whole. A hidden table never was in the output.
func (r *run) close(t *table) error {
	if t.stream.Window && !t.whole {
		return nil // it was read in part
	}
	a := t.account
	aPart := r.options.Shard != nil && r.inIssues(t.stream)
	if t.version == 0 || t.hidden || aPart || t.unactivated() || a.failed || a.gaps > 0 || a.tolerated > 0 ||
		r.options.RecordLimit > 0 || len(r.options.Groups) > 0 {
		return nil
	}
	return r.writer.ActivateVersion(t.message, t.version)
}

// unactivated tells whether targets fail on activating a version of the table: meltanolabs-target-postgres (0.8) takes a
// column that is called version, as server_info and workflows have, for the version itself, and dies.
func (t *table) unactivated() bool { return slices.Contains(t.schema.Columns(), "version") }

// issueSources returns the walks over the issues, one for each place to go on
// from, and the feed of worklogs where it can be used.
func (r *run) issueSources() ([]source, error) {
	var sources []source
	var trees []*issueTree
	groups, err := r.issueGroups()
	if err != nil {
		return nil, err
	}
	feed, err := r.siteWideFeed()
	if err != nil {
		return nil, err
	}
	if len(groups) == 0 {
		feed.tellAlone()
	}
	for _, group := range groups {
		tree, err := r.newIssueTree(group.members, group.bookmark)
		if err != nil {
			return nil, bookmark.Unreadable(group.members[0].stream.Name, err)
		}
		tree.scope = r.options.Shard.Limit(r.scope, r.client.JQLTime)
		if err := tree.seekArrivals(feed); err != nil {
			return nil, err
		}
		trees = append(trees, tree)
		sources = append(sources, feed.beside(tree))
		for _, t := range group.members {
			if t.whole {
				sources = append(sources, r.closing(t, nil))
			}
		}
	}
	behind, err := r.behindIssues(trees, feed)
	return append(sources, behind...), err
}

// behindIssues are the sources that come after the walks over issues.
func (r *run) behindIssues(trees []*issueTree, feed *worklogFeed) ([]source, error) {
	var sources []source
	// Before the feed of worklogs: what the feed does not show of an issue that is out
	// of sight is read when the issue comes back, because the census has dropped it.
	// A worklog of such an issue may then come by the feed as well.
	if issues := r.table("issues"); issues != nil && r.deletions != nil {
		walk, err := r.newCensusWalk(issues, trees)
		if err != nil {
			return nil, err
		}
		sources = append(sources, walk.tasks)
	}
	if feed != nil && !feed.placed {
		sources = append(sources, feed.tasks)
	}
	if feed != nil && r.deletions != nil {
		sources = append(sources, feed.deletedTasks)
	}
	return sources, nil
}

// siteWideFeed is the feed of worklogs; nil where they are not selected, or come with the issues.
func (r *run) siteWideFeed() (*worklogFeed, error) {
	worklogs := r.table("worklogs")
	if r.feed != nil || worklogs == nil || r.scope != "" {
		return r.feed, nil
	}
	return r.newWorklogFeed(worklogs)
}

// issueGroup are the issue streams that go on from the same place.
type issueGroup struct {
	members  []*table
	bookmark bookmark.Issues
}

// issueGroups puts the selected issue streams together by their bookmarks, so
// that one walk serves as many as possible.
func (r *run) issueGroups() ([]*issueGroup, error) {
	var groups []*issueGroup
	var inherit []string
	for _, t := range r.tables {
		if !r.inIssues(t.stream) {
			continue
		}
		saved, err := r.issueBookmark(t)
		if err == nil && t.stream.Undated() {
			t.account.swept = saved.Swept
			saved, err = saved.Due(r.options.Sweep, r.site.ServerTime)
			r.tellSweep(t, saved)
		}
		if err != nil {
			return nil, bookmark.Unreadable(t.stream.Name, err)
		}
		if t.stream.Name != "issues" && saved.Value != "" && len(r.state.Bookmark(t.stream.Name)) == 0 {
			inherit = append(inherit, t.stream.Name)
		}
		groups = join(groups, t, saved)
	}
	r.tellInherited(inherit)
	return groups, nil
}

// tellInherited warns, on the first run with another tap's state, of streams that go on at its bookmark of issues: rows that the
// other tap never read, such as comments that Jira does not embed in the issue, stay out of the output.
func (r *run) tellInherited(streams []string) {
	if len(streams) == 0 {
		return
	}
	r.log.Warn("the state is another tap's: these streams go on at its bookmark of issues, without what that tap left unread; after this run "+
		"`tap-jira state reset "+strings.Join(streams, " ")+" --state FILE` lets the next one read all of them once", "bookmark", r.state.Bookmark("issues")[singer.ReplicationKeyValue])
}

// tellSweep says in the summary when the stream was last read whole.
func (r *run) tellSweep(t *table, b bookmark.Issues) {
	switch {
	case r.options.again() || t.account.swept == "": // a first load reads everything, and says nothing of it
	case b.Value == "" || b.Loading != nil:
		t.account.note("read whole, as Jira does not date its changes")
	default:
		t.account.note("last read whole at " + b.Swept + ", as Jira does not date its changes")
	}
}

func join(groups []*issueGroup, t *table, saved bookmark.Issues) []*issueGroup {
	for _, g := range groups {
		if g.bookmark.Same(saved) {
			g.members = append(g.members, t)
			g.bookmark.Claim = cmp.Or(g.bookmark.Claim, saved.Claim) // only issues have one
			g.bookmark.Compared = earlier(g.bookmark.Compared, saved.Compared)
			return groups
		}
	}
	return append(groups, &issueGroup{members: []*table{t}, bookmark: saved})
}

// earlier is the earlier of two moments of bookmarks, of which each may be missing.
func earlier(a, b string) string {
	if a == "" || b == "" {
		return cmp.Or(a, b)
	}
	return min(a, b) // both are written by singer.FormatTime, which sorts as time does
}

// issueBookmark returns where a stream goes on. A child without a bookmark
// takes that of issues when another tap wrote it, because other taps read the
// children along with the issues and keep one bookmark for all.
func (r *run) issueBookmark(t *table) (bookmark.Issues, error) {
	if t.whole || r.options.again() {
		return bookmark.Issues{}, nil
	}
	saved, err := r.savedBookmark(t.stream.Name)
	if err != nil || saved.Value != "" || t.stream.Name == "issues" {
		return saved, err
	}
	issues, err := r.savedBookmark("issues")
	if err != nil || issues.Scope != "" {
		return saved, err // it is ours
	}
	return issues, nil
}

// savedBookmark reads an issue stream's bookmark with its overlap, wherever the
// state holds that.
func (r *run) savedBookmark(name string) (bookmark.Issues, error) {
	var saved, holder bookmark.Issues
	if err := bookmark.Read(name, r.state.Bookmark(name), &saved); err != nil {
		return saved, err
	}
	if saved.Overlap == nil || saved.Overlap.In == "" {
		return saved, nil
	}
	err := bookmark.Read(saved.Overlap.In, r.state.Bookmark(saved.Overlap.In), &holder)
	if holder.Overlap == nil || holder.Overlap.From != saved.Overlap.From || holder.Overlap.In != "" {
		saved.Overlap = nil
		return saved, err
	}
	saved.Overlap = holder.Overlap
	return saved, err
}
