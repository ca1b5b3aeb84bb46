package tap_test

import (
	"bytes"
	"encoding/json"
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

// discover reads the catalog as the user gets it.
func (s *site) discover(t *testing.T, o tap.Options) map[string]any {
	t.Helper()
	catalog, err := tap.Discover(t.Context(), s.with(o))
	require.NoError(t, err)
	var text bytes.Buffer
	require.NoError(t, catalog.Encode(&text))
	var parsed map[string]any
	require.NoError(t, json.Unmarshal(text.Bytes(), &parsed))
	return parsed
}

// set writes a member of the metadata at a breadcrumb that ends like the path;
// an empty path is the stream.
func set(catalog map[string]any, stream, member string, value any, path ...string) {
	for _, entry := range catalog["streams"].([]any) {
		entry := entry.(map[string]any)
		if entry["tap_stream_id"] != stream && stream != "*" {
			continue
		}
		for _, item := range entry["metadata"].([]any) {
			item := item.(map[string]any)
			var names []string
			for i, part := range item["breadcrumb"].([]any) {
				if i%2 == 1 {
					names = append(names, part.(string))
				}
			}
			if slices.Equal(names, path) || len(path) > 0 && path[0] == "**" && len(names) > 0 {
				item["metadata"].(map[string]any)[member] = value
			}
		}
	}
}

func catalogOf(t *testing.T, value any) *singer.Catalog {
	t.Helper()
	raw, ok := value.(string)
	if !ok {
		encoded, err := json.Marshal(value)
		require.NoError(t, err)
		raw = string(encoded)
	}
	catalog, err := singer.ParseCatalog([]byte(raw))
	require.NoError(t, err)
	return catalog
}

// streamsOf are the streams that have messages of a type, in order.
func (o outcome) streamsOf(kind string) []string {
	var names []string
	for _, m := range o.messages {
		if m.Type == kind && !slices.Contains(names, m.Stream) {
			names = append(names, m.Stream)
		}
	}
	return names
}

func TestTwoStreamsOfTheCatalogOnly(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		catalog := s.discover(t, tap.Options{})
		require.LessOrEqual(t, s.Counts().Requests, 7, "the login and at most five requests")
		set(catalog, "*", "selected", false)
		set(catalog, "issues", "selected", true)
		set(catalog, "versions", "selected", true)
		got := s.whole(t, tap.Options{Catalog: catalogOf(t, catalog)})
		requireProtocol(t, got)
		require.Equal(t, []string{"versions", "issues"}, got.streamsOf("SCHEMA"))
		require.Equal(t, []string{"versions", "issues"}, got.streamsOf("RECORD"))
		requireLedger(t, s, merged(got.messages), "versions", "issues")
		for _, r := range got.requests {
			for _, other := range []string{"changelog", "worklog", "comment", "user/", "users/", "component"} {
				require.NotContains(t, r.Path, other)
			}
			require.NotContains(t, r.Body, `"comment"`)
		}
	})
}

func TestTheCatalogOfDiscoverySelectsTheStandardSet(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		standard := s.whole(t, tap.Options{})
		found := s.whole(t, tap.Options{Catalog: catalogOf(t, s.discover(t, tap.Options{}))})
		require.Equal(t, string(standard.out), string(found.out), "no catalog and discovery's own say the same")
	})
}

// Only what is selected is asked for, down to one custom field.
func TestOneCustomFieldOnly(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		catalog := s.discover(t, tap.Options{})
		set(catalog, "*", "selected", false)
		set(catalog, "issues", "selected", true)
		set(catalog, "issues", "selected", false, "**")
		set(catalog, "issues", "selected", true, "fields")
		set(catalog, "issues", "selected", true, "fields", "customfield_10016")
		got := s.whole(t, tap.Options{Catalog: catalogOf(t, catalog)})
		requireProtocol(t, got)
		requireLedger(t, s, merged(got.messages), "issues")
		filled := 0
		for _, m := range got.records("issues") {
			var fields map[string]json.RawMessage
			require.NoError(t, json.Unmarshal(m.Record["fields"], &fields))
			require.Len(t, fields, 1)
			require.Contains(t, fields, "customfield_10016")
			require.Len(t, m.Record, 3, "id, updated and fields: %v", m.Record)
			if string(fields["customfield_10016"]) != "null" {
				filled++
			}
		}
		require.Positive(t, filled)
		requireAskedFields(t, got, []string{"created", "customfield_10016", "updated"})
	})
}

// requireAskedFields checks the fields of every request that reads whole issues.
func requireAskedFields(t *testing.T, got outcome, want []string) {
	t.Helper()
	read := 0
	for _, r := range got.requests {
		var body struct {
			Fields []string
			JQL    string
		}
		if r.Method != "POST" || json.Unmarshal([]byte(r.Body), &body) != nil || strings.Contains(r.Path, "search") && !strings.Contains(body.JQL, "id in (") {
			continue
		}
		slices.Sort(body.Fields)
		require.Equal(t, want, body.Fields, r.Path)
		read++
	}
	require.Positive(t, read)
}

