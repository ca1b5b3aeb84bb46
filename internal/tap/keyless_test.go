package tap_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// The release notes of a version are its one related work without an id.
func TestReleaseNotesAreARelatedWork(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{})
	s.Script(jirasim.Fault{Template: "/rest/api/{v}/version/{versionId}/relatedwork", Times: -1, Rewrite: func([]byte) []byte {
		return []byte(`[{"category":"Communication","title":"Release notes","relatedWorkId":null,"url":null},{"category":"Design","relatedWorkId":"w1"}]`)
	}})
	got := s.whole(t, light("version_related_works"))
	require.Contains(t, got.ids("version_related_works")[0], "/0")
	require.Contains(t, got.ids("version_related_works")[1], "/w1")
	requireProtocol(t, got)
}

// Jira gives some groups no id. A row without a key is none that a target can store: it is left out, counted and named, and
// costs no other row.
func TestARowWithoutItsKeyIsNamed(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{})
	options := tap.Options{Select: []string{"groups", "user_groups"}}
	all := s.whole(t, options)
	first := text(all.records("groups")[0].Record["groupId"])
	for name, id := range map[string]string{"null": `"groupId":null`, "absent": `"more":{"groupId":null}`} {
		s.ClearScript()
		s.Script(jirasim.Fault{Template: "/rest/api/{v}/group/bulk", Times: -1, Rewrite: func(body []byte) []byte {
			return regexp.MustCompile(`"groupId":"`+regexp.QuoteMeta(first)+`"`).ReplaceAll(body, []byte(id))
		}})
		got := s.sync(t, options)
		require.Equal(t, fault.Incomplete, fault.KindOf(got.err), name)
		require.ErrorContains(t, got.err, "groups lacks 1 rows: a row without groupId, which is its key, is left out")
		require.Len(t, got.records("groups"), len(all.records("groups"))-1)
		require.EqualValues(t, 1, got.stream(t, "groups").Gaps)
		for _, record := range got.records("user_groups") {
			require.NotEqual(t, first, text(record.Record["groupId"]))
		}
		requireProtocol(t, got)
	}

	s.ClearScript()
	s.Script(jirasim.Fault{Template: "/rest/api/{v}/group/bulk", Times: -1, Rewrite: func(body []byte) []byte {
		return regexp.MustCompile(`"name":`).ReplaceAll(body, []byte(`"other":{"groupId":null},"name":`))
	}})
	require.Len(t, s.whole(t, options).records("groups"), len(all.records("groups")), "null stands deeper")
}
