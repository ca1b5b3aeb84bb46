package jirasim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// jwt makes a token as Connect's documents describe it.
func jwt(secret, claims string) string {
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encode([]byte(claims))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(signed))
	return signed + "." + encode(mac.Sum(nil))
}

func claimsFor(issuer, canonical string, end time.Time) string {
	sum := sha256.Sum256([]byte(canonical))
	return fmt.Sprintf(`{"iss":%q,"exp":%d,"qsh":%q}`, issuer, end.Unix(), hex.EncodeToString(sum[:]))
}

// Each kind of app sees what the documents say that it may, and people see none of it.
func TestWhatIsForAppsOnly(t *testing.T) {
	t.Parallel()
	now := testNow
	people := newClient(t, Options{Examples: testExamples(t), Issues: 40, ConnectApp: ConnectApp{Key: "shop", Secret: "s3cret"}})
	j := people.jira
	front := NewFront(j, FrontOptions{
		ClientID: "id", ClientSecret: "secret", ForgeTokens: []string{"forge-token"}, ServiceAccount: true,
		Scopes: []string{"read:jira-work", "manage:jira-configuration"},
	})
	c := &frontClient{t: t, front: front, now: now}
	consented := c.grant(url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {front.Grant()}, "client_id": {"id"}, "client_secret": {"secret"},
	}, 200).Access
	own := c.grant(url.Values{"grant_type": {"client_credentials"}, "client_id": {"id"}, "client_secret": {"secret"}}, 200).Access
	project := liveProjects(j, nil)[0].id

	for path, statuses := range map[string]struct{ oauth, forge, connect, person int }{
		"/rest/api/3/data-policy/project?ids=" + project:           {200, 200, 403, 403},
		"/rest/api/3/workflow/rule/config?types=postfunction":      {403, 200, 200, 403},
		"/rest/api/3/workflow/rule/config":                         {403, 400, 400, 403},
		"/rest/api/3/webhook":                                      {200, 403, 200, 403},
		"/rest/api/3/uiModifications":                              {403, 200, 403, 403},
		"/rest/atlassian-connect/1/app/module/dynamic":             {401, 401, 200, 401},
		"/rest/api/3/data-policy/project":                          {400, 400, 403, 403},
		"/rest/api/3/data-policy/project?ids=" + project + ",9999": {400, 400, 403, 403},
	} {
		gateway := "/ex/jira/" + front.CloudID() + path
		c.call(front.Atlassian(), "GET", gateway, "Bearer "+consented, "").status(statuses.oauth)
		c.call(front.Atlassian(), "GET", gateway, "Bearer forge-token", "").status(statuses.forge)
		c.call(front.Atlassian(), "GET", gateway, "Bearer "+own, "").status(statuses.person)
		people.get(path).status(statuses.person)

		address, err := url.Parse(path)
		require.NoError(t, err)
		canonical := "GET&" + address.Path + "&" + address.RawQuery // of one parameter at most
		if address.Query().Has("ids") {
			canonical = "GET&" + address.Path + "&ids=" + url.QueryEscape(address.Query().Get("ids"))
		}
		for claims, status := range map[string]int{
			claimsFor("shop", canonical, now.Add(time.Minute)):     statuses.connect,
			claimsFor("shop", canonical, now.Add(-time.Minute)):    401,
			claimsFor("other", canonical, now.Add(time.Minute)):    401,
			claimsFor("shop", "GET&/other&", now.Add(time.Minute)): 401,
			`{"iss":`: 401,
		} {
			c.call(j, "GET", "/jira"+path, "JWT "+jwt("s3cret", claims), "").status(status)
			c.call(j, "GET", "/jira"+path, "JWT "+jwt("guessed", claims), "").status(401)
		}
	}
	c.call(j, "GET", "/jira/rest/api/3/webhook", "JWT", "").status(401)
	require.Subset(t, j.Ledger().AppStreams(), []string{"webhooks", "ui_modifications", "dynamic_modules"})
	for _, name := range j.Ledger().AppStreams() {
		require.NotContains(t, j.Ledger().Streams(), name)
		require.NotEmpty(t, j.Ledger().Columns(name))
	}
}
