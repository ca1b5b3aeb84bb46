package jirasim

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTheLedgerIsWhatAReaderFinds compares each stream that has a handler of its own, after edits, with what its address
// answers. A stream of the ledger that no test reads over HTTP fails it.
func TestTheLedgerIsWhatAReaderFinds(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		t.Run(d.String(), func(t *testing.T) {
			t.Parallel()
			c := newClient(t, Options{Deployment: d, Issues: 120, Giants: true, Examples: testExamples(t)})
			for range 30 {
				_, err := c.jira.EditAny()
				require.NoError(t, err)
			}
			ledger, unread := c.jira.Ledger(), readElsewhere(c)
			readers := reader{client: c}.readers()
			for stream, read := range readers {
				have := slices.Sorted(slices.Values(read()))
				require.NotEmpty(t, have, stream)
				require.Equal(t, slices.Sorted(ledger.Keys(stream)), have, "%s of %s", stream, d)
			}
			for _, stream := range ledger.Streams() {
				require.True(t, readers[stream] != nil || slices.Contains(unread, stream), "no test reads %s of %s", stream, d)
			}
		})
	}
}

// TestColumnsOfKeys: a key has a part for each column, which its records have.
func TestColumnsOfKeys(t *testing.T) {
	t.Parallel()
	for d, special := range map[Deployment]map[string]string{
		Cloud:      {"users": "accountId", "groups": "groupId", "project_types": "key", "server_info": "baseUrl"},
		DataCenter: {"users": "key", "groups": "name", "project_types": "key", "server_info": "baseUrl"},
	} {
		ledger := newClient(t, Options{Deployment: d, Issues: 60, Examples: testExamples(t)}).jira.Ledger()
		for _, stream := range ledger.Streams() {
			columns := ledger.Columns(stream)
			require.NotEmpty(t, columns, stream)
			if want, known := special[stream]; known {
				require.Equal(t, []string{want}, columns, stream)
			}
			for key := range ledger.Keys(stream) {
				if len(columns) > 1 {
					require.GreaterOrEqual(t, strings.Count(key, "/"), len(columns)-1, "%s: %s", stream, key)
				}
				break
			}
		}
		require.Equal(t, []string{"id"}, ledger.Columns("issues"))
		require.Nil(t, ledger.Columns("nonsense"))
	}
}

// TestListedUsers are those of the listing: people of whom only old histories tell are not.
func TestListedUsers(t *testing.T) {
	t.Parallel()
	r := reader{client: newClient(t, Options{Issues: 200})}
	listed := slices.Collect(r.jira.Ledger().ListedUsers())
	require.ElementsMatch(t, r.users(), listed)
	require.Subset(t, slices.Collect(r.jira.Ledger().Keys("users")), listed)
	center := reader{client: newClient(t, Options{Deployment: DataCenter, Issues: 200})}
	require.ElementsMatch(t, center.texts(center.list("/rest/api/2/user/list", "values"), "key"), slices.Collect(center.jira.Ledger().ListedUsers()))
}

// TestRolesInTheirThreeForms: the map of a project's roles, their details and the actors of each name the same roles.
func TestRolesInTheirThreeForms(t *testing.T) {
	t.Parallel()
	r := reader{client: newClient(t, Options{Issues: 20, Examples: testExamples(t)})}
	for _, project := range r.live() {
		names := map[string]string{}
		for name, address := range r.tree("/rest/api/3/project/" + project + "/role").(map[string]any) {
			names[path.Base(address.(string))] = name
		}
		details := r.list("/rest/api/3/project/"+project+"/roledetails", "")
		require.Len(t, details, len(names))
		for _, detail := range details {
			id := fmt.Sprint(inside(t, detail, "id"))
			require.Equal(t, names[id], inside(t, detail, "name"))
			one := r.tree("/rest/api/3/project/" + project + "/role/" + id)
			require.Equal(t, inside(t, detail, "name"), inside(t, one, "name"))
			require.Equal(t, inside(t, detail, "self"), inside(t, one, "self"))
		}
		missing := r.get("/rest/api/3/project/" + project + "/role/1").status(404)
		require.Contains(t, missing.messages()[0], "null project role")
		r.asReader().get("/rest/api/3/project/" + project + "/role/" + fmt.Sprint(inside(t, details[0], "id"))).status(404)
	}
	r.get("/rest/api/3/project/NOPE/roledetails").status(404)
	r.as("", "").get("/rest/api/3/project/ALPHA/roledetails").status(401)
}

