package config

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzDotEnv reads files that are meant for other programs: only our names are taken, a value that is written in quotes
// comes back as it was, and lines around it change nothing.
func FuzzDotEnv(f *testing.F) {
	for _, s := range []string{"", "A=1\n", "export TAP_JIRA_X='a'", "TAP_JIRA_=1", "TAP_JIRA_P=\"a\\nb\" # c", "TAP_JIRA_P=a # b", "=", "TAP_JIRA_P='", "\ufeffTAP_JIRA_P=1", "\x00"} {
		f.Add(s, "va lue # \"quoted\" \\n 'it'")
	}
	f.Fuzz(func(t *testing.T, other, value string) {
		for name, got := range parseDotEnv([]byte(other)) {
			require.True(t, strings.HasPrefix(name, EnvPrefix), name)
			require.LessOrEqual(t, len(got), len(other))
		}
		if strings.ContainsAny(value, "\r\x00") || len(value) > 1000 || len(other) > 1000 || strings.Contains(other, EnvPrefix) {
			return
		}
		quoted := `"` + strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`).Replace(value) + `"`
		file := other + "\nexport TAP_JIRA_PASSWORD = " + quoted + " \n" + other
		require.Equal(t, map[string]string{"TAP_JIRA_PASSWORD": value}, parseDotEnv([]byte(file)))
	})
}

// FuzzSiteURL reads addresses as people paste them: what is taken is https with a host and nothing before or behind,
// and means the same when it is read again; what is refused is told without the password in it.
func FuzzSiteURL(f *testing.F) {
	for _, s := range []string{
		"https://acme.atlassian.net", "acme.atlassian.net", "HTTPS://Jira.Acme.COM:443/jira/", "http://h", "https://h/browse/A-1", "https://[::1]:8443/jira", "ftp://h",
		"https://h?x=1", "https://h#a", "https://h/%2e%2e/a", "//h", "https://", "https://h:", "https://h:99999", "https:///jira", "h/jira/rest/api/2", "https://ü.example/a b",
	} {
		f.Add(s, "pa55word-canary")
	}
	f.Fuzz(func(t *testing.T, raw, secret string) {
		u, what, fix := siteURL(raw)
		if what == "" {
			require.Equal(t, "https", u.Scheme)
			require.NotEmpty(t, u.Hostname())
			require.Equal(t, &url.URL{Scheme: "https", Host: u.Host, Path: u.Path, RawPath: u.RawPath}, u)
			require.False(t, strings.HasSuffix(u.Path, "/"))
			again, what, _ := siteURL(u.String())
			require.Empty(t, what, "%q is refused as it is kept", u)
			require.Equal(t, u.String(), again.String())
		} else {
			require.Nil(t, u)
			require.NotEmpty(t, fix)
		}
		if len(secret) < 8 || strings.Contains(raw, secret) || strings.ContainsAny(secret, "/@?#%") {
			return
		}
		scheme, rest, found := strings.Cut(raw, "://")
		if !found {
			scheme, rest = "https", raw
		}
		if host, _, _ := strings.Cut(rest, "/"); strings.Contains(host, "@") {
			return // has a user already
		}
		if bare, _, _ := siteURL(scheme + "://" + rest); bare != nil && strings.Contains(bare.String(), secret) {
			return // escaping made these letters of the path: a space is %20
		}
		u, what, fix = siteURL(scheme + "://jo:" + secret + "@" + rest)
		require.Nil(t, u, "an address with a password is taken")
		require.NotContains(t, what+fix, secret)
	})
}
