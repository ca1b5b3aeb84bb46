package config

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Variables that put stand-ins for Atlassian's two hosts in their place, for tests.
const (
	apiVariable  = EnvPrefix + "ATLASSIAN_API"
	authVariable = EnvPrefix + "ATLASSIAN_AUTH"
)

// pagePaths are the first segments, after a context path, of addresses copied from a browser on a Jira page or from API
// documentation.
var pagePaths = regexp.MustCompile(`(?i)/((rest|browse|secure|plugins|login\.jsp)(/|$)|(projects|issues|servicedesk)/).*`)

// address reads the site's address. Messages never show what stands before an @ or after a ?, where people paste
// credentials.
func (l *loading) address(e entry, raw string) (any, bool) {
	u, what, fix := siteURL(raw)
	if what == "" {
		return u, true
	}
	l.problem(e.setting.name, e.where()+" "+what, fix)
	return nil, false
}

// siteURL reads an address or says what is wrong with it and what to write instead.
func siteURL(raw string) (u *url.URL, what, fix string) {
	const example = "write an https address such as https://acme.atlassian.net or https://host/jira"
	scheme, rest, hasScheme := strings.Cut(raw, "://")
	if !hasScheme {
		scheme, rest = "https", raw
	}
	u, err := url.Parse(strings.ToLower(scheme) + "://" + rest)
	if err != nil || !validHost(u) {
		return nil, "is no address", example
	}
	u = tidy(u)
	bare := &url.URL{Scheme: "https", Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	write := fmt.Sprintf("write %q", bare)
	switch {
	case u.User != nil:
		return nil, "holds a user name", write + ", and the user and password under username and password"
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, "holds more than the site's address (? or #)", write
	case u.Scheme == "http":
		return nil, "is an http address, which would send the credentials in clear", write
	case u.Scheme != "https":
		return nil, fmt.Sprintf("begins with %s://", short(u.Scheme)), write
	}
	return checkPath(bare)
}

// checkPath refuses the address of a page where the site's is wanted.
func checkPath(u *url.URL) (*url.URL, string, string) {
	path := pagePaths.ReplaceAllString(u.EscapedPath(), "")
	// Cloud sites have no context path; /jira/… there is the web interface.
	if strings.HasSuffix(u.Hostname(), ".atlassian.net") || strings.HasSuffix(u.Hostname(), ".jira.com") {
		path = ""
	}
	if path != u.EscapedPath() {
		return nil, "is the address of a page, not of the site", fmt.Sprintf("write %q", u.Scheme+"://"+u.Host+path)
	}
	return u, "", ""
}

// validHost passes names and addresses, and refuses what cannot be in a URL or was left over from pasting.
func validHost(u *url.URL) bool {
	host, port := u.Hostname(), u.Port()
	if number, err := strconv.Atoi(port); port != "" && (err != nil || number < 1 || number > 65535) {
		return false
	}
	return host != "" && !strings.ContainsAny(host, " \t\"'<>\\`{}|^") && !strings.HasSuffix(u.Host, ":") && u.Opaque == ""
}

// tidy lowers the host's case, drops the default port of https, and slashes at the end.
func tidy(u *url.URL) *url.URL {
	u.Host = strings.ToLower(u.Host)
	if host, port, err := net.SplitHostPort(u.Host); err == nil && (port == "443" || u.Scheme == "http" && port == "80") {
		u.Host = host
		if strings.Contains(host, ":") {
			u.Host = "[" + host + "]"
		}
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/")
	return u
}

// atlassianHosts sets Atlassian's hosts, or the stand-ins that tests name, which must be on this machine.
func (l *loading) atlassianHosts(c *Config) {
	c.AtlassianAPI = l.atlassianHost(apiVariable, "api.atlassian.com")
	c.AtlassianAuth = l.atlassianHost(authVariable, "auth.atlassian.com")
}

// atlassianHost is one of Atlassian's two hosts, or its stand-in: https on loopback only, so that no variable can
// send credentials elsewhere.
func (l *loading) atlassianHost(variable, host string) *url.URL {
	raw, ok := l.src.lookup(variable)
	if !ok || raw == "" {
		return &url.URL{Scheme: "https", Host: host}
	}
	u, what, _ := siteURL(raw)
	if what == "" && strings.HasPrefix(raw, "https://") && IsLoopback(u.Hostname()) {
		return u
	}
	l.problem("", "the variable "+variable+" is not an https address on loopback", "unset it, it is for tests only")
	return nil
}

// IsLoopback tells a host that is this machine: localhost, or an address of its own (127.0.0.0/8, ::1).
func IsLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
