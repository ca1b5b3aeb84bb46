package jira

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

// single is the address of the histories of one issue.
func single(id int) string { return fmt.Sprintf("GET /rest/api/2/issue/%d/changelog", id) }

// of is a page with one history.
func of(history string) string {
	return `{"startAt":0,"maxResults":100,"total":1,"isLast":true,"values":[{"id":"` + history + `"}]}`
}

// Where the bulk endpoint is withheld, histories come issue by issue: of issues that are gone there are none, and one that is
// there and does not show its own is named.
func TestChangelogsThatAreWithheldInBulk(t *testing.T) {
	t.Parallel()
	const issue = "GET /rest/api/2/issue/2"
	for name, c := range map[string]struct {
		two, there http.HandlerFunc // what is answered for the histories of issue 2, and for the issue itself
		want       []string
		poison     []uint64
		err        error
	}{
		"all are read": {two: status(200, of("b")), want: []string{`1 {"id":"a"}`, `2 {"id":"b"}`, `3 {"id":"c"}`}},
		"one is gone": {
			two: status(404, `{}`), there: status(404, `{"errorMessages":["Issue does not exist or you do not have permission to see it."]}`),
			want: []string{`1 {"id":"a"}`, `3 {"id":"c"}`},
		},
		"one is hidden": {
			two: status(404, `{}`), there: status(403, `{"errorMessages":["You may not see it."]}`), want: []string{`1 {"id":"a"}`, `3 {"id":"c"}`},
		},
		"nobody knows whether one is gone": {
			two: status(404, `{}`), there: status(404, `{}`), want: []string{`1 {"id":"a"}`, `3 {"id":"c"}`}, poison: []uint64{2},
		},
		"one is there, and its histories are not": {
			two: status(404, `{}`), there: status(200, `{"id":"2"}`), want: []string{`1 {"id":"a"}`, `3 {"id":"c"}`}, poison: []uint64{2},
		},
		"one cannot be served":      {two: status(500, ``), want: []string{`1 {"id":"a"}`, `3 {"id":"c"}`}, poison: []uint64{2}},
		"one by one is refused too": {two: status(403, `{}`), want: []string{`1 {"id":"a"}`}, err: ErrForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, Cloud)
			s.handle("POST "+bulkLogs, status(403, `{"errorMessages":["by a proxy"]}`))
			s.answer(single(1), of("a"))
			s.handle(single(2), c.two)
			s.answer(single(3), of("c"))
			if c.there != nil {
				s.handle(issue, c.there)
			}
			var log bytes.Buffer
			sink, client := &logs{}, s.connected(func(o *Options) { o.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
			err := client.Changelogs(t.Context(), numbers(1, 3), sink)
			require.Equal(t, c.want, sink.kept)
			switch {
			case c.err != nil:
				require.ErrorIs(t, err, c.err)
				require.ErrorContains(t, err, "issue 2")
			case c.poison != nil:
				var poison *PoisonError
				require.ErrorAs(t, err, &poison)
				require.Equal(t, c.poison, poison.IDs)
				require.Equal(t, fault.Incomplete, fault.KindOf(err))
			default:
				require.NoError(t, err)
			}
			_ = client.Changelogs(t.Context(), numbers(1, 1), sink)
			require.Len(t, s.asked(bulkLogs), 1, "what is withheld is asked for once")
			require.Equal(t, 1, strings.Count(log.String(), "histories are read issue by issue"), "and told once")
		})
	}
}

// After a page that stays, the issues that it holds would be given twice.
func TestChangelogsThatAreWithheldHalfWay(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	page := status(200, `{"issueChangeLogs":[{"issueId":"1","changeHistories":[{"id":"a"}]}],"nextPageToken":"t"}`)
	s.sequence("POST "+bulkLogs, page, status(403, `{}`))
	sink := &logs{}
	require.ErrorIs(t, s.connected(nil).Changelogs(t.Context(), numbers(1, 2), sink), ErrForbidden)
	require.Equal(t, []string{`1 {"id":"a"}`}, sink.kept)
}

// When so many issues fail it is the site, and its failure stands.
func TestChangelogsReadSinglyDoNotBlameIssuesForTheSite(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.handle("POST "+bulkLogs, status(404, `{}`))
	for id := 1; id <= 30; id++ {
		s.handle(single(id), status(500, ``))
	}
	err := s.connected(nil).Changelogs(t.Context(), numbers(1, 30), &logs{})
	require.Equal(t, fault.Network, fault.KindOf(err))
	require.Empty(t, s.asked("/rest/api/2/issue/12/changelog"), "eleven failures are enough")
	require.NotEmpty(t, s.asked("/rest/api/2/issue/11/changelog"))
}

func TestWithheld(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]bool{
		ErrForbidden: true, ErrNotFound: true, ErrGone: true, fmt.Errorf("read: %w", ErrGone): true,
		ErrLoginLost: false, fmt.Errorf("%w: %w", ErrLoginLost, ErrForbidden): false, ErrBadRequest: false, nil: false,
	} {
		require.Equal(t, want, Withheld(err), "%v", err)
	}
}
