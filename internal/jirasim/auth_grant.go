package jirasim

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// refreshGrant is a refresh token. A replaced one works for the leeway still.
type refreshGrant struct {
	replaced time.Time // zero: it is the newest
	dead     bool
}

// bearerGrant is an access token, to which somebody consented unless the app got it by its own credentials.
type bearerGrant struct {
	end       time.Time
	consented bool
}

// consentedCode is an authorisation code.
type consentedCode struct {
	redirect, challenge string
	expires             time.Time
}

// codeLife is how long an authorisation code is good.
const codeLife = 5 * time.Minute

// good tells whether an OAuth 2.0 access token is known and has not expired.
func (f *Front) good(access string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	grant, known := f.accesses[access]
	return known && f.jira.opt.Now().Before(grant.end)
}

// Grant hands out a refresh token as if somebody had gone through the login.
func (f *Front) Grant() (refreshToken string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.newRefresh()
}

// Revoke makes every token of the app useless, as removing it from the account does.
func (f *Front) Revoke() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.accesses)
	clear(f.refresh)
}

// newRefresh makes a refresh token. The caller holds the lock.
func (f *Front) newRefresh() string {
	token := "refresh-" + f.random()
	f.refresh[token] = &refreshGrant{}
	return token
}

// random makes an unguessable-looking text. The caller holds the lock.
func (f *Front) random() string {
	f.issued++
	high := mix(f.jira.opt.Seed ^ mix(f.issued))
	return fmt.Sprintf("%016x%016x", high, mix(high^f.issued))
}

// readForm takes a token request in either of the two forms that the servers take.
func readForm(r *http.Request) url.Values {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBodyBytes))
	if err != nil {
		return nil
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		var members map[string]string
		if json.Unmarshal(body, &members) != nil {
			return nil
		}
		form := url.Values{}
		for name, value := range members {
			form.Set(name, value)
		}
		return form
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil
	}
	return form
}

// refuseGrant is RFC 6749's error, with the status that the deployment's server gives it.
func refuseGrant(w http.ResponseWriter, status int, code, description string) {
	writeResponse(w, valueResponse(status, map[string]string{"error": code, "error_description": description}))
}

// token is the token endpoint of either server.
func (f *Front) token(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		writeResponse(w, wrongMethod([]string{http.MethodPost}))
		return
	}
	form := readForm(r)
	cloud := f.jira.opt.Deployment == Cloud
	if form.Get("client_id") != f.o.ClientID || form.Get("client_secret") != f.o.ClientSecret {
		if cloud {
			refuseGrant(w, http.StatusUnauthorized, "access_denied", "Unauthorized")
		} else {
			refuseGrant(w, http.StatusUnauthorized, "invalid_client", "")
		}
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch form.Get("grant_type") {
	case "authorization_code":
		f.spendCode(w, form)
	case "refresh_token":
		f.spendRefresh(w, form)
	case "client_credentials":
		f.spendOwn(w, form)
	default:
		refuseGrant(w, http.StatusBadRequest, "unsupported_grant_type", "")
	}
}

// spendCode takes an authorisation code once, for its own redirect address and verifier.
func (f *Front) spendCode(w http.ResponseWriter, form url.Values) {
	code := f.codes[form.Get("code")]
	delete(f.codes, form.Get("code"))
	sum := sha256.Sum256([]byte(form.Get("code_verifier")))
	switch {
	case code == nil, f.jira.opt.Now().After(code.expires), code.redirect != form.Get("redirect_uri"),
		code.challenge != "" && code.challenge != base64.RawURLEncoding.EncodeToString(sum[:]):
		refuseGrant(w, f.refusedStatus(), "invalid_grant", "Invalid authorization code")
		return
	}
	f.give(w, f.newRefresh())
}

// refusedStatus is what the servers say to a grant that is no good: Atlassian's 403, Data Center's 400.
func (f *Front) refusedStatus() int {
	if f.jira.opt.Deployment == Cloud {
		return http.StatusForbidden
	}
	return http.StatusBadRequest
}

// spendRefresh replaces a refresh token. Data Center wants the redirect address again and says nothing when it lacks.
func (f *Front) spendRefresh(w http.ResponseWriter, form url.Values) {
	now := f.jira.opt.Now()
	old := f.refresh[form.Get("refresh_token")]
	if f.jira.opt.Deployment == DataCenter && form.Get("redirect_uri") != f.o.RedirectURI {
		refuseGrant(w, http.StatusBadRequest, "invalid_grant", "")
		return
	}
	if old == nil || old.dead || !old.replaced.IsZero() && now.Sub(old.replaced) > leeway {
		refuseGrant(w, f.refusedStatus(), "invalid_grant", "Unknown or invalid refresh token.")
		return
	}
	if old.replaced.IsZero() {
		old.replaced = now
	}
	f.give(w, f.newRefresh())
}

// spendOwn gives a token for the app's own credentials.
func (f *Front) spendOwn(w http.ResponseWriter, form url.Values) {
	switch {
	case !f.o.ServiceAccount:
		refuseGrant(w, f.refusedStatus(), "unauthorized_client", "Grant type 'client_credentials' not allowed for the client.")
	case f.jira.opt.Deployment == DataCenter && form.Get("scope") == "":
		refuseGrant(w, http.StatusBadRequest, "invalid_scope", "")
	default:
		f.give(w, "")
	}
}

// give answers with a new access token.
func (f *Front) give(w http.ResponseWriter, refresh string) {
	access := "access-" + f.random()
	f.accesses[access] = bearerGrant{end: f.jira.opt.Now().Add(f.o.AccessTTL), consented: refresh != ""}
	answer := map[string]any{
		"access_token": access, "token_type": "Bearer", "expires_in": int(f.o.AccessTTL.Seconds()), "scope": strings.Join(f.o.Scopes, " "),
	}
	if refresh != "" {
		answer["refresh_token"] = refresh
	}
	writeResponse(w, valueResponse(http.StatusOK, answer))
}

// authorize is the page on which somebody allows the access; here somebody does so at once, and the browser is sent back.
func (f *Front) authorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if query.Get("client_id") != f.o.ClientID || query.Get("redirect_uri") != f.o.RedirectURI || query.Get("response_type") != "code" ||
		f.jira.opt.Deployment == Cloud && query.Get("audience") != "api.atlassian.com" {
		writeResponse(w, htmlResponse(http.StatusBadRequest, "Something went wrong", "The redirect_uri or client_id is not the app's."))
		return
	}
	back := url.Values{"state": {query.Get("state")}}
	if f.o.Denies {
		back.Set("error", "access_denied")
		back.Set("error_description", "User did not authorize the request")
	} else {
		f.mu.Lock()
		code := f.random()
		f.codes[code] = &consentedCode{
			redirect: query.Get("redirect_uri"), challenge: query.Get("code_challenge"), expires: f.jira.opt.Now().Add(codeLife),
		}
		f.mu.Unlock()
		back.Set("code", code)
	}
	http.Redirect(w, r, query.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound) //nolint:gosec // the login asks to be sent there, and it is a simulated site
}
