package config_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/config"
)

func TestBaseURL(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"https://acme.atlassian.net":         "https://acme.atlassian.net",
		"acme.atlassian.net":                 "https://acme.atlassian.net",
		" HTTPS://Acme.Atlassian.Net/ ":      "https://acme.atlassian.net",
		"host.example:8443/jira/":            "https://host.example:8443/jira",
		"https://host.example:443/a/b//":     "https://host.example/a/b",
		"https://[::1]:8443/jira":            "https://[::1]:8443/jira",
		"https://[::1]:443":                  "https://[::1]",
		"localhost:1234":                     "https://localhost:1234",
		"https://host.example/issues":        "https://host.example/issues",
		"https://host.example/a%20b":         "https://host.example/a%20b",
		"https://host.example/j%2Fk/servlet": "https://host.example/j%2Fk/servlet",
	} {
		c, _, err := load(t, good(map[string]any{"base_url": raw}))
		require.NoError(t, err, raw)
		require.Equal(t, want, c.BaseURL.String(), raw)
	}
}

func TestBaseURLRefused(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"http://acme.atlassian.net/":                       `is an http address, which would send the credentials in clear: write "https://acme.atlassian.net"`,
		"http://127.0.0.1:8080/jira":                       `is an http address, which would send the credentials in clear: write "https://127.0.0.1:8080/jira"`,
		"HTTP://localhost:80":                              `is an http address, which would send the credentials in clear: write "https://localhost"`,
		"https://jo:c4nary@h.example/jira":                 `holds a user name: write "https://h.example/jira", and the user and password under username and password`,
		"https://h.example/jira?os_password=c4nary":        `holds more than the site's address (? or #): write "https://h.example/jira"`,
		"https://h.example/#c4nary":                        `holds more than the site's address (? or #): write "https://h.example"`,
		"https://h.example/jira/rest/api/2/search":         `is the address of a page, not of the site: write "https://h.example/jira"`,
		"https://h.example/jira/browse/ABC-1":              `is the address of a page, not of the site: write "https://h.example/jira"`,
		"https://acme.atlassian.net/jira/your-work":        `is the address of a page, not of the site: write "https://acme.atlassian.net"`,
		"ftp://h.example":                                  `begins with ftp://: write "https://h.example"`,
		"https://":                                         `is no address: write an https address such as https://acme.atlassian.net or https://host/jira`,
		"https://h.example:99x/c4nary":                     `is no address: write an https address such as https://acme.atlassian.net or https://host/jira`,
		"https://jo:c4n%zzary@h.example":                   `is no address: write an https address such as https://acme.atlassian.net or https://host/jira`,
		"https://h.example:99999":                          `is no address: write an https address such as https://acme.atlassian.net or https://host/jira`,
		"my jira":                                          `is no address: write an https address such as https://acme.atlassian.net or https://host/jira`,
		"https:/h.example":                                 `is no address: write an https address such as https://acme.atlassian.net or https://host/jira`,
		"https://h.example:443/jira/plugins/servlet/oauth": `is the address of a page, not of the site: write "https://h.example/jira"`,
	} {
		_, _, err := load(t, good(map[string]any{"base_url": raw}))
		got := problems(t, err)
		require.Len(t, got, 1, raw)
		require.Equal(t, "base_url (jira.json) "+want, got[0].String(), raw)
		require.NotContains(t, got[0].String(), "c4n", raw)
	}
}

