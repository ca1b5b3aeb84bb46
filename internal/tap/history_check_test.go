package tap_test

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// idleRequests is what a run may cost that has nothing to do, with small pages
// of users and projects aside.
const idleRequests = 9

// judge looks at a run that is over.
func (h *history) judge(t trouble, got outcome, began time.Time) error {
	// What comes in sight between a list and its count makes the run doubt the list.
	doubted := t.changing && !h.opened.Before(began) && fault.KindOf(got.err) == fault.Incomplete
	if got.err != nil && t.calm() && !doubted {
		return violated(failed, "%v", got.err)
	}
	if got.err != nil && (fault.KindOf(got.err) != fault.Incomplete || len(got.out) == 0) {
		return nil
	}
	if t.idle {
		if again := got.incremental(); len(again) > 0 && h.broken == nil {
			return violated(repeated, "%d records, the first %s %s", len(again), again[0].Stream, again[0].Record["id"])
		}
		if asked := len(got.requests) - dateProbes(got.requests) - pagesOfOverlap(got.requests); h.pageSize == 0 && asked > idleRequests {
			return violated(repeated, "%d requests for nothing", asked)
		}
	}
	return h.compareStreams(began, finished(got.summary))
}

// pagesOfOverlap is how many of the requests a long overlap takes besides its first page, of a hundred issues at most: its
// further pages, and the count that they are compared with.
func pagesOfOverlap(requests []jirasim.RequestRecord) (pages int) {
	for _, r := range requests {
		if strings.HasSuffix(r.Template, "/search/jql") && strings.Contains(r.Body, `"nextPageToken"`) {
			pages++
		}
	}
	return pages + min(pages, 1)
}

// dateProbes is how many of the requests find out how the site reads dates, which is asked anew once a week: at most
// three, of the newest issue and of that one around its creation.
func dateProbes(requests []jirasim.RequestRecord) (probes int) {
	for _, r := range requests {
		if strings.Contains(r.Body, "1970-01-02") || strings.Contains(r.Body, `"jql":"id = `) {
			probes++
		}
	}
	return min(probes, 3)
}

// finished are the streams of which nothing is said to be missing. What is said
// of one of the issue streams concerns all of them.
func finished(s tap.Summary) []string {
	incomplete := map[string]bool{}
	for _, line := range s.Streams {
		incomplete[line.Stream] = line.Incomplete()
	}
	incomplete["issues"] = incomplete["issues"] || incomplete["issue_comments"] || incomplete["changelogs"]
	return slices.DeleteFunc(slices.Clone(historyStreams), func(name string) bool {
		return incomplete[name] || incomplete["issues"] && slices.Contains(issueStreams, name)
	})
}

// compare compares the target with the ledger after a run that began then.
func (h *history) compare(began time.Time) error { return h.compareStreams(began, historyStreams) }

// compareStreams looks for what is missing or stale in these streams: what the
// account sees and the index knew of when the run began.
func (h *history) compareStreams(began time.Time, streams []string) error {
	indexed := began.Add(-h.lag)
	for _, stream := range streams {
		var err error
		switch stream {
		case "issues":
			err = h.compareIssues(indexed)
		case "issue_comments", "changelogs":
			err = h.compareChildren(stream, indexed)
		case "worklogs":
			err = h.compareWorklogs(began, indexed)
		case "projects":
			if h.opened.Before(began) { // else it came behind the list of projects, and is the next run's
				err = h.compareKeys(stream, false)
			}
		default:
			err = h.compareKeys(stream, slices.Contains(streams, "issues") && h.allArrived(indexed))
		}
		if err != nil {
			return err
		}
	}
	return h.compareEver()
}

// allArrived tells that the index knew of every issue that came in sight by an edit.
func (h *history) allArrived(indexed time.Time) bool {
	for _, at := range h.arrived {
		if !at.Before(indexed) {
			return false
		}
	}
	return true
}

func (h *history) compareIssues(indexed time.Time) error {
	for id, at := range h.site.Ledger().Updated() {
		if at.Before(h.returned[id]) || !at.Before(indexed) {
			continue
		}
		if err := h.compareRow("issues", id, at); err != nil {
			return err
		}
	}
	return nil
}

