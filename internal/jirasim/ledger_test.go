package jirasim

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// seenSite is what a reader of every visible issue comes to know.
type seenSite struct {
	keys  map[string][]string
	users map[string]bool
}

// readSite reads all visible issues of a site with everything embedded.
func readSite(t *testing.T, s *Site) seenSite {
	t.Helper()
	seen := seenSite{keys: map[string][]string{}, users: map[string]bool{}}
	add := func(stream, key string) { seen.keys[stream] = append(seen.keys[stream], key) }
	type ided struct {
		ID string `json:"id"`
	}
	for i := range s.issueCount() {
		if m := s.issueMeta(i); m.Archived || m.Deleted {
			continue
		}
		var issue struct {
			ided
			Transitions []ided                     `json:"transitions"`
			Changelog   struct{ Histories []ided } `json:"changelog"`
			Fields      struct {
				Comment struct{ Comments []ided } `json:"comment"`
				Worklog struct{ Worklogs []ided } `json:"worklog"`
			} `json:"fields"`
		}
		body := s.appendIssue(nil, i, everyField(s, 3))
		require.NoError(t, json.Unmarshal(body, &issue))
		add("issues", issue.ID)
		for _, c := range issue.Fields.Comment.Comments {
			add("issue_comments", c.ID)
		}
		for _, l := range issue.Fields.Worklog.Worklogs {
			add("worklogs", l.ID)
		}
		for _, h := range issue.Changelog.Histories {
			add("changelogs", h.ID)
		}
		for _, x := range issue.Transitions {
			add("issue_transitions", issue.ID+"/"+x.ID)
		}
		seen.note(s, body)
	}
	return seen
}

// note remembers every user id in a body.
func (seen seenSite) note(s *Site, body []byte) {
	member := `"accountId":"`
	if !s.cloud() {
		member = `"key":"`
	}
	for _, part := range strings.Split(string(body), member)[1:] {
		if id, _, ok := strings.Cut(part, `"`); ok {
			seen.users[id] = true
		}
	}
}

func TestLedgerAgreesWithWhatIsServed(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		s := testSite(t, SiteOptions{Deployment: d, Issues: 400, Giants: true})
		for range 60 {
			_, err := s.editAny()
			require.NoError(t, err)
		}
		for k, kind := range []EditKind{DeleteComment, DeleteWorklog, DeleteIssue, ArchiveIssue} {
			_, err := s.edit(Edit{Kind: kind, Issue: utoa(s.issueID(11 + k*70))})
			if err != nil {
				require.ErrorIs(t, err, errNothingToEdit)
			}
		}
		seen, ledger := readSite(t, s), s.ledger()
		for _, stream := range []string{"issues", "issue_comments", "changelogs", "worklogs", "issue_transitions"} {
			want := slices.Sorted(ledger.Keys(stream))
			require.Equal(t, want, slices.Sorted(slices.Values(seen.keys[stream])), "%s of %s", stream, d)
			require.Len(t, slices.Compact(slices.Clone(want)), len(want), "%s twice", stream)
		}
		known := map[string]bool{}
		for id := range ledger.Keys("users") {
			known[id] = true
		}
		for u := range s.users {
			id := s.users[u].id
			require.Equal(t, known[id], seen.users[id] || u < s.userCount(), "user %s", id)
		}
		require.Greater(t, len(known), s.userCount(), "some users occur only in old histories")
	}
}

func TestLedgerOfLookups(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		s := testSite(t, SiteOptions{Deployment: d, Issues: 100})
		for stream, least := range map[string]int{
			"projects": 7, "versions": 20, "components": 20, "project_types": 3, "project_categories": 3, "resolutions": 4,
			"roles": 4, "priorities": 5, "workflow_statuses": 6, "issue_types": 6, "issue_link_types": 4, "fields": 100,
			"server_info": 1, "users": 40,
		} {
			keys := slices.Sorted(s.ledger().Keys(stream))
			require.GreaterOrEqual(t, len(keys), least, "%s of %s", stream, d)
			require.Len(t, slices.Compact(slices.Clone(keys)), len(keys), "%s of %s: a key twice", stream, d)
			require.NotContains(t, keys, "<nil>", stream)
		}
	}
	require.Empty(t, slices.Collect(testSite(t, SiteOptions{}).ledger().Keys("nonsense")))
}

func TestLedgerAsJSON(t *testing.T) {
	t.Parallel()
	s := testSite(t, SiteOptions{Issues: 60})
	var out bytes.Buffer
	require.NoError(t, s.ledger().WriteJSON(&out))
	var all map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(out.Bytes(), &all))
	require.Len(t, all, len(s.ledger().Streams())+1)
	var updated map[string]int64
	require.NoError(t, json.Unmarshal(all["issues_updated"], &updated))
	var issues []string
	require.NoError(t, json.Unmarshal(all["issues"], &issues))
	require.Len(t, updated, len(issues))
}
