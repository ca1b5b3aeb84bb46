package jirasim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// app is the kind of app that a request's sender is; empty for people, their tokens and service accounts.
type app string

const (
	// oauthApp is an OAuth 2.0 app to which somebody gave access.
	oauthApp app = "OAuth 2.0"
	// forgeApp is a Forge app: its remote has a token of the app's own, good at the gateway.
	forgeApp app = "Forge"
	// connectApp is a Connect app, which signs its requests to the site by JWT.
	connectApp app = "Connect"
)

// ConnectApp is the Connect app that is installed on a site.
type ConnectApp struct{ Key, Secret string }

// identifyApp takes requests signed as the site's Connect app. Any other scheme, and a signature that is no good, says
// nothing about who is there.
func (j *Jira) identifyApp(q *request) *response {
	scheme, token, _ := strings.Cut(q.http.Header.Get("Authorization"), " ")
	if j.opt.Deployment != Cloud || !strings.EqualFold(scheme, "JWT") || j.opt.ConnectApp.Key == "" {
		return nil
	}
	if !j.signedByApp(q.http, token) {
		return new(errorCollection(http.StatusUnauthorized, "Could not verify the token: its signature, age or query hash is wrong."))
	}
	q.caller = caller{identity: adminIdentity, app: connectApp}
	return nil
}

// signedByApp checks a token: HMAC-SHA256 by the shared secret, the app as issuer, an end to come, and the hash of the
// request that it is for.
func (j *Jira) signedByApp(r *http.Request, token string) bool {
	signed, signature, _ := cutLast(token, ".")
	_, body, _ := strings.Cut(signed, ".")
	mac := hmac.New(sha256.New, []byte(j.opt.ConnectApp.Secret))
	mac.Write([]byte(signed))
	given, err := base64.RawURLEncoding.DecodeString(signature)
	if err != nil || !hmac.Equal(given, mac.Sum(nil)) {
		return false
	}
	text, err := base64.RawURLEncoding.DecodeString(body)
	var claims struct {
		Issuer string `json:"iss"`
		End    int64  `json:"exp"`
		Hash   string `json:"qsh"`
	}
	if err != nil || json.Unmarshal(text, &claims) != nil {
		return false
	}
	path, _ := j.relative(r.URL.Path)
	sum := sha256.Sum256([]byte(canonicalRequest(r.Method, path, r.URL.Query())))
	return claims.Issuer == j.opt.ConnectApp.Key && claims.End > j.opt.Now().Unix() && claims.Hash == hex.EncodeToString(sum[:])
}

// cutLast cuts a text around the last separator.
func cutLast(text, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(text, separator); i >= 0 {
		return text[:i], text[i+len(separator):], true
	}
	return text, "", false
}

// canonicalRequest is the text of a request that Connect's tokens hold the hash of: the method, the path below the base
// address, and the parameters by name, those of one name joined with commas.
func canonicalRequest(method, path string, query url.Values) string {
	query.Del("jwt")
	escape := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	var parts []string
	for name, values := range query {
		slices.Sort(values)
		for i := range values {
			values[i] = escape(values[i])
		}
		parts = append(parts, escape(name)+"="+strings.Join(values, ","))
	}
	slices.Sort(parts)
	return method + "&" + path + "&" + strings.Join(parts, "&")
}

// forApps refuses a resource that Jira keeps for some kinds of apps to everybody else.
func (r *resource) forApps(c caller) *response {
	if len(r.apps) == 0 || slices.Contains(r.apps, c.app) {
		return nil
	}
	if slices.Equal(r.apps, []app{connectApp}) {
		return new(errorCollection(http.StatusUnauthorized, "Access to this resource must be authenticated as a Connect app."))
	}
	return new(errorCollection(http.StatusForbidden, "Access to this resource must be authenticated as an app."))
}

// appResources are what Jira keeps for apps: by the documents of its operations, each tells of the asking app alone.
func appResources() []resource {
	policies := wholeAt("/rest/api/{v}/data-policy/project", "projectDataPolicies")
	policies.check = func(c cell) *response {
		if _, bad := c.policyProjects(); bad {
			return new(errorCollection(http.StatusBadRequest, "The ids of the projects are missing, too many, or name what is no project."))
		}
		return nil
	}
	rules := pagedAt("/rest/api/{v}/workflow/rule/config")
	rules.check = func(c cell) *response {
		if c.query == nil || len(c.query["types"]) > 0 {
			return nil
		}
		return new(errorCollection(http.StatusBadRequest, "The types query parameter is required."))
	}
	return []resource{
		{
			stream: "project_data_policies", columns: []string{"id"}, cloud: policies, apps: []app{oauthApp, forgeApp},
			amount: &amount{most: siblings, of: func(c cell) int { found, _ := c.policyProjects(); return len(found) }},
			rules: []rule{{path: "id", to: func(c cell) any {
				found, _ := c.policyProjects()
				id, _ := isNumber(found[c.k].id)
				return id
			}}},
		},
		{
			stream: "workflow_transition_rules", columns: []string{"workflowName=workflowId.name", "draft=workflowId.draft"},
			amount: exactly(len(workflowNames)), cloud: rules, apps: []app{connectApp, forgeApp},
			rules: []rule{oneOf("workflowId.name", workflowNames...)},
		},
		{
			stream: "webhooks", columns: []string{"id"}, amount: exactly(5), cloud: pagedAt("/rest/api/{v}/webhook"),
			apps: []app{connectApp, oauthApp}, rules: []rule{from("id", 10000)},
		},
		{
			stream: "ui_modifications", columns: []string{"id"}, amount: exactly(3), cloud: pagedAt("/rest/api/{v}/uiModifications"),
			apps: []app{forgeApp}, rules: []rule{unique("id")},
		},
		{
			stream: "dynamic_modules", columns: []string{"key"}, amount: exactly(2), apps: []app{connectApp},
			cloud: wholeAt("/rest/atlassian-connect/1/app/module/dynamic", "modules"), rules: []rule{oneOf("key", "shop-panel", "shop-page")},
		},
	}
}

// policyProjects are the projects that a request for data policies names: all of them for the ledger.
func (c cell) policyProjects() (found []entity, bad bool) {
	all := liveProjects(c.j, nil)
	if c.query == nil {
		return all, false
	}
	ids := strings.FieldsFunc(strings.Join(c.query["ids"], ","), func(r rune) bool { return r == ',' })
	for _, id := range ids {
		k := slices.IndexFunc(all, func(e entity) bool { return e.id == id })
		if k < 0 {
			return nil, true
		}
		found = append(found, all[k])
	}
	return found, len(ids) == 0 || len(ids) > 50
}
