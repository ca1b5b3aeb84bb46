package auth

import (
	"errors"
	"strconv"
	"time"
)

// Tokens are what Jira gave for one authorisation. They print as "[redacted]".
type Tokens struct {
	hidden

	Token          string    // goes with each request
	Secret         string    // kept because other clients want it; RSA-SHA1 does not use it
	SessionHandle  string    // renews Token; "" when Jira gave none
	Expires        time.Time // of Token; zero when not known
	SessionExpires time.Time // of SessionHandle; zero when not known
}

func (t Tokens) access() string { return t.Token }

// RequestToken is the temporary token of one login. It prints as "[redacted]".
type RequestToken struct {
	hidden

	Token   string
	Secret  string
	Expires time.Time // the whole login has to fit in: ten minutes unless Jira says otherwise
}

// answer is what the token servlets say on success.
type answer map[string]string

var errNoToken = errors.New("no oauth_token in the answer")

// parseAnswer reads the servlets' text: a form. The first of repeated names counts.
func parseAnswer(body string) (answer, error) {
	params, err := parseForm(body)
	if err != nil {
		return nil, err
	}
	a := answer{}
	for _, p := range params {
		if _, ok := a[p.name]; !ok {
			a[p.name] = p.value
		}
	}
	if a["oauth_token"] == "" {
		return nil, errNoToken
	}
	return a, nil
}

// tokens reads an answer given at now.
func (a answer) tokens(now time.Time) Tokens {
	return Tokens{
		Token:          a["oauth_token"],
		Secret:         a["oauth_token_secret"],
		SessionHandle:  a["oauth_session_handle"],
		Expires:        a.after(now, "oauth_expires_in"),
		SessionExpires: a.after(now, "oauth_authorization_expires_in"),
	}
}

// after reads a lifetime in seconds, which is as exact as Jira says it; zero
// time when it is absent or absurd.
func (a answer) after(now time.Time, name string) time.Time {
	const century = 100 * 365 * 24 * 3600
	seconds, err := strconv.ParseInt(a[name], 10, 64)
	if err != nil || seconds <= 0 || seconds > century {
		return time.Time{}
	}
	return now.Add(time.Duration(seconds) * time.Second).UTC().Truncate(time.Second)
}

// values is the form in which tokens are kept in a Store.
func (t Tokens) values() map[string]string {
	values := map[string]string{"token": t.Token, "token_secret": t.Secret, "session_handle": t.SessionHandle}
	for name, at := range map[string]time.Time{"expires": t.Expires, "session_expires": t.SessionExpires} {
		if !at.IsZero() {
			values[name] = at.UTC().Format(time.RFC3339)
		}
	}
	return values
}

// tokensOf is the inverse of values. A time that cannot be read is not known.
func tokensOf(values map[string]string) Tokens {
	at := func(name string) time.Time {
		t, err := time.Parse(time.RFC3339, values[name])
		if err != nil {
			return time.Time{}
		}
		return t
	}
	return Tokens{
		Token:          values["token"],
		Secret:         values["token_secret"],
		SessionHandle:  values["session_handle"],
		Expires:        at("expires"),
		SessionExpires: at("session_expires"),
	}
}
