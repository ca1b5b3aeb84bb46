package jirasim

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"
)

// Ledger is the truth about a site: what an extractor must have found. It always tells the present truth, and is safe
// for concurrent use.
type Ledger struct {
	site *Site
	more []ledgerStream // of the streams that the site's examples name
}

// ledgerStream is a stream that the ledger knows.
type ledgerStream struct {
	name    string
	columns []string // whose values make a key; nil is id
	keys    func(s *Site, yield func(string) bool)
	apps    bool // people cannot read it
}

// ledger gives the site's ledger.
func (s *Site) ledger() *Ledger { return &Ledger{site: s} }

// ledgerStreams are the streams that the ledger knows, and how their keys are made.
var ledgerStreams = []ledgerStream{
	{name: "projects", keys: (*Site).projectKeys},
	{name: "versions", keys: func(s *Site, yield func(string) bool) {
		s.partKeys(yield, versionID, func(p *project) int { return p.versions })
	}},
	{name: "components", keys: func(s *Site, yield func(string) bool) {
		s.partKeys(yield, componentID, func(p *project) int { return p.components })
	}},
	{name: "project_types", keys: members("key", func(s *Site) [][]byte { return s.projectTypeRecords() })},
	{name: "project_categories", keys: members("id", func(s *Site) [][]byte { return s.projectCategoryRecords(2) })},
	{name: "resolutions", keys: members("id", func(s *Site) [][]byte { return s.resolutionRecords(2) })},
	{name: "roles", keys: members("id", func(s *Site) [][]byte { return s.roleRecords(2) })},
	{name: "priorities", keys: members("id", func(s *Site) [][]byte { return s.priorityRecords(2) })},
	{name: "workflow_statuses", keys: members("id", func(s *Site) [][]byte { return s.statusRecords(2) })},
	{name: "issue_types", keys: members("id", func(s *Site) [][]byte { return s.issueTypeRecords(2) })},
	{name: "issue_link_types", keys: members("id", func(s *Site) [][]byte { return s.issueLinkTypeRecords(2) })},
	{name: "fields", keys: members("id", func(s *Site) [][]byte { return s.fieldRecords() })},
	{name: "server_info", keys: func(s *Site, yield func(string) bool) { yield(s.opt.BaseURL()) }},
	{name: "users", keys: (*Site).userKeys},
	{name: "issues", keys: (*Site).issueKeys},
	{name: "issue_comments", keys: childKeys((*Site).commentTotal, func(s *Site, n *snapshot, i, j int) string {
		return utoa(s.commentAt(n, i, j).id)
	})},
	{name: "changelogs", keys: childKeys((*Site).historyTotal, func(s *Site, n *snapshot, i, j int) string {
		id, _ := s.historyAt(n, i, j)
		return utoa(id)
	})},
	{name: "issue_transitions", columns: []string{"issueId", "id"}, keys: childKeys(func(s *Site, n *snapshot, i int) int {
		return len(s.transitionsOf(n, i))
	}, func(s *Site, n *snapshot, i, j int) string {
		return utoa(s.issueID(i)) + "/" + itoa(transitionID(s.transitionsOf(n, i)[j]))
	})},
	{name: "worklogs", keys: childKeys((*Site).worklogTotal, func(s *Site, n *snapshot, i, j int) string {
		return utoa(s.worklogAt(n, i, j).id)
	})},
	{name: "issue_field_history", keys: historyRows("issue_field_history")},
	{name: "issue_multiselect_history", columns: []string{"historyId", "value"}, keys: historyRows("issue_multiselect_history")},
	{name: "issue_sprint_history", columns: []string{"historyId", "sprintId"}, keys: historyRows("issue_sprint_history")},
	{name: "issue_keys", columns: []string{"issueId", "key"}, keys: historyRows("issue_keys")},
	{name: "issue_sla_cycles", columns: []string{"issueId", "fieldId", "cycle"}, keys: (*Site).slaKeys},
}

// members reads a member of each record of a list.
func members(key string, list func(s *Site) [][]byte) func(s *Site, yield func(string) bool) {
	return func(s *Site, yield func(string) bool) {
		for _, record := range list(s) {
			var made map[string]any
			if err := json.Unmarshal(record, &made); err != nil {
				panic(fmt.Sprintf("jirasim: record of its own is no JSON: %v", err)) // a broken table
			}
			if !yield(fmt.Sprint(made[key])) {
				return
			}
		}
	}
}

// childKeys goes through the children of all visible issues.
func childKeys(
	count func(s *Site, n *snapshot, i int) int, key func(s *Site, n *snapshot, i, j int) string,
) func(s *Site, yield func(string) bool) {
	return func(s *Site, yield func(string) bool) {
		snap := s.live.Load()
		for i := range s.visibleIssues(snap) {
			for j := range count(s, snap, i) {
				if !yield(key(s, snap, i, j)) {
					return
				}
			}
		}
	}
}

// visibleIssues iterates over the issues that search shows.
func (s *Site) visibleIssues(snap *snapshot) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range s.opt.Issues + len(snap.added) {
			if s.visible(snap, i) && !yield(i) {
				return
			}
		}
	}
}

func (s *Site) issueKeys(yield func(string) bool) {
	for i := range s.visibleIssues(s.live.Load()) {
		if !yield(utoa(s.issueID(i))) {
			return
		}
	}
}

