package config_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io/fs"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/config"
	"tap-jira/internal/fault"
)

// pemKey has the form of a private key; the config does not look inside.
const pemKey = "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"

// world is a file system and environment in memory.
type world struct {
	files map[string]string
	vars  map[string]string
	modes map[string]fs.FileMode
	run   func(ctx context.Context, shell string) ([]byte, error)
}

func (w world) source(files ...string) config.Source {
	return config.Source{
		Files:  files,
		Getenv: func(name string) (string, bool) { value, ok := w.vars[name]; return value, ok },
		Environ: func() []string {
			var pairs []string
			for _, name := range slices.Sorted(maps.Keys(w.vars)) {
				pairs = append(pairs, name+"="+w.vars[name])
			}
			return pairs
		},
		ReadFile: func(path string) ([]byte, error) {
			data, ok := w.files[filepath.ToSlash(path)]
			if !ok {
				return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
			}
			return []byte(data), nil
		},
		Mode: func(path string) (fs.FileMode, error) {
			if mode, ok := w.modes[filepath.ToSlash(path)]; ok {
				return mode, nil
			}
			return 0o600, nil
		},
		Run: w.run,
	}
}

// good is a small config that loads; extra members are put over it, and null takes one away.
func good(extra map[string]any) string {
	members := map[string]any{"base_url": "https://jira.example.com/jira", "username": "jo", "password": "pw"}
	maps.Copy(members, extra)
	data, err := json.Marshal(members)
	if err != nil {
		panic(err)
	}
	return string(data)
}

func load(t *testing.T, doc string) (*config.Config, []config.Warning, error) {
	t.Helper()
	return config.Load(t.Context(), world{files: map[string]string{"conf/jira.json": doc}}.source("conf/jira.json"))
}

// problems returns the problems of a failed Load.
func problems(t *testing.T, err error) []config.Problem {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, fault.Usage, fault.KindOf(err))
	list, ok := errors.AsType[*config.Error](err)
	require.True(t, ok, "%v", err)
	require.NotEmpty(t, list.Problems)
	return list.Problems
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	c, warnings, err := load(t, good(nil))
	require.NoError(t, err)
	require.Empty(t, warnings)
	require.Equal(t, "https://jira.example.com/jira", c.BaseURL.String())
	require.Equal(t, config.AuthBasic, c.Auth)
	require.Equal(t, "jo", c.Username)
	require.Equal(t, "pw", c.Password.Reveal())
	require.Equal(t, 8, c.Concurrency)
	require.Zero(t, c.RequestsPerSecond)
	require.Zero(t, c.PageSize)
	require.Equal(t, 30*time.Minute, c.Lookback)
	require.Equal(t, 300*time.Second, c.RequestTimeout)
	require.Equal(t, []string{"nested", "text", "off", "fail"}, []string{c.IssueFields, c.RichText, c.ValidateRecords, c.OnForbidden})
	require.False(t, c.ActivateVersion)
	require.False(t, c.StreamsSet)
	require.True(t, c.StartDate.IsZero())
	require.Empty(t, c.StreamPrefix())
	require.Equal(t, "conf", c.Dir)
	require.Equal(t, "jira", c.Name)
	require.Equal(t, filepath.Join("conf", "jira.credentials.json"), c.CredentialsFile)
	require.Equal(t, "https://api.atlassian.com", c.AtlassianAPI.String())
	require.Equal(t, "https://auth.atlassian.com", c.AtlassianAuth.String())
}

func TestEveryValueMayBeAString(t *testing.T) {
	t.Parallel()
	typed, _, err := load(t, good(map[string]any{
		"concurrency": 4, "requests_per_second": 2.5, "page_size": 50, "lookback": 3600, "request_timeout": 60, "activate_version": true,
		"streams": []string{"issues", "!users"}, "projects": []string{"ABC", "10000"}, "start_date": "2024-01-31",
	}))
	require.NoError(t, err)
	asText, _, err := load(t, good(map[string]any{
		"concurrency": " 4 ", "requests_per_second": "2.5", "page_size": "50.0", "lookback": "1h", "request_timeout": "1m", "activate_version": "Yes",
		"streams": "issues, !users", "projects": `["abc", 10000, "ABC"]`, "start_date": "2024-01-31T00:00:00.000+0000",
	}))
	require.NoError(t, err)
	require.Equal(t, typed, asText)
	require.True(t, asText.StreamsSet)
	require.Equal(t, []string{"ABC", "10000"}, asText.Projects)
}

