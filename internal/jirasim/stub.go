package jirasim

import (
	"encoding/json"
	"errors"
	"io"
	"iter"
	"time"
)

// issueMeta is what can be told of an issue without rendering it; it is cheap to make.
type issueMeta struct {
	Index    int    // 0..issueCount()-1, ascending by created
	ID       uint64 // ids ascend with the index and have gaps
	Project  int    // index of the project, see projectCount
	Number   uint32 // of the key: ALPHA-17 is 17
	Created  int64  // epoch ms
	Updated  int64  // epoch ms
	Type     string // id of the issue type
	Status   string // id of the status
	Priority string // id of the priority
	Resolved int64  // epoch ms, 0 when unresolved
	Assignee int    // index of the user, -1 when nobody
	Reporter int    // index of the user
	Parent   int    // index of the parent issue, -1 when none
	Archived bool   // not in search, but there by id
	Deleted  bool   // gone: answers 404
	OldKeys  []string
}

// issueCount is one more than the largest index; deleted and archived issues count.
func (s *Site) issueCount() int { return 0 }

// issueMeta tells what issue i is now.
func (s *Site) issueMeta(i int) issueMeta { return issueMeta{Index: i} }

// issueKey is the issue's present key.
func (s *Site) issueKey(i int) string { return "" }

// issueByID finds an issue by its id. Deleted ones are found too: look at issueMeta.Deleted.
func (s *Site) issueByID(id uint64) (i int, ok bool) { return 0, false }

// issueByKey finds an issue by its present key or by one that it had before it moved.
func (s *Site) issueByKey(key string) (i int, ok bool) { return 0, false }

// byCreated iterates over the issues with from <= created < to (epoch ms, to 0 = open), oldest first, ties by index.
// Archived issues are among them, deleted ones are not.
func (s *Site) byCreated(from, to int64) iter.Seq[int] { return func(func(int) bool) {} }

// byUpdated is byCreated on the updated date.
func (s *Site) byUpdated(from, to int64) iter.Seq[int] { return func(func(int) bool) {} }

// fieldSet is a set of the site's issue fields.
type fieldSet struct{ bits [4]uint64 }

// parseFields reads a request's field names ("*all", "*navigable", "-comment", ids). otherwise is what counts when
// names is empty or holds exclusions only. Unknown names are ignored, as in Jira. "id" and "key" are no fields;
// they only keep the set from being empty: idOnly is true when nothing else was asked for.
func (s *Site) parseFields(names []string, otherwise string) (set fieldSet, idOnly bool) { return }

// renderOptions say how an issue is written.
type renderOptions struct {
	Fields      fieldSet
	Bare        bool           // Cloud's search without fields: {"id":"10001"} and nothing else
	API         int            // 2 or 3; rich text of 3 is a document
	Zone        *time.Location // of dates; nil is the account's zone
	Changelog   int            // embed the newest n histories on Cloud; -1 embeds all; 0 none. Data Center: oldest first
	Transitions bool           // expand=transitions
	Comments    int            // at most so many embedded comments, -1 all
	Worklogs    int            // at most so many embedded worklogs, -1 all
}

// appendIssue appends the issue as search, bulkfetch and GET issue send it.
func (s *Site) appendIssue(dst []byte, i int, o renderOptions) []byte { return dst }

// appendFieldNames appends {"summary":"Summary",…}, search's expand=names.
func (s *Site) appendFieldNames(dst []byte, set fieldSet) []byte { return dst }

// appendFieldSchemas appends {"summary":{"type":"string",…},…}, search's expand=schema.
func (s *Site) appendFieldSchemas(dst []byte, set fieldSet) []byte { return dst }

// historyCount is the number of histories of issue i.
func (s *Site) historyCount(i int) int { return 0 }

// historyMeta gives the id and the time (epoch ms) of history j of issue i, oldest first.
func (s *Site) historyMeta(i, j int) (id uint64, created int64) { return }

// appendHistory appends history j of issue i, oldest first, as GET issue/{id}/changelog sends it.
func (s *Site) appendHistory(dst []byte, i, j int, o renderOptions) []byte { return dst }

// appendBulkHistory appends it as changelog/bulkfetch sends it: created is a number of epoch ms, and there is no self.
func (s *Site) appendBulkHistory(dst []byte, i, j int, o renderOptions) []byte { return dst }

// historyTouches reports whether history j of issue i changes one of the field ids (bulkfetch's fieldIds).
func (s *Site) historyTouches(i, j int, fieldIDs []string) bool { return false }

// commentCount is the number of comments of issue i.
func (s *Site) commentCount(i int) int { return 0 }

// appendComment appends comment j of issue i, oldest first.
func (s *Site) appendComment(dst []byte, i, j int, o renderOptions) []byte { return dst }

// commentByID finds a comment.
func (s *Site) commentByID(id uint64) (i, j int, ok bool) { return }

// worklogCount is the number of worklogs of issue i.
func (s *Site) worklogCount(i int) int { return 0 }

// appendWorklog appends worklog j of issue i, oldest first.
func (s *Site) appendWorklog(dst []byte, i, j int, o renderOptions) []byte { return dst }

// worklogByID finds a worklog that the account may see; the feed also names others.
func (s *Site) worklogByID(id uint64) (i, j int, ok bool) { return }

// feedEntry is a line of the worklog feeds.
type feedEntry struct {
	ID      uint64
	Updated int64 // epoch ms
}

// worklogFeed gives at most limit entries with since <= updated < before, oldest first, and whether there are more.
func (s *Site) worklogFeed(since, before int64, limit int) (entries []feedEntry, more bool) { return }

