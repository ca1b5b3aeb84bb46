// Package stream declares the tables that the tap offers: for each one its
// keys, where Jira has it and how its pages are cut. A declaration is data; how
// pages are fetched, retried, shaped and written is no business of this
// package, and it does not know that Singer exists beyond the field's words.
package stream

import (
	"net/url"
	"slices"
	"strings"

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

// Endpoint is where a Listed stream is read on one deployment.
type Endpoint struct {
	// Path is the template below the base URL, with {v} for the API version and
	// {name} for a value of the parent.
	Path string
	// Query holds the fixed parameters.
	Query url.Values
	// Pager says how the list is cut into pages.
	Pager jira.Pager
	// Successor is asked when this endpoint answers 403, 404 or 410, because
	// Jira offers the same list under two permissions or is moving it.
	Successor *Endpoint
	// Within is where the rows stand in those of the parent, by its dotted path:
	// they cost no request, and there is no Path.
	Within string
	// Parent and Lift are the stream's on this deployment, where they differ.
	Parent *Parent
	Lift   map[string]string
}

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

// Part is where the rows of a child stand in an issue.
type Part string

const (
	// Issue is the issue itself.
	Issue Part = "issue"
	// Comments are under fields.comment.
	Comments Part = "comments"
	// Histories are the changelog.
	Histories Part = "histories"
	// Transitions are those that the account may make.
	Transitions Part = "transitions"
	// PerIssue rows are asked for by a request for each issue.
	PerIssue Part = "per issue"
	// Links are under fields.issuelinks, each in both of its issues.
	Links Part = "links"
	// FieldHistory are the changes of fields, with the values they began with,
	// worked out from the histories and the issue.
	FieldHistory Part = "field history"
	// MultiselectHistory are the values that came to and left fields that hold several.
	MultiselectHistory Part = "multiselect history"
	// SprintHistory are the sprints that the issue came to and left.
	SprintHistory Part = "sprint history"
	// KeyHistory are the keys that the issue has and had.
	KeyHistory Part = "key history"
	// SLACycles are the runs of the clocks of service levels, each a field.
	SLACycles Part = "sla cycles"
)

// embedded marks the parts that are arrays in an issue.
const embedded = "embedded in "

// Embedded are the rows of an array in the issue, by its dotted path.
func Embedded(path string) Part { return Part(embedded + path) }

// Path returns where in the issue the rows of an embedded part stand.
func (p Part) Path() (path string, ok bool) {
	return strings.CutPrefix(string(p), embedded)
}

// FromHistories tells that the rows are worked out from the histories of the
// issue and what it holds now.
func (p Part) FromHistories() bool {
	switch p {
	case FieldHistory, MultiselectHistory, SprintHistory, KeyHistory:
		return true
	}
	return false
}

// NeedsFields tells that the rows cannot be made without knowing the site's fields.
func (p Part) NeedsFields() bool {
	return p == Issue || p == SLACycles || p.FromHistories()
}

// Absence is an answer that is tolerated, and why.
type Absence struct {
	// Status is the HTTP status.
	Status int
	// Text must be part of Jira's message, whatever the case of its letters;
	// empty takes any.
	Text string
	// Reason says what the answer means, for the summary.
	Reason string
	// OnlyGone tells that what is asked about always has such a part, so that the
	// answer is believed only where it is gone itself; see Itself.
	OnlyGone bool
}

// Saying narrows an absence to messages with that text.
func (a Absence) Saying(text string) Absence {
	a.Text = text
	return a
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

// Tolerates returns what is declared of an answer with this status and these
// messages that is no failure.
func (s Stream) Tolerates(status int, messages []string) (a Absence, ok bool) {
	said := strings.ToLower(strings.Join(messages, "\n"))
	for _, a := range s.Absent {
		if a.Status == status && strings.Contains(said, strings.ToLower(a.Text)) {
			return a, true
		}
	}
	return Absence{}, false
}

// On declares a tolerated answer.
func On(status int, reason string) Absence {
	return Absence{Status: status, Reason: reason}
}

// forApps are the refusals of people where Jira tells apps alone, and each of
// itself: a login that is no app has no such rows. Connect's answer is a 401.
func forApps() []Absence {
	return []Absence{
		On(403, "only apps may read it").Saying(" app"),
		On(401, "only apps may read it").Saying("Connect app"),
	}
}

// Get declares an endpoint; query is given as name, value, name, value. A value
// may be a placeholder: {name}, which joins the values of a batch with commas, or
// {name*}, which repeats the parameter for each (the two forms of RFC 6570).
func Get(path string, pager jira.Pager, query ...string) Endpoint {
	values := url.Values{}
	for i := 0; i+1 < len(query); i += 2 {
		values.Add(query[i], query[i+1])
	}
	return Endpoint{Path: path, Query: values, Pager: pager}
}

// Within declares rows that stand in those of the parent, under its dotted path:
// the elements of an array, or the members of an object as key and value.
func Within(path string) Endpoint { return Endpoint{Within: path} }

// Each returns the endpoint with a parent of its own.
func (e Endpoint) Each(p Parent) Endpoint {
	e.Parent = &p
	return e
}

// Lifting returns the endpoint with lifted columns of its own.
func (e Endpoint) Lifting(lift map[string]string) Endpoint {
	e.Lift = lift
	return e
}

// Or returns the endpoint with another to ask when it is refused or gone.
func (e Endpoint) Or(other Endpoint) Endpoint {
	e.Successor = &other
	return e
}

// platform is the page of one API group in Atlassian's reference of the
// platform API, version 3.
func platform(group string) string {
	return "https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-" + group + "/"
}
