package jirasim

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// openBoards are the ids of the boards whose configuration can be read, as a reader finds them.
func (r reader) openBoards() (open []string) {
	r.t.Helper()
	for _, id := range r.ids(r.paged("/rest/agile/1.0/board")) {
		if r.get("/rest/agile/1.0/board/"+id+"/configuration").code == 200 {
			open = append(open, id)
		}
	}
	return open
}

// sprints are the ids of the sprints that some board shows, each once.
func (r reader) sprints() []string {
	r.t.Helper()
	found := ofEach(r.openBoards(), func(board string) []string {
		address := "/rest/agile/1.0/board/" + board + "/sprint"
		if r.get(address).code == 400 {
			return nil
		}
		return r.ids(r.paged(address))
	})
	return slices.Compact(slices.Sorted(slices.Values(found)))
}

// properties reads the keys of the properties of boards or sprints, and each property by its key.
func (r reader) properties(kind string, ids []string) []string {
	r.t.Helper()
	return ofEach(ids, func(id string) []string {
		address := "/rest/agile/1.0/" + kind + "/" + id + "/properties"
		keys := r.texts(r.list(address, "keys"), "key")
		for _, key := range keys {
			property := r.tree(address + "/" + key)
			require.Equal(r.t, key, inside(r.t, property, "key"))
			require.NotNil(r.t, inside(r.t, property, "value"), "a property has a value of its own")
		}
		return keysUnder(id, keys)
	})
}

// estimations are the issues that each board with sprints can estimate.
func (r reader) estimations() []string {
	r.t.Helper()
	return ofEach(r.openBoards(), func(board string) []string {
		if r.get("/rest/agile/1.0/board/"+board+"/sprint").code == 400 {
			return nil
		}
		issues := r.agileIDs("/rest/agile/1.0/board/" + board + "/issue")
		for _, issue := range issues {
			estimation := r.tree("/rest/agile/1.0/issue/" + issue + "/estimation?boardId=" + board)
			require.NotNil(r.t, inside(r.t, estimation, "fieldId"))
		}
		return keysUnder(board, issues)
	})
}

// epicIssues are the children of the epics that boards show; those of team-managed projects refuse.
func (r reader) epicIssues() []string {
	r.t.Helper()
	epics := ofEach(r.openBoards(), func(board string) []string { return r.ids(r.paged("/rest/agile/1.0/board/" + board + "/epic")) })
	return ofEach(slices.Compact(slices.Sorted(slices.Values(epics))), func(epic string) []string {
		address := "/rest/agile/1.0/epic/" + epic + "/issue"
		if r.get(address).code == 400 {
			return nil
		}
		return keysUnder(epic, r.agileIDs(address))
	})
}

// TestPartsOfBoardsAgreeWithTheLedger reads what TestAgileLedgerAgreesWithWhatIsServed does not.
func TestPartsOfBoardsAgreeWithTheLedger(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		t.Run(d.String(), func(t *testing.T) {
			t.Parallel()
			c := newClient(t, Options{Deployment: d, Issues: 150, Examples: testExamples(t)})
			r := reader{client: c}
			ofBoards := func(tail, at, key string) []string {
				return ofEach(r.openBoards(), func(board string) []string {
					return keysUnder(board, r.texts(r.list("/rest/agile/1.0/board/"+board+tail, at), key))
				})
			}
			found := map[string][]string{
				"board_properties":  r.properties("board", r.openBoards()),
				"sprint_properties": r.properties("sprint", r.sprints()),
				"issue_estimations": r.estimations(),
				"epic_issues":       r.epicIssues(),
			}
			if d == Cloud {
				found["board_quick_filters"] = ofBoards("/quickfilter", "values", "id")
				found["board_features"] = ofBoards("/features", "features", "boardFeature")
				found["board_reports"] = ofBoards("/reports", "reports", "name")
			}
			for stream, have := range found {
				require.NotEmpty(t, have, stream)
				require.Equal(t, slices.Sorted(c.jira.Ledger().Keys(stream)), slices.Sorted(slices.Values(have)), stream)
			}
		})
	}
}

// TestOneOfAList: what a list shows of a board or sprint is what its own address answers.
func TestOneOfAList(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		c := newClient(t, Options{Deployment: d, Issues: 60})
		r := reader{client: c}
		for _, listed := range r.paged("/rest/agile/1.0/board") {
			require.Equal(t, listed, r.tree("/rest/agile/1.0/board/"+fmt.Sprint(inside(t, listed, "id"))))
		}
		sprints := r.paged("/rest/agile/1.0/board/1/sprint")
		require.NotEmpty(t, sprints)
		for _, listed := range sprints {
			require.Equal(t, listed, r.tree("/rest/agile/1.0/sprint/"+fmt.Sprint(inside(t, listed, "id"))))
		}
		for _, id := range []string{"0", "-1", "x", strconv.Itoa(c.jira.site.sprintTotal() + 1)} {
			require.Contains(t, c.get("/rest/agile/1.0/sprint/" + id).status(404).messages()[0], "Sprint does not exist")
			c.get("/rest/agile/1.0/sprint/" + id + "/properties").status(404)
			c.get("/rest/agile/1.0/sprint/" + id + "/properties/acme.review").status(404)
		}
	}
}

// TestOrderOfBoards: by id unless a name is asked for, and those of others at the end whatever the order.
func TestOrderOfBoards(t *testing.T) {
	t.Parallel()
	r := reader{client: newClient(t, Options{Issues: 60})}
	names := func(query string) []string {
		return r.texts(slices.DeleteFunc(r.paged("/rest/agile/1.0/board"+query), func(board any) bool { return inside(t, board, "name") == nil }), "name")
	}
	rising, falling := names("?orderBy=name"), names("?orderBy=-name")
	require.True(t, slices.IsSorted(rising))
	require.Equal(t, rising, names("?orderBy=%2Bname"))
	slices.Reverse(falling)
	require.Equal(t, rising, falling)
	require.ElementsMatch(t, rising, names(""))
	for _, order := range []string{"", "&orderBy=-name"} {
		boards := r.paged("/rest/agile/1.0/board?includePrivate=true" + order)
		require.NotContains(t, boards[len(boards)-1], "name", "a board of others is a bare number")
		require.Len(t, boards, len(rising)+1)
	}
	wanted := names("?name=" + rising[0][:4])
	require.Contains(t, wanted, rising[0])
	require.Less(t, len(wanted), len(rising))
}
