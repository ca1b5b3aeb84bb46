package config

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// finish checks what takes more than one setting, and fills what follows from others.
func (l *loading) finish(c *Config) {
	l.atlassianHosts(c)
	l.where(c)
	l.privateKey(c)
	l.signIn(c)
	l.certificates(c)
	l.clientCertificate(c)
	l.proxy(c)
	l.dates(c)
	l.query(c)
	l.integration(c)
	l.census(c)
	if c.Lookback == 0 && !l.faulty("lookback") {
		l.warn("lookback", "%s is 0: issues that Jira's search index shows late will be missed, 30m is the default",
			l.entries["lookback"].where())
	}
	// A config that comes by a pipe has no folder to keep credentials in.
	if c.CredentialsFile == "" && c.Dir != "" && !strings.HasPrefix(c.Dir, "/dev") && !strings.HasPrefix(c.Dir, "/proc") {
		c.CredentialsFile = filepath.Join(c.Dir, c.Name+".credentials.json")
	}
}

// census asks for the folder that detect_deletes needs.
func (l *loading) census(c *Config) {
	if c.DetectDeletes && c.CensusDir == "" && !l.faulty("census_dir") {
		l.problem("census_dir", l.entries["detect_deletes"].where()+" needs census_dir",
			"give a folder that is kept between runs, as the state is")
	}
}

// gatewayPath is what Atlassian's gateway has before the site's id.
const gatewayPath = "/ex/jira/"

// where settles the site's address and its id at Atlassian, either of which may stand for both.
func (l *loading) where(c *Config) {
	if c.AtlassianAPI == nil {
		return // told already
	}
	if c.BaseURL == nil {
		if c.BaseURL = c.Gateway(); c.BaseURL == nil {
			l.missingAddress()
		}
		return
	}
	id, isGateway := strings.CutPrefix(c.BaseURL.Path, gatewayPath)
	if c.BaseURL.Host != c.AtlassianAPI.Host || !isGateway {
		return
	}
	if c.CloudID != "" && c.CloudID != id {
		l.problem("cloud_id", l.entries["cloud_id"].where()+" is another site's id than the one in base_url", "remove one of them")
		return
	}
	c.CloudID = id
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

// need asks for a key that another one makes necessary, and names a misspelled key that may have been meant.
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

// dates refuses an end that is not after the start: the run would read nothing and look complete.
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
