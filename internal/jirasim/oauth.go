package jirasim

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// oauthProvider is the OAuth 1.0a side of one application link, as Atlassian's service-provider plugin has it.
type oauthProvider struct {
	consumerKey string
	publicKey   *rsa.PublicKey
	now         func() time.Time
	requestTTL  time.Duration
	accessTTL   time.Duration
	sessionTTL  time.Duration

	mu       sync.Mutex
	requests map[string]*requestGrant
	accesses map[string]*accessGrant
	nonces   map[string]time.Time
	issued   uint64
	seed     uint64
}

// Limits of the provider: how far clocks may differ, and how long a nonce is remembered.
const (
	timestampWindow = 300 * time.Second
	nonceMemory     = time.Minute
)

// newOAuthProvider makes the provider; without a consumer key every key is unknown.
func newOAuthProvider(o Options) *oauthProvider {
	return &oauthProvider{
		consumerKey: o.ConsumerKey, publicKey: o.PublicKey, now: o.Now, seed: o.Seed,
		requestTTL: o.RequestTokenTTL, accessTTL: o.AccessTokenTTL, sessionTTL: o.SessionTTL,
		requests: map[string]*requestGrant{}, accesses: map[string]*accessGrant{}, nonces: map[string]time.Time{},
	}
}

// oauthProblem is a refusal in the words of the OAuth problem reporting extension.
type oauthProblem struct {
	name    string
	details [][2]string // oauth_parameters_rejected, oauth_acceptable_timestamps, oauth_problem_advice …
}

// problem makes a refusal.
func problem(name string, details ...[2]string) *oauthProblem {
	return &oauthProblem{name: name, details: details}
}

// oauthMessage is a signed request taken apart.
type oauthMessage struct {
	parameters [][2]string // all that the signature covers, decoded; realm and the signature itself left out
	oauth      map[string]string
	method     string
	url        *url.URL // as the site sees it
}

// readOAuth takes a request apart: the Authorization header, the query, and a form body, as RFC 5849 3.4.1.3.1 says.
func readOAuth(r *http.Request, body []byte) oauthMessage {
	m := oauthMessage{oauth: map[string]string{}, method: strings.ToUpper(r.Method)}
	m.url = &url.URL{Scheme: "https", Host: r.Host, Path: r.URL.Path, RawPath: r.URL.RawPath}
	if scheme, rest, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "oauth") {
		for part := range strings.SplitSeq(rest, ",") {
			name, value, found := strings.Cut(strings.TrimSpace(part), "=")
			if found && !strings.EqualFold(name, "realm") {
				m.add(percentDecode(name), percentDecode(strings.Trim(value, `"`)))
			}
		}
	}
	m.addForm(r.URL.RawQuery)
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if strings.EqualFold(strings.TrimSpace(kind), "application/x-www-form-urlencoded") {
		m.addForm(string(body))
	}
	return m
}

// addForm adds the pairs of a query or a form.
func (m *oauthMessage) addForm(encoded string) {
	for pair := range strings.SplitSeq(encoded, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		m.add(formDecode(name), formDecode(value))
	}
}

// add adds a parameter.
func (m *oauthMessage) add(name, value string) {
	if strings.HasPrefix(name, "oauth_") {
		m.oauth[name] = value
	}
	if name != "oauth_signature" {
		m.parameters = append(m.parameters, [2]string{name, value})
	}
}

// recognised reports whether the site takes the request for an OAuth one: all six must be there, else it is anonymous.
func (m *oauthMessage) recognised() bool {
	for _, name := range []string{"oauth_consumer_key", "oauth_token", "oauth_signature_method", "oauth_signature", "oauth_timestamp", "oauth_nonce"} {
		if _, there := m.oauth[name]; !there {
			return false
		}
	}
	return true
}

// baseString is the text that is signed, RFC 5849 3.4.1.
func (m *oauthMessage) baseString() string {
	pairs := make([]string, len(m.parameters))
	for i, parameter := range m.parameters {
		pairs[i] = percentEncode(parameter[0]) + "=" + percentEncode(parameter[1])
	}
	slices.SortFunc(pairs, comparePairs)
	host := strings.ToLower(m.url.Host)
	host = strings.TrimSuffix(host, ":443")
	address := m.url.Scheme + "://" + host + m.url.EscapedPath()
	return m.method + "&" + percentEncode(address) + "&" + percentEncode(strings.Join(pairs, "&"))
}

// comparePairs sorts by the encoded name, then by the encoded value.
func comparePairs(a, b string) int {
	aName, aValue, _ := strings.Cut(a, "=")
	bName, bValue, _ := strings.Cut(b, "=")
	if c := strings.Compare(aName, bName); c != 0 {
		return c
	}
	return strings.Compare(aValue, bValue)
}

