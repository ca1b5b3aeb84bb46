package auth

import (
	"context"
	"net/url"
	"strings"
	"time"

	"tap-jira/internal/fault"
)

// OutOfBand is the callback that makes Jira show the code instead of sending
// the browser back.
const OutOfBand = "oob"

// requestTokenLife is how long Jira keeps a request token unless it says otherwise.
const requestTokenLife = 10 * time.Minute

// deniedVerifier is the code that Jira sends back when the user presses Deny.
const deniedVerifier = "denied"

// Begin asks for a request token. callback is OutOfBand or an absolute http or
// https URL, mostly that of a Callback.
func (a *OAuth1) Begin(ctx context.Context, callback string) (RequestToken, error) {
	if u, err := url.Parse(callback); callback != OutOfBand && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return RequestToken{}, fault.New(fault.Usage, `use "oob" or http://127.0.0.1:PORT/…`, "the callback is not an absolute address")
	}
	ans, err := a.ask(ctx, requestTokenPath, param{name: "oauth_callback", value: callback})
	if err != nil {
		return RequestToken{}, err
	}
	if ans["oauth_callback_confirmed"] != "true" {
		return RequestToken{}, fault.New(fault.Credentials, "Jira 8.5 or newer speaks 1.0a; is base_url a Jira?",
			"the server did not confirm the callback, so it speaks OAuth 1.0 without the fix of 1.0a")
	}
	now := a.now()
	token := RequestToken{Token: ans["oauth_token"], Secret: ans["oauth_token_secret"], Expires: ans.after(now, "oauth_expires_in")}
	if token.Expires.IsZero() {
		token.Expires = now.Add(requestTokenLife).UTC()
	}
	return token, nil
}

// AuthorizeURL is the page to open in a browser, logged in as the user that
// the tap shall read as. It holds the request token, which is worth nothing
// without the private key.
func (a *OAuth1) AuthorizeURL(rt RequestToken) string {
	return a.address(authorizePath) + "?" + url.Values{"oauth_token": {rt.Token}}.Encode()
}

// Finish trades the verifier (the code that Jira showed or sent back) for
// tokens, saves them, and uses them from then on.
func (a *OAuth1) Finish(ctx context.Context, rt RequestToken, verifier string) (Tokens, error) {
	verifier = strings.TrimSpace(verifier)
	switch verifier {
	case "":
		return Tokens{}, fault.New(fault.Usage, "paste the code that Jira shows after Allow", "the verification code is empty")
	case deniedVerifier:
		problem := &ProblemError{Code: problemDenied}
		return Tokens{}, fault.New(fault.Credentials, ExplainProblem(problem.Code, ""), "Jira refused the OAuth 1.0a login: %w", problem)
	}
	return a.obtain(ctx, func(Tokens) (Tokens, error) {
		ans, err := a.ask(ctx, accessTokenPath, param{name: "oauth_token", value: rt.Token}, param{name: "oauth_verifier", value: verifier})
		return ans.tokens(a.now()), err
	})
}

// obtain saves the tokens that get returns before it uses them. get is given
// those in the store, and is called only when the store can be written: what
// Jira gives once it does not give again.
func (a *OAuth1) obtain(ctx context.Context, get func(saved Tokens) (Tokens, error)) (Tokens, error) {
	var fresh Tokens
	update := func(saved map[string]string) (values map[string]string, err error) {
		fresh, err = get(tokensOf(saved))
		return fresh.values(), err
	}
	if err := a.store.Update(ctx, KindOAuth1, a.key, a.origin, update); err != nil {
		return Tokens{}, err
	}
	a.current.set(fresh)
	return fresh, nil
}
