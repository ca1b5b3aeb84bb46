package jira

import (
	"errors"
	"net/http"

	"tap-jira/internal/fault"
)

// explain gives an error its kind and, where someone can do something, a hint.
func (c *Client) explain(ex *exchange, err error) error {
	if e, ok := errors.AsType[*APIError](err); ok {
		kind, known := statusKind(ex, e)
		if !known {
			return err
		}
		return fault.Wrap(kind, err, c.statusHint(ex, e))
	}
	if e, ok := errors.AsType[*RedirectError](err); ok {
		return fault.Wrap(redirectKind(ex, e), err, redirectHint(e))
	}
	if errors.Is(err, ErrNetwork) {
		return fault.Wrap(fault.Network, err, networkHint(err))
	}
	return err
}

// statusKind is the kind of a refusal; a 400 has none, because only the caller
// knows whose question it was.
func statusKind(ex *exchange, e *APIError) (fault.Kind, bool) {
	switch {
	case e.Code == codeNotJira:
		return pageKind(ex), true
	case ex.connecting && !ex.signed && e.Status < http.StatusInternalServerError:
		return fault.Network, true
	case e.refusesLogin(), ex.connecting && errors.Is(e, ErrForbidden):
		return fault.Credentials, true
	case errors.Is(e, ErrNetwork):
		return fault.Network, true
	case errors.Is(e, ErrForbidden), e.Status == http.StatusNotFound, e.Status == http.StatusGone:
		return fault.Incomplete, true
	}
	return fault.Internal, false
}

// pageKind is the kind of a web page in place of an answer: before credentials
// were sent the address is wrong, later the login was not accepted.
func pageKind(ex *exchange) fault.Kind {
	if ex.signed {
		return fault.Credentials
	}
	return fault.Network
}

// redirectKind is the kind of a redirect that was not followed: one that leads
// round in circles concerns its own endpoint, all others who asked.
func redirectKind(ex *exchange, e *RedirectError) fault.Kind {
	if e.endless && !ex.connecting {
		return fault.Incomplete
	}
	return pageKind(ex)
}

// statusHint says what to do about a refusal.
func (c *Client) statusHint(ex *exchange, e *APIError) string {
	if e.refusesLogin() && c.opts.Advice != nil {
		if advice := c.opts.Advice(e, ex.deployment); advice != "" {
			return advice
		}
	}
	if hint := codeHint(ex.deployment, e.Code); hint != "" {
		return hint
	}
	switch {
	case e.Code == codeNotJira:
		return pageHint(ex)
	case ex.connecting && !ex.signed:
		return addressHint
	case e.refusesLogin():
		return loginHint(ex.deployment, e.Code)
	}
	return refusalHint(ex, e)
}

// addressHint is for answers that no Jira gives before anyone logged in.
const addressHint = "check base_url: it is what stands before /browse/ in the address of an issue, with the context path if there is one (https://host/jira)"

func pageHint(ex *exchange) string {
	if ex.connecting && !ex.signed {
		return addressHint
	}
	return "a login page or a proxy stands before Jira: check base_url, and have single sign-on let /rest/ and /plugins/servlet/oauth/ through"
}

func basicHint(d Deployment) string {
	if d == Cloud {
		return "Jira Cloud takes no passwords: give the account's e-mail as username and an API token as password (id.atlassian.com, Security, API tokens)"
	}
	return "this Jira takes no user name and password (off by default from 11.0): an administrator can allow it under Administration > System > Authentication methods, or link the tap by OAuth (tap-jira auth keygen)"
}

func loginHint(d Deployment, code string) string {
	switch {
	case code == codeAnonymous:
		return "the credentials did not reach Jira: check them, and that no proxy removes the Authorization header"
	case code != "" && code != codeFailed:
		return "the application link does not accept the request: tap-jira auth status tells more, tap-jira auth login oauth1 authorises anew"
	case d == Cloud:
		return "Jira Cloud wants the account's e-mail as username and an API token that has not expired as password (id.atlassian.com, Security, API tokens)"
	}
	return "check username and password by logging in to Jira in the browser; do not run again before, because a few failures lock the account"
}

func refusalHint(ex *exchange, e *APIError) string {
	switch {
	case e.Code == codeBlocked:
		return "this Jira allows the account no requests: ask an administrator to look at System > Rate limiting and to exempt it"
	case e.Status == http.StatusTooManyRequests:
		return "Jira asks for fewer requests: lower concurrency or set requests_per_second, or run at another time"
	case e.Status == http.StatusForbidden && ex.connecting:
		return "the account may not use Jira from here: check its licence and the site's list of allowed addresses"
	case e.Status == http.StatusForbidden, e.Code == codePermission:
		return "the account lacks the permission, or the site the product: tap-jira check says what is missing"
	case e.Status == http.StatusGone:
		return "Jira has removed this: get a newer tap-jira"
	case e.Status >= http.StatusInternalServerError:
		return "Jira itself is in trouble; run again later: the run goes on from its state"
	}
	return ""
}

func redirectHint(e *RedirectError) string {
	if e.Login {
		return "a login page stands before Jira: have single sign-on let /rest/ and /plugins/servlet/oauth/ through"
	}
	if e.endless {
		return "a proxy before Jira sends the request round in circles: have its rules let /rest/ through"
	}
	return "set base_url to the address at which Jira itself answers"
}

// networkHint adds advice where the transport gave none.
func networkHint(err error) string {
	switch {
	case fault.HintOf(err) != "":
		return ""
	case errors.Is(err, errStalled):
		return "Jira takes longer than request_timeout: raise it, or lower page_size"
	}
	return "check base_url and the network; run again later: the run goes on from its state"
}
