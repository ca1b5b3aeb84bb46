package jirasim

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var verificationCode = regexp.MustCompile(`<strong>(\w+)</strong>`)

func TestOAuthDance(t *testing.T) {
	t.Parallel()
	s := newSigner(t, Options{Deployment: DataCenter})
	asked := s.send("POST", servletURL+"request-token", "-", map[string]string{"oauth_callback": "oob"}, nil).status(200)
	require.Contains(t, asked.head.Get("Content-Type"), "text/plain")
	require.Equal(t, "true", asked.form().Get("oauth_callback_confirmed"))
	token := asked.form().Get("oauth_token")

	early := s.send("POST", servletURL+"access-token", token, map[string]string{"oauth_verifier": "x"}, nil).status(401)
	require.Equal(t, "permission_unknown", early.form().Get("oauth_problem"))
	page := s.browse(servletURL + "authorize?oauth_token=" + token).status(200)
	code := verificationCode.FindStringSubmatch(page.body)[1]
	wrong := s.send("POST", servletURL+"access-token", token, map[string]string{"oauth_verifier": "wrong"}, nil).status(401)
	require.Equal(t, "token_rejected", wrong.form().Get("oauth_problem"))
	absent := s.send("POST", servletURL+"access-token", token, nil, nil).status(400)
	require.Equal(t, "oauth_verifier", absent.form().Get("oauth_parameters_absent"))

	granted := s.send("POST", servletURL+"access-token", token, map[string]string{"oauth_verifier": code}, nil).status(200).form()
	require.Equal(t, "157680000", granted.Get("oauth_expires_in"))
	require.Equal(t, "160272000", granted.Get("oauth_authorization_expires_in"))
	require.NotEmpty(t, granted.Get("oauth_session_handle"))
	require.NotEmpty(t, granted.Get("oauth_token_secret"))
	access := granted.Get("oauth_token")
	me := s.send("GET", siteURL+"/rest/api/2/myself", access, nil, nil).status(200)
	require.Equal(t, "demo", me.head.Get("X-AUSERNAME"))

	used := s.send("POST", servletURL+"access-token", token, map[string]string{"oauth_verifier": code}, nil).status(401)
	require.Equal(t, "token_rejected", used.form().Get("oauth_problem"), "a request token is good once")
}

func TestOAuthRenewal(t *testing.T) {
	t.Parallel()
	now := testNow
	s := newSigner(t, Options{AccessTokenTTL: time.Hour, SessionTTL: 2 * time.Hour, Now: func() time.Time { return now }})
	old := s.jira.GrantTokens()
	now = now.Add(61 * time.Minute)
	expired := s.send("GET", siteURL+"/rest/api/3/myself", old.Token, nil, nil).status(401)
	require.Contains(t, expired.head.Get("WWW-Authenticate"), `oauth_problem="token_expired"`)

	wrong := s.send("POST", servletURL+"access-token", old.Token, map[string]string{"oauth_session_handle": "x"}, nil)
	require.Equal(t, "token_rejected", wrong.status(401).form().Get("oauth_problem"))
	s.send("POST", servletURL+"access-token", old.Token, nil, nil).status(400)
	renewed := s.send("POST", servletURL+"access-token", old.Token, map[string]string{"oauth_session_handle": old.SessionHandle}, nil).status(200).form()
	require.NotEqual(t, old.Token, renewed.Get("oauth_token"))
	require.NotEqual(t, old.SessionHandle, renewed.Get("oauth_session_handle"))
	s.send("GET", siteURL+"/rest/api/3/myself", renewed.Get("oauth_token"), nil, nil).status(200)
	gone := s.send("GET", siteURL+"/rest/api/3/myself", old.Token, nil, nil).status(401)
	require.Contains(t, gone.head.Get("WWW-Authenticate"), `oauth_problem="token_rejected"`)

	now = now.Add(3 * time.Hour)
	late := s.send("POST", servletURL+"access-token", renewed.Get("oauth_token"), map[string]string{"oauth_session_handle": renewed.Get("oauth_session_handle")}, nil)
	require.Equal(t, "permission_denied", late.status(401).form().Get("oauth_problem"))
}

