package jirasim

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// testKey is one key for all tests: making one takes a while.
var testKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// signer signs requests on its own reading of RFC 5849, apart from the verifier under test.
type signer struct {
	t        *testing.T
	jira     *Jira
	key      *rsa.PrivateKey
	consumer string
	now      func() time.Time
	nonce    int
	change   func(oauth map[string]string) // before signing
	spoil    func(oauth map[string]string) // after signing
}

func newSigner(t *testing.T, o Options) *signer {
	t.Helper()
	key, err := testKey()
	require.NoError(t, err)
	o.ConsumerKey, o.PublicKey = "rjmetrics", &key.PublicKey
	c := newClient(t, o)
	now := o.Now
	if now == nil {
		now = func() time.Time { return testNow }
	}
	return &signer{t: t, jira: c.jira, key: key, consumer: "rjmetrics", now: now}
}

// escape is RFC 3986 by way of the standard library.
func escape(text string) string {
	return strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(url.QueryEscape(text))
}

// send signs and sends; token is the oauth_token, extra are further OAuth parameters, form a form body.
func (s *signer) send(method, address, token string, extra map[string]string, form url.Values) answer {
	s.t.Helper()
	r := httptest.NewRequest(method, address, strings.NewReader(form.Encode()))
	s.nonce++
	oauth := map[string]string{
		"oauth_consumer_key": s.consumer, "oauth_signature_method": "RSA-SHA1", "oauth_version": "1.0",
		"oauth_timestamp": fmt.Sprint(s.now().Unix()), "oauth_nonce": fmt.Sprint("n", s.nonce), "oauth_token": token,
	}
	if token == "-" {
		delete(oauth, "oauth_token")
	}
	maps.Copy(oauth, extra)
	if s.change != nil {
		s.change(oauth)
	}
	oauth["oauth_signature"] = s.sign(r, oauth, form)
	if s.spoil != nil {
		s.spoil(oauth)
	}
	var parts []string
	for name, value := range oauth {
		parts = append(parts, escape(name)+`="`+escape(value)+`"`)
	}
	r.Header.Set("Authorization", `OAuth realm="ignored", `+strings.Join(parts, ", "))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	}
	w := httptest.NewRecorder()
	s.jira.ServeHTTP(w, r)
	return answer{t: s.t, code: w.Code, head: w.Header(), body: w.Body.String()}
}

// sign makes the signature of section 3.4 of the RFC.
func (s *signer) sign(r *http.Request, oauth map[string]string, form url.Values) string {
	var pairs []string
	for name, value := range oauth {
		pairs = append(pairs, escape(name)+"="+escape(value))
	}
	for _, values := range []url.Values{r.URL.Query(), form} {
		for name, list := range values {
			for _, value := range list {
				pairs = append(pairs, escape(name)+"="+escape(value))
			}
		}
	}
	sort.Slice(pairs, func(i, k int) bool {
		return strings.ReplaceAll(pairs[i], "=", "\x00") < strings.ReplaceAll(pairs[k], "=", "\x00")
	})
	path := "https://" + strings.TrimSuffix(strings.ToLower(r.Host), ":443") + r.URL.EscapedPath()
	base := r.Method + "&" + escape(path) + "&" + escape(strings.Join(pairs, "&"))
	digest := sha1.Sum([]byte(base))
	signature, err := rsa.SignPKCS1v15(nil, s.key, crypto.SHA1, digest[:])
	require.NoError(s.t, err)
	return base64.StdEncoding.EncodeToString(signature)
}

const (
	siteURL    = "https://site.example.com/jira"
	servletURL = siteURL + "/plugins/servlet/oauth/"
)

// browse opens a page as a browser does.
func (s *signer) browse(address string) answer {
	w := httptest.NewRecorder()
	s.jira.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
	return answer{t: s.t, code: w.Code, head: w.Header(), body: w.Body.String()}
}

// form reads a servlet's answer.
func (a answer) form() url.Values {
	a.t.Helper()
	values, err := url.ParseQuery(a.body)
	require.NoError(a.t, err)
	return values
}
