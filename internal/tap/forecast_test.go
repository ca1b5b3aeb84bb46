package tap_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// predicted is the forecast's line of a stream.
func predicted(t *testing.T, f tap.Forecast, name string) tap.StreamForecast {
	t.Helper()
	i := slices.IndexFunc(f.Streams, func(s tap.StreamForecast) bool { return s.Stream == name })
	require.GreaterOrEqual(t, i, 0, "the forecast lacks %s", name)
	return f.Streams[i]
}

func TestTheForecastComesNearTheLoad(t *testing.T) {
	t.Parallel()
	large(t)
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues, o.EmptyLists = 1000, true
		s := newSite(t, o)
		f, err := tap.Predict(t.Context(), s.with(tap.Options{}), 0)
		require.NoError(t, err)
		require.Len(t, s.Requests(), int(f.Asked), "what the forecast itself costs")
		require.Less(t, f.Asked, int64(100))
		require.LessOrEqual(t, f.Sampled, 50)
		require.Greater(t, f.Sampled, 40)

		load := s.whole(t, tap.Options{})
		require.InEpsilon(t, load.stream(t, "issues").Records, f.Issues, 0.05)
		require.InEpsilon(t, load.summary.Requests, f.Requests, 0.4)
		for _, name := range []string{"issues", "issue_comments", "changelogs", "worklogs", "projects", "versions", "boards", "fields"} {
			said := predicted(t, f, name)
			require.InEpsilon(t, load.stream(t, name).Records, said.Rows, 0.5, name)
			require.Positive(t, said.Bytes, name)
		}
		sprints := predicted(t, f, "sprints")
		require.InEpsilon(t, load.stream(t, "sprints").Requests, sprints.Requests, 0.5)
		require.Contains(t, sprints.Remark, "there may be fewer", "boards share sprints")
		require.Len(t, f.Streams, len(load.summary.Streams))
	})
}

func TestTheForecastOfASmallSite(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Deployment: jirasim.Cloud, Issues: 20})
	f, err := tap.Predict(t.Context(), s.with(tap.Options{Select: []string{"issues", "users", "projects"}}), 0)
	require.NoError(t, err)
	issues := predicted(t, f, "issues")
	require.Equal(t, f.Issues, f.Sampled, "all of them are looked at")
	require.EqualValues(t, f.Issues, issues.Rows)
	require.Equal(t, issues.Requests+issues.Rows, issues.Points, "a point a request and one an issue")
	require.True(t, predicted(t, f, "users").AtLeast)
	require.False(t, predicted(t, f, "projects").AtLeast)

	limited, err := tap.Predict(t.Context(), s.with(tap.Options{Select: []string{"issues"}}), 0.01)
	require.NoError(t, err)
	require.InDelta(t, float64(limited.Requests)/0.01/60, limited.Minutes, 0.2, "requests_per_second is the limit")
}

func TestTheForecastWithoutIssues(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Deployment: jirasim.DataCenter, Issues: 20})
	f, err := tap.Predict(t.Context(), s.with(tap.Options{Select: []string{"projects", "versions"}}), 0)
	require.NoError(t, err)
	require.Zero(t, f.Issues)
	require.Zero(t, f.Points, "Data Center has no points")
	require.EqualValues(t, s.count("projects"), predicted(t, f, "projects").Rows)
	require.Empty(t, slices.DeleteFunc(s.Requests(), func(r jirasim.RequestRecord) bool { return r.Template != "/rest/api/{v}/search" }))
}

// count is how many rows of a stream the site has.
func (s *site) count(stream string) int {
	return len(slices.Collect(s.Ledger().Keys(stream)))
}

func TestTheForecastTellsWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Deployment: jirasim.Cloud, Issues: 20})
	s.Script(
		jirasim.Fault{Template: "/rest/api/{v}/priority", Status: 403, Times: -1},
		jirasim.Fault{Template: "/rest/api/{v}/priority/search", Status: 403, Times: -1},
	)
	f, err := tap.Predict(t.Context(), s.with(tap.Options{Select: []string{"priorities", "issues"}}), 0)
	require.NoError(t, err)
	said := predicted(t, f, "priorities")
	require.True(t, said.AtLeast)
	require.Contains(t, said.Remark, "could not be read")
}