func TestBadValues(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		key   string
		value any
		want  string
	}{
		"word for a number": {"concurrency", "many", `is "many", expected a whole number from 1 to 100: correct it or remove it (default 8)`},
		"fraction":          {"concurrency", 1.5, `is 1.5, expected a whole number from 1 to 100: correct it or remove it (default 8)`},
		"too small":         {"concurrency", 0, `is 0, expected a whole number from 1 to 100: correct it or remove it (default 8)`},
		"too large":         {"page_size", "5001", `is 5001, expected a whole number from 1 to 5000: correct it or remove it`},
		"huge exponent":     {"page_size", "1e5000000", `is "1e5000000", expected a whole number from 1 to 5000: correct it or remove it`},
		"not a number":      {"requests_per_second", "NaN", `is "NaN", expected a number from 0 to 1000: correct it or remove it (default 0)`},
		"negative":          {"requests_per_second", -1, `is -1, expected a number from 0 to 1000: correct it or remove it (default 0)`},
		"duration":          {"lookback", "5y", `is "5y", expected a duration such as "30m" or "2h", or seconds as a number, from 0s to 30d: correct it or remove it (default 30m)`},
		"duration too long": {"lookback", "31d", `is 744h0m0s, expected a duration such as "30m" or "2h", or seconds as a number, from 0s to 30d: correct it or remove it (default 30m)`},
		"seconds too many":  {"lookback", 1e12, `is 1000000000000, expected a duration such as "30m" or "2h", or seconds as a number, from 0s to 30d: correct it or remove it (default 30m)`},
		"negative duration": {"lookback", "-5m", `is -5m0s, expected a duration such as "30m" or "2h", or seconds as a number, from 0s to 30d: correct it or remove it (default 30m)`},
		"timeout":           {"request_timeout", 1e6, `is 277h46m40s, expected a number of seconds from 0.001 to 86400: correct it or remove it (default 300)`},
		"bool":              {"activate_version", "perhaps", `is "perhaps", expected true or false: correct it or remove it (default false)`},
		"choice":            {"rich_text", "html", `is "html", expected text or adf: correct it or remove it (default text)`},
		"choice of three":   {"validate_records", "some", `is "some", expected off, sample or all: correct it or remove it (default off)`},
		"list of objects":   {"streams", []any{map[string]any{"a": "secret"}}, `is a list, expected a list of texts, or texts with commas between them: correct it or remove it`},
		"broken list":       {"streams", `["issues"`, `is "[\"issues\"", expected a list of texts, or texts with commas between them: correct it or remove it`},
		"project name":      {"projects", "ABC, My project", `is "ABC, MY PROJECT", expected project keys (what stands before the dash in ABC-123) or ids: correct it or remove it`},
		"object":            {"jql", map[string]any{"a": 1}, `is an object, expected a text: correct it or remove it`},
		"bool for a text":   {"site_column", true, `is true, expected a column name: letters, digits and _, at most 63, no digit first: correct it or remove it`},
		"column":            {"site_column", "the site", `is "the site", expected a column name: letters, digits and _, at most 63, no digit first: correct it or remove it`},
		"line break":        {"user_agent", "a\r\nCookie: x", `is "a\r\nCookie: x", expected printable ASCII on one line: correct it or remove it`},
		"date":              {"start_date", "yesterday", `is "yesterday", expected a date such as "2024-01-31" or "2024-01-31T00:00:00Z": correct it or remove it`},
		"date as a number":  {"start_date", 20240131, `is 20240131, expected a date such as "2024-01-31" or "2024-01-31T00:00:00Z": correct it or remove it`},
		"ancient date":      {"end_date", "0001-01-01", `is "0001-01-01", expected a date such as "2024-01-31" or "2024-01-31T00:00:00Z": correct it or remove it`},
		"secret":            {"password", []any{"c4nary"}, `is of another form, expected a text: correct it or remove it`},
		"order":             {"jql", "project = ABC ORDER  by key", `holds ORDER BY: remove it and what follows, tap-jira orders the issues itself`},
		"schema name":       {"integration_name", "123", `makes no name for a schema: begin with a letter a to z and use at most 63 letters, digits and spaces, such as Stitch JIRA`},
		"schema too long":   {"integration_name", strings.Repeat("a", 64), `makes no name for a schema: begin with a letter a to z and use at most 63 letters, digits and spaces, such as Stitch JIRA`},
		"vanished share":    {"max_vanished_share", 20, `is 20, expected a number from 0 to 1: correct it or remove it (default 0.2)`},
		"sweep":             {"sweep", -1, `is -1, expected a number from 0 to 3650: correct it or remove it (default 7)`},
		"columns":           {"issue_fields", "rows", `is "rows", expected nested or columns: correct it or remove it (default nested)`},
		"proxy":             {"proxy_url", "ftp://jo:c4nary@proxy", `is no proxy's address: write http://host:port or http://user:password@host:port, special characters percent-encoded`},
		"stream maps":       {"stream_maps", map[string]any{"issues": nil}, `is not available: tap-jira leaves that to Meltano's mapper (meltano-map-transform), put it between tap and target and remove stream_maps`},
		"flattening":        {"flattening_enabled", "true", `= true is not available: tap-jira leaves that to Meltano's mapper (meltano-map-transform), put it between tap and target and remove flattening_enabled`},
		"batch":             {"batch_config", `{"encoding": {}}`, `is not available: tap-jira prints records and no batch files (Meltano's mapper, meltano-map-transform, takes no BATCH messages either), remove batch_config`},
		"frequency":         {"replication_frequency", "0s", `is 0s, expected a duration such as "30m" or "2h", or seconds as a number, from 1s to 366d: correct it or remove it (default 30m)`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := load(t, good(map[string]any{tc.key: tc.value}))
			got := problems(t, err)
			require.Len(t, got, 1)
			require.Equal(t, tc.key, got[0].Key)
			require.Equal(t, tc.key+" (jira.json) "+tc.want, got[0].String())
		})
	}
}

