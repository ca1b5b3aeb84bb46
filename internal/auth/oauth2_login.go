package auth

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"tap-jira/internal/fault"
)

// secretBytes of randomness make a state, and a verifier of RFC 7636 (43 characters).
const secretBytes = 32

// consentLife is how long somebody may take to press the button; the code that
// comes of it lives for minutes only.
const consentLife = 10 * time.Minute

// Consent is one login in a browser. It prints as "[redacted]".
type Consent struct {
	hidden

	URL     string // the page to open
	Expires time.Time

	state    string // comes back with the code
	verifier string // proves that who began the login ends it (PKCE)
}

// Begin makes the address of the page on which a person allows the access, as
// the account that the tap shall read as. Settle has to come first.
func (a *OAuth2) Begin() (Consent, error) {
	if !a.renewable() {
		return Consent{}, fault.New(fault.Usage, "set oauth_client_id and oauth_client_secret", "there is no app to log in by")
	}
	conf, err := a.config()
	if err != nil {
		return Consent{}, err
	}
	state, err := a.random()
	if err != nil {
		return Consent{}, err
	}
	verifier, err := a.random()
	if err != nil {
		return Consent{}, err
	}
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(verifier)}
	if a.onCloud() {
		options = append(options, oauth2.SetAuthURLParam("audience", "api.atlassian.com"), oauth2.SetAuthURLParam("prompt", "consent"))
	}
	return Consent{
		URL: conf.AuthCodeURL(state, options...), Expires: a.o.Now().Add(consentLife), state: state, verifier: verifier,
	}, nil
}

// config is the app in the library's words.
func (a *OAuth2) config() (*oauth2.Config, error) {
	endpoint, err := a.endpoint()
	if err != nil {
		return nil, err
	}
	scopes := []string{"READ"}
	if a.onCloud() {
		scopes = []string{"read:jira-work", "read:jira-user", "offline_access"}
	}
	return &oauth2.Config{
		ClientID: a.o.ClientID, ClientSecret: a.o.ClientSecret, Endpoint: endpoint, RedirectURL: a.o.RedirectURI, Scopes: scopes,
	}, nil
}

// random is a text that nobody guesses: RFC 7636 asks for 43 characters of the verifier.
func (a *OAuth2) random() (string, error) {
	var b [secretBytes]byte
	if _, err := io.ReadFull(a.o.Rand, b[:]); err != nil {
		return "", fmt.Errorf("make a state: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

// Finish trades the answer of the login's page for tokens, saves them, and
// uses them from then on. The answer is the address to which the browser was
// sent, or the code that stands in it.
func (a *OAuth2) Finish(ctx context.Context, c Consent, answer string) (Grant, error) {
	code, err := c.code(strings.TrimSpace(answer))
	if err != nil {
		return Grant{}, err
	}
	conf, err := a.config()
	if err != nil {
		return Grant{}, err
	}
	var fresh Grant
	err = a.update(ctx, func(Grant) (Grant, error) {
		t, err := conf.Exchange(a.context(ctx), code, oauth2.VerifierOption(c.verifier))
		if err != nil {
			return Grant{}, a.explain(err, false)
		}
		fresh = grantFrom(t, a.o.Now())
		return fresh, nil
	})
	if err != nil {
		return Grant{}, err
	}
	a.current.set(fresh)
	return a.place(ctx, fresh)
}

// place finds out for which of the account's sites the tokens are, and keeps it with them.
func (a *OAuth2) place(ctx context.Context, g Grant) (Grant, error) {
	if !a.onCloud() {
		return g, nil
	}
	sites, err := a.Sites(ctx, g)
	if err != nil {
		return g, err
	}
	id, err := a.choose(ctx, sites)
	if err != nil {
		return g, err
	}
	g.CloudID = id
	a.current.set(g)
	return g, a.update(ctx, func(Grant) (Grant, error) { return g, nil })
}

// choose finds the configured site among those that the token opens.
func (a *OAuth2) choose(ctx context.Context, sites []Resource) (string, error) {
	id := a.o.CloudID
	if id == "" {
		found, err := matchSite(sites, a.o.Site)
		if err == nil {
			return found, nil
		}
		// A custom domain is not what Atlassian calls the site.
		if id, _ = CloudID(ctx, a.o.Send, a.o.Site); id == "" {
			return "", err
		}
	}
	for _, s := range sites {
		if s.ID == id {
			return id, nil
		}
	}
	_, err := matchSite(sites, a.o.Site)
	return "", err
}

// code reads what came back: of an address, the state has to be this login's.
func (c Consent) code(answer string) (string, error) {
	if answer == "" {
		return "", fault.New(fault.Usage, "paste the whole address that the browser was sent to", "the answer of the login is empty")
	}
	if !strings.Contains(answer, "code=") && !strings.Contains(answer, "error=") {
		return answer, nil
	}
	_, query, found := strings.Cut(answer, "?")
	if !found {
		query = answer
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", fault.New(fault.Usage, "paste the whole address that the browser was sent to", "the answer of the login cannot be read")
	}
	return c.codeIn(values)
}

// codeIn takes the code out of the redirect's query.
func (c Consent) codeIn(query url.Values) (string, error) {
	if !c.owns(query) {
		return "", fault.New(fault.Credentials, "start again: tap-jira auth login oauth2", "the answer belongs to another login (its state differs)")
	}
	if problem := query.Get("error"); problem != "" {
		hint := "press Accept: tap-jira auth login oauth2"
		if problem != "access_denied" {
			hint = "check the app's redirect address and scopes, then start again: tap-jira auth login oauth2"
		}
		return "", fault.New(fault.Credentials, hint, "the login was refused: %w",
			&GrantError{Status: 302, Code: clip(problem), Description: clip(query.Get("error_description"))})
	}
	if query.Get("code") == "" {
		return "", fault.New(fault.Credentials, "start again: tap-jira auth login oauth2", "the answer of the login holds no code")
	}
	return query.Get("code"), nil
}

// owns compares the state.
func (c Consent) owns(query url.Values) bool {
	return c.state != "" && subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(c.state)) == 1
}
