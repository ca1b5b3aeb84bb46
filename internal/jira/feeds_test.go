package jira

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jsonread"
)

// logs is a page-atomic ChangelogSink.
type logs struct{ open, kept []string }

func (l *logs) Begin() { l.open = nil }

func (l *logs) History(issue []byte, dec *jsonread.Decoder) error {
	raw, err := dec.ReadValue()
	l.open = append(l.open, string(issue)+" "+string(raw))
	return err
}

func (l *logs) EndPage() error {
	l.kept = append(l.kept, l.open...)
	l.open = nil
	return nil
}

const bulkLogs = "/rest/api/2/changelog/bulkfetch"

func TestChangelogs(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		pages []string
		want  []string
		asked int
		err   string
	}{
		"pages split an issue": {
			pages: []string{
				`{"issueChangeLogs":[{"issueId":"1","changeHistories":[{"id":"a"},{"id":"b"}]},{"issueId":2,"changeHistories":[]}],"nextPageToken":"t"}`,
				`{"nextPageToken":null,"issueChangeLogs":[{"issueId":"1","changeHistories":[{"id":"c"}]}]}`,
			},
			want: []string{`1 {"id":"a"}`, `1 {"id":"b"}`, `1 {"id":"c"}`}, asked: 2,
		},
		"id after the histories": {pages: []string{`{"issueChangeLogs":[{"changeHistories":[{"id":"a"}],"issueId":"1","x":1}]}`}, want: []string{`1 {"id":"a"}`}, asked: 1},
		"histories null":         {pages: []string{`{"issueChangeLogs":[{"issueId":"1","changeHistories":null}]}`}, asked: 1},
		"a cut page":             {pages: []string{`{"issueChangeLogs":[{"issueId":"1","changeHistories":[{"id":"a"}`, `{"issueChangeLogs":[{"issueId":"1","changeHistories":[{"id":"a"}]}]}`}, want: []string{`1 {"id":"a"}`}, asked: 2},
		"no id":                  {pages: []string{`{"issueChangeLogs":[{"changeHistories":[]}]}`}, asked: 1, err: "issueId"},
		"no logs":                {pages: []string{`{}`}, asked: 1, err: `"/issueChangeLogs"`},
		"token comes again":      {pages: []string{`{"issueChangeLogs":[{"issueId":"1"}],"nextPageToken":"t"}`}, asked: 2, err: "second time"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, Cloud)
			s.answer("POST "+bulkLogs, tt.pages...)
			sink := &logs{}
			err := s.connected(nil).Changelogs(t.Context(), numbers(1, 2), sink)
			if tt.err == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, tt.err)
			}
			require.Equal(t, tt.want, sink.kept)
			asked := s.asked(bulkLogs)
			require.Len(t, asked, tt.asked)
			require.JSONEq(t, `{"issueIdsOrKeys":["1","2"],"maxResults":10000}`, asked[0].Body)
		})
	}
}

// Changes of some fields are asked for in bulk or not at all: a refusal stands.
func TestChangesOfSomeFields(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.answer("POST "+bulkLogs,
		`{"issueChangeLogs":[{"issueId":"1","changeHistories":[{"id":"a"}]}],"nextPageToken":"t"}`,
		`{"issueChangeLogs":[{"issueId":"2","changeHistories":[{"id":"b"}]}]}`)
	sink := &logs{}
	require.NoError(t, s.connected(nil).ChangesOf(t.Context(), numbers(1, 2), []string{"project", "security"}, sink))
	require.Equal(t, []string{`1 {"id":"a"}`, `2 {"id":"b"}`}, sink.kept)
	asked := s.asked(bulkLogs)
	require.Len(t, asked, 2)
	require.JSONEq(t, `{"issueIdsOrKeys":["1","2"],"fieldIds":["project","security"],"maxResults":10000}`, asked[0].Body)
	require.JSONEq(t, `{"issueIdsOrKeys":["1","2"],"fieldIds":["project","security"],"maxResults":10000,"nextPageToken":"t"}`, asked[1].Body)

	refusing := newSite(t, Cloud)
	refusing.handle("POST "+bulkLogs, status(403, `{"errorMessages":["no"]}`))
	require.ErrorIs(t, refusing.connected(nil).ChangesOf(t.Context(), numbers(1, 2), []string{"project"}, &logs{}), ErrForbidden)
	require.Empty(t, refusing.asked("/rest/api/2/issue/1/changelog"))
}

func TestChangelogsOfAPoisonIssueAreSplitOff(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.handle("POST "+bulkLogs, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), `"4"`) {
			w.WriteHeader(500)
			return
		}
		fmt.Fprint(w, `{"issueChangeLogs":[{"issueId":"1","changeHistories":[{"id":"a"}]}]}`)
	})
	sink := &logs{}
	err := s.connected(nil).Changelogs(t.Context(), numbers(1, 4), sink)
	var poison *PoisonError
	require.ErrorAs(t, err, &poison)
	require.Equal(t, []uint64{4}, poison.IDs)
	require.Equal(t, fault.Incomplete, fault.KindOf(err))
	require.Len(t, sink.kept, 2, "the two other groups were read")
}

func TestChangelogsDoNotBlameIssuesForTheSite(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.handle("POST "+bulkLogs, status(500, ``))
	err := s.connected(nil).Changelogs(t.Context(), numbers(1, 300), &logs{})
	require.Equal(t, fault.Network, fault.KindOf(err))
	var poison *PoisonError
	require.NotErrorAs(t, err, &poison)
	require.Less(t, len(s.asked(bulkLogs)), 80)
}

