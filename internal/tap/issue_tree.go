package tap

import (
	"fmt"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tap-jira/internal/bookmark"
	"tap-jira/internal/derive"
	"tap-jira/internal/jira"
	"tap-jira/internal/overlap"
	"tap-jira/internal/stream"
)

// issueTree reads issues and what hangs on them in one walk, for all selected
// streams that go on from the same bookmark.
type issueTree struct {
	run       *run
	members   []*table // the selected streams, for bookmarks and failures
	issues    *table
	embedded  []embeddedChild
	histories *table // asked for in bulk, Cloud only; nil when embedded or not selected
	derived   []derived
	extras    []*extra
	rows      *historyRows // made of the histories; nil when none are selected
	hydration jira.Hydration
	// scope are the limits of the walk in JQL: the run's, and those of its shard.
	scope string

	bookmark bookmark.Issues
	from     time.Time      // updates since then are read
	created  time.Time      // a first load goes on from here
	printed  *overlap.Saved // what the last run printed since from
	started  time.Time      // the server's clock when this walk began
	compared time.Time      // the bookmark of the last walk whose issues were compared with the census

	// tally counts the issues in the output; nil when they are not printed.
	tally *bookmark.Tally
	// arrivals are the issues that come in sight; nil where nobody looks for them.
	arrivals *arrivals
	// again is since when changes are left to the next walk as well; zero for none.
	again time.Time
	// aside tells that the walk completes another and keeps no bookmark.
	aside bool
	// echo are walks whose next run need not print what this one did.
	echo []*issueTree
	// known are the versions of the overlap that need not be printed again.
	known []overlap.Version
	// short is how many issues Jira counts and does not list, even when asked again.
	short int
	// barred tells that the histories, which alone this walk is for, may not be read:
	// what is left need not be asked for.
	barred atomic.Bool
	// judged is closed once the first histories are read or refused; nil where the walk
	// is for more than histories.
	judged  chan struct{}
	judging sync.Once
	// without tells that the site does without lists that are optional.
	without atomic.Bool
	// Only the writing side uses these.
	reached int64
	overlap *overlap.Overlap
	unread  []uint64
	failed  bool
}

// embeddedChild is a child whose rows Jira embeds in the issue.
type embeddedChild struct {
	table *table
	list  embeddedList
	// rest is the path of the whole list, for issues where the embedded one is cut, with its query.
	rest  string
	query url.Values
	pager jira.Pager
	// optional tells that a site may do without such lists: worklogs, where time
	// tracking is switched off. An issue then has none embedded, and 404 instead of one.
	optional bool
}

// newIssueTree prepares the walk for streams with the same bookmark.
func (r *run) newIssueTree(members []*table, saved bookmark.Issues) (*issueTree, error) {
	tree := &issueTree{run: r, members: members, bookmark: saved, scope: r.scope}
	for _, t := range members {
		if err := tree.place(t); err != nil {
			return nil, err
		}
	}
	if err := tree.prepareIssues(); err != nil {
		return nil, err
	}
	if err := tree.locate(); err != nil {
		return nil, err
	}
	if tree.bulkHistories() && tree.issues.hidden && len(tree.historyTables()) == len(tree.members) {
		tree.judged = make(chan struct{})
	}
	return tree, tree.beginTally()
}

// beginTally goes on with the claim of how many issues are in the output, where the tree prints them.
func (tree *issueTree) beginTally() (err error) {
	if tree.issues.hidden || tree.aside {
		return nil
	}
	limited := tree.run.scope != "" || !tree.run.options.EndDate.IsZero()
	tree.tally, err = bookmark.NewTally(tree.bookmark, tree.run.start, tree.next(), limited)
	return err
}

