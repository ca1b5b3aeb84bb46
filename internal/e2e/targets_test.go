//go:build e2e

package e2e

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// held is what a target holds: the rows of each table, by the stream's name.
type held map[string]table

// tried is a target under test.
type tried struct {
	environment, executable string
	config                  map[string]any
	// read reads back what the target holds.
	read func(t *testing.T) held
	// appends says that a row which comes again stands beside the older one.
	appends bool
	// deletes says that a tombstone removes the row; otherwise it marks it.
	deletes bool
	// unable are streams that the target cannot hold.
	unable []string
}

// jsonlTarget writes a file a stream, named after the stream and the hour.
func jsonlTarget(t *testing.T) tried {
	t.Helper()
	folder := t.TempDir()
	return tried{
		environment: "jsonl", executable: "target-jsonl", appends: true,
		config: map[string]any{"destination_path": folder},
		read: func(t *testing.T) held {
			t.Helper()
			return readFiles(t, filepath.Join(folder, "*.jsonl"), readJSONL)
		},
	}
}

// csvTarget writes a file a stream, in place of an older one of that name.
func csvTarget(t *testing.T) tried {
	t.Helper()
	folder := t.TempDir()
	return tried{
		environment: "sdk", executable: "target-csv", appends: true,
		config: map[string]any{
			"output_path": folder, "file_naming_scheme": "{stream_name}-{timestamp}.csv",
			"timestamp_format":    "%Y-%m-%dT%H%M%S.%f", // two runs within a second are two files
			"add_record_metadata": true,                 // without it the target takes _sdc_deleted_at away
		},
		read: func(t *testing.T) held {
			t.Helper()
			return readFiles(t, filepath.Join(folder, "*.csv"), readCSV)
		},
	}
}

// sqliteTarget writes into one file, to whose name it adds an ending.
func sqliteTarget(t *testing.T) tried {
	t.Helper()
	name := filepath.Join(t.TempDir(), "jira")
	return tried{
		environment: "sqlite", executable: "target-sqlite", config: map[string]any{"database": name},
		read: func(t *testing.T) held {
			t.Helper()
			return readDatabase(t, "sqlite", name+".db")
		},
	}
}

// duckdbTarget writes into one file. A table of nothing but its key is more than it can do: it asks DuckDB to update no
// column.
func duckdbTarget(t *testing.T) tried {
	t.Helper()
	name := filepath.Join(t.TempDir(), "warehouse.duckdb")
	return tried{
		environment: "duckdb", executable: "target-duckdb",
		config: map[string]any{"filepath": name, "default_target_schema": "jira"},
		read: func(t *testing.T) held {
			t.Helper()
			return readDatabase(t, "duckdb", name)
		},
		unable: []string{
			"assets_workspaces", "filter_default_share_scopes", "issue_type_scheme_mappings", "labels", "status_usages",
			"status_workflow_usages",
		},
	}
}

// postgresTarget is MeltanoLabs' target.
func postgresTarget(t *testing.T, server postgres, database string) tried {
	t.Helper()
	server.database(t, database)
	return tried{
		environment: "sdk", executable: "target-postgres", config: server.targetConfig(database, "jira"),
		read: func(t *testing.T) held {
			t.Helper()
			return server.rows(t, database, "jira")
		},
	}
}

// pipelinewiseTarget is pipelinewise's target for PostgreSQL, which removes what a tombstone names.
func pipelinewiseTarget(t *testing.T, server postgres, database string) tried {
	t.Helper()
	server.database(t, database)
	return tried{
		environment: "pipelinewise", executable: "target-postgres", deletes: true,
		config: map[string]any{
			"host": "127.0.0.1", "port": server.port, "user": "tap", "password": "unused", "dbname": database,
			"default_target_schema": "jira", "hard_delete": true,
		},
		read: func(t *testing.T) held {
			t.Helper()
			return server.rows(t, database, "jira")
		},
	}
}

// into pipes a run of the tap into the target and returns the state that the target printed last.
func (s site) into(t *testing.T, target tried, args ...string) (state string) {
	t.Helper()
	for _, stream := range target.unable {
		args = append(args, "--select", "!"+stream)
	}
	return s.pipe(t, program(t, target.environment, target.executable), target.config, args...)
}

// incomplete pipes a run in which streams fail: the tap says so and ends with 5, and the state of the others is kept.
func (s site) incomplete(t *testing.T, target tried, args ...string) (state string) {
	t.Helper()
	state, code, log := s.join(t, program(t, target.environment, target.executable), target.config, args...)
	require.Equal(t, 5, code, log)
	return state
}

// readFiles reads the files of a pattern; a file's name begins with its stream's.
func readFiles(t *testing.T, pattern string, read func(t *testing.T, name string) table) held {
	t.Helper()
	names, err := filepath.Glob(pattern)
	require.NoError(t, err)
	all := held{}
	for _, name := range names {
		stream, _, _ := strings.Cut(filepath.Base(name), "-")
		stream = strings.TrimSuffix(stream, filepath.Ext(name))
		all[stream] = append(all[stream], read(t, name)...)
	}
	return all
}

// readJSONL reads one record a line.
func readJSONL(t *testing.T, name string) table {
	t.Helper()
	file, err := os.Open(name)
	require.NoError(t, err)
	defer file.Close()
	decoder := json.NewDecoder(bufio.NewReader(file))
	decoder.UseNumber()
	var rows table
	for decoder.More() {
		var row map[string]any
		require.NoError(t, decoder.Decode(&row))
		rows.add(row)
	}
	return rows
}

// readCSV reads a file with a header.
func readCSV(t *testing.T, name string) table {
	t.Helper()
	file, err := os.Open(name)
	require.NoError(t, err)
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	require.NotEmpty(t, lines, name)
	var rows table
	for _, line := range lines[1:] {
		row := map[string]any{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		rows.add(row)
	}
	return rows
}

// readDatabase reads all tables of a file through the Python of the target that wrote it.
func readDatabase(t *testing.T, kind, name string) held {
	t.Helper()
	require.FileExists(t, name)
	return readTables(t, run(t, program(t, kind, "python"), filepath.Join("testdata", "rows.py"), kind, name))
}

// readTables reads lines that hold a table's name and a row.
func readTables(t *testing.T, lines string) held {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(lines))
	decoder.UseNumber()
	all := held{}
	for decoder.More() {
		var line struct {
			Table string         `json:"table"`
			Row   map[string]any `json:"row"`
		}
		require.NoError(t, decoder.Decode(&line))
		rows := all[line.Table]
		rows.add(line.Row)
		all[line.Table] = rows
	}
	return all
}

// keys are the keys of the rows, sorted and in the form of the ledger.
func (r table) keys(columns []string) []string {
	keys := make([]string, 0, len(r))
	for _, row := range r {
		parts := make([]string, 0, len(columns))
		for _, column := range columns {
			parts = append(parts, fmt.Sprint(row[plain(column)]))
		}
		keys = append(keys, strings.Join(parts, "/"))
	}
	slices.Sort(keys)
	return keys
}

// marked are the rows that a tombstone marked, live those without.
func (r table) marked() (marked, live table) {
	for _, row := range r {
		if at := row[plain("_sdc_deleted_at")]; at == nil || at == "" {
			live = append(live, row)
		} else {
			marked = append(marked, row)
		}
	}
	return marked, live
}