func TestAbsentValues(t *testing.T) {
	t.Parallel()
	plain, _, err := load(t, good(nil))
	require.NoError(t, err)
	empty, warnings, err := load(t, good(map[string]any{
		"concurrency": nil, "page_size": "", "lookback": "  ", "streams": []string{}, "groups": " , ", "cloud_id": "", "stream_maps": "{}",
		"batch_config": map[string]any{}, "personal_access_token": nil, "request_timeout": "0", "unheard_of": nil, "projects": "[]",
	}))
	require.NoError(t, err)
	require.Empty(t, warnings)
	require.Equal(t, plain, empty)
}

func TestLaterSourcesWin(t *testing.T) {
	t.Parallel()
	w := world{
		files: map[string]string{
			"a.json":     good(map[string]any{"concurrency": 2, "page_size": 10, "lookback": "1h"}),
			"sub/b.json": `{"concurrency": 3, "page_size": null, "domain": "second.example.com"}`,
		},
		vars: map[string]string{"TAP_JIRA_CONCURRENCY": "5", "TAP_JIRA_LOOKBACK": ""},
	}
	c, _, err := config.Load(t.Context(), w.source("a.json", "sub/b.json"))
	require.NoError(t, err)
	require.Equal(t, 3, c.Concurrency, "variables are not read without ENV")
	require.Equal(t, 10, c.PageSize, "null does not take a value away")
	require.Equal(t, "second.example.com", c.BaseURL.Host, "an alias in a later file wins over the key in an earlier one")
	require.Equal(t, []string{"sub", "b"}, []string{c.Dir, c.Name})

	c, _, err = config.Load(t.Context(), w.source("ENV", "a.json", "sub/b.json"))
	require.NoError(t, err)
	require.Equal(t, 5, c.Concurrency, "with ENV, variables win wherever it stands")
	require.Equal(t, time.Hour, c.Lookback, "an empty variable says nothing")
}

func TestVariables(t *testing.T) {
	t.Parallel()
	w := world{vars: map[string]string{
		"TAP_JIRA_DOMAIN": "acme.atlassian.net", "TAP_JIRA_EMAIL": "jo@example.com", "TAP_JIRA_API_TOKEN": "tok",
		"TAP_JIRA_PAGE_SIZE": `{"issues": 20}`, "TAP_JIRA_STREAM_OPTIONS_ISSUES_JQL": "project = ABC", "TAP_JIRA_STREAMS": `["issues"]`,
		"TAP_JIRA_CONCURENCY": "4", "TAP_JIRA__SELECT": "x", "TAP_JIRA_LOGLEVEL": "debug", "OTHER": "y",
	}}
	for _, files := range [][]string{nil, {"ENV"}} {
		c, warnings, err := config.Load(t.Context(), w.source(files...))
		require.NoError(t, err)
		require.Equal(t, "https://acme.atlassian.net", c.BaseURL.String())
		require.Equal(t, 20, c.PageSize)
		require.Equal(t, "project = ABC", c.JQL)
		require.Equal(t, []string{"issues"}, c.Streams)
		require.Empty(t, c.Dir+c.Name+c.CredentialsFile)
		require.Len(t, warnings, 1)
		require.Equal(t, "the variable TAP_JIRA_CONCURENCY is not known and has no effect: did you mean TAP_JIRA_CONCURRENCY?", warnings[0].String())
	}
}

func TestDotEnv(t *testing.T) {
	t.Parallel()
	w := world{
		files: map[string]string{".env": "# mine\nexport TAP_JIRA_DOMAIN='acme.atlassian.net'\nTAP_JIRA_EMAIL=jo@example.com # me\n" +
			"TAP_JIRA_API_TOKEN=\"a\\\"b\"\nTAP_JIRA_CONCURRENCY=3\nnonsense\nPATH=/x\n"},
		vars: map[string]string{"TAP_JIRA_CONCURRENCY": "5"},
	}
	c, _, err := config.Load(t.Context(), w.source("ENV"))
	require.NoError(t, err)
	require.Equal(t, "acme.atlassian.net", c.BaseURL.Host)
	require.Equal(t, "jo@example.com", c.Username)
	require.Equal(t, `a"b`, c.Password.Reveal())
	require.Equal(t, 5, c.Concurrency, "a variable wins")

	_, _, err = config.Load(t.Context(), w.source())
	require.Equal(t, "base_url", problems(t, err)[0].Key, ".env is read for ENV only")
}

