package cli_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/cli"
	"tap-jira/internal/jirasim"
)

// consentPage finds the address that a login shows.
var consentPage = regexp.MustCompile(`https://\S+/authorize\?\S+`)

// visitor opens the login's page once it is shown. With follow it goes where the page sends the browser; it returns that
// address.
func (d *door) visitor(log *watchedBuffer, follow bool) string {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(d.server.CAPEM)
	client := &http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	const patience, glance = 10 * time.Second, 5 * time.Millisecond
	ticker := time.NewTicker(glance)
	defer ticker.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-ticker.C {
		page := consentPage.FindString(log.String())
		if page == "" {
			continue
		}
		resp, err := client.Get(page)
		if err != nil {
			return ""
		}
		_ = resp.Body.Close()
		back := resp.Header.Get("Location")
		if !follow {
			return back
		}
		if resp, err = client.Get(back); err == nil {
			_ = resp.Body.Close()
		}
		return back
	}
	return ""
}

func freeRedirect(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, listener.Close()) }()
	return "http://" + listener.Addr().String() + "/callback"
}

func TestLoginByOAuth2(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		site jirasim.Options
		oob  bool
	}{
		"cloud, browser":       {jirasim.Options{}, false},
		"cloud, oob":           {jirasim.Options{}, true},
		"data center, browser": {jirasim.Options{Deployment: jirasim.DataCenter, BasePath: "/jira"}, false},
		"data center, oob":     {jirasim.Options{Deployment: jirasim.DataCenter, BasePath: "/jira"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			redirect := freeRedirect(t)
			d := newDoor(t, tt.site, func(f *jirasim.FrontOptions) { f.RedirectURI = redirect })
			d.config(map[string]any{"oauth_client_id": clientID, "oauth_client_secret": clientSecret, "oauth_redirect_uri": redirect})
			args := []string{"auth", "login", "oauth2", "--config", "config.json"}
			if tt.oob {
				args = append(args, "--oob")
			}
			var stdout bytes.Buffer
			log := &watchedBuffer{}
			reader, writer := io.Pipe()
			done := inBackground(func() {
				back := d.visitor(log, !tt.oob)
				if tt.oob {
					_, _ = fmt.Fprintln(writer, back)
				}
				_ = writer.Close()
			})
			code := cli.Main(d.process(reader, &stdout, log, args...))
			done()
			require.Zero(t, code, log.String())
			require.Contains(t, stdout.String(), "Logged in to https://127.0.0.1")

			code, status, stderr := d.run("auth", "status")
			require.Zero(t, code, stderr)
			require.Regexp(t, `login +oauth2`, status)
			require.Regexp(t, `account +\S+`, status)
			code, records, stderr := d.run("--select", "projects")
			require.Zero(t, code, stderr)
			require.Contains(t, records, `"stream":"projects"`)

			// Revoked at the other end: one more login is the way.
			d.front.Revoke()
			code, _, stderr = d.run("auth", "status")
			require.Equal(t, 4, code)
			require.Contains(t, lastLine(stderr), "auth login oauth2")
		})
	}
}

func TestStatusWarnsBeforeTheEnd(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		left  time.Duration
		warns bool
	}{"in 13 days": {13 * 24 * time.Hour, true}, "in 15 days": {15 * 24 * time.Hour, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			end := time.Now().Add(tt.left)
			d := newDoor(t, jirasim.Options{Deployment: jirasim.DataCenter}, func(f *jirasim.FrontOptions) {
				f.AccessTokens = map[string]time.Time{patToken: end}
			})
			d.config(map[string]any{"personal_access_token": patToken})
			code, stdout, stderr := d.run("auth", "status")
			require.Zero(t, code, stderr)
			require.Contains(t, stdout, "expires      "+end.UTC().Format(time.DateOnly))
			if tt.warns {
				require.Contains(t, stderr, "the login expires soon")
				return
			}
			require.NotContains(t, stderr, "expires soon")
		})
	}
}

func TestOAuth2LoginThatCannotBegin(t *testing.T) {
	t.Parallel()
	d := newDoor(t, jirasim.Options{}, nil)
	d.config(map[string]any{"username": "demo@example.com", "password": "demo-token"})
	code, _, stderr := d.run("auth", "login", "oauth2")
	require.Equal(t, 2, code)
	require.Contains(t, lastLine(stderr), "oauth_client_id")
	d.config(map[string]any{"oauth_client_id": clientID, "oauth_client_secret": clientSecret})
	code, _, stderr = d.run("auth", "login", "oauth2", "--oob")
	require.Equal(t, 2, code)
	require.Contains(t, lastLine(stderr), "standard input ended")
	d.config(map[string]any{"oauth_client_id": clientID, "oauth_client_secret": clientSecret, "oauth_redirect_uri": "https://example.com/back"})
	code, _, stderr = d.run("auth", "login", "oauth2")
	require.Equal(t, 2, code)
	require.Contains(t, lastLine(stderr), "--oob")
	require.NoFileExists(t, filepath.Join(d.dir, "config.credentials.json"))
	_, err := os.Stat(filepath.Join(d.dir, "config.json"))
	require.NoError(t, err)
}
