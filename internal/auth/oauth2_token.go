package auth

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"tap-jira/internal/fault"
)

// renewBefore its end a token counts as expired, so that it lives as long as
// the request that it signs.
const renewBefore = 2 * time.Minute

// tokenPath of Atlassian, and of Data Center below its context path (Atlassian,
// "Jira OAuth 2.0 provider API"; 8.22 or later).
const (
	cloudTokenPath      = "/oauth/token"
	cloudAuthorizePath  = "/authorize"
	centerTokenPath     = "/rest/oauth2/latest/token"
	centerAuthorizePath = "/rest/oauth2/latest/authorize"
)

// token returns the grant to sign with, renewed when needed.
func (a *OAuth2) token(ctx context.Context) (Grant, error) {
	if g := a.Grant(); a.fresh(g) {
		return g, nil
	}
	return a.renew(ctx)
}

// fresh tells whether a grant's access token is there and not about to expire.
func (a *OAuth2) fresh(g Grant) bool {
	return g.Access != "" && (g.Expires.IsZero() || a.o.Now().Add(renewBefore).Before(g.Expires))
}

// renew obtains new tokens, which are saved before anybody gets to see them.
// Callers at the same time share one renewal, also those of other processes
// with the same Store: whoever waited for the lock takes what the other saved.
// A refusal is remembered: a dead refresh token is shown to its server once.
func (a *OAuth2) renew(ctx context.Context) (Grant, error) {
	stale := a.Grant().Access
	result, err, _ := a.flight.Do("renew", func() (any, error) {
		if g := a.Grant(); g.Access != stale && a.fresh(g) {
			return g, nil
		}
		if err := a.whyDead(); err != nil {
			return Grant{}, err
		}
		g, err := a.obtain(ctx, stale)
		if err != nil {
			a.bury(err)
			return Grant{}, err
		}
		a.current.set(g)
		return g, nil
	})
	g, _ := result.(Grant)
	return g, err
}

// whyDead is the refusal that ended the refresh token, nil while it is good: a dead one is not tried again.
func (a *OAuth2) whyDead() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.dead
}

// bury remembers a refusal that no later try can change.
func (a *OAuth2) bury(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if fault.KindOf(err) == fault.Credentials {
		a.dead = err
	}
}

// obtain asks for a grant under the store's lock and saves it.
func (a *OAuth2) obtain(ctx context.Context, stale string) (Grant, error) {
	var got Grant
	err := a.update(ctx, func(saved Grant) (Grant, error) {
		base := a.Grant()
		if saved.Access != "" {
			base = saved
		}
		if base.Access != stale && a.fresh(base) {
			got = base
			return Grant{}, nil // another process was faster
		}
		// Once the server has answered, only the saved tokens are worth anything, so a signal does not stop what has begun.
		begun, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewTimeout)
		defer cancel()
		var err error
		got, err = a.exchange(begun, base)
		return got, err
	})
	return got, err
}

// update changes what is kept in the store; an empty grant leaves it.
func (a *OAuth2) update(ctx context.Context, change func(saved Grant) (Grant, error)) error {
	return a.o.Store.Update(ctx, KindOAuth2, a.key, a.origin, func(values map[string]string) (map[string]string, error) {
		g, err := change(grantOf(values))
		if err != nil || g.Access == "" {
			return nil, err
		}
		return g.values(), nil
	})
}

// exchange trades a refresh token, or the app's own credentials, for a grant.
func (a *OAuth2) exchange(ctx context.Context, old Grant) (Grant, error) {
	if !a.renewable() {
		return Grant{}, fault.New(fault.Credentials, "set oauth_client_id and oauth_client_secret, and refresh_token or log in: tap-jira auth login oauth2",
			"the OAuth 2.0 access token has expired, and there is nothing to renew it with")
	}
	params := url.Values{}
	switch {
	case old.Refresh != "":
		params.Set("grant_type", "refresh_token")
		params.Set("refresh_token", old.Refresh)
		if !a.onCloud() {
			params.Set("redirect_uri", a.o.RedirectURI) // without it Data Center answers a bare invalid_grant
		}
	case !a.onCloud():
		params.Set("scope", "READ")
	}
	endpoint, err := a.endpoint()
	if err != nil {
		return Grant{}, err
	}
	// The library's client credentials take any grant type and any parameters; its own refresh takes no redirect_uri.
	conf := clientcredentials.Config{
		ClientID: a.o.ClientID, ClientSecret: a.o.ClientSecret, TokenURL: endpoint.TokenURL,
		AuthStyle: endpoint.AuthStyle, EndpointParams: params,
	}
	t, err := conf.Token(a.context(ctx))
	if err != nil {
		return Grant{}, a.explain(err, old.Refresh != "")
	}
	g := grantFrom(t, a.o.Now())
	if g.CloudID = old.CloudID; g.CloudID == "" {
		g.CloudID = a.Grant().CloudID
	}
	return g, nil
}

// onCloud tells that requests go through the gateway.
func (a *OAuth2) onCloud() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.cloud
}

// endpoint is the server's addresses. The way to send the app's secret is
// fixed: trying both would spend a rotating token on the first.
func (a *OAuth2) endpoint() (oauth2.Endpoint, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case !a.located:
		return oauth2.Endpoint{}, notLocated()
	case a.cloud:
		return oauth2.Endpoint{
			TokenURL: a.o.Auth.JoinPath(cloudTokenPath).String(), AuthURL: a.o.Auth.JoinPath(cloudAuthorizePath).String(),
			AuthStyle: oauth2.AuthStyleInParams,
		}, nil
	}
	return oauth2.Endpoint{
		TokenURL: a.o.Site.JoinPath(centerTokenPath).String(), AuthURL: a.o.Site.JoinPath(centerAuthorizePath).String(),
		AuthStyle: oauth2.AuthStyleInParams,
	}, nil
}

// context carries the client that the library sends by. It follows no redirect:
// the request's body holds secrets.
func (a *OAuth2) context(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, &http.Client{
		Transport:     a.o.Send,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	})
}