func TestNothingGiven(t *testing.T) {
	t.Parallel()
	_, _, err := config.Load(t.Context(), config.Source{})
	require.Equal(t, []config.Problem{{
		What: "no config is given",
		Fix:  "write --config config.json, or set variables such as TAP_JIRA_BASE_URL; `tap-jira demo` needs none",
	}}, problems(t, err))
}

func TestUnknownKeys(t *testing.T) {
	t.Parallel()
	_, warnings, err := load(t, good(map[string]any{"startDate": "x", "page_size": map[string]any{"issue": 3}, "zzz": 1, "a\x1b[31m": 2}))
	require.NoError(t, err)
	got := make([]string, len(warnings))
	for i, w := range warnings {
		got[i] = w.String()
	}
	require.ElementsMatch(t, []string{
		`the key "startDate" in conf/jira.json is not known and has no effect: did you mean start_date?`,
		`the key "page_size.issue" in conf/jira.json is not known and has no effect: did you mean page_size.issues?`,
		`the key "zzz" in conf/jira.json is not known and has no effect`,
		`the key "a\x1b[31m" in conf/jira.json is not known and has no effect`,
	}, got)
}

func TestDoubledKeys(t *testing.T) {
	t.Parallel()
	c, warnings, err := load(t, `{"base_url":"https://a.example","domain":"b.example","username":"jo","password":"x","password":"pw"}`)
	require.NoError(t, err)
	require.Equal(t, "a.example", c.BaseURL.Host)
	require.Equal(t, "pw", c.Password.Reveal())
	require.Len(t, warnings, 2)
	require.Equal(t, "conf/jira.json holds password twice, the last one counts: remove the other", warnings[0].String())
	require.Equal(t, "domain (jira.json) means the same as base_url and is passed over: remove one of them", warnings[1].String())
}

func TestReadableByOthers(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		doc   string
		mode  fs.FileMode
		warns bool
	}{
		"open":            {good(nil), 0o644, true},
		"group":           {good(nil), 0o640, true},
		"closed":          {good(nil), 0o600, false},
		"only references": {good(map[string]any{"password": "env:PW"}), 0o644, false},
		"a pipe":          {good(nil), 0o644 | fs.ModeNamedPipe, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world{
				files: map[string]string{"c.json": tc.doc}, vars: map[string]string{"PW": "pw"}, modes: map[string]fs.FileMode{"c.json": tc.mode},
			}
			_, warnings, err := config.Load(t.Context(), w.source("c.json"))
			require.NoError(t, err)
			if !tc.warns {
				require.Empty(t, warnings)
				return
			}
			require.Equal(t, "c.json holds secrets and can be read by other users of this machine: chmod 600 c.json", warnings[0].String())
		})
	}
}

func TestOtherTapsConfigs(t *testing.T) {
	t.Parallel()
	read := func(t *testing.T, name string) *config.Config {
		t.Helper()
		c, warnings, err := config.Load(t.Context(), config.Source{Files: []string{"testdata/" + name}, ReadFile: os.ReadFile})
		require.NoError(t, err)
		require.Empty(t, warnings)
		require.Equal(t, "https://example.atlassian.net", c.BaseURL.String())
		require.Equal(t, config.AuthBasic, c.Auth)
		require.Equal(t, []string{"jo@example.com", "an-api-token"}, []string{c.Username, c.Password.Reveal()})
		return c
	}
	c := read(t, "singerio-basic.json")
	require.Equal(t, time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC), c.StartDate)
	require.Equal(t, []string{"jira-administrators", "site-admins", "jira-software-users"}, c.Groups)
	require.Equal(t, 300*time.Second, c.RequestTimeout)
	require.Equal(t, "tap-jira (jo@example.com)", c.UserAgent)

	c = read(t, "meltanolabs.json")
	require.Equal(t, 50, c.PageSize)
	require.Equal(t, "project = ABC", c.JQL)
	require.Equal(t, []string{"summary", "status", "customfield_10010"}, c.SelectedIssueFields)
	require.Equal(t, time.Date(2024, 12, 31, 23, 59, 59, 0, time.UTC), c.EndDate)

	c = read(t, "meltanolabs-defaults.json")
	require.Empty(t, c.JQL)
	require.Empty(t, c.SelectedIssueFields)

	read(t, "meltanolabs-2023.json")
}

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