func TestOAuthSignatures(t *testing.T) {
	t.Parallel()
	s := newSigner(t, Options{})
	token := s.jira.GrantTokens().Token
	account, _, _, _ := s.jira.site.userIDs(0)
	other, _, _, _ := s.jira.site.userIDs(1)
	for _, path := range []string{
		"/rest/api/3/myself", "/rest/api/3/project/search?status=live&status=archived&expand=lead%2Curl",
		"/rest/api/3/user/bulk?accountId=" + url.QueryEscape(account) + "&accountId=" + url.QueryEscape(other),
		"/rest/api/3/search/jql?jql=" + url.QueryEscape(`created > "2020-01-01" and summary ~ "ä&=+%~*"`),
		"/rest/api/3/mypermissions?permissions=BROWSE_PROJECTS&empty=&nameonly",
	} {
		s.send("GET", siteURL+path, token, nil, nil).status(200)
	}
	s.send("GET", "https://SITE.example.com:443/jira/rest/api/3/myself", token, nil, nil).status(200)
	s.send("GET", "https://[::1]:8443/jira/rest/api/3/myself", token, nil, nil).status(200)
	s.send("POST", servletURL+"request-token", "-", map[string]string{"oauth_callback": "https://x/y?a=b"}, url.Values{"a": {"2", "1"}, "b c": {"d&e"}}).status(200)
	s.send("GET", siteURL+"/rest/api/3/project/no%2Fsuch%20one", token, nil, nil).status(404)
}

func TestOAuthProblems(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change, spoil func(oauth map[string]string)
		problem, more string
		token         string
	}{
		"consumer":        {change: func(o map[string]string) { o["oauth_consumer_key"] = "other" }, problem: "consumer_key_unknown"},
		"token":           {token: "unknown", problem: "token_rejected"},
		"method":          {change: func(o map[string]string) { o["oauth_signature_method"] = "HMAC-SHA1" }, problem: "signature_method_rejected"},
		"stronger method": {change: func(o map[string]string) { o["oauth_signature_method"] = "RSA-SHA256" }, problem: "signature_method_rejected"},
		"version":         {change: func(o map[string]string) { o["oauth_version"] = "2.0" }, problem: "version_rejected"},
		"late":            {change: func(o map[string]string) { o["oauth_timestamp"] = fmt.Sprint(testNow.Unix() - 301) }, problem: "timestamp_refused", more: fmt.Sprintf(`oauth_acceptable_timestamps="%d-%d"`, testNow.Unix()-300, testNow.Unix()+300)},
		"early":           {change: func(o map[string]string) { o["oauth_timestamp"] = fmt.Sprint(testNow.Unix() + 301) }, problem: "timestamp_refused"},
		"no time":         {change: func(o map[string]string) { o["oauth_timestamp"] = "soon" }, problem: "parameter_rejected"},
		"nonce changed":   {spoil: func(o map[string]string) { o["oauth_nonce"] = "another" }, problem: "signature_invalid"},
		"no base64":       {spoil: func(o map[string]string) { o["oauth_signature"] = "***" }, problem: "signature_invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSigner(t, Options{})
			s.change, s.spoil = test.change, test.spoil
			token := test.token
			if token == "" {
				token = s.jira.GrantTokens().Token
			}
			refused := s.send("GET", siteURL+"/rest/api/3/status", token, nil, nil).status(401)
			header := refused.head.Get("WWW-Authenticate")
			require.Contains(t, header, `OAuth realm="https%3A%2F%2Fdemo.atlassian.net%2Fjira"`)
			require.Contains(t, header, `oauth_problem="`+test.problem+`"`)
			require.Contains(t, header, test.more)
			require.Contains(t, refused.body, "oauth_problem="+test.problem)
			require.Contains(t, refused.head.Get("Content-Type"), "text/html")
		})
	}
}

func TestOAuthTimeWithinTheWindow(t *testing.T) {
	t.Parallel()
	s := newSigner(t, Options{})
	token := s.jira.GrantTokens().Token
	for _, skew := range []int64{-300, 300} {
		s.change = func(o map[string]string) { o["oauth_timestamp"] = fmt.Sprint(testNow.Unix() + skew) }
		s.send("GET", siteURL+"/rest/api/3/myself", token, nil, nil).status(200)
	}
}

func TestOAuthNonceIsGoodOnce(t *testing.T) {
	t.Parallel()
	s := newSigner(t, Options{})
	token := s.jira.GrantTokens().Token
	s.change = func(o map[string]string) { o["oauth_nonce"] = "same" }
	s.send("GET", siteURL+"/rest/api/3/myself", token, nil, nil).status(200)
	again := s.send("GET", siteURL+"/rest/api/3/myself", token, nil, nil).status(401)
	require.Contains(t, again.head.Get("WWW-Authenticate"), `oauth_problem="nonce_used"`)
}

// A request that lacks one of the six parameters is no OAuth request: it goes on without a user, in silence.
func TestOAuthIncompleteIsAnonymous(t *testing.T) {
	t.Parallel()
	s := newSigner(t, Options{})
	token := s.jira.GrantTokens().Token
	for _, name := range []string{"oauth_consumer_key", "oauth_token", "oauth_signature_method", "oauth_signature", "oauth_timestamp", "oauth_nonce"} {
		s.spoil = func(o map[string]string) { delete(o, name) }
		silent := s.send("GET", siteURL+"/rest/api/3/status", token, nil, nil).status(200)
		require.Equal(t, "[]", silent.body, name)
		require.Empty(t, silent.head.Get("X-Seraph-LoginReason"))
		s.send("GET", siteURL+"/rest/api/3/myself", token, nil, nil).status(401)
	}
}

