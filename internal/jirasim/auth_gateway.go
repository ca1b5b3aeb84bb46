package jirasim

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Atlassian is api.atlassian.com and auth.atlassian.com: gateway, list of sites, authorisation server. Their paths do not
// meet, so that one handler can be both.
func (f *Front) Atlassian() http.Handler {
	return f.logged(placeAtAtlassian, func(w http.ResponseWriter, r *http.Request) {
		switch placeAtAtlassian(r) {
		case "token":
			f.token(w, r)
		case "authorize":
			f.authorize(w, r)
		case "resources":
			f.resources(w, r)
		default:
			f.gateway(w, r)
		}
	})
}

func placeAtAtlassian(r *http.Request) string {
	switch r.URL.Path {
	case "/oauth/token":
		return "token"
	case "/authorize":
		return "authorize"
	case "/oauth/token/accessible-resources":
		return "resources"
	}
	return "gateway"
}

// resources lists the sites that a token opens. A site stands there once for each of its products.
func (f *Front) resources(w http.ResponseWriter, r *http.Request) {
	if !f.good(bearerOf(r)) {
		writeResponse(w, gatewayRefusal("Unauthorized"))
		return
	}
	id, address := f.CloudID(), f.jira.BaseURL()
	if f.o.OtherSite {
		id, address = "00000000-0000-4000-8000-000000000000", "https://other.atlassian.net"
	}
	site := map[string]any{"id": id, "url": address, "name": "demo", "scopes": f.o.Scopes, "avatarUrl": address + "/favicon.png"}
	writeResponse(w, valueResponse(http.StatusOK, []any{site, site}))
}

// gatewayRefusal is the gateway's 401, jira-api.md F.1 form 4.
func gatewayRefusal(message string) response {
	return valueResponse(http.StatusUnauthorized, map[string]any{"code": http.StatusUnauthorized, "message": message})
}

// gateway checks the token and its scopes and hands the request on to the site. It leads to the REST API only: servlets and
// the edge are not behind it (jira-api.md A.2).
func (f *Front) gateway(w http.ResponseWriter, r *http.Request) {
	rest, found := strings.CutPrefix(r.URL.EscapedPath(), "/ex/jira/"+f.CloudID()+"/")
	if !found || !strings.HasPrefix(rest, "rest/") || f.jira.opt.Deployment != Cloud {
		writeResponse(w, valueResponse(http.StatusNotFound, map[string]any{
			"timestamp": f.jira.opt.Now().UTC().Format("2006-01-02T15:04:05.000Z"), "status": http.StatusNotFound,
			"error": "Not Found", "message": "No message available", "path": r.URL.Path,
		}))
		return
	}
	switch {
	case !f.known(r):
		writeResponse(w, gatewayRefusal("Unauthorized"))
		return
	case !f.inScope(r.Method, "/"+rest):
		writeResponse(w, gatewayRefusal("Unauthorized; scope does not match"))
		return
	}
	forward := vouch(r.Clone(r.Context()), f.appOf(r))
	forward.URL = &url.URL{RawQuery: r.URL.RawQuery, Path: f.jira.opt.BasePath + "/" + rest}
	if path, err := url.PathUnescape(rest); err == nil && path != rest {
		forward.URL.Path, forward.URL.RawPath = f.jira.opt.BasePath+"/"+path, f.jira.opt.BasePath+"/"+rest
	}
	f.jira.ServeHTTP(w, forward)
}

// known tells whether a request carries a scoped token or an OAuth 2.0 access token that is good.
func (f *Front) known(r *http.Request) bool {
	if name, password, basic := r.BasicAuth(); basic {
		token, known := f.o.ScopedTokens[name]
		return known && token == password
	}
	return !f.o.OtherSite && (f.good(bearerOf(r)) || f.appOf(r) == forgeApp)
}

// appOf is the kind of app that a request with a good token comes from. What an app gets by its own credentials stands
// for a service account.
func (f *Front) appOf(r *http.Request) app {
	token := bearerOf(r)
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case token != "" && slices.Contains(f.o.ForgeTokens, token):
		return forgeApp
	case f.accesses[token].consented:
		return oauthApp
	}
	return ""
}

// inScope tells whether the tokens' scopes allow an operation; serverInfo needs none.
func (f *Front) inScope(method, path string) bool {
	if f.o.ScopeTable != "" {
		return f.inTable(method, path)
	}
	if strings.HasSuffix(path, "/serverInfo") {
		return true
	}
	need := neededScope(path)
	return slices.Contains(f.o.Scopes, need)
}

// inTable looks the operation up: all of its classic scopes, or all of its granular ones, have to be there.
func (f *Front) inTable(method, path string) bool {
	found, _, _ := f.jira.find(method, path)
	if found.route == nil {
		return true // the site says that there is nothing
	}
	template := inBraces.ReplaceAllString(found.route.template, "{}")
	for line := range strings.Lines(f.o.ScopeTable) {
		words := strings.Fields(line)
		if len(words) == 4 && words[0] == method && strings.Replace(words[1], "{v}", "{}", 1) == template {
			return f.hasAll(words[2]) || f.hasAll(words[3]) || words[2]+words[3] == "--"
		}
	}
	return true
}

var inBraces = regexp.MustCompile(`\{[^}]*\}`)

// hasAll tells whether the tokens have each of some scopes.
func (f *Front) hasAll(list string) bool {
	return list != "-" && !slices.ContainsFunc(strings.Split(list, ","), func(s string) bool { return !slices.Contains(f.o.Scopes, s) })
}

// neededScope is the classic scope of a path, or the granular one where there is no classic (jira-api.md B.4).
func neededScope(path string) string {
	switch {
	case strings.HasPrefix(path, "/rest/agile/"):
		return "read:board-scope:jira-software"
	case strings.HasPrefix(path, "/rest/servicedeskapi"):
		return "read:servicedesk-request"
	}
	_, operation, _ := strings.Cut(strings.TrimPrefix(path, "/rest/api/"), "/")
	first, _, _ := strings.Cut(operation, "/")
	switch {
	case first == "myself" || first == "user" || first == "users" || operation == "group/bulk":
		return "read:jira-user"
	case first == "role" || first == "group" || first == "statuses" || first == "workflows" || first == "workflow" || first == "auditing":
		return "manage:jira-configuration"
	}
	return "read:jira-work"
}
