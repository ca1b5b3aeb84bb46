package cli_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
)

// broken is a set-up in which check has to find the fault.
type broken struct {
	site    jirasim.Options
	front   func(*jirasim.FrontOptions)
	refusal jirasim.Refusal
	at      string // path of the refusal
	arrange func(t *testing.T, d *door, members map[string]any)
	step    string
	code    string
	exit    int
	next    string
}

// brokenSetups are as many as people meet; the faults of names and routes are tested where they are found, in check.
func brokenSetups() map[string]broken {
	center := jirasim.Options{Deployment: jirasim.DataCenter}
	const myself = "/rest/api/2/myself"
	set := func(name string, value any) func(*testing.T, *door, map[string]any) {
		return func(_ *testing.T, _ *door, members map[string]any) { members[name] = value }
	}
	oauth2 := func(_ *testing.T, d *door, members map[string]any) {
		delete(members, "username")
		delete(members, "password")
		members["oauth_client_id"], members["oauth_client_secret"] = clientID, clientSecret
		members["refresh_token"] = d.front.Grant()
	}
	return map[string]broken{
		"nobody listens":      {site: center, arrange: closedPort, step: "tcp", code: "refused", exit: 3, next: "port"},
		"plain http":          {site: center, arrange: plainServer, step: "tls", code: "plain_http", exit: 3, next: "https"},
		"another protocol":    {site: center, arrange: mailServer, step: "tls", code: "not_tls", exit: 3, next: "port"},
		"private authority":   {site: jirasim.Options{TLS: jirasim.TLSOptions{UnknownCA: true}}, step: "tls", code: "unknown_authority", exit: 3, next: "ca_file"},
		"expired certificate": {site: jirasim.Options{TLS: jirasim.TLSOptions{Expired: true}}, step: "tls", code: "expired", exit: 3, next: "renew"},
		"another name":        {site: center, arrange: misnamed, step: "tls", code: "wrong_name", exit: 3, next: "base_url"},
		"proxy asks who":      {site: center, arrange: proxied(&jirasim.Proxy{Username: "jo", Password: "canary-proxy"}), step: "proxy", code: "proxy_login", exit: 3, next: "proxy_url"},
		"proxy says no":       {site: center, arrange: proxied(&jirasim.Proxy{Status: http.StatusForbidden}), step: "proxy", code: "proxy_refused", exit: 3, next: "NO_PROXY"},
		"proxy is down": {site: center, arrange: func(t *testing.T, _ *door, m map[string]any) {
			t.Helper()
			m["proxy_url"], m["base_url"] = "http://"+freePort(t), "https://"+jirasim.ProxiedHost
		}, step: "tcp", code: "proxy_refused", exit: 3, next: "proxy_url"},
		"no Jira there":       {site: center, refusal: jirasim.RefusalLoginPage, at: "/rest/api/2/serverInfo", step: "jira", code: "not_a_jira", exit: 3, next: "base_url"},
		"no context path":     {site: jirasim.Options{Deployment: jirasim.DataCenter, BasePath: "/jira"}, arrange: withoutPath, step: "jira", code: "wrong_path", exit: 3, next: "context path"},
		"login page":          {site: center, refusal: jirasim.RefusalLoginPage, at: myself, step: "login", code: "not_jira", exit: 4, next: "single sign-on"},
		"wrong password":      {site: center, arrange: set("password", "canary-wrong"), step: "login", code: "authenticated_failed", exit: 4, next: "lock"},
		"captcha":             {site: center, refusal: jirasim.RefusalCaptcha, at: myself, step: "login", code: "captcha_challenge", exit: 4, next: "browser"},
		"basic switched off":  {site: center, refusal: jirasim.RefusalBasicOff, at: myself, step: "login", code: "basic_disabled", exit: 4, next: "Authentication methods"},
		"expired token":       {site: jirasim.Options{}, refusal: jirasim.RefusalExpiredToken, at: myself, step: "login", code: "token_expired", exit: 4, next: "new API token"},
		"deleted user":        {site: center, refusal: jirasim.RefusalDeletedUser, at: myself, step: "login", code: "user_inactive", exit: 4, next: "activate"},
		"address not allowed": {site: jirasim.Options{}, refusal: jirasim.RefusalAddress, at: myself, step: "login", code: "address_not_allowed", exit: 4, next: "outgoing address"},
		"no permission":       {site: center, refusal: jirasim.RefusalPermission, at: myself, step: "login", code: "forbidden", exit: 4, next: "licence"},
		"anonymous":           {site: center, refusal: jirasim.RefusalAnonymous, at: myself, step: "login", code: "anonymous", exit: 4, next: "Authorization"},
		"clock":               {site: center, refusal: jirasim.RefusalClockSkew, at: myself, step: "login", code: "timestamp_refused", exit: 4, next: "NTP"},
		"scope":               {site: jirasim.Options{}, front: func(f *jirasim.FrontOptions) { f.Scopes = []string{} }, arrange: oauth2, step: "login", code: "scope_missing", exit: 4, next: "read:jira-user"},
		"no token to be had": {site: jirasim.Options{}, arrange: func(t *testing.T, d *door, m map[string]any) {
			t.Helper()
			oauth2(t, d, m)
			d.front.Revoke()
		}, step: "login", code: "no_token", exit: 4, next: "auth login oauth2"},
		"wrong kind of token": {site: jirasim.Options{}, arrange: func(_ *testing.T, _ *door, m map[string]any) {
			delete(m, "username")
			delete(m, "password")
			m["personal_access_token"] = patToken
		}, step: "login", code: "token_of_another_sort", exit: 4, next: "API token"},
	}
}

