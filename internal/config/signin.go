package config

import (
	"slices"
	"strings"
)

// way is a way to sign in and the keys that speak for it.
type way struct {
	kind AuthKind
	keys []string
}

// ways lists them in the order in which messages name them.
func (l *loading) ways() []way {
	oauth1 := way{kind: AuthOAuth1}
	for _, s := range l.index.settings {
		if strings.HasPrefix(s.name, "oauth1_") {
			oauth1.keys = append(oauth1.keys, s.name)
		}
	}
	return []way{
		{kind: AuthBasic, keys: []string{"username", "password"}},
		{kind: AuthPAT, keys: []string{"personal_access_token"}},
		oauth1,
		{kind: AuthOAuth2, keys: []string{"oauth_client_id", "oauth_client_secret", "refresh_token", "access_token"}},
	}
}

// signIn resolves auth: auto and asks for the missing half of what is given.
func (l *loading) signIn(c *Config) {
	if c.Auth == "auto" && !l.choose(c) {
		return
	}
	switch c.Auth {
	case AuthBasic:
		l.need("username", "give the e-mail address (Cloud) or user name (Data Center)")
		l.need("password", "give the API token (Cloud) or password (Data Center); env:NAME or file:PATH keep it out of the config")
	case AuthPAT:
		l.need("personal_access_token", "make one in Jira under your profile > Personal access tokens (Data Center 8.14 or later)")
	case AuthOAuth1:
		l.need("oauth1_consumer_key", "give the consumer key of Jira's application link")
		if !l.given("oauth1_private_key_file") {
			l.need("oauth1_private_key", "give the private key, or its file in oauth1_private_key_file; tap-jira auth keygen makes a pair")
		}
	case AuthOAuth2:
		l.oauth2Keys()
	}
	if c.CloudID != "" && (c.Auth == AuthPAT || c.Auth == AuthOAuth1) {
		l.siteOnly(c)
	}
}

// siteOnly is for a login that Atlassian's gateway does not take: cloud_id then says nothing.
func (l *loading) siteOnly(c *Config) {
	if c.BaseURL != nil && c.BaseURL.Host == c.AtlassianAPI.Host {
		l.problem("base_url", "base_url is missing: "+string(c.Auth)+" works at the site itself only", "give the site's address, such as https://jira.example.com")
		return
	}
	c.CloudID = ""
}

// choose resolves auto, or notes why it cannot.
func (l *loading) choose(c *Config) bool {
	var kinds []AuthKind
	var keys []string
	for _, w := range l.ways() {
		if i := slices.IndexFunc(w.keys, l.given); i >= 0 {
			kinds, keys = append(kinds, w.kind), append(keys, w.keys[i])
		}
	}
	switch {
	case len(kinds) == 0:
		l.noCredentials()
		return false
	case len(kinds) == 2 && kinds[0] == AuthBasic && kinds[1] == AuthOAuth2 && l.given("oauth_client_id"):
		// singer-io's tap goes by oauth_client_id, whatever else is there.
		l.warn("auth", "%s and %s are both given, oauth2 is taken: remove the other, or set auth", l.entries[keys[0]].where(), l.entries[keys[1]].where())
		kinds = kinds[1:]
	case len(kinds) > 1:
		var choices []string
		for _, k := range kinds {
			choices = append(choices, `"`+string(k)+`"`)
		}
		l.problem("auth", strings.Join(keys, " and ")+" are both given", "set auth to "+oneOf(choices)+", or remove the others")
		return false
	}
	c.Auth, c.AuthChosen = kinds[0], true
	return true
}

// noCredentials tells that none are given, unless those that are were complained about.
func (l *loading) noCredentials() {
	names := []string{"auth"}
	for _, w := range l.ways() {
		names = append(names, w.keys...)
	}
	if !l.faulty(names...) {
		l.problem("auth", "no credentials are given", "give username and password (Cloud: e-mail and API token), "+
			"personal_access_token (Data Center), the oauth1_ keys of an application link, or oauth_client_id and oauth_client_secret")
	}
}

// oauth2Keys asks for what OAuth 2.0 needs: an app, or an access token alone.
func (l *loading) oauth2Keys() {
	if l.given("access_token") && !l.given("oauth_client_id") && !l.given("oauth_client_secret") && !l.given("refresh_token") {
		return
	}
	const from = "give the app's, as developer.atlassian.com (Cloud), admin.atlassian.com (service account) or the incoming link (Data Center) shows it"
	l.need("oauth_client_id", from)
	l.need("oauth_client_secret", from)
}