// worklogDeletedFeed is worklogFeed for deleted worklogs.
func (s *Site) worklogDeletedFeed(since, before int64, limit int) (entries []feedEntry, more bool) {
	return
}

// transitions appends the array of the transitions that the account could do now.
func (s *Site) appendTransitions(dst []byte, i int, o renderOptions) []byte { return dst }

// projectOptions are project/search's expand and the like.
type projectOptions struct {
	API    int
	Expand map[string]bool // description, lead, issueTypes, url, projectKeys, insight
}

// projectStatus is "live", "archived" or "deleted".
func (s *Site) projectStatus(p int) string { return "live" }

// projectCount is the number of projects, deleted and archived ones included.
func (s *Site) projectCount() int { return 0 }

// projectKey is the project's key.
func (s *Site) projectKey(p int) string { return "" }

// projectID is the project's id.
func (s *Site) projectID(p int) uint64 { return 0 }

// projectByIDOrKey finds a project.
func (s *Site) projectByIDOrKey(idOrKey string) (p int, ok bool) { return }

// appendProject appends a project as project/search (Cloud) or /project (Data Center) lists it.
func (s *Site) appendProject(dst []byte, p int, o projectOptions) []byte { return dst }

// versionRecords are the project's versions, as project/{id}/version and /versions list them.
func (s *Site) versionRecords(p, api int) [][]byte { return nil }

// componentRecords are the project's components; paged says that it is Cloud's project/{id}/component, whose records
// hold the component once more under componentBean.
func (s *Site) componentRecords(p, api int, paged bool) [][]byte { return nil }

// The site-wide lists, one record an element, in Jira's order.
func (s *Site) projectTypeRecords() [][]byte            { return nil }
func (s *Site) projectCategoryRecords(api int) [][]byte { return nil }
func (s *Site) resolutionRecords(api int) [][]byte      { return nil }
func (s *Site) roleRecords(api int) [][]byte            { return nil }
func (s *Site) priorityRecords(api int) [][]byte        { return nil }
func (s *Site) statusRecords(api int) [][]byte          { return nil }
func (s *Site) issueTypeRecords(api int) [][]byte       { return nil }
func (s *Site) issueLinkTypeRecords(api int) [][]byte   { return nil }
func (s *Site) fieldRecords() [][]byte                  { return nil }

// names for JQL: the id of a status, issue type, priority or project by its id, name or key; all that match.
func (s *Site) statusIDs(idOrName string) []string    { return nil }
func (s *Site) issueTypeIDs(idOrName string) []string { return nil }

// userCount is the number of users that the listings show; users from there on occur only in old histories.
func (s *Site) userCount() int { return 0 }

// userIDs gives a user's accountId (Cloud) or key and name (Data Center), and e-mail address.
func (s *Site) userIDs(u int) (accountID, key, name, email string) { return }

// userActive tells whether the user is active.
func (s *Site) userActive(u int) bool { return false }

// userBy finds a user by accountId, key or name.
func (s *Site) userBy(id string) (u int, ok bool) { return }

// appendUser appends a user as the users listings and GET user send it. User 0 is the account that logs in.
func (s *Site) appendUser(dst []byte, u, api int) []byte { return dst }

// groupNames are the site's groups.
func (s *Site) groupNames() []string { return nil }

// groupID is a group's id on Cloud.
func (s *Site) groupID(name string) string { return "" }

// groupMembers are the users of a group; ok is false when there is no such group.
func (s *Site) groupMembers(name string) (users []int, ok bool) { return }

// appendServerInfo appends the serverInfo answer.
func (s *Site) appendServerInfo(dst []byte, title string) []byte { return dst }

// EditKind is what a live edit does.
type EditKind int

// The live edits.
const (
	EditSummary EditKind = iota
	EditStatus
	AddComment
	ChangeComment
	DeleteComment
	AddWorklog
	ChangeWorklog
	DeleteWorklog
	MoveIssue
	CreateIssue
	DeleteIssue
	ArchiveIssue
)

// Edit is one live edit. Zero members are chosen by the site.
type Edit struct {
	Kind  EditKind
	Issue string // id or key; CreateIssue ignores it
	Text  string // new summary, comment or worklog text
}

var errNoSuchIssue = errors.New("no such issue")

// edit changes the site and moves the issue's updated to now where Jira moves it. It gives the issue's id.
func (s *Site) edit(e Edit) (issueID uint64, err error) { return 0, errNoSuchIssue }

// editAny makes the next edit of a fixed sequence, on an issue of its own choice.
func (s *Site) editAny() (issueID uint64, err error) { return 0, errNoSuchIssue }

// Ledger is the truth about a site: what an extractor must have found.
type Ledger struct{ site *Site }

// Keys iterates over the keys of a stream, as a Singer target would hold them; parts of a compound key are joined
// by a slash (issue_transitions: issue id / transition id).
func (l *Ledger) Keys(stream string) iter.Seq[string] { return func(func(string) bool) {} }

// Streams names the streams that the ledger knows.
func (l *Ledger) Streams() []string { return nil }

// Updated iterates over the ids of the issues and the time of their last update.
func (l *Ledger) Updated() iter.Seq2[string, time.Time] { return func(func(string, time.Time) bool) {} }

// EditedSince gives the ids of the issues whose updated is at or after t, deleted ones left out.
func (l *Ledger) EditedSince(t time.Time) []string { return nil }

// WriteJSON writes the whole ledger as one JSON object.
func (l *Ledger) WriteJSON(w io.Writer) error { return json.NewEncoder(w).Encode(map[string]any{}) }

// ledger gives the site's ledger; it always tells the present truth.
func (s *Site) ledger() *Ledger { return &Ledger{site: s} }
