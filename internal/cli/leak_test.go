package cli_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/cli"
	"tap-jira/internal/jirasim"
)

// issuedToken is the form of the tokens that the simulated servers hand out: canaries of their own.
var issuedToken = regexp.MustCompile(`(access|refresh)-[0-9a-f]{32}`)

// leaks returns the canaries that a text holds, plain or in a form that a secret takes on its way: base64 (alone and in a
// Basic header), percent encoding, JSON, hexadecimal.
func leaks(text string, canaries []string) []string {
	found := issuedToken.FindAllString(text, -1)
	for _, c := range canaries {
		quoted, _ := json.Marshal(c) // a string always encodes
		forms := []string{
			c, url.QueryEscape(c), url.PathEscape(c), strings.Trim(string(quoted), `"`), hex.EncodeToString([]byte(c)),
		}
		// Within a longer text, base64 depends on where the secret begins; the piece that does not is looked for.
		for shift := range 3 {
			encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + c))
			forms = append(forms, encoded[4:len(encoded)-4])
		}
		if slices.ContainsFunc(forms, func(form string) bool { return strings.Contains(text, form) }) {
			found = append(found, c)
		}
	}
	return found
}

// canaries are the secrets of the tests' configs.
func canaries(d jirasim.Deployment) []string {
	_, password := jirasim.DemoLogin(d)
	return []string{password, patToken, scopedToken, clientSecret, "canary-wrong-secret", "canary-pr0xy"}
}

// secretFiles are where secrets belong.
func secretFile(name string) bool {
	return strings.HasSuffix(name, "config.json") || strings.HasSuffix(name, ".credentials.json") || name == "private.pem"
}

// files reads what runs left behind, names included, but for the files that hold secrets by design.
func (d *door) files() string {
	d.t.Helper()
	var all strings.Builder
	require.NoError(d.t, filepath.WalkDir(d.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || secretFile(entry.Name()) {
			return err
		}
		content, err := os.ReadFile(path)
		all.WriteString(entry.Name() + "\n" + string(content) + "\n")
		return err
	}))
	return all.String()
}

// commands lists every command that --help shows, in words.
func (d *door) commands(words ...string) [][]string {
	d.t.Helper()
	var out, log bytes.Buffer
	require.Zero(d.t, cli.Main(d.process(strings.NewReader(""), &out, &log, append(words, "--help")...)), log.String())
	_, listed, found := strings.Cut(out.String(), "Available Commands:\n")
	if !found {
		return nil
	}
	var all [][]string
	for line := range strings.Lines(listed) {
		name, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name == "" {
			break
		}
		if name == "help" {
			continue
		}
		command := append(slices.Clone(words), name)
		all = append(append(all, command), d.commands(command...)...)
	}
	return all
}

// sessions are all commands, with what they need to get far.
func (d *door) sessions() [][]string {
	all := [][]string{
		{"--discover"},
		{},
		{"--about"},
		{"--about", "--format", "json"},
		{"--version"},
		{"--test=schema"},
		{"check", "--format", "json"},
		{"auth", "login", "oauth2", "--oob"},
		{"auth", "login", "oauth1", "--oob"},
		{"--select", "projects", "--state-out", "state-out.json"},
		{"--catalog", "nowhere.json"},
	}
	for _, command := range d.commands() {
		if !slices.Contains(command, "demo") { // it has a site and secrets of its own
			all = append(all, command)
		}
	}
	return all
}

// TestNothingLeaks runs every command at debug level, with logins that work and logins that do not, and searches all that
// comes out of it.
func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	cloudName, cloudToken := jirasim.DemoLogin(jirasim.Cloud)
	centerName, centerPassword := jirasim.DemoLogin(jirasim.DataCenter)
	app := map[string]any{"oauth_client_id": clientID, "oauth_client_secret": clientSecret, "refresh_token": "REFRESH"}
	for name, tt := range map[string]struct {
		d       jirasim.Deployment
		members map[string]any
		exit    int // of a sync
	}{
		"API token":              {jirasim.Cloud, map[string]any{"username": cloudName, "password": cloudToken}, 0},
		"wrong API token":        {jirasim.Cloud, map[string]any{"username": cloudName, "password": "canary-wrong-secret"}, 4},
		"scoped token":           {jirasim.Cloud, map[string]any{"username": scopedMail, "password": scopedToken}, 0},
		"OAuth 2.0":              {jirasim.Cloud, app, 0},
		"OAuth 2.0, dead":        {jirasim.Cloud, map[string]any{"oauth_client_id": clientID, "oauth_client_secret": clientSecret, "refresh_token": "canary-wrong-secret"}, 4},
		"OAuth 2.0, data center": {jirasim.DataCenter, app, 0},
		"password":               {jirasim.DataCenter, map[string]any{"username": centerName, "password": centerPassword}, 0},
		"personal access token":  {jirasim.DataCenter, map[string]any{"personal_access_token": patToken}, 0},
		"wrong token":            {jirasim.DataCenter, map[string]any{"personal_access_token": "canary-wrong-secret"}, 4},
		"proxy that is not one":  {jirasim.DataCenter, map[string]any{"username": centerName, "password": centerPassword, "proxy_url": "http://jo:canary-pr0xy@127.0.0.1:1", "base_url": "https://" + jirasim.ProxiedHost}, 3},
		"broken config":          {jirasim.DataCenter, map[string]any{"username": centerName, "password": centerPassword, "concurrency": "canary", "proxy_url": "ftp://jo:canary-pr0xy@x", "base_url": "https://jo:canary-wrong-secret@jira.example.com"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDoor(t, jirasim.Options{Deployment: tt.d}, nil)
			members := map[string]any{}
			for key, value := range tt.members {
				if value == "REFRESH" {
					value = d.front.Grant()
				}
				members[key] = value
			}
			d.config(members)
			for _, words := range d.sessions() {
				var out, log bytes.Buffer
				p := d.process(strings.NewReader(""), &out, &log, append(words, "--config", "config.json", "--log-level", "debug")...)
				code := cli.Main(p)
				if len(words) == 0 {
					require.Equal(t, tt.exit, code, log.String())
				}
				text := out.String() + log.String() + strings.Join(p.Args, " ")
				require.Empty(t, leaks(text, canaries(tt.d)), "%v\n%s", words, text)
			}
			require.Empty(t, leaks(d.files(), canaries(tt.d)))
		})
	}
}

// TestTheLeakTestFindsLeaks prints a secret on purpose: by a command of the user's own that does so, and in every form.
func TestTheLeakTestFindsLeaks(t *testing.T) {
	t.Parallel()
	name, token := jirasim.DemoLogin(jirasim.Cloud)
	d := newDoor(t, jirasim.Options{}, nil)
	d.config(map[string]any{"username": name, "password": "cmd:echo " + token + " >&2; echo " + token})
	code, stdout, stderr := d.run("auth", "status")
	require.Zero(t, code, stderr)
	require.Equal(t, []string{token}, leaks(stdout+stderr, canaries(jirasim.Cloud)))

	for _, text := range []string{
		"Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+token)), "https://x?token=" + url.QueryEscape(token),
		"Bearer access-0123456789abcdef0123456789abcdef", hex.EncodeToString([]byte(token)),
	} {
		require.NotEmpty(t, leaks(text, canaries(jirasim.Cloud)), text)
	}
	require.Empty(t, leaks("nothing of interest", canaries(jirasim.Cloud)))
}
