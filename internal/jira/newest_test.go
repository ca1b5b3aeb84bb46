package jira

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jsonread"
)

// kept is a sink that keeps records as they are.
type kept struct{ records []string }

func (k *kept) Begin() { k.records = nil }

func (k *kept) Record(dec *jsonread.Decoder) error {
	value, err := dec.ReadValue()
	k.records = append(k.records, string(value))
	return err
}

func TestNewestIssues(t *testing.T) {
	t.Parallel()
	for d, path := range map[Deployment]string{Cloud: "/rest/api/2/search/jql", DataCenter: "/rest/api/2/search"} {
		s := newSite(t, d)
		s.answer("POST "+path, `{"isLast":true,"issues":[{"id":"9"},{"id":"8"}]}`)
		c := s.connected(nil)
		var sink kept
		require.NoError(t, c.NewestIssues(t.Context(), "", 50, []string{"project"}, &sink))
		require.Equal(t, []string{`{"id":"9"}`, `{"id":"8"}`}, sink.records)
		require.NoError(t, c.NewestIssues(t.Context(), "project = A OR project = B", 50, []string{"project"}, &sink))
		asked := s.asked(path)
		require.Len(t, asked, 2)
		require.Contains(t, asked[0].Body, `1970-01-02`, "Cloud wants a condition")
		require.Contains(t, asked[1].Body, `"jql":"(project = A OR project = B) ORDER BY created DESC, key DESC"`)
		require.Contains(t, asked[1].Body, `"maxResults":50`)
	}
}

func TestNewestIssuesOfASiteThatIsNotConnected(t *testing.T) {
	t.Parallel()
	var sink kept
	require.Error(t, newSite(t, Cloud).client(nil).NewestIssues(t.Context(), "", 1, nil, &sink))
}
