package jirasim

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// requestGrant is a request token and what became of it.
type requestGrant struct {
	callback string
	verifier string
	expires  time.Time
	approved bool
	denied   bool
}

// accessGrant is an access token with its session.
type accessGrant struct {
	session        string
	expires        time.Time
	sessionExpires time.Time
}

// OAuthTokens are what the token servlets hand out.
type OAuthTokens struct {
	Token         string
	Secret        string
	SessionHandle string
}

// random makes an unguessable-looking text that is the same for the same site and order of requests.
func (p *oauthProvider) random() string {
	p.issued++
	high := mix(p.seed ^ mix(p.issued))
	return fmt.Sprintf("%016x%016x", high, mix(high^p.issued))
}

// access finds an access token.
func (p *oauthProvider) access(token string) *accessGrant {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.accesses[token]
}

// grant hands out an access token. The caller holds the lock.
func (p *oauthProvider) grant() OAuthTokens {
	tokens := OAuthTokens{Token: p.random(), Secret: p.random(), SessionHandle: p.random()}
	now := p.now()
	p.accesses[tokens.Token] = &accessGrant{
		session: tokens.SessionHandle, expires: now.Add(p.accessTTL), sessionExpires: now.Add(p.sessionTTL),
	}
	return tokens
}

// GrantTokens hands out access tokens as if the demo user had gone through the dance.
func (j *Jira) GrantTokens() OAuthTokens {
	j.oauth.mu.Lock()
	defer j.oauth.mu.Unlock()
	return j.oauth.grant()
}

// RevokeTokens removes all tokens, as deleting the application link's authorisations does.
func (j *Jira) RevokeTokens() {
	j.oauth.mu.Lock()
	defer j.oauth.mu.Unlock()
	clear(j.oauth.accesses)
	clear(j.oauth.requests)
}

// servletResponse is the refusal of a token servlet, with the status that the OAuth library maps the problem to.
func (o *oauthProblem) servletResponse(base string) response {
	status := http.StatusUnauthorized
	switch o.name {
	case "version_rejected", "parameter_absent", "parameter_rejected", "timestamp_refused", "signature_method_rejected":
		status = http.StatusBadRequest
	case "user_refused", "consumer_key_refused":
		status = http.StatusForbidden
	}
	return textResponse(status, o.body()).with("WWW-Authenticate", o.header(base))
}

// textResponse is a plain text answer.
func textResponse(status int, text string) response {
	return response{status: status, header: http.Header{"Content-Type": {"text/plain;charset=UTF-8"}}, body: []byte(text)}
}

