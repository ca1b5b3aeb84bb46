package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/config"
	"tap-jira/internal/fault"
)

// FuzzLoad puts a canary into two secrets between arbitrary bytes: whatever those make of the file, Load does not panic,
// gives a usage fault or a legal config, and prints the canary nowhere.
func FuzzLoad(f *testing.F) {
	f.Add(`{`, `"base_url":"https://h.example","username":"jo"}`)
	f.Add(`{"base_url":"https://h.example",`, `"username":"jo","concurrency":"8"}`)
	f.Add(`{"base_url" "x",`, `}`)
	f.Add(`{"concurrency":{`, `}}`)
	f.Add(`{"auth":{"flow":"password",`, `}}`)
	f.Add(`{"streams":[`, `],"page_size":{"issues":1e5000000}}`)
	f.Add("{\"x\":\"\\", "// \n'}")
	for _, file := range []string{"singerio-basic.json", "singerio-oauth.json", "meltanolabs.json", "meltanolabs-2023.json"} {
		data, err := os.ReadFile(filepath.Join("testdata", file))
		require.NoError(f, err)
		f.Add("{", strings.TrimPrefix(string(data), "{"))
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		if strings.Contains(before+after, canary) {
			t.Skip("the canary stands outside a secret")
		}
		doc := before + `"password":"` + canary + `","oauth1_private_key":"` + canary + `",` + after
		w := world{files: map[string]string{"c.json": doc}}
		c, warnings, err := config.Load(t.Context(), w.source("c.json"))
		printed := fmt.Sprintf("%v %+v %#v %+v %s", err, c, warnings, warnings, fault.Line(err))
		require.NotContains(t, printed, canary)
		checkOutcome(t, c, warnings, err)
	})
}

// FuzzValue tries a value of any form under each kind of key.
func FuzzValue(f *testing.F) {
	for _, value := range []string{`"1e5000000"`, `1e400`, `"30m"`, `[1,"a"]`, `{"issues":{"jql":"x"}}`, `"2024-01-31 00:00"`, `"http://[::1"`, `"9999999d"`, `"\u0000"`} {
		for i := range uint8(20) {
			f.Add(i, value)
		}
	}
	keys := []string{
		"base_url", "auth", "password", "username", "concurrency", "requests_per_second", "page_size", "lookback", "request_timeout", "start_date",
		"streams", "projects", "jql", "stream_options", "integration_name", "site_column", "activate_version", "stream_maps", "ca_file", "oauth1_private_key",
	}
	f.Fuzz(func(t *testing.T, key uint8, value string) {
		doc := strings.TrimSuffix(good(nil), "}") + `,"` + keys[int(key)%len(keys)] + `":` + value + "}"
		c, warnings, err := config.Load(t.Context(), world{files: map[string]string{"c.json": doc}}.source("c.json"))
		checkOutcome(t, c, warnings, err)
	})
}

// checkOutcome holds a Load to its promises.
func checkOutcome(t *testing.T, c *config.Config, warnings []config.Warning, err error) {
	t.Helper()
	for _, w := range warnings {
		requireOneLine(t, w.String())
	}
	if err != nil {
		require.Nil(t, c)
		require.Equal(t, fault.Usage, fault.KindOf(err), "%v", err)
		list, ok := errors.AsType[*config.Error](err)
		require.True(t, ok)
		for _, p := range list.Problems {
			requireOneLine(t, p.String())
			require.NotEmpty(t, p.Fix, p.What)
		}
		return
	}
	require.Equal(t, "https", c.BaseURL.Scheme)
	require.NotEmpty(t, c.BaseURL.Host)
	require.Empty(t, c.BaseURL.RawQuery+c.BaseURL.Fragment)
	require.Nil(t, c.BaseURL.User)
	require.Contains(t, []config.AuthKind{config.AuthBasic, config.AuthOAuth1}, c.Auth)
	require.GreaterOrEqual(t, c.Concurrency, 1)
	require.LessOrEqual(t, c.Concurrency, 100)
	require.GreaterOrEqual(t, c.Lookback, time.Duration(0))
	require.Positive(t, c.RequestTimeout)
}

func requireOneLine(t *testing.T, line string) {
	t.Helper()
	require.NotEmpty(t, line)
	require.Negative(t, strings.IndexFunc(line, unicode.IsControl), "%q", line)
}
