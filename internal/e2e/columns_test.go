//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
)

// TestTargetsHoldColumnsOfFields gives issues with a column for each field to the targets. The names of the site's fields
// clash, differ in case only, have nothing to read in them, or are longer than PostgreSQL takes. Between two runs fields
// are renamed: each keeps its column.
func TestTargetsHoldColumnsOfFields(t *testing.T) {
	t.Parallel()
	server := startPostgres(t)
	cloud, dataCenter := jirasim.Options{Issues: 80}, jirasim.Options{Issues: 80, Deployment: jirasim.DataCenter, BasePath: "/jira"}
	for name, test := range map[string]struct {
		options jirasim.Options
		target  func(t *testing.T) tried
	}{
		"jsonl":  {dataCenter, jsonlTarget},
		"csv":    {dataCenter, csvTarget},
		"sqlite": {cloud, sqliteTarget},
		"duckdb": {cloud, duckdbTarget},
		"postgres": {cloud, func(t *testing.T) tried {
			t.Helper()
			return postgresTarget(t, server, "columns")
		}},
		"postgres of Data Center": {dataCenter, func(t *testing.T) tried {
			t.Helper()
			return postgresTarget(t, server, "columns_center")
		}},
		"pipelinewise": {cloud, func(t *testing.T) tried {
			t.Helper()
			return pipelinewiseTarget(t, server, "columns_too")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := simulate(t, test.options, map[string]any{"issue_fields": "columns"})
			columnsSite{simulated: site, options: test.options}.hold(t, test.target(t))
		})
	}
}

// columnsSite is a site whose issues are read with a column for each field.
type columnsSite struct {
	simulated
	options jirasim.Options
}

// hold makes the two runs.
func (s columnsSite) hold(t *testing.T, target tried) {
	t.Helper()
	fields := s.fieldColumns(t)
	require.Greater(t, len(fields), 20)
	state := s.into(t, target, "--select", "issues")
	first := target.read(t)["issues"]
	requireKeys(t, s.keys("issues"), first.keys([]string{"id"}), "issues")
	s.requireValues(t, first, fields)

	for before, after := range map[string]string{
		"Story Points": "STATUS", "🚀": "Story Points", "…": "summary", "Customer \"name\"": "🚀", "Risk score": "x",
		"Approximate number of customers who were affected by the incident in March (2024)": "Approximate number",
		"Impact": "Urgency", "Urgency": "Impact",
	} {
		require.NoError(t, s.jira.RenameField(fields.named(t, before).id, after))
	}
	edited := s.keys("issues")
	for _, issue := range edited[:len(edited)/2] {
		s.edit(t, jirasim.EditSummary, issue)
	}
	s.pass(time.Hour)
	s.into(t, target, "--select", "issues", "--state", state)
	second := target.read(t)
	requireNoColumnTwice(t, second)
	rows := second["issues"]
	require.Equal(t, columnsIn(first), columnsIn(rows), "a field that is renamed keeps its column")
	s.requireValues(t, rows, fields)
	requireKeys(t, s.keys("issues"), slices.Compact(rows.keys([]string{"id"})), "issues")
}

// fieldColumn is a custom field with its column.
type fieldColumn struct{ id, name, kind, column string }

type fieldColumns []fieldColumn

// named is the first field that was called so.
func (f fieldColumns) named(t *testing.T, name string) fieldColumn {
	t.Helper()
	i := slices.IndexFunc(f, func(c fieldColumn) bool { return c.name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return f[i]
}

// fieldColumns are the fields of plain values, as discovery names their columns; no target could mistake one for another.
func (s columnsSite) fieldColumns(t *testing.T) fieldColumns {
	t.Helper()
	var catalog struct {
		Streams []struct {
			Stream   string `json:"tap_stream_id"`
			Metadata []struct {
				Breadcrumb []string       `json:"breadcrumb"`
				Metadata   map[string]any `json:"metadata"`
			} `json:"metadata"`
		} `json:"streams"`
	}
	output := run(t, s.tap, "--config", s.config(), "--discover", "--log-level", "error")
	require.NoError(t, json.Unmarshal([]byte(output), &catalog))
	kinds, plainly := s.fieldKinds(t), map[string]bool{}
	var found fieldColumns
	for _, stream := range catalog.Streams {
		if stream.Stream != "issues" {
			continue
		}
		for _, entry := range stream.Metadata {
			if len(entry.Breadcrumb) != 2 {
				continue
			}
			column := entry.Breadcrumb[1]
			require.False(t, plainly[plain(column)], "%s stands twice", column)
			require.LessOrEqual(t, len(column), 62)
			plainly[plain(column)] = true
			id, _ := entry.Metadata["tap-jira.field-id"].(string)
			name, _ := entry.Metadata["tap-jira.name"].(string)
			if _, part := entry.Metadata["tap-jira.part"]; kinds[id] != "" && !part {
				found = append(found, fieldColumn{id: id, name: name, kind: kinds[id], column: column})
			}
		}
	}
	return found
}

// fieldKinds are the custom fields whose values are a number, a text or an option.
func (s columnsSite) fieldKinds(t *testing.T) map[string]string {
	t.Helper()
	var fields []struct {
		ID     string
		Schema struct{ Custom string }
	}
	s.ask(t, "/rest/api/2/field", &fields)
	kinds := map[string]string{}
	for _, f := range fields {
		switch _, kind, _ := strings.Cut(f.Schema.Custom, ":"); kind {
		case "float", "textfield", "select":
			kinds[f.ID] = kind
		}
	}
	return kinds
}

// ask reads the site itself.
func (s columnsSite) ask(t *testing.T, path string, into any) {
	t.Helper()
	request := httptest.NewRequest(http.MethodGet, s.options.BasePath+path, nil)
	request.SetBasicAuth(jirasim.DemoLogin(s.options.Deployment))
	answer := httptest.NewRecorder()
	s.jira.ServeHTTP(answer, request)
	require.Equal(t, http.StatusOK, answer.Code, path)
	decoder := json.NewDecoder(answer.Body)
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(into))
}

// requireValues compares the columns of each issue, in its newest row, with what the issue holds.
func (s columnsSite) requireValues(t *testing.T, rows table, fields fieldColumns) {
	t.Helper()
	newest := map[string]map[string]any{}
	for _, row := range rows {
		newest[fmt.Sprint(row["id"])] = row
	}
	filled := map[string]bool{}
	for id, row := range newest {
		var issue struct{ Fields map[string]any }
		s.ask(t, "/rest/api/2/issue/"+id, &issue)
		for _, f := range fields {
			want, got := shown(issue.Fields[f.id]), shown(row[plain(f.column)])
			require.Equal(t, want, got, "%s of issue %s, %q, in the column %s", f.id, id, f.name, f.column)
			filled[f.column] = filled[f.column] || want != ""
		}
	}
	require.Greater(t, len(filled), 20)
}

// shown is a value as a text, whatever form a target gave it: a number, an option's value, nothing.
func shown(value any) string {
	if option, chosen := value.(map[string]any); chosen {
		value = option["value"]
	}
	if value == nil {
		return ""
	}
	text := fmt.Sprint(value)
	if number, err := strconv.ParseFloat(text, 64); err == nil {
		return strconv.FormatFloat(number, 'g', -1, 64)
	}
	return text
}

// columnsIn are the columns of the rows, sorted.
func columnsIn(rows table) []string {
	known := map[string]bool{}
	for _, row := range rows {
		for column := range row {
			known[column] = true
		}
	}
	return slices.Sorted(maps.Keys(known))
}