// readElsewhere are the streams that other tests of this room compare with the ledger: children of issues
// (TestLedgerAgreesWithWhatIsServed), what is worked out from histories (TestHistoryRowsAreTheItemsOfHistories), boards and
// sprints (TestAgileLedgerAgreesWithWhatIsServed, TestPartsOfBoardsAgreeWithTheLedger), and the resources of the examples
// (TestResourcesAreWhatTheLedgerSays).
func readElsewhere(c *client) []string {
	streams := []string{
		"users", "issue_comments", "changelogs", "worklogs",
		"issue_field_history", "issue_multiselect_history", "issue_sprint_history", "issue_keys",
	}
	for _, stream := range c.jira.agileLedger() {
		streams = append(streams, stream.name)
	}
	for k := range c.jira.resources {
		streams = append(streams, c.jira.resources[k].stream)
	}
	return streams
}

// changelogEntry is one of an issue's histories as it is answered.
type changelogEntry struct {
	ID, Created string
	Items       []struct {
		Field, FieldID, From, FromString, To, ToString string
	}
}

// histories reads the whole changelog of an issue, oldest first.
func (c *client) histories(issue string) (found []changelogEntry) {
	c.t.Helper()
	var body struct {
		Changelog struct{ Histories []changelogEntry }
	}
	c.get("/rest/api/2/issue/" + issue + "?expand=changelog&fields=id").status(200).into(&body)
	slices.SortFunc(body.Changelog.Histories, func(a, b changelogEntry) int {
		return cmp.Or(cmp.Compare(a.Created, b.Created), cmp.Compare(len(a.ID), len(b.ID)), cmp.Compare(a.ID, b.ID))
	})
	return body.Changelog.Histories
}

// TestHistoryRowsAreTheItemsOfHistories: each item of a history is a row of issue_field_history, and where it moves a sprint
// it is one of issue_sprint_history for each sprint that came or left. A key that was changed is one of issue_keys.
func TestHistoryRowsAreTheItemsOfHistories(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter, Issues: 80})
	var items, sprints, keys []string
	for _, m := range c.visible() {
		issue := fmt.Sprint(m.ID)
		keys = append(keys, issue+"/"+c.jira.site.issueKey(m.Index))
		for _, h := range c.histories(issue) {
			for k, item := range h.Items {
				key := fmt.Sprintf("%s:%d", h.ID, k)
				items = append(items, key)
				switch item.Field {
				case "Key":
					keys = append(keys, issue+"/"+item.FromString)
				case "Sprint":
					sprints = append(sprints, keysUnder(key, moved(item.From, item.To))...)
				}
			}
		}
	}
	later := func(stream string) []string {
		return slices.DeleteFunc(slices.Sorted(c.jira.Ledger().Keys(stream)), func(key string) bool { return strings.HasPrefix(key, "initial:") })
	}
	require.NotEmpty(t, sprints)
	require.Equal(t, slices.Sorted(slices.Values(items)), later("issue_field_history"))
	require.Equal(t, slices.Sorted(slices.Values(sprints)), later("issue_sprint_history"))
	require.Subset(t, later("issue_multiselect_history"), sprints, "sprints are values like any other")
	require.Equal(t, slices.Compact(slices.Sorted(slices.Values(keys))), later("issue_keys"))
}

// moved are the values of comma lists that stand on one side only.
func moved(from, to string) []string {
	was, is := strings.Split(from, ", "), strings.Split(to, ", ")
	lone := slices.DeleteFunc(append(without(was, is), without(is, was)...), func(v string) bool { return v == "" })
	return slices.Compact(slices.Sorted(slices.Values(lone)))
}

// TestFieldsHeldAtATime goes through an issue's life: before the first history that names it a field holds what that history
// says it held, after each what that one says, and at the end what the issue itself says.
func TestFieldsHeldAtATime(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter, Issues: 60})
	ledger, changes := c.jira.Ledger(), 0
	for _, m := range c.visible() {
		issue := fmt.Sprint(m.ID)
		at := ledger.Fields(issue)
		var now struct {
			Fields struct{ Status struct{ ID, Name string } }
		}
		c.get("/rest/api/2/issue/" + issue + "?fields=status").status(200).into(&now)
		status := now.Fields.Status
		require.Equal(t, Held{ID: status.ID, Text: status.Name}, at(testNow)["status"], issue)
		require.Equal(t, c.jira.site.issueKey(m.Index), at(testNow)["issuekey"].Text)
		last := map[time.Time]Held{} // of the histories of one millisecond the last one tells
		for k, h := range c.histories(issue) {
			made := parseDate(t, h.Created)
			for _, item := range h.Items {
				if item.Field != "status" {
					continue
				}
				last[made] = Held{ID: item.To, Text: item.ToString}
				if k == 0 {
					require.Equal(t, Held{ID: item.From, Text: item.FromString}, at(made.Add(-time.Millisecond))["status"], "%s before %s", issue, h.ID)
				}
			}
		}
		for made, held := range last {
			require.Equal(t, held, at(made)["status"], "%s after %s", issue, made)
		}
		changes += len(last)
	}
	require.Positive(t, changes)
	require.Empty(t, ledger.Fields("NOPE-1")(testNow))
}
