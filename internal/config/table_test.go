package config

import (
	"reflect"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTable checks what the compiler cannot: names, defaults and fields that fit, and a variable for each name.
func TestTable(t *testing.T) {
	t.Parallel()
	plain := regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)*$`)
	variables, fields := map[string]string{}, map[any]string{}
	c := &Config{}
	for _, s := range table() {
		for _, name := range s.names() {
			require.Regexp(t, plain, name)
			require.Empty(t, variables[env(name)], "%s and %s share a variable", name, variables[env(name)])
			variables[env(name)] = name
		}
		require.NotEmpty(t, s.about, s.name)
		require.NotRegexp(t, `\.$`, s.about, "%s: no full stop, the text is joined to others", s.name)
		require.Equal(t, s.pattern == "", s.expect == "" || s.kind == kindAddress, "%s: a pattern is told in words", s.name)
		require.NotPanics(t, func() { s.defaultValue() }, s.name)
		require.False(t, s.later != "" && s.field != nil, "%s: refused, and yet has a field", s.name)
		if s.field == nil {
			continue
		}
		require.Empty(t, fields[s.field(c)], "%s and %s share a field", s.name, fields[s.field(c)])
		fields[s.field(c)] = s.name
		if def := s.defaultValue(); def != nil {
			require.NotPanics(t, func() { s.assign(c, def) }, s.name)
		}
		if s.kind == kindSecret {
			require.IsType(t, new(Secret), s.field(c), s.name)
		}
	}
}

// TestDesignKeys holds the table to the keys that people's configs rely on.
func TestDesignKeys(t *testing.T) {
	t.Parallel()
	x := newIndex()
	for _, key := range []string{
		"base_url", "domain", "username", "password", "email", "api_token", "personal_access_token", "oauth1_consumer_key", "oauth1_private_key",
		"oauth1_private_key_file", "oauth1_access_token", "oauth1_access_token_secret", "oauth1_session_handle", "oauth_client_id",
		"oauth_client_secret", "refresh_token", "access_token", "cloud_id", "oauth_redirect_uri", "auth", "credentials_file", "start_date",
		"end_date", "integration_name", "streams", "projects", "jql", "groups", "issue_fields", "rich_text", "concurrency",
		"requests_per_second", "page_size", "lookback", "detect_deletes", "census_dir", "max_vanished_share", "sweep", "activate_version",
		"validate_records", "on_forbidden", "replication_frequency", "site_column", "request_timeout", "user_agent", "ca_file",
		"client_cert_file", "client_key_file", "proxy_url", "stream_maps", "flattening_enabled", "batch_config", "include_audit_logs",
		"page_size.issues", "stream_options.issues.jql", "stream_options.issues.fields",
		// Those of every tap of the Meltano SDK 0.54.
		"stream_map_config", "faker_config", "flattening_max_depth", "flattening_max_key_length", "flattening_separator",
		"emit_activate_version_messages",
	} {
		require.NotNil(t, x.byName[key], key)
	}
}

// TestEveryFieldIsFilled finds a Config field that no setting and no rule writes.
func TestEveryFieldIsFilled(t *testing.T) {
	t.Parallel()
	derived := map[string]bool{
		"StreamsSet": true, "CAPEM": true, "ClientCertPEM": true, "ClientKeyPEM": true, "AuthChosen": true,
		"AtlassianAPI": true, "AtlassianAuth": true, "Dir": true, "Name": true,
	}
	c := &Config{}
	pointed := map[any]bool{}
	for _, s := range table() {
		if s.field != nil {
			pointed[s.field(c)] = true
		}
	}
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		require.True(t, derived[name] || pointed[v.Field(i).Addr().Interface()], name)
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	x := newIndex()
	for written, want := range map[string]string{
		"baseUrl": "base_url", "base-url": "base_url", "passwort": "password", "startdate": "start_date", "consumer_key": "",
		"concurency": "concurrency", "x": "", "jqll": "jql", "project": "projects", "CLOUDID": "cloud_id", "": "",
	} {
		require.Equal(t, want, x.nearest(written), written)
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	require.Equal(t, 0, distance("abc", "abc"))
	require.Equal(t, 3, distance("", "abc"))
	require.Equal(t, 3, distance("kitten", "sitting"))
	require.Equal(t, distance("ab", "ba"), distance("ba", "ab"))
}
