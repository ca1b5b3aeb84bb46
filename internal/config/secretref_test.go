package config_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"maps"
	"math/big"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/config"
)

func TestSecretReferences(t *testing.T) {
	t.Parallel()
	w := world{
		files: map[string]string{"conf/secret.txt": "from file \r\n", "/abs": "absolute", "conf/blank": " \n"},
		vars:  map[string]string{"PW": "from env", "EMPTY": ""},
		run: func(_ context.Context, shell string) ([]byte, error) {
			if shell == "pass jira | head -1" {
				return []byte("from cmd\n"), nil
			}
			return nil, errors.New("exit status 1")
		},
	}
	for reference, want := range map[string]string{
		"env:PW": "from env", "file:secret.txt": "from file ", "file:/abs": "absolute", "cmd:pass jira | head -1": "from cmd", "plain": "plain",
	} {
		w.files["conf/c.json"] = good(map[string]any{"password": reference})
		c, _, err := config.Load(t.Context(), w.source("conf/c.json"))
		require.NoError(t, err, reference)
		require.Equal(t, want, c.Password.Reveal())
	}
	for reference, want := range map[string]string{
		"env:NONE":        "the env: value of password (c.json) names the variable NONE, which is not set: set it where tap-jira is started",
		"env:EMPTY":       "the env: value of password (c.json) gave nothing: check that env: leads to the secret",
		"file:blank":      "the file: value of password (c.json) gave nothing: check that file: leads to the secret",
		"file:no":         "the file: value of password (c.json) names the file " + filepath.Join("conf", "no") + ", which cannot be read (file does not exist): check the path, which starts at the config file's folder, and the permissions",
		"cmd:echo hunter": "the cmd: value of password (c.json) failed (exit status 1): run the command in a shell and see",
	} {
		w.files["conf/c.json"] = good(map[string]any{"password": reference})
		_, _, err := config.Load(t.Context(), w.source("conf/c.json"))
		require.Equal(t, want, problems(t, err)[0].String())
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	oauth1 := map[string]any{"username": nil, "password": nil, "oauth1_consumer_key": "rjmetrics", "oauth1_private_key": pemKey}
	with := func(extra map[string]any) map[string]any {
		all := maps.Clone(oauth1)
		maps.Copy(all, extra)
		return all
	}
	c, _, err := load(t, good(oauth1))
	require.NoError(t, err)
	require.Equal(t, config.AuthOAuth1, c.Auth)
	require.False(t, c.OAuth1Ready())
	c, _, err = load(t, good(with(map[string]any{"oauth1_access_token": "at", "username": "jo", "password": "x", "auth": "OAuth1"})))
	require.NoError(t, err)
	require.True(t, c.OAuth1Ready())

	for name, tc := range map[string]struct {
		extra map[string]any
		want  []string
	}{
		"ambiguous":           {with(map[string]any{"username": "jo", "password": "pw"}), []string{"auth"}},
		"none":                {map[string]any{"username": nil, "password": nil}, []string{"auth"}},
		"three ways":          {with(map[string]any{"username": "jo", "personal_access_token": "x"}), []string{"auth"}},
		"pat":                 {map[string]any{"auth": "pat"}, []string{"personal_access_token"}},
		"pat, broken":         {map[string]any{"username": nil, "password": nil, "personal_access_token": []any{1}}, []string{"personal_access_token"}},
		"pat at the gateway":  {map[string]any{"username": nil, "password": nil, "base_url": nil, "cloud_id": "1-2", "personal_access_token": "x"}, []string{"base_url"}},
		"oauth2":              {map[string]any{"auth": "oauth2"}, []string{"oauth_client_id", "oauth_client_secret"}},
		"no client secret":    {map[string]any{"username": nil, "password": nil, "refresh_token": "r", "oauth_client_id": "i"}, []string{"oauth_client_secret"}},
		"two sites":           {map[string]any{"base_url": "https://api.atlassian.com/ex/jira/1-2", "cloud_id": "3-4"}, []string{"cloud_id"}},
		"unknown":             {map[string]any{"auth": "kerberos"}, []string{"auth"}},
		"no password":         {map[string]any{"password": ""}, []string{"password"}},
		"no username":         {map[string]any{"username": nil}, []string{"username"}},
		"colon":               {map[string]any{"username": "a:b"}, []string{"username"}},
		"no consumer key":     {with(map[string]any{"oauth1_consumer_key": nil}), []string{"oauth1_consumer_key"}},
		"no private key":      {with(map[string]any{"oauth1_private_key": nil}), []string{"oauth1_private_key"}},
		"forced, nothing set": {map[string]any{"auth": "oauth1"}, []string{"oauth1_consumer_key", "oauth1_private_key"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := load(t, good(tc.extra))
			var keys []string
			for _, p := range problems(t, err) {
				keys = append(keys, p.Key)
			}
			require.Equal(t, tc.want, keys)
		})
	}
}

func TestPrivateKey(t *testing.T) {
	t.Parallel()
	oneLine := strings.ReplaceAll(strings.TrimSpace(pemKey), "\n", " ")
	for name, key := range map[string]string{
		"as it is": pemKey, "with \\n": strings.ReplaceAll(pemKey, "\n", `\n`), "on one line": oneLine, "by file": "file:key.pem", "no last newline": strings.TrimSpace(pemKey),
	} {
		w := world{files: map[string]string{"conf/key.pem": pemKey, "conf/c.json": good(map[string]any{
			"username": nil, "password": nil, "oauth1_consumer_key": "k", "oauth1_private_key": key,
		})}}
		c, _, err := config.Load(t.Context(), w.source("conf/c.json"))
		require.NoError(t, err, name)
		block, _ := pem.Decode([]byte(c.OAuth1PrivateKey.Reveal()))
		require.NotNil(t, block, name)
		require.Equal(t, []byte{0, 0, 0}, block.Bytes, name)
	}
	for name, tc := range map[string]struct {
		extra map[string]any
		want  string
	}{
		"not PEM":    {map[string]any{"oauth1_private_key": "c4nary"}, "oauth1_private_key (c.json) holds no PEM text: give the whole key, from -----BEGIN to -----END, in oauth1_private_key_file or oauth1_private_key"},
		"public key": {map[string]any{"oauth1_private_key_file": "pub.pem"}, "oauth1_private_key_file (c.json) holds a public key: give the private key; the public one belongs into Jira's application link"},
		"no file":    {map[string]any{"oauth1_private_key_file": "/no.pem"}, "oauth1_private_key_file (c.json) names /no.pem, which cannot be read (file does not exist): check the path, which starts at the config file's folder, and the permissions; tap-jira auth keygen makes a key"},
		"empty file": {map[string]any{"oauth1_private_key_file": "empty.pem"}, "oauth1_private_key_file (c.json) names empty.pem, which is empty: tap-jira auth keygen makes a key"},
		"both":       {map[string]any{"oauth1_private_key_file": "key.pem", "oauth1_private_key": pemKey}, "oauth1_private_key and oauth1_private_key_file are both given: remove one of them"},
	} {
		tc.extra["username"], tc.extra["password"], tc.extra["oauth1_consumer_key"] = nil, nil, "k"
		w := world{files: map[string]string{
			"c.json": good(tc.extra), "key.pem": pemKey, "empty.pem": "", "pub.pem": strings.ReplaceAll(pemKey, "RSA PRIVATE", "PUBLIC"),
		}}
		_, _, err := config.Load(t.Context(), w.source("c.json"))
		require.Equal(t, tc.want, problems(t, err)[0].String(), name)
	}
}

func TestPrivateKeyFileReadableByOthers(t *testing.T) {
	t.Parallel()
	w := world{
		files: map[string]string{"conf/key.pem": pemKey, "conf/c.json": good(map[string]any{
			"username": nil, "password": nil, "oauth1_consumer_key": "k", "oauth1_private_key_file": "key.pem",
		})},
		modes: map[string]fs.FileMode{"conf/key.pem": 0o644, "conf/c.json": 0o644},
	}
	c, warnings, err := config.Load(t.Context(), w.source("conf/c.json"))
	require.NoError(t, err)
	require.Equal(t, pemKey, c.OAuth1PrivateKey.Reveal())
	require.Len(t, warnings, 1, "the config itself holds no secret")
	require.Contains(t, warnings[0].String(), "chmod 600 "+filepath.Join("conf", "key.pem"))
}

func TestCAFile(t *testing.T) {
	t.Parallel()
	w := world{files: map[string]string{
		"conf/c.json": good(map[string]any{"ca_file": "ca.pem"}), "conf/bad.json": good(map[string]any{"ca_file": "c.json"}),
		"conf/none.json": good(map[string]any{"ca_file": "none.pem"}), "conf/ca.pem": certificate(t),
	}}
	c, _, err := config.Load(t.Context(), w.source("conf/c.json"))
	require.NoError(t, err)
	require.Equal(t, filepath.Join("conf", "ca.pem"), c.CAFile)
	require.Equal(t, w.files["conf/ca.pem"], string(c.CAPEM))
	for _, file := range []string{"conf/bad.json", "conf/none.json"} {
		_, _, err = config.Load(t.Context(), w.source(file))
		require.Equal(t, "ca_file", problems(t, err)[0].Key)
	}
}

func certificate(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}
