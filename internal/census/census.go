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
	known    issues
	unsure   issues
	children map[Part]*children
	worklogs *roaring64.Bitmap

	pending []byte // changes that the file does not hold yet
	unnamed bool   // the file holds changes that no mark names
	// touched are the issues that changes were about; nil when nobody asks.
	touched *roaring64.Bitmap
	store   store
}

// newCensus is a census of nothing.
func newCensus() *Census {
	return &Census{
		known: newIssues(), unsure: newIssues(), worklogs: roaring64.New(),
		children: map[Part]*children{Comments: {}, Worklogs: {}},
	}
}

// Known returns the ids of the issues that were printed. It must not be changed,
// and is valid until the next change of the census.
func (c *Census) Known() *roaring64.Bitmap { return c.known.all }

// Unsure returns the ids of the issues of which it is not known whether their
// rows, or their tombstones, have reached anyone, because a run ended between
// printing them and saying so. The same holds for it as for Known.
func (c *Census) Unsure() *roaring64.Bitmap { return c.unsure.all }

// Project returns the project of an issue, known or unsure; ok is false for any other.
func (c *Census) Project(issue uint64) (project uint64, ok bool) {
	if project, ok = c.known.project(issue); ok {
		return project, ok
	}
	return c.unsure.project(issue)
}

// Size returns how many issues of a project are known or unsure.
func (c *Census) Size(project uint64) uint64 { return c.known.size(project) + c.unsure.size(project) }

// AboutTo notes that the row of an issue, or its tombstone, is about to be
// printed: until PutIssue or DropIssue say that it was, nobody can be sure. The
// row of an issue that is known changes nothing.
func (c *Census) AboutTo(issue, project uint64, tombstone bool) {
	if c.unsure.has(issue, project) || !tombstone && c.known.has(issue, project) {
		return
	}
	c.makeUnsure(issue, project)
	c.log(opIssueUnsure, issue, project)
}

// PutIssue notes an issue, and its project, which may have changed.
func (c *Census) PutIssue(issue, project uint64) {
	if c.known.has(issue, project) && !c.unsure.all.Contains(issue) {
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

// AddChildren notes ids of an issue's comments or worklogs beside those known.
func (c *Census) AddChildren(part Part, issue uint64, ids []uint64) {
	c.PutChildren(part, issue, slices.Concat(c.children[part].get(issue), ids))
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
	list := packList(ids)
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

// putIssue makes an issue known.
func (c *Census) putIssue(issue, project uint64) {
	c.touch(issue)
	c.unsure.drop(issue)
	c.known.put(issue, project)
}

// makeUnsure makes it unsure, whatever it was.
func (c *Census) makeUnsure(issue, project uint64) {
	c.touch(issue)
	c.known.drop(issue)
	c.unsure.put(issue, project)
}

// dropIssue forgets it with its children.
func (c *Census) dropIssue(issue uint64) {
	c.touch(issue)
	c.known.drop(issue)
	c.unsure.drop(issue)
	for _, children := range c.children {
		children.drop(issue)
	}
}

// touch remembers that an issue was changed at all, while a file is read behind a mark.
func (c *Census) touch(issue uint64) {
	if c.touched != nil {
		c.touched.Add(issue)
	}
}
