package cli_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/cli"
	"tap-jira/internal/jirasim"
)

// door is a simulated site with all that stands before it, and a folder for the config of whoever wants in.
type door struct {
	t      *testing.T
	dir    string
	site   *jirasim.Jira
	front  *jirasim.Front
	server *jirasim.FrontServer
}

// The credentials of the tests. Those of the site itself are jirasim.DemoLogin's.
const (
	patToken     = "canary-pat-7c1f"
	scopedMail   = "bot@example.com"
	scopedToken  = "canary-scoped-91aa"
	forgeToken   = "canary-forge-3b70"
	clientID     = "client-id-of-the-app"
	clientSecret = "canary-client-secret-5d2e"
	redirectURI  = "http://127.0.0.1:17878/callback"
)

// newDoor starts a site and what stands before it.
func newDoor(t *testing.T, o jirasim.Options, change func(*jirasim.FrontOptions)) *door {
	t.Helper()
	if o.Issues == 0 {
		o.Issues = 12
	}
	site, err := jirasim.New(o)
	require.NoError(t, err)
	f := jirasim.FrontOptions{ClientID: clientID, ClientSecret: clientSecret, RedirectURI: redirectURI}
	if o.Deployment == jirasim.Cloud {
		f.ScopedTokens = map[string]string{scopedMail: scopedToken}
	} else {
		f.AccessTokens = map[string]time.Time{patToken: {}}
	}
	if change != nil {
		change(&f)
	}
	return serveDoor(t, site, f, false)
}

// serveDoor starts the servers; mutual makes the site ask for client certificates.
func serveDoor(t *testing.T, site *jirasim.Jira, f jirasim.FrontOptions, mutual bool) *door {
	t.Helper()
	d := &door{t: t, dir: t.TempDir(), site: site, front: jirasim.NewFront(site, f)}
	var err error
	d.server, err = d.front.Serve(mutual)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.server.Close()) })
	require.NoError(t, os.WriteFile(filepath.Join(d.dir, "ca.pem"), d.server.CAPEM, 0o600))
	return d
}

// config writes config.json. "SITE", "GATEWAY" and "CLOUDID" stand for what they are here.
func (d *door) config(members map[string]any) {
	d.t.Helper()
	all := map[string]any{"base_url": "SITE", "ca_file": "ca.pem", "start_date": "2000-01-01"}
	for name, value := range members {
		if value == nil {
			delete(all, name)
			continue
		}
		all[name] = value
	}
	text, err := json.Marshal(all)
	require.NoError(d.t, err)
	written := strings.NewReplacer(
		`"SITE"`, `"`+d.server.Site.URL+`"`, `"CLOUDID"`, `"`+d.front.CloudID()+`"`,
		`"GATEWAY"`, `"`+d.server.Atlassian.URL+`/ex/jira/`+d.front.CloudID()+`"`,
	).Replace(string(text))
	require.NoError(d.t, os.WriteFile(filepath.Join(d.dir, "config.json"), []byte(written), 0o600))
}

// variables are the environment of a run.
func (d *door) variables() []string {
	return []string{
		"PATH=" + os.Getenv("PATH"),
		"TAP_JIRA_ATLASSIAN_API=" + d.server.Atlassian.URL, "TAP_JIRA_ATLASSIAN_AUTH=" + d.server.Atlassian.URL,
	}
}

// process is a run of tap-jira in the door's folder.
func (d *door) process(stdin io.Reader, stdout, stderr io.Writer, args ...string) *cli.Process {
	variables := d.variables()
	run := quietProcess(d.dir, stdout, stderr, args...)
	run.Stdin = stdin
	run.Environ = func() []string { return variables }
	run.LookupEnv = func(name string) (string, bool) {
		for _, v := range variables {
			if value, ok := strings.CutPrefix(v, name+"="); ok {
				return value, true
			}
		}
		return "", false
	}
	return run
}

// run runs tap-jira with config.json.
func (d *door) run(args ...string) (code int, stdout, stderr string) {
	d.t.Helper()
	var out, log bytes.Buffer
	code = cli.Main(d.process(strings.NewReader(""), &out, &log, append(args, "--config", "config.json")...))
	return code, out.String(), log.String()
}

