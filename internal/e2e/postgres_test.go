//go:build e2e

package e2e

import (
	"encoding/csv"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// postgres is a PostgreSQL server of the test's own: on loopback, on a free port, with its own data directory.
type postgres struct {
	bin  string // folder of the programs
	dir  string // data directory and log
	port int
}

// startPostgres makes and starts a server and stops it when the test ends.
func startPostgres(t *testing.T) postgres {
	t.Helper()
	p := postgres{bin: postgresFolder(t), dir: serverFolder(t), port: freePort(t)}
	data := filepath.Join(p.dir, "data")
	p.server(t, "initdb", "--pgdata", data, "--auth", "trust", "--username", "tap", "--no-sync", "--encoding", "UTF8")
	options := fmt.Sprintf("-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off", p.port)
	p.server(t, "pg_ctl", "--pgdata", data, "--log", filepath.Join(p.dir, "log"), "--wait", "--options", options, "start")
	t.Cleanup(func() {
		stop := p.asServer("pg_ctl", "--pgdata", data, "--mode", "immediate", "stop")
		if output, err := stop.CombinedOutput(); err != nil {
			t.Logf("stop PostgreSQL: %v: %s", err, output)
		}
	})
	return p
}

// serverFolder is a folder that the server's user owns. A test's own temporary folder is closed to other users.
func serverFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "tap-jira-postgres-") //nolint:usetesting // see above
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	if os.Geteuid() == 0 {
		run(t, "chown", "postgres", dir)
	}
	return dir
}

// server runs one of PostgreSQL's programs, which must succeed. Its output goes to a file, because the server that
// pg_ctl starts keeps it open.
func (p postgres) server(t *testing.T, name string, args ...string) {
	t.Helper()
	output, err := os.Create(filepath.Join(t.TempDir(), name))
	require.NoError(t, err)
	defer output.Close()
	command := p.asServer(name, args...)
	command.Stdout, command.Stderr = output, output
	if err := command.Run(); err != nil {
		content, _ := os.ReadFile(output.Name())
		require.NoError(t, err, "%s: %s", name, content)
	}
}

// asServer makes a command of the server's user: PostgreSQL refuses to run as root.
func (p postgres) asServer(name string, args ...string) *exec.Cmd {
	program := filepath.Join(p.bin, name)
	command := exec.Command(program, args...)
	if os.Geteuid() == 0 {
		command = exec.Command("runuser", append([]string{"-u", "postgres", "--", program}, args...)...)
	}
	command.Dir = p.dir
	return command
}

// freePort asks the system for a port that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// address is the port as text.
func (p postgres) address() string { return strconv.Itoa(p.port) }

// database makes an empty database and returns its name.
func (p postgres) database(t *testing.T, name string) string {
	t.Helper()
	p.query(t, "postgres", "CREATE DATABASE "+name)
	return name
}

// query runs SQL and returns the rows without a header.
func (p postgres) query(t *testing.T, database, sql string) [][]string {
	t.Helper()
	command := exec.CommandContext(t.Context(), filepath.Join(p.bin, "psql"), "--no-psqlrc", "--quiet", "--csv", "--tuples-only",
		"--host", "127.0.0.1", "--port", strconv.Itoa(p.port), "--username", "tap", "--dbname", database, "--command", sql)
	var problems strings.Builder
	command.Stderr = &problems
	output, err := command.Output()
	require.NoError(t, err, "%s: %s", sql, problems.String())
	rows, err := csv.NewReader(strings.NewReader(string(output))).ReadAll()
	require.NoError(t, err)
	return rows
}

// rows reads all tables of a schema.
func (p postgres) rows(t *testing.T, database, schema string) held {
	t.Helper()
	tables := p.column(t, database, "SELECT table_name FROM information_schema.tables WHERE table_schema = '"+schema+"'")
	require.NotEmpty(t, tables)
	var parts []string
	for _, table := range tables {
		parts = append(parts, fmt.Sprintf("SELECT json_build_object('table', '%[2]s', 'row', r) FROM %[1]q.%[2]q r", schema, table))
	}
	return readTables(t, strings.Join(p.column(t, database, strings.Join(parts, " UNION ALL ")), "\n"))
}

// column runs SQL and returns the first column.
func (p postgres) column(t *testing.T, database, sql string) []string {
	t.Helper()
	var values []string
	for _, row := range p.query(t, database, sql) {
		values = append(values, row[0])
	}
	return values
}

// targetConfig is the config of target-postgres. Without a default schema a prefix of the stream's name is the schema.
func (p postgres) targetConfig(database, schema string) map[string]any {
	config := map[string]any{
		"host": "127.0.0.1", "port": p.port, "user": "tap", "password": "unused", "database": database,
		"default_target_schema": nil,
	}
	if schema != "" {
		config["default_target_schema"] = schema
	}
	return config
}
