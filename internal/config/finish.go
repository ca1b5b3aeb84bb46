package config

import (
	"bytes"
	"encoding/pem"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// finish checks what takes more than one setting, and fills what follows from others.
func (l *loading) finish(c *Config) {
	if c.BaseURL == nil {
		l.missingAddress()
	}
	l.privateKey(c)
	l.signIn(c)
	l.certificates(c)
	l.dates(c)
	l.query(c)
	l.integration(c)
	l.atlassianHosts(c)
	if c.Lookback == 0 && !l.faulty("lookback") {
		l.warn("lookback", "%s is 0: issues that Jira's search index shows late will be missed, 30m is the default",
			l.entries["lookback"].where())
	}
	// A config that comes by a pipe has no folder to keep credentials in.
	if c.CredentialsFile == "" && c.Dir != "" && !strings.HasPrefix(c.Dir, "/dev") && !strings.HasPrefix(c.Dir, "/proc") {
		c.CredentialsFile = filepath.Join(c.Dir, c.Name+".credentials.json")
	}
}

// missingAddress tells that base_url is missing, unless its value or cloud_id was complained about already.
func (l *loading) missingAddress() {
	if l.faulty("base_url", "cloud_id") {
		return
	}
	what := "base_url is missing"
	if wrong, ok := l.unknown["base_url"]; ok {
		what += " (the config holds \"" + short(wrong) + "\", which is not a key)"
	}
	l.problem("base_url", what, "give the site's address, such as https://acme.atlassian.net or https://host/jira")
}

// signIn resolves auth: auto and asks for the missing half of what is given.
func (l *loading) signIn(c *Config) {
	basic := l.given("username") || l.given("password")
	oauth1 := slices.ContainsFunc(l.index.settings, func(s setting) bool {
		return strings.HasPrefix(s.name, "oauth1_") && l.given(s.name)
	})
	if c.Auth == "auto" {
		switch {
		case basic && oauth1:
			l.problem("auth", "username or password and oauth1_ keys are both given", `set auth to "basic" or "oauth1", or remove the others`)
			return
		case basic:
			c.Auth = AuthBasic
		case oauth1:
			c.Auth = AuthOAuth1
		default:
			l.noCredentials()
			return
		}
	}
	switch c.Auth {
	case AuthBasic:
		l.need("username", "give the e-mail address (Cloud) or user name (Data Center)")
		l.need("password", "give the API token (Cloud) or password (Data Center); env:NAME or file:PATH keep it out of the config")
	case AuthOAuth1:
		l.need("oauth1_consumer_key", "give the consumer key of Jira's application link")
		if !l.given("oauth1_private_key_file") {
			l.need("oauth1_private_key", "give the private key, or its file in oauth1_private_key_file; tap-jira auth keygen makes a pair")
		}
	}
}

// noCredentials tells that none are given, unless those that are were refused.
func (l *loading) noCredentials() {
	refused := []string{"auth"}
	for _, s := range laterAccessSettings() {
		refused = append(refused, s.name)
	}
	if !l.faulty(refused...) {
		l.problem("auth", "no credentials are given",
			"give username and password (Cloud: e-mail and API token), or the oauth1_ keys of an application link")
	}
}

func (l *loading) need(name, fix string) {
	if l.given(name) || l.faulty(name) {
		return
	}
	what := name + " is missing"
	if wrong, ok := l.unknown[name]; ok {
		what += " (the config holds \"" + short(wrong) + "\", which is not a key)"
	}
	l.problem(name, what, fix)
}

// certificates reads ca_file.
func (l *loading) certificates(c *Config) {
	if c.CAFile == "" {
		return
	}
	where := l.entries["ca_file"].where()
	data, err := l.src.read(c.CAFile)
	if err != nil {
		l.problem("ca_file", where+" names "+c.CAFile+", which cannot be read ("+reason(err)+")",
			"check the path, which starts at the config file's folder, and the permissions")
		return
	}
	for rest := data; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type == "CERTIFICATE" {
			c.CAPEM = bytes.Clone(data)
			return
		}
	}
	l.problem("ca_file", where+" names "+c.CAFile+", which holds no certificate",
		"give a PEM file with -----BEGIN CERTIFICATE----- (openssl x509 -inform der -in FILE turns DER into PEM)")
}

func (l *loading) dates(c *Config) {
	if c.EndDate.IsZero() || c.StartDate.Before(c.EndDate) {
		return
	}
	l.problem("end_date", l.entries["end_date"].where()+" is not after start_date", "move one of the two dates")
}

var (
	quoted  = regexp.MustCompile(`(?s)"(\\.|[^"\\])*"|'(\\.|[^'\\])*'`)
	orderBy = regexp.MustCompile(`(?i)\border\s+by\b`)
)

// query refuses an ORDER BY, because the tap orders the issues itself, and drops what finds every issue.
func (l *loading) query(c *Config) {
	if strings.EqualFold(strings.Join(strings.Fields(c.JQL), " "), "id != null") {
		c.JQL = "" // the default of MeltanoLabs' tap
	}
	if orderBy.MatchString(quoted.ReplaceAllString(c.JQL, "")) {
		l.problem("jql", l.entries["jql"].where()+" holds ORDER BY", "remove it and what follows, tap-jira orders the issues itself")
	}
	if slices.Equal(c.SelectedIssueFields, []string{"*all"}) {
		c.SelectedIssueFields = nil // the default of MeltanoLabs' tap
	}
}

var outsideNames = regexp.MustCompile(`[^a-z0-9]+`)

// integration brings the name into the form that targets take for a schema: small letters, digits and underscores.
func (l *loading) integration(c *Config) {
	if c.IntegrationName == "" {
		return
	}
	const longest = 63 // PostgreSQL cuts longer names
	name := strings.Trim(outsideNames.ReplaceAllString(strings.ToLower(c.IntegrationName), "_"), "_")
	if name == "" || name[0] < 'a' || len(name) > longest {
		l.problem("integration_name", l.entries["integration_name"].where()+" makes no name for a schema",
			"begin with a letter a to z and use at most 63 letters, digits and spaces, such as Stitch JIRA")
		return
	}
	c.IntegrationName = name
}
