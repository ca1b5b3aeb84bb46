package cli_test

import (
	"maps"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tap-jira/internal/jirasim"
	"tap-jira/schemas"
)

// startScriptFront is `front cloud|datacenter`: it starts a simulated Jira with what stands before it (gateway,
// authorisation server, personal access tokens), writes a config for each login (basic.json, scoped.json, pat.json,
// refresh.json, service.json, forge.json) and ca.pem, and sets $SITE and $GATEWAY.
func startScriptFront(ts *testscript.TestScript, _ bool, args []string) {
	s := sessionOf(ts)
	if s.site != nil {
		ts.Check(s.site.server.Close())
		s.site = nil
	}
	options := jirasim.Options{Issues: 12, Examples: schemas.FS()}
	if args[0] == "datacenter" {
		options.Deployment, options.BasePath = jirasim.DataCenter, "/jira"
	}
	site, err := jirasim.New(options)
	ts.Check(err)
	front := jirasim.NewFront(site, jirasim.FrontOptions{
		ClientID: clientID, ClientSecret: clientSecret, RedirectURI: redirectURI, ServiceAccount: true,
		ScopedTokens: map[string]string{scopedMail: scopedToken}, AccessTokens: map[string]time.Time{patToken: {}},
		ForgeTokens: []string{forgeToken}, Scopes: []string{"read:jira-work", "read:jira-user", "manage:jira-configuration"},
	})
	server, err := front.Serve(false)
	ts.Check(err)
	ts.Defer(func() { _ = server.Atlassian.Close() })
	ts.Defer(func() { _ = server.Site.Close() })
	s.site = &scriptSite{Jira: site, server: server.Site}

	gateway := server.Atlassian.URL + "/ex/jira/" + front.CloudID()
	ts.Setenv("SITE", server.Site.URL)
	ts.Setenv("GATEWAY", gateway)
	for _, name := range []string{"TAP_JIRA_ATLASSIAN_API", "TAP_JIRA_ATLASSIAN_AUTH"} {
		ts.Setenv(name, server.Atlassian.URL) // for processes of their own
		s.variables = append(s.variables, name+"="+server.Atlassian.URL)
	}
	write(ts, "ca.pem", server.CAPEM)
	name, password := jirasim.DemoLogin(options.Deployment)
	for file, login := range map[string]map[string]any{
		"basic.json":   {"username": name, "password": password},
		"scoped.json":  {"username": scopedMail, "password": scopedToken},
		"gateway.json": {"base_url": gateway, "username": scopedMail, "password": scopedToken},
		"forge.json":   {"base_url": gateway, "access_token": forgeToken},
		"pat.json":     {"personal_access_token": patToken},
		"refresh.json": {"oauth_client_id": clientID, "oauth_client_secret": clientSecret, "refresh_token": front.Grant()},
		"service.json": {"oauth_client_id": clientID, "oauth_client_secret": clientSecret},
	} {
		all := map[string]any{"base_url": server.Site.URL, "ca_file": "ca.pem", "start_date": "2000-01-01"}
		maps.Copy(all, login)
		writeValue(ts, file, all)
	}
}

// refuseLogins is `refuse KIND [PATH]`: requests for the path (all of them without one) are refused in that way.
func refuseLogins(ts *testscript.TestScript, _ bool, args []string) {
	path := ""
	if len(args) > 1 {
		path = args[1]
	}
	sessionOf(ts).site.Script(jirasim.Refuse(jirasim.Refusal(args[0]), path, time.Now()))
}

// holdRequest is `hold PATH`: the next request for the path gets no answer for as long as its sender waits.
func holdRequest(ts *testscript.TestScript, _ bool, args []string) {
	s := sessionOf(ts)
	s.held = make(chan struct{})
	s.site.Script(jirasim.Fault{Path: args[0], Times: 1, HoldHeader: s.held})
}

// releaseRequests is `release`: what the last hold holds, or would hold yet, is answered. A sender that was killed may
// have died before its request, and the next one must not be held in its place.
func releaseRequests(ts *testscript.TestScript, _ bool, _ []string) { close(sessionOf(ts).held) }
