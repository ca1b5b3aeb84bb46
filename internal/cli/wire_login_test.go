package cli

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/config"
	"tap-jira/internal/fault"
)

// environment is an app with these variables and this folder.
func environment(dir string, variables map[string]string) *app {
	return &app{Process: &Process{
		Dir:       dir,
		LookupEnv: func(name string) (string, bool) { value, ok := variables[name]; return value, ok },
		Proxy:     func(*http.Request) (*url.URL, error) { return url.Parse("http://from-the-environment:3128") },
	}}
}

func TestProxyOfTheConfigAndOfTheEnvironment(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		proxy     string
		variables map[string]string
		host      string
		want      string
	}{
		"the environment's":       {"", nil, "jira.acme.com", "http://from-the-environment:3128"},
		"the config's":            {"http://jo:pw@proxy:3128", nil, "jira.acme.com", "http://jo:pw@proxy:3128"},
		"not for this host":       {"http://proxy:3128", map[string]string{"NO_PROXY": "acme.com"}, "jira.acme.com", ""},
		"not for it, small":       {"http://proxy:3128", map[string]string{"no_proxy": ".acme.com,other"}, "jira.acme.com", ""},
		"for another host though": {"http://proxy:3128", map[string]string{"NO_PROXY": "acme.com"}, "api.atlassian.com", "http://proxy:3128"},
		"this machine":            {"http://proxy:3128", map[string]string{"NO_PROXY": "acme.com"}, "127.0.0.1:8443", "http://proxy:3128"},
		"this machine, by name":   {"http://proxy:3128", nil, "localhost:8443", "http://proxy:3128"},
		"this machine, version 6": {"http://proxy:3128", nil, "[::1]:8443", "http://proxy:3128"},
		"not for this machine":    {"http://proxy:3128", map[string]string{"NO_PROXY": "localhost,127.0.0.1"}, "127.0.0.1:8443", ""},
		"not for any host":        {"http://proxy:3128", map[string]string{"NO_PROXY": "*"}, "127.0.0.1:8443", ""},
		"spaced out":              {"http://proxy:3128", map[string]string{"NO_PROXY": "acme.com, localhost"}, "localhost:8443", ""},
		"another scheme":          {"socks5://proxy:1080", nil, "jira.acme.com", "socks5://proxy:1080"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ask := environment("", tt.variables).proxy(&config.Config{ProxyURL: config.Secret(tt.proxy)})
			got, err := ask(&http.Request{URL: &url.URL{Scheme: "https", Host: tt.host}})
			require.NoError(t, err)
			if tt.want == "" {
				require.Nil(t, got)
				return
			}
			require.Equal(t, tt.want, got.String())
		})
	}
}

func TestAuthoritiesOfTheEnvironment(t *testing.T) {
	t.Parallel()
	const ours, theirs = "-----BEGIN CERTIFICATE-----\nours\n", "-----BEGIN CERTIFICATE-----\ntheirs\n"
	dir := t.TempDir()
	for name, content := range map[string]string{"theirs.pem": theirs, "empty.pem": "nothing"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	cfg := &config.Config{CAPEM: []byte(ours)}
	got, err := environment(dir, nil).authorities(cfg)
	require.NoError(t, err)
	require.Equal(t, ours, string(got))
	got, err = environment(dir, map[string]string{"SSL_CERT_FILE": "theirs.pem"}).authorities(cfg)
	require.NoError(t, err)
	require.Contains(t, string(got), "ours")
	require.Equal(t, !readsCertFile(runtime.GOOS), strings.Contains(string(got), "theirs"))
	for _, name := range []string{"none.pem", "empty.pem"} {
		_, err = environment(dir, map[string]string{"SSL_CERT_FILE": name}).authorities(cfg)
		require.Equal(t, fault.Usage, fault.KindOf(err))
		require.Contains(t, err.Error(), "SSL_CERT_FILE")
	}
}

func TestWhereGoReadsTheFileItself(t *testing.T) {
	t.Parallel()
	for system, want := range map[string]bool{"linux": true, "darwin": false, "windows": false} {
		require.Equal(t, want, readsCertFile(system), system)
	}
}

func TestGatewayAddressIsKnown(t *testing.T) {
	t.Parallel()
	api := &url.URL{Scheme: "https", Host: "api.atlassian.com"}
	gateway := &url.URL{Scheme: "https", Host: "api.atlassian.com", Path: "/ex/jira/1-2"}
	require.True(t, atGateway(&config.Config{AtlassianAPI: api, CloudID: "1-2", BaseURL: gateway}))
	require.False(t, atGateway(&config.Config{AtlassianAPI: api, CloudID: "1-2", BaseURL: &url.URL{Scheme: "https", Host: "acme.atlassian.net"}}))
	require.False(t, atGateway(&config.Config{AtlassianAPI: api, BaseURL: gateway}))
}
