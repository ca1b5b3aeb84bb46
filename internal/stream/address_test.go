package stream

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jira"
)

func TestParameters(t *testing.T) {
	t.Parallel()
	e := Get("/a/{site}", jira.Whole(""), "id", "{id}", "each", "{id*}", "fixed", "a", "fixed", "b", "other", "{name}")
	require.Equal(t, url.Values{"id": {"1,2"}, "each": {"1", "2"}, "fixed": {"a", "b"}, "other": {"n"}}, e.Parameters(map[string]string{"id": "1,2", "name": "n"}))
	require.Equal(t, "{id}", e.Query.Get("id"), "the declaration stays as it is")
	require.Equal(t, e.Query, e.Parameters(nil))
	for _, name := range []string{"id", "name", "site"} {
		require.True(t, e.Asks(name), name)
	}
	require.False(t, e.Asks("fixed"))
	require.False(t, Get("/a", jira.Whole("")).Asks("a"))
}

func TestPlaced(t *testing.T) {
	t.Parallel()
	require.Equal(t, "https://h/role/10002", (&Parent{}).Placed("https://h/role/10002"))
	require.Equal(t, "10002", (&Parent{Tail: true}).Placed("https://h/role/10002"))
}

func TestItself(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		params            map[string]string
		placeholder, path string
	}{
		{map[string]string{"projectId": "1"}, "projectId", "/rest/api/{v}/project/{projectId}"},
		{map[string]string{"projectId": "1", "versionId": "2"}, "versionId", "/rest/api/{v}/version/{versionId}"},
		{map[string]string{"boardId": "1", "sprintId": "2"}, "sprintId", "/rest/agile/1.0/sprint/{sprintId}"},
		{map[string]string{"key": "acme.flag", "issueId": "7"}, "issueId", "/rest/api/{v}/issue/{issueId}"},
		{map[string]string{"projectId": "1,2"}, "", ""}, // a batch
		{map[string]string{"projectId": ""}, "", ""},
		{map[string]string{"filterId": "1"}, "", ""},
		{nil, "", ""},
	} {
		placeholder, path := Itself(tt.params)
		require.Equal(t, tt.placeholder, placeholder, tt.params)
		require.Equal(t, tt.path, path, tt.params)
	}
}

// TestOnlyGoneCanBeAsked holds streams whose absence is looked into to parents that can be asked for themselves.
func TestOnlyGoneCanBeAsked(t *testing.T) {
	t.Parallel()
	looked := 0
	for _, s := range All() {
		for _, absence := range s.Absent {
			if !absence.OnlyGone {
				continue
			}
			looked++
			require.Equal(t, 404, absence.Status, s.Name)
			_, path := Itself(map[string]string{s.Parent.As: "1"})
			require.NotEmpty(t, path, s.Name)
		}
	}
	require.NotZero(t, looked)
}
