package config_test

import (
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/config"
)

const (
	pemCert      = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
	pemEncrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"
)

func loadWith(t *testing.T, files map[string]string, members map[string]any) (*config.Config, []config.Warning, error) {
	t.Helper()
	w := world{files: files, modes: map[string]fs.FileMode{"conf/both.pem": 0o644}}
	w.files["conf/jira.json"] = good(members)
	return config.Load(t.Context(), w.source("conf/jira.json"))
}

func clientFiles() map[string]string {
	return map[string]string{
		"conf/cert.pem": pemCert, "conf/key.pem": pemKey, "conf/both.pem": pemCert + pemKey, "conf/locked.pem": pemEncrypted, "conf/junk.pem": "junk",
	}
}

func TestClientCertificate(t *testing.T) {
	t.Parallel()
	c, warnings, err := loadWith(t, clientFiles(), map[string]any{"client_cert_file": "cert.pem", "client_key_file": "key.pem"})
	require.NoError(t, err)
	require.Empty(t, warnings)
	require.Equal(t, pemCert, string(c.ClientCertPEM))
	require.Equal(t, pemKey, c.ClientKeyPEM.Reveal())

	c, warnings, err = loadWith(t, clientFiles(), map[string]any{"client_cert_file": "both.pem"})
	require.NoError(t, err)
	require.Equal(t, pemCert+pemKey, c.ClientKeyPEM.Reveal())
	require.Len(t, warnings, 1)
	require.Contains(t, warnings[0].Message, "chmod 600")

	for name, tc := range map[string]struct {
		members map[string]any
		key     string
		fix     string
	}{
		"key alone":         {map[string]any{"client_key_file": "key.pem"}, "client_cert_file", "belongs to client_key_file"},
		"not there":         {map[string]any{"client_cert_file": "none.pem"}, "client_cert_file", "check the path"},
		"no certificate":    {map[string]any{"client_cert_file": "junk.pem"}, "client_cert_file", "BEGIN CERTIFICATE"},
		"no key in it":      {map[string]any{"client_cert_file": "cert.pem"}, "client_cert_file", "client_key_file"},
		"key not a key":     {map[string]any{"client_cert_file": "cert.pem", "client_key_file": "junk.pem"}, "client_key_file", "openssl pkcs12"},
		"with a passphrase": {map[string]any{"client_cert_file": "cert.pem", "client_key_file": "locked.pem"}, "client_key_file", "openssl pkey"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := loadWith(t, clientFiles(), tc.members)
			got := problems(t, err)
			require.Len(t, got, 1)
			require.Equal(t, tc.key, got[0].Key)
			require.Contains(t, got[0].Fix, tc.fix)
		})
	}
}

func TestProxyURL(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"proxy:3128": "http://proxy:3128", "https://jo:pw@proxy": "https://jo:pw@proxy", "socks5://[::1]:1080": "socks5://[::1]:1080",
	} {
		c, _, err := load(t, good(map[string]any{"proxy_url": given}))
		require.NoError(t, err, given)
		require.Equal(t, want, c.ProxyURL.Reveal())
	}
	for _, given := range []string{"http://", "ftp://proxy", "http://jo:c4nary%zz@proxy"} {
		_, _, err := load(t, good(map[string]any{"proxy_url": given}))
		require.NotContains(t, problems(t, err)[0].String(), "c4nary")
	}
}
