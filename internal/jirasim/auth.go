package jirasim

import (
	"net/http"
	"strings"
	"sync"
)

// caller is whom the site takes a request's sender for.
type caller struct {
	identity string // adminIdentity, readerIdentity or "anonymous"
	seraph   string // X-Seraph-LoginReason
	app      app    // what kind of app acts; empty for people
}

// Those who can log in: the demo account, which administers the site, and one that may only read and work on issues.
const (
	adminIdentity  = "demo"
	readerIdentity = "reader"
)

// anonymous reports whether nobody is logged in.
func (c caller) anonymous() bool { return c.identity != adminIdentity && c.identity != readerIdentity }

// administers reports whether the caller has the global permission Administer Jira.
func (c caller) administers() bool { return c.identity == adminIdentity }

// user is the index of the user who is logged in.
func (c caller) user() int {
	if c.identity == readerIdentity {
		return readerAccount
	}
	return account
}

// identityOf is whom a login stands for: all but the reader's are names of the demo account.
func (j *Jira) identityOf(login string) string {
	if reader, _ := ReaderLogin(j.opt.Deployment); strings.EqualFold(login, reader) {
		return readerIdentity
	}
	return adminIdentity
}

// credentialKind says what kind of credentials a request carries, right or wrong.
func credentialKind(r *http.Request) string {
	scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	switch {
	case strings.EqualFold(scheme, "basic"):
		return "basic"
	case strings.EqualFold(scheme, "bearer"):
		return "bearer"
	case strings.EqualFold(scheme, "oauth"), r.URL.Query().Has("oauth_signature"):
		return "oauth1"
	case scheme != "":
		return "other"
	default:
		return "none"
	}
}

// identify checks a request's credentials and sets its caller, or answers the refusal. Without credentials, and with an
// OAuth header that lacks one of its six parameters, the caller is anonymous and nothing is said.
func (j *Jira) identify(q *request) *response {
	q.caller = caller{identity: "anonymous"}
	if as, vouched := vouchedAs(q.http); vouched {
		q.caller = caller{identity: adminIdentity, app: as}
		return nil
	}
	switch credentialKind(q.http) {
	case "basic":
		return j.identifyBasic(q)
	case "oauth1":
		return j.identifyOAuth(q)
	case "bearer":
		return j.identifyBearer(q)
	}
	return j.identifyApp(q)
}

// identifyBearer knows no bearer token: Cloud's edge refuses one at the site's own address, Data Center goes on without
// a user.
func (j *Jira) identifyBearer(q *request) *response {
	if j.opt.Deployment == Cloud {
		return new(valueResponse(http.StatusForbidden, map[string]string{"error": "Failed to parse Connect Session Auth Token"}))
	}
	q.caller.seraph = "AUTHENTICATED_FAILED"
	return nil
}

// logins counts failed passwords by account, for the CAPTCHA.
type logins struct {
	mu       sync.Mutex
	failures map[string]int
}

// captchaAfter is how many wrong passwords lock an account until a login in a browser: Jira's default.
const captchaAfter = 3

// identifyBasic checks a name and a password.
func (j *Jira) identifyBasic(q *request) *response {
	if j.opt.Basic == BasicOff {
		return new(valueResponse(http.StatusForbidden, map[string]string{"message": "Basic Authentication has been disabled on this instance."}))
	}
	name, password, _ := q.http.BasicAuth()
	login := strings.ToLower(name)
	right := false
	for have, secret := range j.opt.Users {
		right = right || strings.EqualFold(have, name) && secret == password
	}
	if j.opt.Deployment == Cloud {
		return j.identifyToken(q, name, right)
	}
	j.logins.mu.Lock()
	defer j.logins.mu.Unlock()
	if j.logins.failures[login] >= captchaAfter {
		return new(j.captcha(q))
	}
	if right {
		delete(j.logins.failures, login)
		q.caller = caller{identity: j.identityOf(name), seraph: "OK"}
		return nil
	}
	j.logins.failures[login]++
	q.caller.seraph = "AUTHENTICATED_FAILED"
	refused := htmlResponse(http.StatusUnauthorized, "Unauthorized (401)", "Basic Authentication Failure - Reason : AUTHENTICATED_FAILED")
	return new(refused.with("WWW-Authenticate", `Basic realm="protected-area"`))
}

// identifyToken lets Cloud go on as anonymous after a wrong token: only operations that need a login refuse it.
func (j *Jira) identifyToken(q *request, name string, right bool) *response {
	if right {
		q.caller = caller{identity: j.identityOf(name)}
	} else {
		q.caller.seraph = "AUTHENTICATED_FAILED"
	}
	return nil
}

// captcha refuses without looking at the password.
func (j *Jira) captcha(q *request) response {
	q.caller.seraph = "AUTHENTICATION_DENIED"
	refused := htmlResponse(http.StatusForbidden, "Forbidden (403)", "Basic Authentication Failure - Reason : AUTHENTICATION_DENIED")
	return refused.with("X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE; login-url="+j.BaseURL()+"/login.jsp")
}

// SolveCaptcha is a login in a browser: it lets an account that is locked log in again.
func (j *Jira) SolveCaptcha(username string) {
	j.logins.mu.Lock()
	defer j.logins.mu.Unlock()
	delete(j.logins.failures, strings.ToLower(username))
}