func TestChangelogsAreCloudOnly(t *testing.T) {
	t.Parallel()
	s := newSite(t, DataCenter)
	require.Error(t, s.connected(nil).Changelogs(t.Context(), numbers(1, 2), &logs{}))
	require.NoError(t, newSite(t, Cloud).connected(nil).Changelogs(t.Context(), nil, &logs{}))
}

func TestWorklogFeeds(t *testing.T) {
	t.Parallel()
	feeds := map[string]func(*Client, context.Context, int64) iter.Seq2[WorklogPage, error]{
		"/rest/api/2/worklog/updated": (*Client).WorklogsUpdated,
		"/rest/api/2/worklog/deleted": (*Client).WorklogsDeleted,
	}
	for name, tt := range map[string]struct {
		pages []string
		want  []WorklogPage
		since []string
		err   string
	}{
		"two pages": {
			pages: []string{
				`{"values":[{"worklogId":7,"updatedTime":105,"properties":[]},{"worklogId":"8","updatedTime":110}],"since":100,"until":110,"nextPage":"https://elsewhere/?since=1","lastPage":false}`,
				`{"values":[{"worklogId":9,"updatedTime":120}],"since":110,"until":130,"lastPage":true}`,
			},
			want:  []WorklogPage{{IDs: []uint64{7, 8}, Times: []int64{105, 110}, Until: 110}, {IDs: []uint64{9}, Times: []int64{120}, Until: 130, Last: true}},
			since: []string{"100", "110"},
		},
		"nothing new":         {pages: []string{`{"values":[],"since":100,"until":100,"lastPage":true}`}, want: []WorklogPage{{Until: 100, Last: true}}, since: []string{"100"}},
		"Data Center's word":  {pages: []string{`{"values":[],"until":100,"lastPage":true,"isLastPage":null}`}, want: []WorklogPage{{Until: 100, Last: true}}, since: []string{"100"}},
		"until goes back":     {pages: []string{`{"values":[],"until":90,"lastPage":true}`}, want: []WorklogPage{{Until: 100, Last: true}}, since: []string{"100"}},
		"one crowded instant": {pages: []string{`{"values":[{"worklogId":7,"updatedTime":100}],"until":100,"lastPage":false}`, `{"values":[],"until":200,"lastPage":true}`}, want: []WorklogPage{{IDs: []uint64{7}, Times: []int64{100}, Until: 101, Tie: true}, {Until: 200, Last: true}}, since: []string{"100", "101"}},
		"empty and no end":    {pages: []string{`{"values":[],"until":100,"lastPage":false}`}, err: "no progress", since: []string{"100"}},
		"backwards":           {pages: []string{`{"values":[{"worklogId":7,"updatedTime":1}],"until":99,"lastPage":false}`}, err: "no progress", since: []string{"100"}},
		"no until":            {pages: []string{`{"values":[],"lastPage":true}`}, err: "/until", since: []string{"100"}},
		"no values":           {pages: []string{`{"until":1,"lastPage":true}`}, err: "/values", since: []string{"100"}},
		"no id":               {pages: []string{`{"values":[{}],"until":1}`}, err: "worklogId", since: []string{"100"}},
	} {
		for feed, read := range feeds {
			t.Run(name+" of "+feed, func(t *testing.T) {
				t.Parallel()
				s := newSite(t, Cloud)
				s.answer("GET "+feed, tt.pages...)
				var got []WorklogPage
				var last error
				for page, err := range read(s.connected(nil), t.Context(), 100) {
					if last = err; err == nil {
						got = append(got, page)
					}
				}
				if tt.err == "" {
					require.NoError(t, last)
				} else {
					require.ErrorContains(t, last, tt.err)
				}
				require.Equal(t, tt.want, got)
				var since []string
				for _, r := range s.asked(feed) {
					since = append(since, r.Query.Get("since"))
				}
				require.Equal(t, tt.since, since)
			})
		}
	}
}

func TestWorklogList(t *testing.T) {
	t.Parallel()
	s := newSite(t, DataCenter)
	s.answer("POST /rest/api/2/worklog/list", `[{"id":"7"}]`)
	c, sink := s.connected(nil), &collector{}
	require.NoError(t, c.WorklogList(t.Context(), []uint64{7, 8}, sink))
	require.Equal(t, []string{`{"id":"7"}`}, sink.open)
	require.JSONEq(t, `{"ids":[7,8]}`, s.asked("/rest/api/2/worklog/list")[0].Body)
	require.NoError(t, c.WorklogList(t.Context(), nil, sink))
	require.Len(t, s.asked("/rest/api/2/worklog/list"), 1)
}

func TestFields(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.answer("GET /rest/api/2/field", `[{"id":"issuekey","name":"Schlüssel","custom":false},
		{"id":"customfield_10020","key":"x","name":"Sprint","untranslatedName":"Sprint","custom":true,"schema":{"type":"array","items":"json","custom":"com.pyxis.greenhopper.jira:gh-sprint","customId":10020},"scope":{}}]`)
	got, err := s.connected(nil).Fields(t.Context())
	require.NoError(t, err)
	require.Equal(t, []Field{
		{ID: "issuekey", Name: "Schlüssel"},
		{ID: "customfield_10020", Name: "Sprint", UntranslatedName: "Sprint", Custom: true, Type: "array", Items: "json", CustomType: "com.pyxis.greenhopper.jira:gh-sprint"},
	}, got)
}
