package tap_test

import (
	"encoding/json"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/singer"
	"tap-jira/internal/tap"
)

// verify compares the site with a state, which must stay as it is.
func (s *site) verify(t *testing.T, o tap.Options) (tap.Verification, error) {
	t.Helper()
	o = s.with(o)
	before := string(o.State.Encode())
	s.ForgetRequests()
	v, err := tap.Verify(t.Context(), o)
	require.Equal(t, before, string(o.State.Encode()), "nothing is changed")
	return v, err
}

// sound is a verification that must find nothing; it returns the first check of issues.
func (s *site) sound(t *testing.T, o tap.Options) tap.Check {
	t.Helper()
	v, err := s.verify(t, o)
	require.NoError(t, err)
	require.True(t, v.OK)
	for _, c := range v.Checks {
		if c.Stream == "issues" {
			return c
		}
	}
	t.Fatal("issues are not listed")
	return tap.Check{}
}

// issueIDs are the issues that are there.
func (s *site) issueIDs() []string { return slices.Collect(s.Ledger().Keys("issues")) }

// live lets a site live for a while: issues are edited, moved, created and deleted.
func (s *site) live(t *testing.T, rng *rand.Rand) {
	t.Helper()
	ids := s.issueIDs()
	for _, i := range rng.Perm(len(ids))[:12] {
		kinds := []jirasim.EditKind{jirasim.EditSummary, jirasim.MoveIssue, jirasim.CreateIssue, jirasim.DeleteIssue, jirasim.AddComment}
		kind := kinds[rng.IntN(len(kinds))]
		edit := jirasim.Edit{Kind: kind, Issue: ids[i]}
		if kind == jirasim.CreateIssue {
			edit.Issue = ""
		}
		s.edit(t, edit)
		s.clock.pass(time.Duration(rng.IntN(180)) * time.Second)
	}
}

// limits are the ways in which a run may be limited.
var limits = map[string]func(*tap.Options){
	"none":       func(*tap.Options) {},
	"start date": func(o *tap.Options) { o.StartDate = morning.AddDate(0, -4, 0) },
	"project":    func(o *tap.Options) { o.Projects = []string{"ALPHA"} },
	"jql":        func(o *tap.Options) { o.JQL = "project != ALPHA" },
	"end date":   func(o *tap.Options) { o.EndDate = morning.Add(time.Hour) },
}

// A site that lives, and whose runs break off, has no gap.
func TestVerifyFindsNothingWhereNothingIsMissing(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, site jirasim.Options) {
		for name, limit := range limits {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				site.Issues = 420
				s := newSite(t, site)
				rng := rand.New(rand.NewPCG(7, 7))
				o := light("issues.key")
				limit(&o)
				size := len(s.sync(t, o).out)
				for round := range 10 {
					w := &cutWriter{left: size, err: io.ErrClosedPipe}
					if round < 3 {
						w.left = size * (4 + 2*round) / 10
					}
					got := s.syncTo(t.Context(), o, w)
					got.messages = wholeLines(t, w.Bytes())
					if len(got.messages) > 0 {
						o.State = got.state(t)
					}
					s.sound(t, o)
					s.live(t, rng)
					s.sound(t, o)
				}
			})
		}
	})
}

// Without limits and deletes the claim is the number of issues, however often
// they were printed, and however the first load came to its end.
func TestTheClaimIsExact(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, site jirasim.Options) {
		site.Issues = 420
		s := newSite(t, site)
		o := light("issues.key")
		size := len(s.whole(t, o).out)
		for _, share := range []int{3, 5, 20} {
			w := &cutWriter{left: size * share / 10, err: io.ErrClosedPipe}
			got := s.syncTo(t.Context(), o, w)
			got.messages = wholeLines(t, w.Bytes())
			o.State = got.state(t)
		}
		rng := rand.New(rand.NewPCG(1, 9))
		for range 12 {
			for _, kind := range []jirasim.EditKind{jirasim.CreateIssue, jirasim.EditSummary, jirasim.CreateIssue} {
				id := s.edit(t, jirasim.Edit{Kind: kind, Issue: map[bool]string{true: "", false: s.issueIDs()[0]}[kind == jirasim.CreateIssue]})
				if rng.IntN(2) == 0 {
					s.edit(t, jirasim.Edit{Kind: jirasim.EditSummary, Issue: id})
				}
				s.clock.pass(time.Duration(rng.IntN(240)) * time.Second)
			}
			o.State = s.whole(t, o).state(t)
			issues := s.sound(t, o)
			require.True(t, issues.Verified)
			require.Equal(t, *issues.Counted, *issues.Claimed, issues.Remark)
		}
		for range 3 { // more of them are ahead of the claim than are remembered
			for range 60 {
				s.edit(t, jirasim.Edit{Kind: jirasim.CreateIssue})
			}
			o.State = s.whole(t, o).state(t)
			s.clock.pass(4 * time.Minute)
		}
		s.clock.pass(time.Hour)
		o.State = s.whole(t, o).state(t)
		require.Equal(t, int64(len(s.issueIDs())), *s.sound(t, o).Claimed)
	})
}