// verify checks consumer, method, version, time, nonce and signature, in the plugin's order. The token is checked by the
// caller, before.
func (p *oauthProvider) verify(m oauthMessage) *oauthProblem {
	if m.oauth["oauth_signature_method"] != "RSA-SHA1" {
		return problem("signature_method_rejected", [2]string{"oauth_acceptable_signature_methods", "RSA-SHA1"})
	}
	if version, there := m.oauth["oauth_version"]; there && version != "1.0" {
		return problem("version_rejected", [2]string{"oauth_acceptable_versions", "1.0-1.0"})
	}
	if refused := p.checkTime(m); refused != nil {
		return refused
	}
	signature, err := base64.StdEncoding.DecodeString(m.oauth["oauth_signature"])
	if err != nil {
		return problem("signature_invalid")
	}
	digest := sha1.Sum([]byte(m.baseString())) //nolint:gosec // RSA-SHA1 is what Jira's OAuth 1.0a asks for
	if rsa.VerifyPKCS1v15(p.publicKey, crypto.SHA1, digest[:], signature) != nil {
		return problem("signature_invalid")
	}
	return nil
}

// checkConsumer knows one key.
func (p *oauthProvider) checkConsumer(m oauthMessage) *oauthProblem {
	if p.consumerKey == "" || m.oauth["oauth_consumer_key"] != p.consumerKey {
		return problem("consumer_key_unknown")
	}
	return nil
}

// checkTime refuses clocks that differ by more than five minutes and nonces seen before.
func (p *oauthProvider) checkTime(m oauthMessage) *oauthProblem {
	now := p.now()
	seconds, err := strconv.ParseInt(m.oauth["oauth_timestamp"], 10, 64)
	if err != nil {
		return problem("parameter_rejected", [2]string{"oauth_parameters_rejected", "oauth_timestamp"})
	}
	low, high := now.Add(-timestampWindow).Unix(), now.Add(timestampWindow).Unix()
	if seconds < low || seconds > high {
		return problem("timestamp_refused", [2]string{"oauth_acceptable_timestamps", fmt.Sprintf("%d-%d", low, high)})
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for nonce, seen := range p.nonces {
		if now.Sub(seen) > nonceMemory {
			delete(p.nonces, nonce)
		}
	}
	nonce := m.oauth["oauth_timestamp"] + " " + m.oauth["oauth_nonce"]
	if _, seen := p.nonces[nonce]; seen {
		return problem("nonce_used")
	}
	p.nonces[nonce] = now
	return nil
}

// identifyOAuth checks a signed request for a resource.
func (j *Jira) identifyOAuth(q *request) *response {
	m := readOAuth(q.http, q.body)
	if !m.recognised() {
		return nil
	}
	if refused := j.oauth.authenticate(m); refused != nil {
		q.caller.seraph = "AUTHENTICATED_FAILED"
		return new(refused.resourceResponse(j.BaseURL()))
	}
	q.caller = caller{identity: adminIdentity, seraph: "OK"}
	return nil
}

// authenticate checks the token and then the request.
func (p *oauthProvider) authenticate(m oauthMessage) *oauthProblem {
	if refused := p.checkConsumer(m); refused != nil {
		return refused
	}
	grant := p.access(m.oauth["oauth_token"])
	if grant == nil {
		return problem("token_rejected")
	}
	if refused := p.verify(m); refused != nil {
		return refused
	}
	if p.now().After(grant.expires) {
		return problem("token_expired")
	}
	return nil
}

// header is the WWW-Authenticate of a refusal.
func (o *oauthProblem) header(base string) string {
	parts := []string{`OAuth realm="` + percentEncode(base) + `"`, `oauth_problem="` + percentEncode(o.name) + `"`}
	for _, detail := range o.details {
		parts = append(parts, detail[0]+`="`+percentEncode(detail[1])+`"`)
	}
	return strings.Join(parts, ", ")
}

// body is the form-encoded text of a refusal.
func (o *oauthProblem) body() string {
	parts := []string{"oauth_problem=" + percentEncode(o.name)}
	for _, detail := range o.details {
		parts = append(parts, detail[0]+"="+percentEncode(detail[1]))
	}
	return strings.Join(parts, "&")
}

// resourceResponse is the refusal of a resource: always 401, with a page for a body.
func (o *oauthProblem) resourceResponse(base string) response {
	answer := htmlResponse(http.StatusUnauthorized, "Unauthorized (401)", o.body())
	return answer.with("WWW-Authenticate", o.header(base))
}

// percentEncode is RFC 3986 with only the unreserved characters left alone, as RFC 5849 3.6 asks.
func percentEncode(text string) string {
	var encoded strings.Builder
	for i := range len(text) {
		c := text[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			encoded.WriteByte(c)
			continue
		}
		fmt.Fprintf(&encoded, "%%%02X", c)
	}
	return encoded.String()
}

// percentDecode undoes percentEncode; what is not encoded rightly stays as it is, and the signature fails.
func percentDecode(text string) string {
	if decoded, err := url.PathUnescape(text); err == nil {
		return decoded
	}
	return text
}

// formDecode undoes form encoding, in which a plus is a space.
func formDecode(text string) string {
	if decoded, err := url.QueryUnescape(text); err == nil {
		return decoded
	}
	return text
}