func TestRefusedKeysTakeTheirDefault(t *testing.T) {
	t.Parallel()
	_, warnings, err := load(t, good(map[string]any{
		"detect_deletes": "no", "max_vanished_share": "0.20", "sweep": "7", "replication_frequency": 1800, "issue_fields": "nested",
		"flattening_enabled": "FALSE", "flattening_max_depth": 9, "auth": "auto",
	}))
	require.NoError(t, err)
	require.Empty(t, warnings)
}

func TestGoodValues(t *testing.T) {
	t.Parallel()
	midnight := time.Date(2024, 1, 31, 0, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		key   string
		value any
		got   func(*config.Config) any
		want  any
	}{
		"days":            {"lookback", "1d 12h", func(c *config.Config) any { return c.Lookback }, 36 * time.Hour},
		"frequency":       {"replication_frequency", "1h", func(c *config.Config) any { return c.ReplicationFrequency }, time.Hour},
		"seconds":         {"lookback", "90", func(c *config.Config) any { return c.Lookback }, 90 * time.Second},
		"timeout text":    {"request_timeout", "5m", func(c *config.Config) any { return c.RequestTimeout }, 5 * time.Minute},
		"timeout part":    {"request_timeout", 0.5, func(c *config.Config) any { return c.RequestTimeout }, 500 * time.Millisecond},
		"sweep":           {"sweep", "0.5", func(c *config.Config) any { return c.Sweep }, 0.5},
		"digits":          {"password", 12345, func(c *config.Config) any { return c.Password.Reveal() }, "12345"},
		"spaces stay":     {"password", " a b \n", func(c *config.Config) any { return c.Password.Reveal() }, " a b "},
		"date":            {"start_date", "2024-01-31", func(c *config.Config) any { return c.StartDate }, midnight},
		"date, space":     {"start_date", "2024-01-31 00:00:00", func(c *config.Config) any { return c.StartDate }, midnight},
		"date, minutes":   {"start_date", "2024-01-31T00:00Z", func(c *config.Config) any { return c.StartDate }, midnight},
		"date, offset":    {"end_date", "2024-01-31T02:00:00+02:00", func(c *config.Config) any { return c.EndDate }, midnight},
		"date, fraction":  {"end_date", "2024-01-31t00:00:00.000z", func(c *config.Config) any { return c.EndDate }, midnight},
		"choice":          {"on_forbidden", "SKIP", func(c *config.Config) any { return c.OnForbidden }, "skip"},
		"one project":     {"projects", 10000, func(c *config.Config) any { return c.Projects }, []string{"10000"}},
		"quoted order by": {"jql", `summary ~ "order by \" x" AND text ~ 'order by'`, func(c *config.Config) any { return c.JQL }, `summary ~ "order by \" x" AND text ~ 'order by'`},
		"prefix":          {"integration_name", "Stitch JIRA", func(c *config.Config) any { return c.StreamPrefix() }, "stitch_jira-"},
		"prefix kept":     {"integration_name", "stitch_jira", func(c *config.Config) any { return c.StreamPrefix() }, "stitch_jira-"},
		"prefix marks":    {"integration_name", " (Größe) -- 2 ", func(c *config.Config) any { return c.StreamPrefix() }, "gr_e_2-"},
		"fields":          {"stream_options", `{"issues": {"fields": "*all,-comment"}}`, func(c *config.Config) any { return c.SelectedIssueFields }, []string{"*all", "-comment"}},
		"dotted":          {"page_size.issues", 7, func(c *config.Config) any { return c.PageSize }, 7},
		"credentials":     {"credentials_file", "../c.json", func(c *config.Config) any { return c.CredentialsFile }, "c.json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _, err := load(t, good(map[string]any{tc.key: tc.value}))
			require.NoError(t, err)
			require.Equal(t, tc.want, tc.got(c))
		})
	}
}

