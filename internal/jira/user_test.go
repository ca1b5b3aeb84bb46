package jira

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

// directory is a bare array of users paged by startAt, of which only the first
// reach can be had.
func directory(n, reach int, also func(*http.Request) bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var out []string
		start, _ := strconv.Atoi(r.URL.Query().Get("startAt"))
		size, _ := strconv.Atoi(r.URL.Query().Get("maxResults"))
		for i := start; i < min(start+size, n, reach) && (also == nil || also(r)); i++ {
			out = append(out, fmt.Sprintf(`{"key":"%d"}`, i))
		}
		fmt.Fprint(w, "["+strings.Join(out, ",")+"]")
	}
}

func TestUsersCloud(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.handle("GET /rest/api/2/users/search", directory(2300, 1<<30, nil))
	sink := &collector{}
	complete, why, err := s.connected(nil).Users(t.Context(), sink)
	require.NoError(t, err)
	require.True(t, complete, why)
	require.Len(t, sink.kept, 2300)
}

func TestUsersCloudTooSlow(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	small := directory(250, 1<<30, nil)
	s.handle("GET /rest/api/2/users/search", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("maxResults") == "1000" {
			w.WriteHeader(http.StatusConflict)
			return
		}
		small(w, r)
	})
	sink := &collector{}
	complete, _, err := s.connected(nil).Users(t.Context(), sink)
	require.NoError(t, err)
	require.True(t, complete)
	require.Len(t, sink.kept, 250)
}

func TestUsersDataCenterByList(t *testing.T) {
	t.Parallel()
	s := newSite(t, DataCenter)
	s.answer("GET /rest/api/2/user/list", `{"values":[{"key":"a"}],"isLast":false,"nextCursor":"5"}`, `{"isLast":true,"values":[{"key":"b"}]}`)
	sink := &collector{}
	complete, _, err := s.connected(nil).Users(t.Context(), sink)
	require.NoError(t, err)
	require.True(t, complete)
	require.Equal(t, []string{`{"key":"a"}`, `{"key":"b"}`}, sink.kept)
	asked := s.asked("/rest/api/2/user/list")
	require.Equal(t, "5", asked[1].Query.Get("cursor"))
	require.Equal(t, "2000", asked[0].Query.Get("maxResults"))
}

// TestUsersAreHidden is what Data Center shows to those who may not browse users: nobody at all.
func TestUsersAreHidden(t *testing.T) {
	t.Parallel()
	s := newSite(t, DataCenter)
	s.handle("GET /rest/api/2/user/list", status(404, ``))
	s.answer("GET /rest/api/2/user/search", `[]`)
	complete, _, err := s.connected(nil).Users(t.Context(), &collector{})
	require.False(t, complete)
	require.ErrorIs(t, err, ErrForbidden)
	require.Equal(t, fault.Incomplete, fault.KindOf(err))
}

func TestUsersDataCenterBySearch(t *testing.T) {
	t.Parallel()
	percent := func(r *http.Request) bool { return r.URL.Query().Get("username") == "%" }
	for name, tt := range map[string]struct {
		search   http.HandlerFunc
		got      int
		complete bool
		why      string
	}{
		"all":             {directory(2300, 1<<30, nil), 2300, true, ""},
		"cut at 100":      {directory(2300, 100, nil), 100, false, "100 users"},
		"cut at 1000":     {directory(2300, 1000, nil), 1000, false, "1000 users"},
		"startAt ignored": {status(200, `[{"key":"1"},{"key":"2"}]`), 2, false, "first 2 users"},
		"by another sign": {directory(7, 1<<30, percent), 7, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, DataCenter)
			s.handle("GET /rest/api/2/user/list", status(404, ``))
			s.handle("GET /rest/api/2/user/search", tt.search)
			sink := &collector{}
			complete, why, err := s.connected(nil).Users(t.Context(), sink)
			require.NoError(t, err)
			require.Equal(t, tt.complete, complete)
			require.Contains(t, why, tt.why)
			require.Len(t, sink.kept, tt.got)
			require.Equal(t, "true", s.asked("/rest/api/2/user/search")[0].Query.Get("includeInactive"))
		})
	}
}

func TestUsersForbidden(t *testing.T) {
	t.Parallel()
	for d, path := range map[Deployment]string{Cloud: "/rest/api/2/users/search", DataCenter: "/rest/api/2/user/list"} {
		s := newSite(t, d)
		s.handle("GET "+path, status(403, ``))
		complete, _, err := s.connected(nil).Users(t.Context(), &collector{})
		require.ErrorIs(t, err, ErrForbidden)
		require.False(t, complete)
	}
}

func TestGroupMembers(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.answer("GET /rest/api/2/group/member", `{"values":[{"accountId":"a"}],"isLast":false,"total":2}`, `{"values":[{"accountId":"b"}],"isLast":true,"total":2}`)
	sink := &collector{}
	require.NoError(t, s.connected(nil).GroupMembers(t.Context(), "jira users", sink))
	require.Len(t, sink.kept, 2)
	q := s.asked("/rest/api/2/group/member")[0].Query
	require.Equal(t, "jira users", q.Get("groupname"))
	require.Equal(t, "true", q.Get("includeInactiveUsers"))
}
