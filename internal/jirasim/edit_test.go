package jirasim

import (
	"encoding/json"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// clock is a clock that a test moves.
type clock struct{ ms atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.ms.Store(siteNow.UnixMilli())
	return c
}

func (c *clock) now() time.Time          { return time.UnixMilli(c.ms.Load()) }
func (c *clock) forward(d time.Duration) { c.ms.Add(d.Milliseconds()) }

// busyIssue is a visible issue that has comments and worklogs.
func busyIssue(t *testing.T, s *Site) int {
	t.Helper()
	for i := range s.issueCount() {
		if m := s.issueMeta(i); !m.Archived && s.commentCount(i) > 1 && s.worklogCount(i) > 1 && s.historyCount(i) > 0 {
			return i
		}
	}
	require.Fail(t, "no issue with comments and worklogs")
	return 0
}

func TestEditsMoveUpdatedAndNothingElse(t *testing.T) {
	t.Parallel()
	for kind, change := range map[EditKind]struct{ histories, comments, worklogs int }{
		EditSummary:   {histories: 1},
		EditStatus:    {histories: 1},
		AddComment:    {comments: 1},
		ChangeComment: {},
		AddWorklog:    {histories: 1, worklogs: 1},
		ChangeWorklog: {},
		DeleteWorklog: {histories: 1, worklogs: -1},
		MoveIssue:     {histories: 1},
	} {
		c := newClock()
		s := testSite(t, SiteOptions{Issues: 200, Now: c.now})
		i := busyIssue(t, s)
		before, key := s.issueMeta(i), s.issueKey(i)
		h, k, l := s.historyCount(i), s.commentCount(i), s.worklogCount(i)
		c.forward(time.Minute)
		id, err := s.edit(Edit{Kind: kind, Issue: key, Text: "changed <it>"})
		require.NoError(t, err)
		after := s.issueMeta(i)
		require.Equal(t, before.ID, id)
		require.Equal(t, before.Created, after.Created)
		require.Equal(t, c.now().UnixMilli(), after.Updated)
		require.Equal(t, h+change.histories, s.historyCount(i), "histories after %d", kind)
		require.Equal(t, k+change.comments, s.commentCount(i), "comments after %d", kind)
		require.Equal(t, l+change.worklogs, s.worklogCount(i), "worklogs after %d", kind)
		require.Equal(t, []string{utoa(id)}, s.ledger().EditedSince(siteNow.Add(time.Second)))
		require.True(t, json.Valid(s.appendIssue(nil, i, everyField(s, 3))))
		require.True(t, json.Valid(s.appendIssue(nil, i, everyField(s, 2))))
		found, ok := s.issueByKey(key)
		require.True(t, ok)
		require.Equal(t, i, found, "the old key still resolves")
		require.Equal(t, kind == MoveIssue, s.issueKey(i) != key)
	}
}

// A security level takes an issue out of sight and brings it back, each time with a history and a newer updated.
func TestASecurityLevelOfTheIssueIsAnEdit(t *testing.T) {
	t.Parallel()
	for name, deployment := range map[string]Deployment{"cloud": Cloud, "datacenter": DataCenter} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClock()
			s := testSite(t, SiteOptions{Deployment: deployment, Issues: 200, Now: c.now})
			i := busyIssue(t, s)
			id, histories, held := s.issueID(i), s.historyCount(i), s.heldNow(i)["security"]
			for _, kind := range []EditKind{RestrictIssue, LiftIssue} {
				c.forward(time.Minute)
				_, err := s.edit(Edit{Kind: kind, Issue: utoa(id)})
				require.NoError(t, err)
				require.Equal(t, c.now().UnixMilli(), s.issueMeta(i).Updated)
				histories++
				require.Equal(t, histories, s.historyCount(i))
				require.True(t, s.historyTouches(i, histories-1, []string{"security"}))
				require.Equal(t, kind == LiftIssue, s.ledger().Vanished(id) == "")
				_, err = s.edit(Edit{Kind: kind, Issue: utoa(id)})
				require.Error(t, err, "it is so already")
			}
			b := s.biography(i)
			require.Equal(t, held, b.initial["security"])
			require.Equal(t, held, b.heldAt(c.now().UnixMilli())["security"])
			require.Equal(t, secretLevel().name, b.heldAt(c.now().Add(-time.Second).UnixMilli())["security"].Text)
		})
	}
}

// A move changes the project as well as the key.
func TestAMoveIsToldOfKeyAndProject(t *testing.T) {
	t.Parallel()
	s := testSite(t, SiteOptions{Issues: 200})
	i := busyIssue(t, s)
	_, err := s.edit(Edit{Kind: MoveIssue, Issue: s.issueKey(i)})
	require.NoError(t, err)
	var fields []string
	for _, item := range s.itemsOf(i, s.historyCount(i)-1) {
		fields = append(fields, item.field)
	}
	require.Equal(t, []string{"issuekey", "project"}, fields)
	require.Equal(t, s.heldNow(i)["project"], s.biography(i).heldAt(s.opt.Now().Add(time.Hour).UnixMilli())["project"])
}