// requestToken is POST /plugins/servlet/oauth/request-token.
func requestToken(j *Jira, q *request) response {
	p := j.oauth
	m := readOAuth(q.http, q.body)
	refused := m.needs("oauth_consumer_key", "oauth_signature_method", "oauth_signature", "oauth_timestamp", "oauth_nonce")
	if refused == nil {
		refused = p.checkConsumer(m)
	}
	if refused == nil {
		refused = p.verify(m)
	}
	if refused == nil {
		refused = checkCallback(m)
	}
	if refused != nil {
		return refused.servletResponse(j.BaseURL())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	token, secret := p.random(), p.random()
	p.requests[token] = &requestGrant{callback: m.oauth["oauth_callback"], expires: p.now().Add(p.requestTTL)}
	return textResponse(http.StatusOK, "oauth_token="+token+"&oauth_token_secret="+secret+"&oauth_callback_confirmed=true")
}

// needs refuses a message that lacks one of the parameters.
func (m *oauthMessage) needs(names ...string) *oauthProblem {
	var absent []string
	for _, name := range names {
		if m.oauth[name] == "" {
			absent = append(absent, name)
		}
	}
	if len(absent) == 0 {
		return nil
	}
	return problem("parameter_absent", [2]string{"oauth_parameters_absent", strings.Join(absent, "&")})
}

// checkCallback takes "oob" and absolute http addresses.
func checkCallback(m oauthMessage) *oauthProblem {
	callback, there := m.oauth["oauth_callback"]
	if !there {
		return problem("parameter_absent", [2]string{"oauth_parameters_absent", "oauth_callback"})
	}
	address, err := url.Parse(callback)
	if callback == "oob" || err == nil && (address.Scheme == "http" || address.Scheme == "https") && address.Host != "" {
		return nil
	}
	return problem("parameter_rejected", [2]string{"oauth_parameters_rejected", "oauth_callback"},
		[2]string{"oauth_problem_advice", "Callback must be an absolute URI with scheme http or https, or oob"})
}

// authorize is the page on which the user allows or denies access. A GET stands for the demo user pressing Allow at
// once; a form with a "deny" field is Deny.
func authorize(j *Jira, q *request) response {
	form, err := url.ParseQuery(string(q.body))
	if err != nil {
		form = url.Values{}
	}
	token := q.query.Get("oauth_token")
	if token == "" {
		token = form.Get("oauth_token")
	}
	p := j.oauth
	p.mu.Lock()
	defer p.mu.Unlock()
	grant := p.requests[token]
	if grant == nil {
		return htmlResponse(http.StatusUnauthorized, "OAuth", "The request token is invalid: it is not known, or it has been used already.")
	}
	if p.now().After(grant.expires) {
		return htmlResponse(http.StatusUnauthorized, "OAuth", "The request token has expired.")
	}
	if form.Has("deny") || q.query.Has("deny") {
		grant.denied = true
		return grant.answer(token, "denied", "You have denied access to your Jira data.")
	}
	if !grant.approved {
		grant.approved, grant.verifier = true, p.random()[:6]
	}
	return grant.answer(token, grant.verifier, "You have successfully authorised the access. Your verification code is <strong>"+grant.verifier+
		"</strong>. You will need to enter this exact text when prompted.")
}

// answer sends the browser back with the code, or shows the text, which is HTML.
func (g *requestGrant) answer(token, verifier, text string) response {
	if g.callback == "oob" {
		return htmlResponse(http.StatusOK, "Access Approved", text)
	}
	address, err := url.Parse(g.callback)
	if err != nil {
		return htmlResponse(http.StatusOK, "Access Approved", text)
	}
	values := address.Query()
	values.Set("oauth_token", token)
	values.Set("oauth_verifier", verifier)
	address.RawQuery = values.Encode()
	answer := htmlResponse(http.StatusFound, "Found", "")
	return answer.with("Location", address.String())
}

// accessToken is POST /plugins/servlet/oauth/access-token: it turns an allowed request token, or an access token with
// its session handle, into a new access token.
func accessToken(j *Jira, q *request) response {
	p := j.oauth
	m := readOAuth(q.http, q.body)
	refused := m.needs("oauth_consumer_key", "oauth_token", "oauth_signature_method", "oauth_signature", "oauth_timestamp", "oauth_nonce")
	if refused == nil {
		refused = p.checkConsumer(m)
	}
	if refused != nil {
		return refused.servletResponse(j.BaseURL())
	}
	p.mu.Lock()
	request, access := p.requests[m.oauth["oauth_token"]], p.accesses[m.oauth["oauth_token"]]
	p.mu.Unlock()
	if request == nil && access == nil {
		return problem("token_rejected").servletResponse(j.BaseURL())
	}
	if refused = p.verify(m); refused != nil {
		return refused.servletResponse(j.BaseURL())
	}
	tokens, refused := p.exchange(m)
	if refused != nil {
		return refused.servletResponse(j.BaseURL())
	}
	return textResponse(http.StatusOK, "oauth_token="+tokens.Token+"&oauth_token_secret="+tokens.Secret+
		"&oauth_expires_in="+strconv.Itoa(int(p.accessTTL.Seconds()))+"&oauth_session_handle="+tokens.SessionHandle+
		"&oauth_authorization_expires_in="+strconv.Itoa(int(p.sessionTTL.Seconds())))
}

// exchange replaces the message's token by a new one; the old one is gone.
func (p *oauthProvider) exchange(m oauthMessage) (tokens OAuthTokens, refused *oauthProblem) {
	p.mu.Lock()
	defer p.mu.Unlock()
	token := m.oauth["oauth_token"]
	if request := p.requests[token]; request != nil {
		refused = request.redeem(m, p.now())
	} else if access := p.accesses[token]; access != nil {
		refused = access.renew(m, p.now())
	} else {
		refused = problem("token_rejected")
	}
	if refused != nil {
		return tokens, refused
	}
	delete(p.requests, token)
	delete(p.accesses, token)
	return p.grant(), nil
}

// redeem checks that the user has allowed the request token and that the code is his.
func (g *requestGrant) redeem(m oauthMessage, now time.Time) *oauthProblem {
	switch {
	case now.After(g.expires):
		return problem("token_expired")
	case g.denied:
		return problem("permission_denied")
	case !g.approved:
		return problem("permission_unknown")
	case m.oauth["oauth_verifier"] == "":
		return problem("parameter_absent", [2]string{"oauth_parameters_absent", "oauth_verifier"})
	case subtle.ConstantTimeCompare([]byte(m.oauth["oauth_verifier"]), []byte(g.verifier)) != 1:
		return problem("token_rejected")
	}
	return nil
}

// renew checks the session of an access token, which may itself have run out.
func (g *accessGrant) renew(m oauthMessage, now time.Time) *oauthProblem {
	handle, there := m.oauth["oauth_session_handle"]
	switch {
	case !there:
		return problem("parameter_absent", [2]string{"oauth_parameters_absent", "oauth_session_handle"})
	case handle != g.session:
		return problem("token_rejected")
	case now.After(g.sessionExpires):
		return problem("permission_denied")
	}
	return nil
}