// asked counts the requests: all, and those to a Jira that carry credentials.
func (d *door) asked() (all, signed int) {
	for _, r := range d.front.Requests() {
		all++
		if r.Auth != "none" && r.Auth != "secret" {
			signed++
		}
	}
	return all, signed
}

func lastLine(stderr string) string {
	lines := strings.Split(strings.TrimRight(stderr, "\n"), "\n")
	return lines[len(lines)-1]
}

// TestEveryLogin is every kind of login at a Cloud site, at the gateway and at a Data Center: the right one gets in with at
// most four requests, two of them with the user's credential; another one is told what to do.
func TestEveryLogin(t *testing.T) {
	t.Parallel()
	cloudName, cloudToken := jirasim.DemoLogin(jirasim.Cloud)
	centerName, centerPassword := jirasim.DemoLogin(jirasim.DataCenter)
	cloud, center := jirasim.Options{}, jirasim.Options{Deployment: jirasim.DataCenter, BasePath: "/jira"}
	basic := func(name, password string) map[string]any {
		return map[string]any{"username": name, "password": password}
	}
	app := func(more map[string]any) map[string]any {
		all := map[string]any{"oauth_client_id": clientID, "oauth_client_secret": clientSecret, "oauth_redirect_uri": redirectURI}
		maps.Copy(all, more)
		return all
	}
	with := func(m map[string]any, name string, value any) map[string]any { m[name] = value; return m }
	service := func(f *jirasim.FrontOptions) { f.ServiceAccount = true }

	for name, tt := range map[string]struct {
		site    jirasim.Options
		front   func(*jirasim.FrontOptions)
		config  map[string]any
		refresh bool // the config's refresh_token is a good one
		code    int
		message string // on the last line of a refusal
		signed  int
	}{
		"Cloud site, API token":                {site: cloud, config: basic(cloudName, cloudToken), signed: 1},
		"Cloud site, wrong token":              {site: cloud, config: basic(cloudName, "no"), code: 4, message: "API token", signed: 2},
		"Cloud site, password":                 {site: cloud, config: basic("demo", "demo-password"), code: 4, message: "API token", signed: 2},
		"Cloud site, scoped token":             {site: cloud, config: basic(scopedMail, scopedToken), signed: 2},
		"Cloud site, scoped token and id":      {site: cloud, config: with(basic(scopedMail, scopedToken), "cloud_id", "CLOUDID"), signed: 2},
		"Cloud site, personal access token":    {site: cloud, config: map[string]any{"personal_access_token": patToken}, code: 4, message: "no personal access tokens", signed: 1},
		"Cloud site, refresh token":            {site: cloud, config: app(nil), refresh: true, signed: 1},
		"Cloud site, refresh token, id":        {site: cloud, config: app(map[string]any{"cloud_id": "CLOUDID"}), refresh: true, signed: 1},
		"Cloud site, dead refresh token":       {site: cloud, config: app(map[string]any{"refresh_token": "no"}), code: 4, message: "auth login oauth2"},
		"Cloud site, client credentials":       {site: cloud, front: service, config: app(nil), signed: 1},
		"Cloud site, app without them":         {site: cloud, config: app(nil), code: 4, message: "auth login oauth2"},
		"Cloud site, wrong client secret":      {site: cloud, config: app(map[string]any{"oauth_client_secret": "no", "refresh_token": "x"}), code: 4, message: "oauth_client_secret"},
		"Cloud site, stale access token":       {site: cloud, config: map[string]any{"access_token": "no"}, code: 4, message: "authorise again", signed: 1},
		"gateway, scoped token":                {site: cloud, config: with(basic(scopedMail, scopedToken), "base_url", "GATEWAY"), signed: 2},
		"gateway by id alone, scoped token":    {site: cloud, config: with(with(basic(scopedMail, scopedToken), "base_url", nil), "cloud_id", "CLOUDID"), signed: 2},
		"gateway, classic token":               {site: cloud, config: with(basic(cloudName, cloudToken), "base_url", "GATEWAY"), code: 4, message: "API token", signed: 1},
		"gateway by id alone, refresh token":   {site: cloud, config: with(app(map[string]any{"cloud_id": "CLOUDID"}), "base_url", nil), refresh: true, signed: 2},
		"gateway, client credentials":          {site: cloud, front: service, config: with(app(nil), "base_url", "GATEWAY"), signed: 2},
		"gateway, token of another site":       {site: cloud, front: func(f *jirasim.FrontOptions) { f.OtherSite = true }, config: app(map[string]any{"cloud_id": "CLOUDID"}), refresh: true, code: 4, message: "another site", signed: 1},
		"gateway, scope of users missing":      {site: cloud, front: func(f *jirasim.FrontOptions) { f.Scopes = []string{"read:jira-work"} }, config: app(nil), refresh: true, code: 4, message: "read:jira-user", signed: 1},
		"Data Center, password":                {site: center, config: basic(centerName, centerPassword), signed: 1},
		"Data Center, wrong password":          {site: center, config: basic(centerName, "no"), code: 4, message: "lock the account", signed: 1},
		"Data Center, password switched off":   {site: jirasim.Options{Deployment: jirasim.DataCenter, Version: "11.0.1"}, config: basic(centerName, centerPassword), code: 4, message: "Authentication methods", signed: 1},
		"Data Center, locked down":             {site: jirasim.Options{Deployment: jirasim.DataCenter, LockedDown: true}, config: map[string]any{"personal_access_token": patToken}, signed: 2},
		"Data Center, personal access token":   {site: center, config: map[string]any{"personal_access_token": patToken}, signed: 1},
		"Data Center 11, token":                {site: jirasim.Options{Deployment: jirasim.DataCenter, Version: "11.0.1"}, config: map[string]any{"personal_access_token": patToken}, signed: 1},
		"Data Center, expired token":           {site: center, front: func(f *jirasim.FrontOptions) { f.AccessTokens = map[string]time.Time{patToken: time.Unix(1, 0)} }, config: map[string]any{"personal_access_token": patToken}, code: 4, message: "expired or revoked", signed: 1},
		"Data Center 8.13, token":              {site: jirasim.Options{Deployment: jirasim.DataCenter, Version: "8.13.0"}, config: map[string]any{"personal_access_token": patToken}, code: 4, message: "8.14", signed: 1},
		"Data Center, scoped token":            {site: center, config: basic(scopedMail, scopedToken), code: 4, message: "lock the account", signed: 1},
		"Data Center, refresh token":           {site: center, config: app(nil), refresh: true, signed: 1},
		"Data Center, redirect address":        {site: center, config: app(map[string]any{"oauth_redirect_uri": "http://127.0.0.1:1/x"}), refresh: true, code: 4, message: "auth login oauth2"},
		"Data Center 11, client credentials":   {site: jirasim.Options{Deployment: jirasim.DataCenter, Version: "11.3.0"}, front: service, config: app(nil), signed: 1},
		"Data Center 8.20, OAuth 2.0":          {site: jirasim.Options{Deployment: jirasim.DataCenter, Version: "8.20.0"}, config: app(nil), refresh: true, code: 4, message: "8.22"},
		"Data Center, cloud id is passed over": {site: center, config: map[string]any{"personal_access_token": patToken, "cloud_id": "1-2"}, signed: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDoor(t, tt.site, tt.front)
			members := map[string]any{}
			maps.Copy(members, tt.config)
			if tt.refresh {
				members["refresh_token"] = d.front.Grant()
			}
			d.config(members)
			code, stdout, stderr := d.run("auth", "status")
			require.Equal(t, tt.code, code, stderr)
			require.Contains(t, lastLine(stderr), tt.message)
			all, signed := d.asked()
			if code == 0 && members["personal_access_token"] != nil {
				all-- // the list of tokens, which only auth status asks for
				signed--
			}
			require.LessOrEqual(t, all, 4, "%v", d.front.Requests())
			require.LessOrEqual(t, signed, 2, "%v", d.front.Requests())
			require.Equal(t, tt.signed, signed, "%v", d.front.Requests())
			if code == 0 {
				require.Contains(t, stdout, "account ")
			}
		})
	}
}