func TestDeletingACommentDoesNotMoveUpdated(t *testing.T) {
	t.Parallel()
	s := testSite(t, SiteOptions{Issues: 200})
	i := busyIssue(t, s)
	before, n := s.issueMeta(i).Updated, s.commentCount(i)
	first := s.commentAt(s.live.Load(), i, 0).id
	_, err := s.edit(Edit{Kind: DeleteComment, Issue: s.issueKey(i)})
	require.NoError(t, err)
	require.Equal(t, before, s.issueMeta(i).Updated)
	require.Equal(t, n-1, s.commentCount(i))
	_, _, ok := s.commentByID(first)
	require.False(t, ok)
	seen := 0
	for k := range s.byUpdated(0, 0) {
		if k == i {
			seen++
		}
	}
	require.Equal(t, 1, seen, "the issue must keep its place in the order")
}

func TestDeletedAndCreatedIssues(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := testSite(t, SiteOptions{Issues: 100, Now: c.now})
	gone, err := s.edit(Edit{Kind: DeleteIssue, Issue: s.issueKey(7)})
	require.NoError(t, err)
	_, err = s.edit(Edit{Kind: EditSummary, Issue: utoa(gone)})
	require.ErrorIs(t, err, errNoSuchIssue)
	for _, bad := range []string{"", "NOPE-1", "1", "99999999"} {
		_, err = s.edit(Edit{Kind: EditSummary, Issue: bad})
		require.ErrorIs(t, err, errNoSuchIssue)
	}
	_, err = s.edit(Edit{Kind: EditKind(99), Issue: s.issueKey(8)})
	require.ErrorIs(t, err, errUnknownEdit)
	c.forward(time.Hour)
	born, err := s.edit(Edit{Kind: CreateIssue, Issue: "BETA", Text: "a \"new\" one"})
	require.NoError(t, err)
	i, ok := s.issueByID(born)
	require.True(t, ok)
	require.Equal(t, 100, i)
	require.Contains(t, s.issueKey(i), "BETA-")
	body := s.appendIssue(nil, i, everyField(s, 3))
	require.True(t, json.Valid(body))
	require.Contains(t, string(body), `a \"new\" one`)
	for k := range s.byCreated(0, 0) {
		require.NotEqual(t, 7, k)
	}
	require.Equal(t, []string{utoa(born)}, s.ledger().EditedSince(siteNow.Add(time.Minute)))
}

func TestWorklogFeedFollowsEdits(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := testSite(t, SiteOptions{Issues: 300, Now: c.now})
	i := busyIssue(t, s)
	all := wholeFeed(t, s, s.end+dayMS)
	c.forward(time.Minute)
	_, err := s.edit(Edit{Kind: AddWorklog, Issue: s.issueKey(i)})
	require.NoError(t, err)
	_, err = s.edit(Edit{Kind: DeleteWorklog, Issue: s.issueKey(i)})
	require.NoError(t, err)
	fresh, _ := s.worklogFeed(c.now().UnixMilli(), c.now().UnixMilli()+1, 10)
	require.Len(t, fresh, 1)
	owner, j, ok := s.worklogByID(fresh[0].ID)
	require.True(t, ok)
	require.Equal(t, i, owner)
	require.True(t, json.Valid(s.appendWorklog(nil, owner, j, renderOptions{API: 3})))
	require.Len(t, wholeFeed(t, s, s.end+dayMS), len(all), "one came, one went")
	gone, _ := s.worklogDeletedFeed(c.now().UnixMilli(), c.now().UnixMilli()+1, 10)
	require.Len(t, gone, 1)
	_, _, ok = s.worklogByID(gone[0].ID)
	require.False(t, ok)
}

// wholeFeed pages through the whole worklog feed and checks its order.
func wholeFeed(t *testing.T, s *Site, before int64) []feedEntry {
	t.Helper()
	all, _ := s.worklogFeed(0, before, 1<<20)
	for k := 1; k < len(all); k++ {
		require.LessOrEqual(t, all[k-1].Updated, all[k].Updated)
	}
	cut, more := s.worklogFeed(0, before, 10)
	require.True(t, more)
	require.Equal(t, all[:10], cut)
	visible := 0
	for _, e := range all {
		if _, _, ok := s.worklogByID(e.ID); ok {
			visible++
		}
	}
	want := 0
	for range s.ledger().Keys("worklogs") {
		want++
	}
	require.Equal(t, want, visible, "the feed must name every worklog once")
	require.Less(t, visible, len(all), "the feed also names worklogs that the account may not see")
	return all
}

func TestReadersAndEditorsTogether(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := testSite(t, SiteOptions{Issues: 60, Now: c.now})
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			for range 40 {
				c.forward(time.Second)
				if _, err := s.editAny(); err != nil {
					t.Errorf("edit: %v", err)
				}
			}
		})
		all.Go(func() {
			for i := range s.byUpdated(0, 0) {
				if b := s.appendIssue(nil, i, everyField(s, 3)); !json.Valid(b) {
					t.Errorf("issue %d is no JSON", i)
				}
				s.worklogFeed(0, s.end, 5)
			}
		})
	}
	all.Wait()
}