func TestZeroLookbackWarns(t *testing.T) {
	t.Parallel()
	_, warnings, err := load(t, good(map[string]any{"lookback": "0"}))
	require.NoError(t, err)
	require.Len(t, warnings, 1)
	require.Contains(t, warnings[0].String(), "lookback (jira.json) is 0")
}

func TestDatesInOrder(t *testing.T) {
	t.Parallel()
	_, _, err := load(t, good(map[string]any{"start_date": "2024-02-01", "end_date": "2024-02-01"}))
	require.Equal(t, "end_date (jira.json) is not after start_date: move one of the two dates", problems(t, err)[0].String())
}

func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	_, warnings, err := load(t, `{"base_ur": "x", "concurrency": "many", "rich_text": "html", "api_tokn": "y", "username": "jo"}`)
	require.Equal(t, strings.Join([]string{
		`base_url is missing (the config holds "base_ur", which is not a key): give the site's address, such as https://acme.atlassian.net or https://host/jira`,
		`password is missing (the config holds "api_tokn", which is not a key): give the API token (Cloud) or password (Data Center); env:NAME or file:PATH keep it out of the config`,
		`rich_text (jira.json) is "html", expected text or adf: correct it or remove it (default text)`,
		`concurrency (jira.json) is "many", expected a whole number from 1 to 100: correct it or remove it (default 8)`,
	}, "\n"), err.Error())
	require.Len(t, problems(t, err), 4)
	require.Len(t, warnings, 2, "warnings come with an error too")
}

func TestAtlassianHosts(t *testing.T) {
	t.Parallel()
	w := world{files: map[string]string{"c.json": good(nil)}, vars: map[string]string{"TAP_JIRA_ATLASSIAN_API": "https://127.0.0.1:4443/x"}}
	c, _, err := config.Load(t.Context(), w.source("c.json"))
	require.NoError(t, err)
	require.Equal(t, "https://127.0.0.1:4443/x", c.AtlassianAPI.String())
	for _, raw := range []string{"http://127.0.0.1", "https://evil.example", "127.0.0.1", "https://localhost.evil.example", "https://127.0.0.1@evil.example"} {
		w.vars["TAP_JIRA_ATLASSIAN_API"] = raw
		_, _, err = config.Load(t.Context(), w.source("c.json"))
		require.Equal(t, "the variable TAP_JIRA_ATLASSIAN_API is not an https address on loopback: unset it, it is for tests only",
			problems(t, err)[0].String(), raw)
	}
}