func TestAChildWithoutItsParent(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		for _, child := range []string{"versions", "components", "issue_comments", "changelogs", "issue_transitions", "worklogs"} {
			got := s.whole(t, tap.Options{Select: []string{child}})
			requireProtocol(t, got)
			require.Equal(t, []string{child}, got.streamsOf("RECORD"))
			requireLedger(t, s, merged(got.messages), child)
		}
	})
}

func TestAStreamThatDoesNotExistIsNamedAndTheRestRuns(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{})
	catalog := `{"streams":[{"tap_stream_id":"isues","stream":"isues","metadata":[{"breadcrumb":[],"metadata":{"selected":true}}]},
		{"tap_stream_id":"projects","stream":"projects","metadata":[{"breadcrumb":[],"metadata":{"selected":true}}]}]}`
	for name, o := range map[string]tap.Options{
		"catalog": {Catalog: catalogOf(t, catalog)},
		"pattern": {Select: []string{"isues", "projects"}},
	} {
		got := s.sync(t, o)
		require.Equal(t, fault.Incomplete, fault.KindOf(got.err), name)
		require.ErrorContains(t, got.err, `"isues" does not exist, did you mean "issues"?`)
		requireProtocol(t, got)
		requireLedger(t, s, merged(got.messages), "projects")
		require.Equal(t, int(fault.Incomplete), got.summary.Exit)
	}
	got := s.sync(t, tap.Options{Select: []string{"isues"}})
	require.Equal(t, fault.Usage, fault.KindOf(got.err))
	require.Empty(t, got.out, "with nothing to read nothing is printed")
}

func TestPatternsChooseStreamsAndColumns(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		got := s.whole(t, tap.Options{Select: []string{"issues*", "issue_comm*", "issue_link_*", "issue_t[y]pes", "issue_tr*", "!issues.fields.customfield_*", "!issue_tr*", "!issues.self"}})
		requireProtocol(t, got)
		require.Equal(t, []string{"issue_types", "issue_link_types", "issues", "issue_comments", "issue_comment_properties"}, got.streamsOf("SCHEMA"))
		for _, m := range got.records("issues") {
			require.NotContains(t, string(m.Record["fields"]), "customfield_")
			require.NotContains(t, m.Record, "self")
			require.Contains(t, m.Record, "key")
		}
		for _, r := range got.requests {
			require.NotContains(t, r.Body, "customfield_")
		}
	})
}

func TestFullTableByTheUsersWish(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		catalog := s.discover(t, tap.Options{})
		set(catalog, "*", "selected", false)
		for _, stream := range []string{"issues", "worklogs", "changelogs"} {
			set(catalog, stream, "selected", true)
		}
		set(catalog, "issues", "replication-method", "FULL_TABLE")
		set(catalog, "worklogs", "replication-method", "FULL_TABLE")
		first := s.whole(t, tap.Options{Catalog: catalogOf(t, catalog)})
		s.clock.pass(time.Hour)
		second := s.whole(t, tap.Options{Catalog: catalogOf(t, catalog), State: first.state(t)})
		requireProtocol(t, second)
		requireLedger(t, s, merged(second.messages), "issues", "worklogs")
		require.Empty(t, second.ids("changelogs"), "the other streams go on from their bookmarks")
		require.Equal(t, []string{"changelogs"}, second.state(t).Streams(), "a stream that is read whole has no bookmark")
	})
}

func TestLegacyCatalogs(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{})
	for name, text := range map[string]string{
		"selected in the schema": `{"streams":[
			{"tap_stream_id":"projects","stream":"projects","key_properties":["id"],"schema":{"type":"object","selected":true,"properties":{"id":{"type":"string"},"key":{"type":"string","selected":true},"name":{"type":"string","selected":false}}}},
			{"tap_stream_id":"roles","stream":"roles","key_properties":["id"],"schema":{"type":"object","selected":false,"properties":{"id":{"type":"string"}}}}]}`,
		"selected at the stream": `{"streams":[
			{"tap_stream_id":"projects","stream":"projects","selected":true,"schema":{"type":"object","properties":{"id":{},"key":{}}}},
			{"tap_stream_id":"roles","stream":"roles","selected":false,"schema":{"type":"object","properties":{"id":{}}}}]}`,
		"selected as text": `{"streams":[
			{"tap_stream_id":"projects","metadata":[{"breadcrumb":[],"metadata":{"selected":"true"}},{"breadcrumb":["properties","name"],"metadata":{"selected":"false"}}]},
			{"tap_stream_id":"roles","metadata":[{"breadcrumb":[],"metadata":{"selected":"false"}}]}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := s.with(tap.Options{Catalog: catalogOf(t, text)})
			var out bytes.Buffer
			_, err := tap.Sync(t.Context(), options, &out)
			require.NoError(t, err)
			got := outcome{messages: readMessages(t, out.Bytes())}
			requireProtocol(t, got)
			require.Equal(t, []string{"projects"}, got.streamsOf("SCHEMA"))
			requireLedger(t, s, merged(got.messages), "projects")
			require.NotContains(t, got.records("projects")[0].Record, "name")
		})
	}
}
