package tap_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jira"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/stream"
	"tap-jira/internal/tap"
)

func TestEverythingIsFoundAndNothingTwice(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 300
		s := newSite(t, o)
		got := s.whole(t, tap.Options{Everything: true, Validate: tap.ValidateAll})
		requireProtocolOf(t, got, math.MaxInt)
		rows := merged(got.messages)
		requireLedger(t, s, rows, s.Ledger().Streams()...)
		requireFresh(t, s, rows)
		requireFamilies(t, s, rows)
	})
}

func TestTheRunCostsWhatItSays(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		for _, o := range []tap.Options{{Everything: true}, {Select: []string{"versions", "changelogs"}}} {
			got := s.whole(t, o)
			require.Equal(t, int64(s.Counts().Requests), got.summary.Requests, "the summary counts what the site counts")
		}
	})
}

// appsOnly are streams whose endpoints Jira keeps for apps, so that no login of
// the tap gets records of them.
var appsOnly = []string{"project_data_policies", "workflow_transition_rules", "webhooks", "dynamic_modules", "ui_modifications"}

// giantsOnly are streams that have rows on sites with a giant issue only.
var giantsOnly = []string{"issue_limit_reports"}

// requireFamilies holds what was read to the declarations: each stream that the
// site offers has rows, and what a row says of its parents exists.
func requireFamilies(t *testing.T, s *site, w *target) {
	t.Helper()
	d := jira.DataCenter
	if s.cloud {
		d = jira.Cloud
	}
	for _, declared := range stream.AllOn(d) {
		if declared.Hidden || slices.Contains(slices.Concat(appsOnly, giantsOnly), declared.Name) {
			continue
		}
		require.NotEmpty(t, w.rows[declared.Name], "%s has no records", declared.Name)
		require.Contains(t, s.Ledger().Streams(), declared.Name, "the ledger does not know the stream")
		requireParents(t, w, declared, d)
	}
}

// requireParents looks for the parents of the rows of a stream, up to the first.
func requireParents(t *testing.T, w *target, child stream.Stream, d jira.Deployment) {
	t.Helper()
	columns := map[string]map[string]bool{}
	for p := child.Parent; p != nil; {
		above, _ := stream.Find(p.Stream)
		if !above.Hidden {
			columns[p.As] = w.values(p.Stream, p.Field)
		}
		p = above.On(d).Parent
	}
	for column, known := range map[string]string{"projectId": "projects", "issueId": "issues", "boardId": "boards"} {
		if columns[column] == nil {
			columns[column] = w.values(known, "id")
		}
	}
	for key, row := range w.rows[child.Name] {
		for column, known := range columns {
			if value := text(row[column]); value != "" && value != "0" && value != "null" {
				require.True(t, known[value], "%s %s names a %s that does not exist: %s", child.Name, key, column, value)
			}
		}
	}
}

// values are those of a column of a table, by its dotted path.
func (w *target) values(stream, path string) map[string]bool {
	values := map[string]bool{}
	for _, row := range w.rows[stream] {
		column, rest, deeper := strings.Cut(path, ".")
		value := row[column]
		for deeper {
			var members map[string]json.RawMessage
			if json.Unmarshal(value, &members) != nil {
				break
			}
			column, rest, deeper = strings.Cut(rest, ".")
			value = members[column]
		}
		values[text(value)] = true
	}
	return values
}
