package census

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2/roaring64"
)

// Part is a share of the census that can stand at a Mark of its own, because
// some targets hand back the state of one stream earlier than that of another.
type Part string

// The parts.
const (
	// Issues are the ids of issues by project.
	Issues Part = "issues"
	// Comments are the ids of comments by issue.
	Comments Part = "comments"
	// Worklogs are the ids of worklogs, by issue and site-wide.
	Worklogs Part = "worklogs"
)

// parts lists them in the order of the file.
func parts() []Part { return []Part{Issues, Comments, Worklogs} }

// Census is what was printed. It is not safe for concurrent use.
type Census struct {
	projects map[uint64]*roaring64.Bitmap
	issues   *roaring64.Bitmap // of all projects
	children map[Part]*children
	worklogs *roaring64.Bitmap

	pending []byte // changes since the last Commit, as the file holds them
	store   store
}

// newCensus is a census of nothing.
func newCensus() *Census {
	return &Census{
		projects: map[uint64]*roaring64.Bitmap{}, issues: roaring64.New(), worklogs: roaring64.New(),
		children: map[Part]*children{Comments: {}, Worklogs: {}},
	}
}

// Issues returns the ids of all issues. It must not be changed, and is valid
// until the next change of the census.
func (c *Census) Issues() *roaring64.Bitmap { return c.issues }

// Project returns the project of an issue; ok is false for one that is not known.
func (c *Census) Project(issue uint64) (project uint64, ok bool) {
	if !c.issues.Contains(issue) {
		return 0, false
	}
	for project, issues := range c.projects {
		if issues.Contains(issue) {
			return project, true
		}
	}
	return 0, false
}

// Size returns how many issues of a project are known.
func (c *Census) Size(project uint64) uint64 {
	if c.projects[project] == nil {
		return 0
	}
	return c.projects[project].GetCardinality()
}

// PutIssue notes an issue, and its project, which may have changed.
func (c *Census) PutIssue(issue, project uint64) {
	if in := c.projects[project]; in != nil && in.Contains(issue) {
		return
	}
	c.putIssue(issue, project)
	c.log(opIssue, issue, project)
}

// DropIssue forgets an issue with its children.
func (c *Census) DropIssue(issue uint64) {
	c.dropIssue(issue)
	c.log(opIssueGone, issue)
}

// PutChildren notes the complete list of an issue's comments or worklogs, and
// returns those that were known before and are not in it, ascending.
func (c *Census) PutChildren(part Part, issue uint64, ids []uint64) (gone []uint64) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	before := c.children[part].get(issue)
	if slices.Equal(before, ids) {
		return nil
	}
	list := appendList(nil, ids)
	c.children[part].put(issue, list)
	c.log(opChildren, partNumber(part), issue)
	c.pending = append(c.pending, list...)
	for _, id := range before {
		if _, there := slices.BinarySearch(ids, id); !there {
			gone = append(gone, id)
		}
	}
	return gone
}

// PutWorklog notes a worklog whose issue is not known.
func (c *Census) PutWorklog(id uint64) {
	if c.worklogs.CheckedAdd(id) {
		c.log(opWorklog, id)
	}
}

// DropWorklog forgets such a worklog, and tells whether it was known.
func (c *Census) DropWorklog(id uint64) bool {
	known := c.worklogs.CheckedRemove(id)
	if known {
		c.log(opWorklogGone, id)
	}
	return known
}

func (c *Census) putIssue(issue, project uint64) {
	if !c.issues.CheckedAdd(issue) {
		for _, issues := range c.projects {
			issues.Remove(issue) // it moved
		}
	}
	if c.projects[project] == nil {
		c.projects[project] = roaring64.New()
	}
	c.projects[project].Add(issue)
}

func (c *Census) dropIssue(issue uint64) {
	c.issues.Remove(issue)
	for _, issues := range c.projects {
		issues.Remove(issue)
	}
	for _, children := range c.children {
		children.drop(issue)
	}
}
