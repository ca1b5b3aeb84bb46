package config_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
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
			require.Len(t, warnings, 1)
			require.Equal(t, "c.json holds secrets and can be read by other users of this machine: chmod 600 c.json", warnings[0].String())
		})
	}
}

func TestMeltanosOwnFilesAreNotWarnedOf(t *testing.T) {
	t.Parallel()
	const name = "/project/.meltano/run/tap-jira/tap.config.json"
	w := world{files: map[string]string{name: good(nil)}, modes: map[string]fs.FileMode{name: 0o644}}
	_, warnings, err := config.Load(t.Context(), w.source(name))
	require.NoError(t, err)
	require.Empty(t, warnings)
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
