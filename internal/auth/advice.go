package auth

import (
	"strings"
	"time"
)

// Refusal is what a site said to a login, in the words of the client that asked.
type Refusal struct {
	Cloud    bool
	Code     string        // an oauth_problem, TOKEN_EXPIRED, AUTHENTICATED_FAILED …; "" when there was none
	Messages []string      // the site's own
	Skew     time.Duration // how much this clock is ahead of the site's
}

// Advice says what mends a refused login of a kind ("basic", "pat", "oauth1",
// "oauth2"). It is "" where the kind makes no difference: a CAPTCHA, a
// deactivated user, an address that is not allowed in.
func Advice(kind string, r Refusal) string {
	if r.isOAuthProblem() { // whatever the login was meant to be, that is how Jira took it
		return oauth1Advice(r)
	}
	switch kind {
	case "pat":
		return patAdvice(r)
	case KindOAuth2:
		return oauth2Advice(r)
	}
	return basicAdvice(r)
}

// plain tells whether the site said no more than no.
func (r Refusal) plain() bool {
	return r.Code == "" || r.Code == "AUTHENTICATED_FAILED" || r.Code == "TOKEN_EXPIRED" || r.Code == "ANONYMOUS"
}

// basicAdvice is for API tokens that have ended; the client explains what else happens to passwords.
func basicAdvice(r Refusal) string {
	if r.Code == "TOKEN_EXPIRED" {
		return "make a new API token (id.atlassian.com, Security, API tokens; they live a year at most) and give it as password"
	}
	return ""
}

// patAdvice is for personal access tokens.
func patAdvice(r Refusal) string {
	switch {
	case r.Cloud && (r.plain() || r.Code == "TOKEN_OF_ANOTHER_SORT"):
		return "Jira Cloud takes no personal access tokens: give the account's e-mail as username and an API token as password"
	case r.plain():
		return "the token is wrong, expired or revoked, or this Jira is older than 8.14, which has none: make a new one in Jira under your profile, " +
			"Personal access tokens; a proxy that removes the Authorization header looks the same"
	}
	return ""
}

// isOAuthProblem tells the codes of OAuth 1.0a, which are in small letters, from the others.
func (r Refusal) isOAuthProblem() bool { return r.Code != "" && r.Code != strings.ToUpper(r.Code) }

// oauth1Advice is for application links: Jira's own advice, where it gave any, knows more than we do.
func oauth1Advice(r Refusal) string {
	advice := ""
	if len(r.Messages) > 0 {
		advice = r.Messages[0]
	}
	if r.Code == problemTimestamp && r.Skew != 0 {
		advice = "this clock less Jira's is " + r.Skew.Round(time.Second).String()
	}
	return ExplainProblem(r.Code, advice)
}

// oauth2Advice is for OAuth 2.0 apps.
func oauth2Advice(r Refusal) string {
	if !r.plain() {
		return ""
	}
	if r.Cloud {
		return "the token is expired, revoked, or good for another site: authorise again (tap-jira auth login oauth2), and compare cloud_id with base_url"
	}
	return "the token is expired or revoked, or the incoming link was removed: authorise again (tap-jira auth login oauth2)"
}
