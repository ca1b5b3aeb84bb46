package auth_test

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"tap-jira/internal/auth"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// key is one key pair for all tests: making one takes a while.
var key = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// provider is Jira's OAuth 1.0a side below the context path /jira: it checks
// signature, consumer key, timestamp and nonce, gives out tokens, and names
// problems as Jira does.
type provider struct {
	*httptest.Server
	consumer string
	now      func() time.Time

	mu       sync.Mutex
	nonces   map[string]bool
	access   string // the one valid access token
	expired  map[string]bool
	session  string
	allowed  bool // somebody pressed Allow
	given    int
	renewals int
	problem  string            // answered by the servlets, whatever they are asked
	override http.HandlerFunc  // replaces the servlets
	seen     []*http.Request   // of the REST side, verified
	params   map[string]string // OAuth parameters of the last verified request
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	p := &provider{consumer: "tap-jira", now: time.Now, nonces: map[string]bool{}, expired: map[string]bool{}}
	p.Server = httptest.NewTLSServer(p)
	t.Cleanup(p.Close)
	return p
}

// site is the base URL of the simulated Jira.
func (p *provider) site(t *testing.T) *url.URL {
	t.Helper()
	u, err := url.Parse(p.URL + "/jira")
	require.NoError(t, err)
	return u
}

func (p *provider) options(t *testing.T) auth.OAuth1Options {
	t.Helper()
	return auth.OAuth1Options{Site: p.site(t), ConsumerKey: p.consumer, PrivateKey: key(), Send: p.Client().Transport}
}

func (p *provider) oauth1(t *testing.T, o auth.OAuth1Options) *auth.OAuth1 {
	t.Helper()
	a, err := auth.NewOAuth1(o)
	require.NoError(t, err)
	return a
}

// grant makes tokens valid as if a login had happened.
func (p *provider) grant(access, session string) auth.Tokens {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.access, p.session = access, session
	return auth.Tokens{Token: access, Secret: "s", SessionHandle: session}
}

func (p *provider) expire(token string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expired[token] = true
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	servlet := r.URL.Path == "/jira/plugins/servlet/oauth/request-token" || r.URL.Path == "/jira/plugins/servlet/oauth/access-token"
	if servlet && p.override != nil {
		p.override(w, r)
		return
	}
	params, problem := p.check(r)
	if problem == "" && servlet {
		problem = p.problem
	}
	if problem == "" {
		p.params = params
		problem = p.answer(w, r, params)
	}
	if problem == "" {
		return
	}
	w.Header().Set("WWW-Authenticate", fmt.Sprintf(`OAuth realm="%s", oauth_problem="%s"`, url.QueryEscape(p.URL), url.PathEscape(problem)))
	w.WriteHeader(http.StatusUnauthorized)
	if servlet {
		_, _ = fmt.Fprint(w, url.Values{"oauth_problem": {problem}}.Encode())
	}
}

func (p *provider) check(r *http.Request) (map[string]string, string) {
	params, err := verify(r, &key().PublicKey)
	switch at, _ := strconv.ParseInt(params["oauth_timestamp"], 10, 64); {
	case err != nil:
		return nil, "signature_invalid"
	case params["oauth_signature_method"] != "RSA-SHA1":
		return nil, "signature_method_rejected"
	case params["oauth_version"] != "1.0":
		return nil, "version_rejected"
	case params["oauth_consumer_key"] != p.consumer:
		return nil, "consumer_key_unknown"
	case p.now().Sub(time.Unix(at, 0)).Abs() > 300*time.Second:
		return nil, "timestamp_refused"
	case params["oauth_nonce"] == "" || p.nonces[params["oauth_nonce"]]:
		return nil, "nonce_used"
	}
	p.nonces[params["oauth_nonce"]] = true
	return params, ""
}

func (p *provider) answer(w http.ResponseWriter, r *http.Request, params map[string]string) string {
	switch r.URL.Path {
	case "/jira/plugins/servlet/oauth/request-token":
		if _, err := url.Parse(params["oauth_callback"]); err != nil || params["oauth_callback"] == "" {
			return "parameter_rejected"
		}
		_, _ = fmt.Fprint(w, "oauth_token=RT&oauth_token_secret=RS&oauth_callback_confirmed=true")
		return ""
	case "/jira/plugins/servlet/oauth/access-token":
		return p.exchange(w, params)
	}
	switch {
	case params["oauth_token"] != p.access:
		return "token_rejected"
	case p.expired[p.access]:
		return "token_expired"
	}
	p.seen = append(p.seen, r)
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprint(w, `{"ok":true}`)
	return ""
}

func (p *provider) exchange(w http.ResponseWriter, params map[string]string) string {
	if handle := params["oauth_session_handle"]; handle != "" {
		if handle != p.session || params["oauth_token"] != p.access {
			return "token_rejected"
		}
		p.renewals++
	} else {
		switch {
		case params["oauth_token"] != "RT" || params["oauth_verifier"] != "v+er i/fy":
			return "token_rejected"
		case !p.allowed:
			return "permission_unknown"
		}
	}
	p.given++
	p.access, p.session = fmt.Sprintf("AT+%d/=", p.given), fmt.Sprintf("SH%d", p.given)
	_, _ = fmt.Fprint(w, url.Values{
		"oauth_token": {p.access}, "oauth_token_secret": {"AS"}, "oauth_session_handle": {p.session},
		"oauth_expires_in": {"157680000"}, "oauth_authorization_expires_in": {"160272000"},
	}.Encode())
	return ""
}