// emptyPages are listings that come without issues.
func emptyPages(d jirasim.Deployment) jirasim.Fault {
	walk := "ORDER BY updated"
	if d == jirasim.DataCenter {
		walk = ") ORDER BY created" // updates are a condition there
	}
	return jirasim.Fault{
		Method: "POST", Contains: walk, Times: -1, Status: 200,
		Header: map[string]string{"Content-Type": "application/json"},
		Body:   `{"issues":[],"isLast":true,"startAt":0,"maxResults":1000,"total":0}`,
	}
}

// create makes so many issues in a project, and lets time pass.
func (s *site) create(t *testing.T, project string, issues int) {
	t.Helper()
	s.clock.pass(time.Hour)
	for range issues {
		s.edit(t, jirasim.Edit{Kind: jirasim.CreateIssue, Issue: project})
	}
	s.clock.pass(time.Hour)
}

func TestVerifyFindsHiddenIssues(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		options := light("issues.key", "projects", "worklogs")
		options.State = s.whole(t, options).state(t)
		s.create(t, "ALPHA", 137)
		s.Script(emptyPages(o.Deployment))
		options.State = s.whole(t, options).state(t)
		s.ClearScript()
		v, err := s.verify(t, options)
		require.Equal(t, fault.Incomplete, fault.KindOf(err))
		require.ErrorContains(t, err, "issues: 137 rows")
		require.Equal(t, int64(137), v.Gaps)
		require.False(t, v.OK)
		require.Equal(t, int64(s.Counts().Requests), v.Requests)
		require.LessOrEqual(t, v.Requests, int64(14))
		for _, c := range v.Checks {
			require.Equal(t, c.Stream == "issues", c.Verified, c.Stream)
			require.Equal(t, !c.Verified, strings.HasPrefix(c.Remark, "not verified: "))
		}
	})
}

func TestVerifyNamesTheProjectWhereACensusIsKept(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		f := s.follow(t, light("issues.key"))
		f.run(t)
		rng := rand.New(rand.NewPCG(2, 2))
		for range 3 {
			s.live(t, rng)
			s.sound(t, f.options)
			f.run(t)
			require.True(t, s.sound(t, f.options).Verified)
		}
		s.create(t, "ALPHA", 137)
		hidden := emptyPages(jirasim.Cloud)
		hidden.Contains = "ORDER BY"
		s.Script(hidden)
		f.attempt(t)
		s.ClearScript()
		before, err := os.ReadDir(f.options.CensusDir)
		require.NoError(t, err)
		v, err := s.verify(t, f.options)
		require.ErrorContains(t, err, "issues of project ALPHA: 137 rows")
		require.Equal(t, int64(137), v.Gaps)
		after, err := os.ReadDir(f.options.CensusDir)
		require.NoError(t, err)
		require.Len(t, after, len(before), "the census stays as it is")
		f.run(t)
		s.sound(t, f.options)
	})
}

// What a state does not say is not verified, and is no gap.
func TestVerifyTellsWhatTheStateDoesNotSay(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Deployment: jirasim.DataCenter})
	options := light("issues.key")
	options.State = singer.NewState()
	require.Contains(t, s.sound(t, options).Remark, "no bookmark")

	options.State = s.whole(t, options).state(t)
	limited := options
	limited.Projects = []string{"ALPHA"}
	require.Contains(t, s.sound(t, limited).Remark, "limits")

	bookmark := options.State.Bookmark("issues")
	bookmark["claim"] = nil
	options.State.SetBookmark("issues", bookmark)
	require.Contains(t, s.sound(t, options).Remark, "no number")
	options.State = s.whole(t, options).state(t)
	require.Contains(t, s.sound(t, options).Remark, "no number", "an increment knows nothing of what was before")

	bookmark["loading"] = map[string]any{"started": "2026-11-22T09:00:00.000000Z", "created": ""}
	options.State.SetBookmark("issues", bookmark)
	require.Contains(t, s.sound(t, options).Remark, "not finished")
}

func TestASummaryHasNoNullInIt(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Deployment: jirasim.Cloud})
	got := s.whole(t, light("projects"))
	encoded, err := json.Marshal(got.summary)
	require.NoError(t, err)
	require.Contains(t, string(encoded), `"reasons":[]`)
}
