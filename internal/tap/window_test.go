package tap_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

const auditPath = "/rest/api/{v}/auditing/record"

// The audit log is read between two moments that stay the same for all pages,
// and what was printed is not printed again.
func TestTheAuditLogGoesOn(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 10})
	// Records are twenty hours apart: three of them lie in what is read again.
	again := tap.Options{Select: []string{"audit_records"}, Lookback: 72 * time.Hour}
	first := s.whole(t, again)
	requireProtocol(t, first)
	requireLedger(t, s, merged(first.messages), "audit_records")
	versioned := again
	versioned.ActivateVersion = true
	require.NotContains(t, s.whole(t, versioned).streamsOf("ACTIVATE_VERSION"), "audit_records", "it is read in part")
	asked := first.asked(auditPath)
	require.NotEmpty(t, asked)
	for _, r := range asked {
		require.Equal(t, asked[0].Query["from"], r.Query["from"])
		require.Equal(t, asked[0].Query["to"], r.Query["to"])
	}

	idle := again
	idle.State = first.state(t)
	second := s.whole(t, idle)
	require.Empty(t, second.ids("audit_records"), "an idle run prints nothing")
	from, err := time.Parse(time.RFC3339, second.asked(auditPath)[0].Query.Get("from"))
	require.NoError(t, err)
	require.True(t, from.Before(morning.Add(-71*time.Hour)), "records that come late are looked for")

	next := again
	next.State = second.state(t)
	require.Empty(t, s.whole(t, next).ids("audit_records"), "what an idle run saw is remembered too")

	// Another tap's bookmark is the newest record that it printed.
	foreign := again
	foreign.State = parseState(t, `{"bookmarks":{"audit_records":{"replication_key":"created","replication_key_value":"2026-11-20T00:00:00+00:00"}}}`)
	got := s.whole(t, foreign)
	require.NotEmpty(t, got.ids("audit_records"))
	require.Less(t, len(got.ids("audit_records")), len(first.ids("audit_records")))
}

// A failed run keeps its bookmark, and the next reads it all.
func TestAnAuditLogThatBreaksOff(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 10})
	options := tap.Options{Select: []string{"audit_records"}}
	s.Script(jirasim.Fault{Template: auditPath, Status: http.StatusInternalServerError, Times: -1})
	failed := s.sync(t, options)
	require.Equal(t, fault.Incomplete, fault.KindOf(failed.err))
	s.ClearScript()
	options.State = failed.state(t)
	requireLedger(t, s, merged(s.whole(t, options).messages), "audit_records")

	s.Script(jirasim.Fault{Template: auditPath, CutBody: true, Times: 1})
	options.State = nil
	cut := s.whole(t, options)
	requireProtocol(t, cut)
	requireLedger(t, s, merged(cut.messages), "audit_records")
}

// MeltanoLabs' key include_audit_logs adds the log to the standard set.
func TestStreamsBesideTheStandardSet(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 5
		s := newSite(t, o)
		got := s.sync(t, tap.Options{Also: []string{"audit_records"}})
		require.Contains(t, got.streamsOf("RECORD"), "projects")
		require.Equal(t, s.cloud, slices.Contains(got.streamsOf("RECORD"), "audit_records"))
		if s.cloud {
			require.NoError(t, got.err)
		} else {
			require.Equal(t, fault.Incomplete, fault.KindOf(got.err), "Data Center has a log that the tap does not read")
			require.ErrorContains(t, got.err, "audit_records")
		}
		chosen := s.whole(t, tap.Options{Also: []string{"audit_records"}, Select: []string{"projects"}})
		require.Equal(t, []string{"projects"}, chosen.streamsOf("RECORD"))
	})
}

// What came late into what is read again is printed, and only that.
func TestALateAuditRecord(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 10})
	options := tap.Options{Select: []string{"audit_records"}, Lookback: 72 * time.Hour}
	page := func(total, records string) string {
		return `{"offset":0,"limit":1000,"total":` + total + `,"records":[` + records + `]}`
	}
	const old = `{"id":1,"created":"2026-11-21T10:00:00.000+0000"}`
	s.Script(jirasim.Fault{Template: auditPath, Status: http.StatusOK, Body: page("1", old), Times: 1})
	first := s.sync(t, options)
	require.Equal(t, []string{"1"}, first.ids("audit_records"))
	s.Script(jirasim.Fault{Template: auditPath, Status: http.StatusOK, Body: page("3", `{"id":3,"created":"2026-11-22T08:59:59.000+0000"},{"id":2,"created":"2026-11-20T10:00:00.000+0000"},`+old), Times: 1})
	options.State = first.state(t)
	require.Equal(t, []string{"3", "2"}, s.sync(t, options).ids("audit_records"))
}

// Only a part of the site is read again: the log is no part of an issue.
func TestTheAuditLogAndParts(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 10})
	since := s.whole(t, tap.Options{Select: []string{"audit_records", "issues"}, Since: morning.Add(-100 * time.Hour)})
	require.Len(t, since.ids("audit_records"), 5)
	issue := s.whole(t, tap.Options{Select: []string{"issues"}}).records("issues")[0]
	one := s.whole(t, tap.Options{Select: []string{"audit_records", "issues"}, Issues: []string{text(issue.Record["key"])}})
	require.Empty(t, one.asked(auditPath))
	end := s.whole(t, tap.Options{Select: []string{"audit_records"}, EndDate: morning.Add(-100 * time.Hour)})
	require.Len(t, end.ids("audit_records"), 115)
}
