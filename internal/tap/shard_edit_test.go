package tap_test

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
	"tap-jira/internal/shard"
	"tap-jira/internal/singer"
)

// editor edits a site while it is read. It may be used by several requests at once.
type editor struct {
	site   *site
	ids    []string
	logged []string // issues with worklogs

	mu       sync.Mutex
	requests int
	problem  error
}

// newEditor prepares edits of what the site has now.
func newEditor(s *site) *editor {
	e := &editor{site: s, ids: s.issueIDs()}
	for child := range s.Ledger().Children("worklogs") {
		e.logged = append(e.logged, child.Issue)
	}
	e.logged = slices.Compact(e.logged)
	return e
}

// everyKind are the edits that are made in turn. A worklog that is changed goes
// from where it stands in the feed to its end.
var everyKind = []jirasim.EditKind{
	jirasim.EditSummary, jirasim.AddComment, jirasim.CreateIssue, jirasim.AddWorklog, jirasim.EditStatus, jirasim.MoveIssue, jirasim.ChangeWorklog,
}

// edit makes an edit before every other request, and lets some time pass.
func (e *editor) edit(*http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.requests++
	e.site.clock.pass(time.Second)
	if e.requests%2 != 0 {
		return
	}
	edit := jirasim.Edit{Kind: everyKind[e.requests/2%len(everyKind)], Issue: e.ids[e.requests*37%len(e.ids)]}
	switch edit.Kind {
	case jirasim.CreateIssue:
		edit.Issue = ""
	case jirasim.ChangeWorklog:
		edit.Issue = e.logged[e.requests*37%len(e.logged)]
	}
	_, err := e.site.Edit(edit)
	e.problem = errors.Join(e.problem, err)
}

// copied are the fields in which Jira shows the key, summary and status of other
// issues, whose edits do not move the issue's own updated.
var copied = []string{"parent", "subtasks", "issuelinks"}

// sorted are the rows of a table in the order of their keys, whole but for what
// is copied from other issues.
func (w *target) sorted(t *testing.T, stream string) []string {
	t.Helper()
	var rows []string
	for _, key := range w.ids(stream) {
		whole := maps.Clone(w.rows[stream][key])
		if stream == "issues" {
			var fields map[string]json.RawMessage
			require.NoError(t, json.Unmarshal(whole["fields"], &fields))
			for _, name := range copied {
				delete(fields, name)
			}
			own, err := json.Marshal(fields)
			require.NoError(t, err)
			whole["fields"] = own
		}
		row, err := json.Marshal(whole)
		require.NoError(t, err)
		rows = append(rows, key+" "+string(row))
	}
	return rows
}

// TestShardsOfASiteThatIsEdited reads a site in pieces while it is edited, goes on
// from the united state, and compares whole rows with what one run reads of the
// site as it is then.
func TestShardsOfASiteThatIsEdited(t *testing.T) {
	t.Parallel()
	large(t)
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 150
		for _, pieces := range []int{1, 4, 16} {
			for _, rule := range []string{"plan", "rule"} {
				t.Run(fmt.Sprintf("%d by %s", pieces, rule), func(t *testing.T) {
					t.Parallel()
					s := newSite(t, o)
					there := s.readEdited(t, pieces, rule == "rule")
					fresh := merged(s.whole(t, s.shardOptions(nil)).messages)
					for _, stream := range shardStreams {
						want, got := fresh.sorted(t, stream), there.sorted(t, stream)
						sameLines(t, want, got)
						require.Equal(t, hashOf(want), hashOf(got), stream)
						require.NotEmpty(t, want, stream)
					}
				})
			}
		}
	})
}

// readEdited reads the site in pieces while it is edited, and then what changed.
func (s *site) readEdited(t *testing.T, pieces int, byRule bool) *target {
	t.Helper()
	shards := s.planned(t, pieces)
	slices.Reverse(shards) // the piece into which edits bring worklogs ends before the others begin
	if byRule {
		shards = s.ruled(t, pieces)
	}
	var runs [][]message
	var states []*singer.State
	edits := newEditor(s)
	s.watch = edits.edit
	for _, piece := range shards {
		got := s.readShard(t, piece, nil)
		runs, states = append(runs, got.messages), append(states, got.state(t))
	}
	s.watch = nil
	require.NoError(t, edits.problem)
	require.Greater(t, len(s.issueIDs()), len(edits.ids), "issues came while the pieces were read")
	slices.Reverse(states)
	state, err := shard.Merge(states)
	require.NoError(t, err)
	s.clock.pass(2 * time.Minute) // Jira withholds worklogs of the last minute from any run
	return merged(append(runs, s.whole(t, s.shardOptions(state)).messages)...)
}

func hashOf(lines []string) string {
	sum := sha256.New()
	for _, line := range lines {
		fmt.Fprintln(sum, line)
	}
	return fmt.Sprintf("%x", sum.Sum(nil))
}
