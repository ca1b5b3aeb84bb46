package jirasim

import (
	"net/http"
	"time"
)

// Refusal is a way in which a site says no to a login, with the headers and body of the real one.
type Refusal string

// The refusals. Those that depend on the login itself (a wrong password, an expired token) need no script.
const (
	RefusalCaptcha        Refusal = "captcha"
	RefusalBasicOff       Refusal = "basic-off"
	RefusalPasswordsGone  Refusal = "passwords-gone" // Cloud's answer to a password instead of an API token
	RefusalExpiredToken   Refusal = "expired-token"
	RefusalScope          Refusal = "scope"
	RefusalPermission     Refusal = "permission"
	RefusalAddress        Refusal = "address"
	RefusalAnonymous      Refusal = "anonymous"
	RefusalLoginPage      Refusal = "login-page"
	RefusalDeletedUser    Refusal = "deleted-user"
	RefusalClockSkew      Refusal = "clock-skew"
	RefusalMaintenance    Refusal = "maintenance"
	refusalPage                   = "text/html;charset=UTF-8"
	refusalJSON                   = "application/json;charset=UTF-8"
	authenticationDenied          = "AUTHENTICATION_DENIED"
	authenticationRefused         = "AUTHENTICATED_FAILED"
)

// Refuse makes a fault that refuses every request for a path; "" is every path. now is the clock of a site whose clock is
// looked at.
func Refuse(kind Refusal, path string, now time.Time) Fault {
	f := Fault{Name: string(kind), Path: path, Times: -1, Header: map[string]string{"Content-Type": refusalJSON}}
	switch kind {
	case RefusalCaptcha:
		f.Status, f.Body = http.StatusForbidden, "<html><head><title>Forbidden (403)</title></head><body>Basic Authentication Failure - Reason : AUTHENTICATION_DENIED</body></html>"
		f.Header = map[string]string{
			"Content-Type": refusalPage, "X-Seraph-LoginReason": authenticationDenied,
			"X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=https://jira.example.com/login.jsp",
		}
	case RefusalBasicOff:
		f.Status, f.Body = http.StatusForbidden, `{"message":"Basic Authentication has been disabled on this instance."}`
	case RefusalPasswordsGone:
		f.Status, f.Body = http.StatusUnauthorized, "Basic authentication with passwords is deprecated.  For more information, see: https://developer.atlassian.com/cloud/jira/platform/deprecation-notice-basic-auth-and-cookie-based-auth/"
		f.Header["Content-Type"] = "text/plain"
	case RefusalExpiredToken:
		f.Status, f.Body = http.StatusUnauthorized, `{"message":"The access token has expired."}`
		f.Header["X-Seraph-LoginReason"] = authenticationRefused
	case RefusalScope:
		f.Status, f.Body = http.StatusUnauthorized, `{"code":401,"message":"Unauthorized; scope does not match"}`
	case RefusalPermission:
		f.Status, f.Body = http.StatusForbidden, `{"errorMessages":["You do not have permission to do this."],"errors":{}}`
	case RefusalAddress:
		f.Status, f.Body = http.StatusForbidden, `{"message":"Access denied: your IP address is not on the allowlist of this organization."}`
	case RefusalAnonymous:
		f.Anonymous = true
	case RefusalLoginPage:
		f.LoginPage = true
	case RefusalDeletedUser:
		f.Status, f.Body = http.StatusUnauthorized, `{"message":"The user has been deleted or deactivated."}`
	case RefusalClockSkew:
		f.Status = http.StatusUnauthorized
		f.Header["WWW-Authenticate"] = `OAuth realm="https%3A%2F%2Fjira.example.com", oauth_problem="timestamp_refused"`
		f.Header["Date"] = now.UTC().Format(http.TimeFormat)
	case RefusalMaintenance:
		f.Status, f.Body = http.StatusServiceUnavailable, "<html><head><title>Jira is being maintained</title></head></html>"
		f.Header["Content-Type"] = refusalPage
	}
	return f
}