// projectKeys are the ids of all projects that the account may know: those in the trash and the archived ones too.
func (s *Site) projectKeys(yield func(string) bool) {
	for p := range s.catalog.projects {
		if status := s.projectStatus(p); status == "hidden" || status == "deleted" && !s.cloud() {
			continue
		}
		if !yield(utoa(s.projectID(p))) {
			return
		}
	}
}

// partKeys are the ids of the versions or components of all projects that can be opened.
func (s *Site) partKeys(yield func(string) bool, id func(p, k int) uint64, count func(p *project) int) {
	for p := range s.catalog.projects {
		if !s.browsable(p) {
			continue
		}
		for k := range count(&s.catalog.projects[p]) {
			if !yield(utoa(id(p, k))) {
				return
			}
		}
	}
}

// userKeys are all users: those that the listings show and those that only old histories know.
func (s *Site) userKeys(yield func(string) bool) {
	snap := s.live.Load()
	for u := range s.users {
		if g := u - s.userCount(); g >= 0 && !s.visible(snap, g*s.ghostStep()) {
			continue
		}
		if !yield(s.users[u].id) {
			return
		}
	}
}

// Streams names the streams that the ledger knows, by their Singer names: those of the site's core, and of all others
// those that Options.Examples has a schema of.
func (l *Ledger) Streams() []string { return l.named(false) }

// AppStreams names the further streams that no person can read, only some kinds of apps.
func (l *Ledger) AppStreams() []string { return l.named(true) }

func (l *Ledger) named(apps bool) []string {
	var names []string
	for stream := range l.streams() {
		if stream.apps == apps {
			names = append(names, stream.name)
		}
	}
	return names
}

// streams iterates over what the ledger knows.
func (l *Ledger) streams() iter.Seq[ledgerStream] {
	return func(yield func(ledgerStream) bool) {
		for _, stream := range ledgerStreams {
			if !yield(stream) {
				return
			}
		}
		for _, stream := range l.more {
			if !yield(stream) {
				return
			}
		}
	}
}

// Columns are the columns whose values, joined by slashes, are the keys of a stream. An unknown stream has none.
func (l *Ledger) Columns(stream string) []string {
	for known := range l.streams() {
		switch {
		case known.name != stream:
		case known.columns != nil:
			return known.columns
		case stream == "project_types":
			return []string{"key"}
		case stream == "server_info":
			return []string{"baseUrl"}
		case stream == "users" && l.site.cloud():
			return []string{"accountId"}
		case stream == "users":
			return []string{"key"}
		default:
			return []string{"id"}
		}
	}
	return nil
}

// Keys iterates over the keys of a stream, as a Singer target would hold them; the parts of a compound key are joined
// by a slash (issue_transitions: issue id / transition id). An unknown stream has none.
func (l *Ledger) Keys(stream string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for known := range l.streams() {
			if known.name == stream {
				known.keys(l.site, yield)
			}
		}
	}
}

// ListedUsers iterates over the keys of the users that the listings show, without those of old histories.
func (l *Ledger) ListedUsers() iter.Seq[string] {
	return func(yield func(string) bool) {
		for u := range l.site.userCount() {
			if !yield(l.site.users[u].id) {
				return
			}
		}
	}
}

// Updated iterates over the ids of the issues that search shows and the times of their last updates.
func (l *Ledger) Updated() iter.Seq2[string, time.Time] {
	return func(yield func(string, time.Time) bool) {
		s := l.site
		snap := s.live.Load()
		for i := range s.visibleIssues(snap) {
			if !yield(utoa(s.issueID(i)), time.UnixMilli(s.updatedAt(snap, i)).UTC()) {
				return
			}
		}
	}
}

// EditedSince gives the ids of the visible issues whose updated is at or after t, oldest update first.
func (l *Ledger) EditedSince(t time.Time) []string {
	var ids []string
	snap := l.site.live.Load()
	for i := range l.site.byUpdated(t.UnixMilli(), 0) {
		if l.site.visible(snap, i) {
			ids = append(ids, utoa(l.site.issueID(i)))
		}
	}
	return ids
}

// Edition is the same value for as long as the site is not edited, so that what was made of the ledger holds on.
func (l *Ledger) Edition() any { return l.site.live.Load() }

// WriteJSON writes the whole ledger as one JSON object: for each stream its keys, sorted, and under "issues_updated"
// the time of each issue's last update in epoch milliseconds.
func (l *Ledger) WriteJSON(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprint(out, "{\n")
	for _, stream := range l.Streams() {
		keys, err := json.Marshal(slices.Sorted(l.Keys(stream)))
		if err != nil {
			return fmt.Errorf("encode keys of %s: %w", stream, err)
		}
		if string(keys) == "null" {
			keys = []byte("[]")
		}
		fmt.Fprintf(out, "%q: %s,\n", stream, keys)
	}
	fmt.Fprint(out, "\"issues_updated\": {")
	comma := ""
	for id, at := range l.Updated() {
		fmt.Fprintf(out, "%s\n%q: %d", comma, id, at.UnixMilli())
		comma = ","
	}
	fmt.Fprint(out, "}\n}\n")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write ledger: %w", err)
	}
	return nil
}
