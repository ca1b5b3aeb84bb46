package tap_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jira"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// shop is a Connect app, which signs each request; no login of the tap does so.
var shop = jirasim.ConnectApp{Key: "shop", Secret: "shared secret"}

// connectLogin sends requests as the app.
type connectLogin struct{ site *site }

func (l connectLogin) RoundTrip(req *http.Request) (*http.Response, error) {
	signed := req.Clone(req.Context())
	escape := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	var parts []string
	for name, values := range req.URL.Query() {
		slices.Sort(values)
		for i := range values {
			values[i] = escape(values[i])
		}
		parts = append(parts, escape(name)+"="+strings.Join(values, ","))
	}
	slices.Sort(parts)
	sum := sha256.Sum256([]byte(req.Method + "&" + req.URL.Path + "&" + strings.Join(parts, "&")))
	claims := fmt.Sprintf(`{"iss":%q,"exp":%d,"qsh":%q}`, shop.Key, l.site.clock.Now().Add(time.Minute).Unix(), hex.EncodeToString(sum[:]))
	encode := base64.RawURLEncoding.EncodeToString
	text := encode([]byte(`{"typ":"JWT","alg":"HS256"}`)) + "." + encode([]byte(claims))
	mac := hmac.New(sha256.New, []byte(shop.Secret))
	mac.Write([]byte(text))
	signed.Header.Set("Authorization", "JWT "+text+"."+encode(mac.Sum(nil)))
	return l.site.RoundTrip(signed)
}

// bearerLogin sends requests to Atlassian's gateway with a token.
type bearerLogin struct {
	gateway *httptest.Server
	token   string
}

func (l bearerLogin) RoundTrip(req *http.Request) (*http.Response, error) {
	signed := req.Clone(req.Context())
	signed.Header.Set("Authorization", "Bearer "+l.token)
	return l.gateway.Client().Transport.RoundTrip(signed)
}

// consentedToken is an access token of an OAuth 2.0 app to which somebody gave access.
func consentedToken(t *testing.T, front *jirasim.Front, gateway *httptest.Server) string {
	t.Helper()
	resp, err := gateway.Client().PostForm(gateway.URL+"/oauth/token", url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {front.Grant()}, "client_id": {"id"}, "client_secret": {"secret"},
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, resp.Body.Close()) }()
	var granted struct {
		Token string `json:"access_token"`
	}
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&granted))
	require.NotEmpty(t, granted.Token)
	return granted.Token
}

// What Jira keeps for apps has rows for the apps that may read it, with keys and
// a schema as any other stream, and none for people.
func TestWhatAppsRead(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 40, ConnectApp: shop})
	front := jirasim.NewFront(s.Jira, jirasim.FrontOptions{
		ClientID: "id", ClientSecret: "secret", ForgeTokens: []string{"of-forge"},
		Scopes: []string{"read:jira-work", "read:jira-user", "manage:jira-configuration"},
	})
	gateway := httptest.NewTLSServer(front.Atlassian())
	t.Cleanup(gateway.Close)
	atGateway, err := url.Parse(gateway.URL + "/ex/jira/" + front.CloudID())
	require.NoError(t, err)
	client := func(login, unsigned http.RoundTripper, address *url.URL) *jira.Client {
		return jira.New(jira.Options{
			BaseURL: address, Transport: login, Unsigned: unsigned, Concurrency: 4, Now: s.clock.Now, Wait: s.clock.Wait,
			Jitter: func() float64 { return 1 },
		})
	}
	bearer := func(token string) *jira.Client {
		login := bearerLogin{gateway: gateway, token: token}
		return client(login, login, atGateway) // the gateway tells strangers nothing
	}
	read := map[string]bool{}
	for name, app := range map[string]struct {
		client *jira.Client
		may    []string
	}{
		"Connect":   {client(connectLogin{s}, s, s.address), []string{"workflow_transition_rules", "webhooks", "dynamic_modules"}},
		"Forge":     {bearer("of-forge"), []string{"project_data_policies", "workflow_transition_rules", "ui_modifications"}},
		"OAuth 2.0": {bearer(consentedToken(t, front, gateway)), []string{"project_data_policies", "webhooks"}},
		"a person":  {s.client(4), nil},
	} {
		got := s.whole(t, tap.Options{Client: app.client, Select: appsOnly, Validate: tap.ValidateAll})
		requireProtocol(t, got)
		require.ElementsMatch(t, app.may, got.streamsOf("RECORD"), name)
		requireLedger(t, s, merged(got.messages), app.may...)
		for _, stream := range appsOnly {
			if slices.Contains(app.may, stream) {
				read[stream] = true
				continue
			}
			told := got.stream(t, stream)
			require.Positive(t, told.Tolerated, "%s is no app for %s", name, stream)
			require.Contains(t, strings.Join(told.Reasons, ""), "only apps may read it")
		}
	}
	require.Len(t, read, len(appsOnly), "each has rows for somebody")
	require.ElementsMatch(t, appsOnly, s.Ledger().AppStreams())
}