func TestOAuthCallbacks(t *testing.T) {
	t.Parallel()
	s := newSigner(t, Options{})
	for _, callback := range []string{"", "ftp://x/y", "x", "/relative", "http:///nohost"} {
		refused := s.send("POST", servletURL+"request-token", "-", map[string]string{"oauth_callback": callback}, nil).status(400).form()
		require.Equal(t, "parameter_rejected", refused.Get("oauth_problem"), callback)
		require.Equal(t, "oauth_callback", refused.Get("oauth_parameters_rejected"))
		require.NotEmpty(t, refused.Get("oauth_problem_advice"))
	}
	require.Equal(t, "parameter_absent", s.send("POST", servletURL+"request-token", "-", nil, nil).status(400).form().Get("oauth_problem"))
	token := s.send("POST", servletURL+"request-token", "-", map[string]string{"oauth_callback": "http://127.0.0.1:9/back?x=1"}, nil).status(200).form().Get("oauth_token")
	back, err := url.Parse(s.browse(servletURL + "authorize?oauth_token=" + token).status(302).head.Get("Location"))
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1:9", back.Host)
	require.Equal(t, []string{"1", token}, []string{back.Query().Get("x"), back.Query().Get("oauth_token")})
	s.send("POST", servletURL+"access-token", token, map[string]string{"oauth_verifier": back.Query().Get("oauth_verifier")}, nil).status(200)
}

func TestOAuthRequestTokens(t *testing.T) {
	t.Parallel()
	now := testNow
	s := newSigner(t, Options{Now: func() time.Time { return now }})
	ask := func() string {
		return s.send("POST", servletURL+"request-token", "-", map[string]string{"oauth_callback": "oob"}, nil).status(200).form().Get("oauth_token")
	}
	denied := ask()
	s.browse(servletURL + "authorize?deny=1&oauth_token=" + denied).status(200)
	refused := s.send("POST", servletURL+"access-token", denied, map[string]string{"oauth_verifier": "x"}, nil).status(401)
	require.Equal(t, "permission_denied", refused.form().Get("oauth_problem"))

	late := ask()
	as := s.send("GET", siteURL+"/rest/api/3/myself", late, nil, nil).status(401)
	require.Contains(t, as.head.Get("WWW-Authenticate"), "token_rejected", "a request token is no access token")
	now = now.Add(601 * time.Second)
	s.browse(servletURL + "authorize?oauth_token=" + late).status(401)
	s.browse(servletURL + "authorize?oauth_token=unknown").status(401)
	refused = s.send("POST", servletURL+"access-token", late, map[string]string{"oauth_verifier": "x"}, nil).status(401)
	require.Equal(t, "token_expired", refused.form().Get("oauth_problem"))
	s.browse(servletURL + "request-token").status(405)
}

func TestOAuthRevoked(t *testing.T) {
	t.Parallel()
	s := newSigner(t, Options{})
	tokens := s.jira.GrantTokens()
	s.jira.RevokeTokens()
	refused := s.send("GET", siteURL+"/rest/api/3/myself", tokens.Token, nil, nil).status(401)
	require.Contains(t, refused.head.Get("WWW-Authenticate"), "token_rejected")
}

func TestOAuthNeedsItsKey(t *testing.T) {
	t.Parallel()
	_, err := New(Options{ConsumerKey: "x"})
	require.ErrorContains(t, err, "no public key")
	s := newSigner(t, Options{})
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	s.key = other
	refused := s.send("GET", siteURL+"/rest/api/3/myself", s.jira.GrantTokens().Token, nil, nil).status(401)
	require.Contains(t, refused.head.Get("WWW-Authenticate"), "signature_invalid")
}

func FuzzReadOAuth(f *testing.F) {
	f.Add(`OAuth oauth_token="a%20b", oauth_nonce=""`, "a=b&c", "x=%zz&+=+")
	f.Add("oauth ,,=,a=\"", "", "")
	f.Fuzz(func(t *testing.T, header, query, body string) {
		r := httptest.NewRequest(http.MethodPost, "https://h/p", nil)
		r.URL.RawQuery = query
		r.Header.Set("Authorization", header)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		m := readOAuth(r, []byte(body))
		require.True(t, strings.HasPrefix(m.baseString(), "POST&https%3A%2F%2Fh%2Fp&"))
	})
}