// compareChildren expects the children of an issue wherever the issue itself is
// expected, because it brings them all.
func (h *history) compareChildren(stream string, indexed time.Time) error {
	updated := map[string]time.Time{}
	for id, at := range h.site.Ledger().Updated() {
		if !at.Before(h.returned[id]) && at.Before(indexed) {
			updated[id] = at
		}
	}
	for child := range h.site.Ledger().Children(stream) {
		if _, expected := updated[child.Issue]; !expected {
			continue
		}
		if err := h.compareRow(stream, child.ID, child.Updated); err != nil {
			return err
		}
	}
	return nil
}

// compareWorklogs expects worklogs from their feed, which keeps back a minute
// and passes over what the account does not see at the time, and those of an
// issue that comes in sight by an edit of its own with that edit.
func (h *history) compareWorklogs(began, indexed time.Time) error {
	if h.options.JQL != "" {
		return h.compareChildren("worklogs", indexed)
	}
	for worklog := range h.site.Ledger().Children("worklogs") {
		back, returned := h.returned[worklog.Issue]
		if returned && !worklog.Updated.After(back) || !worklog.Updated.Before(began.Add(-time.Minute)) || !h.arrived[worklog.Issue].Before(indexed) {
			continue
		}
		if err := h.compareRow("worklogs", worklog.ID, worklog.Updated); err != nil {
			return err
		}
	}
	return nil
}

// compareRow expects a row as it is since the moment.
func (h *history) compareRow(stream, id string, since time.Time) error {
	row := h.target.rows[stream][id]
	if row == nil {
		return violated(lost, "%s %s of %s is missing", stream, id, since.Format(time.RFC3339Nano))
	}
	column := "updated"
	if stream == "changelogs" {
		column = "created"
	}
	var updated time.Time
	if err := json.Unmarshal(row[column], &updated); err != nil || !updated.Equal(since) {
		return violated(lost, "%s %s is of %s, its row of %s", stream, id, since.Format(time.RFC3339Nano), row[column])
	}
	return nil
}

// compareKeys expects the rows of a stream that every run reads whole. People
// whom only issues name come with those issues.
func (h *history) compareKeys(stream string, withIssues bool) error {
	want := h.site.Ledger().Keys(stream)
	if stream == "users" && (!withIssues || len(h.returned) > 0) {
		want = h.site.Ledger().ListedUsers()
	}
	for key := range want {
		if h.target.rows[stream][key] == nil {
			return violated(lost, "%s %s is missing", stream, key)
		}
	}
	return nil
}

// compareEver makes sure that each row was true once, as far as the ledger can
// tell: an issue that moves to an archived project still gains a history.
func (h *history) compareEver() error {
	h.remember()
	visible := h.visible()
	for _, stream := range historyStreams {
		for key, row := range h.target.rows[stream] {
			if !h.ever[stream][key] && (row["issueId"] == nil || slices.Contains(visible, text(row["issueId"]))) {
				return violated(invented, "%s %s", stream, key)
			}
		}
	}
	return nil
}

// compareWithNew reads the site into a new target and compares the rows: what
// came over many runs must be, to the letter, what comes in one.
func (h *history) compareWithNew() error {
	fresh := *h
	fresh.state, fresh.target = nil, merged()
	if err := fresh.run(trouble{}); err != nil {
		return err
	}
	back := func(issue string) bool { _, returned := h.returned[issue]; return returned }
	for stream, rows := range fresh.target.rows {
		if stream == "users" && len(h.returned) > 0 {
			continue // those that only issues name came with issues that the target need not have
		}
		for key, want := range rows {
			if back(key) || back(text(want["issueId"])) {
				continue
			}
			got := h.target.rows[stream][key]
			for column, value := range want {
				if stream == "changelogs" && column == "historyMetadata" && string(value) == "null" {
					continue // Cloud tells it only issue by issue, as a run that was refused the histories in bulk has asked
				}
				if string(got[column]) != string(value) {
					return violated(lost, "%s of %s %s is %.300s, the target has %.300s", column, stream, key, value, got[column])
				}
			}
		}
	}
	return nil
}