func TestCheckTellsBrokenSetupsApart(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for name, b := range brokenSetups() {
		if other, again := seen[b.step+b.code]; again {
			t.Errorf("%s and %s have one code", name, other)
		}
		seen[b.step+b.code] = name
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDoor(t, b.site, b.front)
			username, password := jirasim.DemoLogin(b.site.Deployment)
			members := map[string]any{"username": username, "password": password}
			if b.arrange != nil {
				b.arrange(t, d, members)
			}
			if b.refusal != "" {
				fault := jirasim.Refuse(b.refusal, b.at, time.Now().Add(-10*time.Minute))
				fault.Quiet = true
				d.site.Script(fault)
			}
			d.config(members)
			exit, stdout, stderr := d.run("check", "--format", "json")
			require.Equal(t, b.exit, exit, stderr)
			var report struct {
				OK    bool
				Steps []struct{ Step, Status, Code, Detail, Next string }
			}
			require.NoError(t, json.Unmarshal([]byte(stdout), &report), stdout)
			require.False(t, report.OK)
			last := report.Steps[len(report.Steps)-1]
			require.Equal(t, []string{b.step, "fail", b.code}, []string{last.Step, last.Status, last.Code}, last.Detail)
			require.Contains(t, last.Next, b.next)

			_, stdout, _ = d.run("check")
			require.Less(t, strings.Count(stdout[strings.LastIndex(stdout, "\nfail"):], "\n"), 5, "three lines at most")
			require.NotContains(t, stdout+stderr, "canary")
		})
	}
}

// freePort is an address that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, listener.Close()) }()
	return listener.Addr().String()
}

func closedPort(t *testing.T, _ *door, members map[string]any) {
	t.Helper()
	members["base_url"] = "https://" + freePort(t)
}

func plainServer(t *testing.T, _ *door, members map[string]any) {
	t.Helper()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	members["base_url"] = strings.Replace(server.URL, "http:", "https:", 1)
}

// mailServer greets whoever connects.
func mailServer(t *testing.T, _ *door, members map[string]any) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = fmt.Fprint(connection, "220 mail.example.com ESMTP\r\n")
			_ = connection.Close()
		}
	}()
	members["base_url"] = "https://" + listener.Addr().String()
}

// misnamed asks through a proxy for a name that the certificate is not good for.
func misnamed(t *testing.T, d *door, members map[string]any) {
	t.Helper()
	proxied(&jirasim.Proxy{})(t, d, members)
	members["base_url"] = "https://other." + jirasim.ProxiedHost
}

// proxied puts a proxy between tap-jira and the site, which then has a name that only the proxy knows.
func proxied(proxy *jirasim.Proxy) func(*testing.T, *door, map[string]any) {
	return func(t *testing.T, d *door, members map[string]any) {
		t.Helper()
		proxy.Target = strings.TrimPrefix(d.server.Site.URL, "https://")
		address, err := proxy.Serve()
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, proxy.Close()) })
		members["proxy_url"], members["base_url"] = "http://"+address, "https://"+jirasim.ProxiedHost
	}
}

func withoutPath(t *testing.T, d *door, members map[string]any) {
	t.Helper()
	members["base_url"] = strings.TrimSuffix(d.server.Site.URL, "/jira")
}

// TestWaysThroughTheNetwork are set-ups that work: a proxy with a login, and a client certificate.
func TestWaysThroughTheNetwork(t *testing.T) {
	t.Parallel()
	username, password := jirasim.DemoLogin(jirasim.DataCenter)
	login := func() map[string]any { return map[string]any{"username": username, "password": password} }
	t.Run("proxy with a login", func(t *testing.T) {
		t.Parallel()
		d := newDoor(t, jirasim.Options{Deployment: jirasim.DataCenter}, nil)
		members := login()
		proxied(&jirasim.Proxy{Username: "jo", Password: "canary-p@ss"})(t, d, members)
		members["proxy_url"] = strings.Replace(members["proxy_url"].(string), "http://", "http://jo:canary-p%40ss@", 1)
		d.config(members)
		code, stdout, stderr := d.run("check", "--log-level", "debug")
		require.Zero(t, code, stderr)
		require.Contains(t, stdout, "through http://127.0.0.1")
		require.NotContains(t, stdout+stderr, "canary")
	})
	t.Run("client certificate", func(t *testing.T) {
		t.Parallel()
		site, err := jirasim.New(jirasim.Options{Deployment: jirasim.DataCenter, Issues: 5})
		require.NoError(t, err)
		d := serveDoor(t, site, jirasim.FrontOptions{}, true)
		d.config(login())
		code, _, stderr := d.run("check")
		require.Equal(t, 3, code)
		require.Contains(t, lastLine(stderr), "client_cert_file")
		for name, content := range map[string][]byte{"client.pem": d.server.ClientCertPEM, "client.key": d.server.ClientKeyPEM} {
			require.NoError(t, os.WriteFile(filepath.Join(d.dir, name), content, 0o600))
		}
		members := login()
		members["client_cert_file"], members["client_key_file"] = "client.pem", "client.key"
		d.config(members)
		code, stdout, stderr := d.run("check")
		require.Zero(t, code, stdout+stderr)
	})
}
