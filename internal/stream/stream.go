package stream

import (
	"slices"

	"tap-jira/internal/jira"
)

// Replication says how often a row comes again.
type Replication string

const (
	// FullTable streams are read whole in every run.
	FullTable Replication = "FULL_TABLE"
	// Incremental streams are read from their bookmark on.
	Incremental Replication = "INCREMENTAL"
)

// Source names the code that reads a stream when one list of pages does not do.
type Source int

const (
	// Listed streams are lists that the endpoint alone describes.
	Listed Source = iota
	// IssueTree streams come with the issues: ids are listed first, then issues
	// are read a hundred at a time with what hangs on them.
	IssueTree
	// WorklogFeed is Jira's feed of changed worklogs, site-wide.
	WorklogFeed
	// UserDirectory is the list of users, joined with everyone seen in issues.
	UserDirectory
)

// Stream declares one table. The zero value of a field means "nothing special".
type Stream struct {
	// Name is the stream's name and the name of its schema file.
	Name string
	// Documented is the page of Atlassian's REST documentation that describes the record.
	Documented string
	// Keys are the columns that make a row unique on Cloud, and on Data Center
	// unless DataCenterKeys says otherwise.
	Keys []string
	// DataCenterKeys replaces Keys on Data Center.
	DataCenterKeys []string
	// Replication is FullTable unless set.
	Replication Replication
	// Bookmark is the column that an incremental stream goes on from.
	Bookmark string
	// Source names the reader; Listed unless set.
	Source Source
	// Cloud and DataCenter are the endpoints of a Listed stream.
	Cloud, DataCenter Endpoint
	// NotOn says why one of them is empty: what that deployment lacks.
	NotOn string
	// Unread tells that the deployment of NotOn has the rows all the same, where the tap does not read them.
	Unread bool
	// Parent is the stream whose rows a child is asked for, one by one.
	Parent *Parent
	// Values are what a list without a parent is asked for, one by one.
	Values *Values
	// Hidden streams are not offered: they are read for their children alone.
	Hidden bool
	// Part is where the rows of an IssueTree child stand in an issue.
	Part Part
	// Relies says why a child may be read again only when its parent was updated.
	// It is empty where that cannot be relied on: Jira dates no change of such a
	// row, and the stream is read whole from time to time.
	Relies string
	// Lift copies nested values to columns at the top: column to dotted path.
	Lift map[string]string
	// Absent lists the answers that mean "nothing here" rather than failure.
	Absent []Absence
	// Window tells that an incremental list is asked for what came between two
	// moments, the placeholders {from} and {to}; see Between.
	Window bool
	// Once tells that a row is seen from several parents and printed for the first.
	Once bool
	// Standard streams are selected by default.
	Standard bool
	// Permission is what the account needs beyond browsing projects, in Jira's
	// own words; empty when nothing is. What stands behind a comma is a condition
	// on the site.
	Permission string
	// DataCenterPermission replaces Permission on Data Center; NoPermission is none.
	DataCenterPermission string
}

// NoPermission says that Data Center asks for no permission where Cloud does.
const NoPermission = "none"

// Parent ties a child stream to the rows of another. A child of a child knows
// the placeholders of both.
type Parent struct {
	// Stream is the parent's name.
	Stream string
	// Field is the value of the parent's rows that the child's path needs, dotted.
	Field string
	// As is the placeholder in the child's path, and the name of the column
	// when Column is set.
	As string
	// Column tells that the child's record lacks the parent's id, so the tap adds it.
	Column bool
	// Inherit are placeholders of the parent's own parents that the tap adds as
	// columns too.
	Inherit []string
	// Where leaves out the parent's rows of which a value, by its dotted path, is
	// none of these.
	Where map[string][]string
	// Tail tells that the placeholder is the last element of Field's value, an address.
	Tail bool
	// Batch asks for up to so many rows of the parent in one request; the
	// placeholder then stands for all their values. 0 asks for one at a time.
	Batch int
	// Spread is the array in a record that names the rows of the batch which it is
	// about: each gives a row, with that value in the column As.
	Spread string
}

// Values are the fixed values that a list is asked for.
type Values struct {
	// As is the placeholder in the path, and the name of the column when Column is set.
	As string
	// List holds the values.
	List []string
	// Column tells that the tap adds the value as a column.
	Column bool
}

// Endpoint returns the endpoint of the deployment.
func (s Stream) Endpoint(d jira.Deployment) Endpoint {
	if d == jira.DataCenter {
		return s.DataCenter
	}
	return s.Cloud
}

// On returns the stream as it is on the deployment, where its parent and the
// lifted columns may be others.
func (s Stream) On(d jira.Deployment) Stream {
	e := s.Endpoint(d)
	if e.Parent != nil {
		s.Parent = e.Parent
	}
	if e.Lift != nil {
		s.Lift = e.Lift
	}
	return s
}

// above is the stream's parent.
func (s Stream) above() (Stream, bool) {
	if s.Parent == nil {
		return Stream{}, false
	}
	return Find(s.Parent.Stream)
}

// Offered tells whether the deployment has the stream.
func (s Stream) Offered(d jira.Deployment) bool {
	return !s.Hidden && s.Has(d)
}

// Has tells whether the deployment has the rows, offered or not.
func (s Stream) Has(d jira.Deployment) bool {
	e, needsEndpoint := s.Endpoint(d), s.Source == Listed || s.Part == PerIssue
	return !needsEndpoint || e.Path != "" || e.Within != ""
}

// Columns returns the columns that the tap adds: the ids of the parents, or the
// fixed value that was asked for.
func (s Stream) Columns() []string {
	if s.Values != nil && s.Values.Column {
		return []string{s.Values.As}
	}
	if s.Parent == nil || !s.Parent.Column {
		return nil
	}
	return append(slices.Clone(s.Parent.Inherit), s.Parent.As)
}

// KeysOn returns the key columns on the deployment.
func (s Stream) KeysOn(d jira.Deployment) []string {
	if d == jira.DataCenter && s.DataCenterKeys != nil {
		return s.DataCenterKeys
	}
	return s.Keys
}

// PermissionOn returns what the account needs on the deployment beyond browsing
// projects; empty when nothing is.
func (s Stream) PermissionOn(d jira.Deployment) string {
	switch {
	case d == jira.Cloud || s.DataCenterPermission == "":
		return s.Permission
	case s.DataCenterPermission == NoPermission:
		return ""
	}
	return s.DataCenterPermission
}

// Method returns the replication, FullTable when nothing is declared.
func (s Stream) Method() Replication {
	if s.Replication == "" {
		return FullTable
	}
	return s.Replication
}

// Undated tells that Jira gives no date by which changes of an incremental
// stream could be found, so that it must be read whole from time to time.
func (s Stream) Undated() bool {
	return s.Method() == Incremental && s.Parent != nil && s.Relies == ""
}

// platform is the page of one API group in Atlassian's reference of the
// platform API, version 3.
func platform(group string) string {
	return "https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-" + group + "/"
}
