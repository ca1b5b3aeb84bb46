package check

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"tap-jira/internal/jira"
	"tap-jira/internal/jsonread"
	"tap-jira/internal/stream"
)

// sampleRows is how many rows of a parent are kept: one of them is to be of
// the kind that a child asks for.
const sampleRows = 200

// sampleIssues is how many of the newest issues are looked at for one of each
// kind of project.
const sampleIssues = 50

// probe sends the one request of a stream; none for what comes with its parent.
func (w *walk) probe(ctx context.Context, n *node) error {
	s := n.stream
	switch {
	case s.Source == stream.WorklogFeed:
		return w.probeWorklogs(ctx)
	case s.Source == stream.UserDirectory:
		return w.probeUsers(ctx, n)
	case s.Endpoint(w.deployment()).Within != "":
		return nil
	case s.Part == stream.Issue:
		sink := &sample{}
		err := w.Client.NewestIssues(ctx, w.Scope, sampleIssues, []string{"project"}, sink)
		n.rows = sink.rows
		return err
	case s.Part == stream.Histories && w.deployment() == jira.Cloud:
		return w.probeHistories(ctx, n.above)
	case s.Source == stream.IssueTree && s.Part != stream.PerIssue:
		return nil
	}
	return w.probeList(ctx, n)
}

// probeList reads the first page of a list, for one row of its parent.
func (w *walk) probeList(ctx context.Context, n *node) error {
	params, asks := n.question()
	if n.stream.Window {
		now := w.Client.Site().ServerTime
		params = stream.Between(now.Add(-time.Hour), now)
	}
	if !asks {
		return nil // nothing to ask by: there are no rows then either
	}
	for at := new(n.stream.Endpoint(w.deployment())); ; at = at.Successor {
		sink := &sample{params: params}
		err := w.firstPage(ctx, *at, n.stream.On(w.deployment()).Parent, params, sink)
		n.rows = sink.rows
		if at.Successor == nil || !refusedOrGone(err) {
			return err
		}
	}
}

// firstPage reads one page of a list and no more: that it can be read is all there is to know. What the parent's row is
// named by stands in the address, or in the body as a batch of one.
func (w *walk) firstPage(ctx context.Context, e stream.Endpoint, of *stream.Parent, params map[string]string, sink jira.Sink) error {
	request := jira.Request{Method: e.Method(), Path: e.Path, Params: params, Query: e.Parameters(params)}
	if e.Body != "" {
		request.Body = map[string]any{e.Body: []json.Number{json.Number(params[of.As])}}
	}
	for _, err := range w.Client.Pages(ctx, request, e.Pager, sink) {
		return err
	}
	return nil
}

// refusedOrGone tells the refusals after which an older address of the same list may still answer.
func refusedOrGone(err error) bool {
	return errors.Is(err, jira.ErrForbidden) || errors.Is(err, jira.ErrNotFound) || errors.Is(err, jira.ErrGone)
}

// question returns the placeholders of the stream's address: those of the first
// row of its parent that it is asked for, or the first of its values.
func (n *node) question() (params map[string]string, asks bool) {
	if v := n.stream.Values; v != nil {
		return map[string]string{v.As: v.List[0]}, true
	}
	p := n.stream.Parent
	if p == nil {
		return nil, true
	}
	for _, r := range n.above.liveFirst() {
		if value := r.text(p.Field); value != "" && r.meets(p.Where) {
			params = map[string]string{}
			maps.Copy(params, r.params)
			params[p.As] = p.Placed(value)
			return params, true
		}
	}
	return nil, false
}

// liveFirst are the rows, with those at the end that are archived or in the
// trash: Jira may answer for them that they are not there.
func (n *node) liveFirst() []row {
	rows := slices.Clone(n.rows)
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.age(), b.age()) })
	return rows
}

// age is 1 for what is out of use.
func (r row) age() int {
	if r.text("archived") == "true" || r.text("deleted") == "true" {
		return 1
	}
	return 0
}

// meets tells whether the row has one of the values wanted at each path.
func (r row) meets(where map[string][]string) bool {
	for path, wanted := range where {
		if !slices.Contains(wanted, r.text(path)) {
			return false
		}
	}
	return true
}

// text is a value of the row by its dotted path, as it stands in an address.
func (r row) text(path string) string {
	var value any = r.values
	for name := range strings.SplitSeq(path, ".") {
		members, _ := value.(map[string]any)
		value = members[name]
	}
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return value
	}
	return fmt.Sprint(value)
}

// probeWorklogs asks the feed for what changed since now: next to nothing.
func (w *walk) probeWorklogs(ctx context.Context) error {
	for _, err := range w.Client.WorklogsUpdated(ctx, w.Client.Site().ServerTime.UnixMilli()) {
		return err
	}
	return nil
}

// errEnough ends a listing after its first page.
var errEnough = errors.New("one page is enough")

// enough takes the end after one page for success.
func enough(err error) error {
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// probeUsers reads the first page of the users.
func (w *walk) probeUsers(ctx context.Context, n *node) error {
	sink := &sample{}
	_, _, err := w.Client.Users(ctx, sink)
	n.rows = sink.rows
	return enough(err)
}

// probeHistories reads the changelog of the newest issue.
func (w *walk) probeHistories(ctx context.Context, issues *node) error {
	if len(issues.rows) == 0 {
		return nil
	}
	id, err := strconv.ParseUint(issues.rows[0].text("id"), 10, 64)
	if err != nil {
		return fmt.Errorf("read the id of an issue: %w", err)
	}
	return enough(w.Client.Changelogs(ctx, []uint64{id}, &sample{}))
}

// sample keeps the first rows of a page. It is a jira.PageSink and a
// jira.ChangelogSink that ends after one page.
type sample struct {
	params map[string]string
	rows   []row
}

// Begin forgets the page, because it is read anew.
func (s *sample) Begin() { s.rows = nil }

// Record keeps one row.
func (s *sample) Record(dec *jsonread.Decoder) error {
	if len(s.rows) >= sampleRows {
		return dec.SkipValue()
	}
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	values := map[string]any{}
	if value.Kind() == '{' {
		numbers := json.NewDecoder(bytes.NewReader(value))
		numbers.UseNumber() // ids may be larger than a double holds
		if err := numbers.Decode(&values); err != nil {
			return fmt.Errorf("read a row: %w", err)
		}
	}
	s.rows = append(s.rows, row{params: s.params, values: values})
	return nil
}

// History passes over a history.
func (s *sample) History(_ []byte, dec *jsonread.Decoder) error { return dec.SkipValue() }

// EndPage ends the listing of users; changelogs of one issue end by themselves.
func (s *sample) EndPage() error { return errEnough }