// newAsideTree prepares to read issues whose ids are known already, with what
// the tables hold of them.
func (r *run) newAsideTree(tables []*table, echo []*issueTree) (*issueTree, error) {
	tree := &issueTree{run: r, aside: true, echo: echo, overlap: overlap.New(r.site.ServerTime)}
	for _, t := range tables {
		if t.stream.Source != stream.IssueTree && t.stream.Source != stream.WorklogFeed {
			continue
		}
		if t.stream.Part == stream.Issue {
			t = new(*t) // its plan leads other lists aside
		}
		tree.members = append(tree.members, t)
		if err := tree.place(t); err != nil {
			return nil, err
		}
	}
	return tree, tree.prepareIssues()
}

// place decides where the rows of a member come from.
func (tree *issueTree) place(t *table) error {
	dataCenter := tree.run.site.Deployment == jira.DataCenter
	path, inIssue := t.stream.Part.Path()
	switch {
	case inIssue:
		tree.derived = append(tree.derived, derived{table: t, path: path})
	case t.stream.Part == stream.Links:
		tree.derived = append(tree.derived, derived{table: t, path: "fields.issuelinks", row: derive.LinkRow})
	case t.stream.Part == stream.SLACycles:
		tree.addServiceLevels(t)
	case t.stream.Part == stream.PerIssue:
		return tree.addExtra(t)
	case t.stream.Part.FromHistories():
		tree.addHistoryRows(t)
		tree.hydration.Changelog = dataCenter
	case t.stream.Part == stream.Issue:
		tree.issues = t
	case t.stream.Part == stream.Comments:
		tree.embed(embeddedChild{
			table: t, list: embeddedList{path: "fields.comment", records: "comments"},
			rest: "/rest/api/{v}/issue/{issueId}/comment", pager: jira.Offset("comments"),
		})
	case t.stream.Source == stream.WorklogFeed:
		tree.embed(embeddedChild{
			table: t, list: embeddedList{path: "fields.worklog", records: "worklogs"},
			rest: "/rest/api/{v}/issue/{issueId}/worklog", pager: jira.Offset("worklogs"), optional: true,
		})
	case t.stream.Part == stream.Transitions:
		tree.hydration.Transitions = true
		tree.embed(embeddedChild{table: t, list: embeddedList{path: "transitions", whole: true}})
	case t.stream.Part == stream.Histories && dataCenter:
		tree.hydration.Changelog = true
		tree.embed(embeddedChild{
			table: t, list: embeddedList{path: "changelog", records: "histories"},
			rest: "/rest/api/{v}/issue/{issueId}", query: url.Values{"expand": {"changelog"}, "fields": {"created"}}, pager: jira.Whole("changelog.histories"),
		})
	case t.stream.Part == stream.Histories:
		tree.histories = t
	}
	return nil
}

// keysOnly keeps no column but those that are always sent.
func keysOnly(...string) bool { return false }

func (tree *issueTree) embed(child embeddedChild) {
	tree.embedded = append(tree.embedded, child)
}

// prepareIssues compiles the issues themselves, printed or not, with the
// children's lists led aside.
func (tree *issueTree) prepareIssues() error {
	if tree.issues == nil {
		issues, _ := stream.Find("issues")
		t, err := tree.run.newHiddenTable(issues)
		if err != nil {
			return err
		}
		tree.issues = t
	}
	var divert []string
	fields := issueFields(tree.issues.schema)
	if (tree.issues.tombstones || tree.asksByProject()) && !slices.Contains(fields, "project") {
		fields = append(fields, "project")
	}
	for _, child := range tree.embedded {
		divert = append(divert, child.list.path)
		if field, ok := fieldOf(child.list.path); ok {
			fields = append(fields, field)
		}
	}
	tree.issues.wanted = nil
	for _, d := range tree.derived {
		tree.issues.wanted = append(tree.issues.wanted, d.path)
		if field, ok := fieldOf(d.path); ok && !slices.Contains(fields, field) {
			fields = append(fields, field)
		}
	}
	if tree.rows != nil {
		fields = tree.rows.fields.Needed(fields)
	}
	tree.hydration.Fields = fields
	if err := tree.issues.compile(tree.run.options, divert); err != nil {
		return fmt.Errorf("prepare the stream issues: %w", err)
	}
	return nil
}
