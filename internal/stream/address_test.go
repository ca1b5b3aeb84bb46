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
