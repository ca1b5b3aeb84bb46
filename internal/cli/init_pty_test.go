//go:build unix

package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
)

// emptyFolder is a folder with the authority of a site, and the site's address.
func emptyFolder(t *testing.T, o jirasim.Options) (dir, address string) {
	t.Helper()
	o.Issues = 3
	site, err := jirasim.New(o)
	require.NoError(t, err)
	server, err := site.Serve()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	dir = t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ca.pem"), server.CAPEM, 0o600))
	return dir, server.URL
}

// written reads the config that init wrote.
func written(t *testing.T, dir string) map[string]string {
	t.Helper()
	name := filepath.Join(dir, "config.json")
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	var members map[string]string
	require.NoError(t, json.Unmarshal(text, &members))
	info, err := os.Stat(name)
	require.NoError(t, err)
	require.EqualValues(t, 0o600, info.Mode().Perm())
	return members
}

// TestInitAsks answers the questions at a terminal: a private authority that is not where it is said to be, a slip in the
// e-mail and a wrong token, each of which can be mended without beginning anew.
func TestInitAsks(t *testing.T) {
	t.Parallel()
	dir, address := emptyFolder(t, jirasim.Options{})
	s := sitDown(t, dir, nil, "init")
	s.sees("Which Jira?")
	s.types(address, keyEnter)
	s.sees("ca_file") // within the question that is asked again: nobody knows its authority
	s.types(keyEnter)
	s.sees("A file with your own authority's certificate?")
	s.types("ca.pe", keyEnter)
	s.sees("A proxy to go through?")
	s.types(keyEnter)
	s.sees("names ca.pe, which cannot be read")
	s.types(keyEnter)
	s.sees("> ca.pe")
	s.types("m", keyEnter)
	s.sees("A proxy to go through?")
	s.types(keyEnter)
	s.sees("How shall tap-jira log in?")
	s.sees("E-mail and API token")
	s.types(keyEnter)
	s.sees("The account's e-mail?")
	s.types("demo@example.co", keyEnter)
	s.sees("id.atlassian.com/manage-profile/security/api-tokens")
	s.types("wrong-token", keyEnter)
	s.sees("API token that has not") // at once, and the answers stand there
	s.types(keyEnter)
	s.sees("> ca.pem")
	s.types(keyEnter)
	s.sees("A proxy to go through?")
	s.types(keyEnter)
	s.sees("How shall tap-jira log in?")
	s.types(keyEnter)
	s.sees("> demo@example.co")
	s.types("m", keyEnter)
	s.sees("Its API token?")
	s.types("demo-token", keyEnter)
	s.sees("From which day on?")
	s.types("soon", keyEnter)
	s.sees("write it like 2024-01-31")
	s.types(strings.Repeat("\x7f", len("soon")), "2024-01-31", keyEnter)
	s.sees("A name before every stream?")
	s.types("***", keyEnter)
	s.sees("makes no name for a schema")
	s.types("\x7f\x7f\x7fStitch JIRA", keyEnter)
	require.Zero(t, s.leaves(), s.raw())
	require.Contains(t, s.stdout.String(), "tap-jira check --config config.json")
	require.NotContains(t, s.raw()+s.stdout.String(), "demo-token", "a secret is not shown while it is typed")
	require.Equal(t, map[string]string{
		"base_url": address, "ca_file": "ca.pem", "username": "demo@example.com", "password": "demo-token",
		"start_date": "2024-01-31", "integration_name": "Stitch JIRA",
	}, written(t, dir))
}

// TestInitAsksForAnApplicationLink leaves with keys and with what an administrator types where.
func TestInitAsksForAnApplicationLink(t *testing.T) {
	t.Parallel()
	dir, address := emptyFolder(t, jirasim.Options{Deployment: jirasim.DataCenter, BasePath: "/jira"})
	s := sitDown(t, dir, nil, "init", "--site", address, "--ca-file", "ca.pem", "--start-date", "2024-01-31", "--integration-name", "x")
	s.sees("Personal access token")
	s.types("\x1b[B") // down
	s.sees("> Application link")
	s.types(keyEnter)
	s.sees("The consumer key?")
	s.types(keyEnter)
	require.Zero(t, s.leaves(), s.raw())
	require.Contains(t, s.stdout.String(), address+"/plugins/servlet/applinks/listApplicationLinks")
	require.Contains(t, s.stdout.String(), "tap-jira auth login oauth1 --config config.json")
	require.Equal(t, "keys/private.pem", written(t, dir)["oauth1_private_key_file"])
}

// TestInitKeepsWhatIsThere is a person who is asked before a config is replaced, and one who stops in the middle.
func TestInitKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	dir, address := emptyFolder(t, jirasim.Options{})
	config := filepath.Join(dir, "config.json")
	require.NoError(t, os.WriteFile(config, []byte("{}"), 0o600))
	s := sitDown(t, dir, nil, "init")
	s.sees("config.json is already there. Replace it?")
	s.types("n")
	require.Equal(t, 2, s.leaves(), s.raw())

	s = sitDown(t, dir, nil, "init", "--force", "--site", address, "--ca-file", "ca.pem")
	s.sees("How shall tap-jira log in?")
	s.types("\x03")
	require.Equal(t, 130, s.leaves(), s.raw())
	text, err := os.ReadFile(config)
	require.NoError(t, err)
	require.Equal(t, "{}", string(text))

	s = sitDown(t, dir, nil, "init", "--no-input", "--force", "--site", address, "--ca-file", "ca.pem")
	require.Equal(t, 2, s.leaves(), "nothing is asked")
}
