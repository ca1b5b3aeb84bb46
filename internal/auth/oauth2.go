package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"tap-jira/internal/fault"
)

// KindOAuth2 is the kind under which a Store keeps OAuth 2.0 tokens.
const KindOAuth2 = "oauth2"

// ErrNoPlace is in the chain of the error for a request that would have to be
// signed before it is known where its tokens are good.
var ErrNoPlace = errors.New("where the API is has not been found out yet")

// OAuth2Options are the facts that OAuth2 needs.
type OAuth2Options struct {
	Site *url.URL // base URL; https. Atlassian's gateway to the site where only CloudID is known
	// API and Auth are Atlassian's two hosts: api.atlassian.com and auth.atlassian.com.
	API, Auth              *url.URL
	ClientID, ClientSecret string
	RefreshToken           string            // of the config; one in Store that came from it is newer and wins
	AccessToken            string            // of the config; used when there is no refresh token
	CloudID                string            // of the site; "" lets Locate find it
	RedirectURI            string            // as registered with the app
	Store                  *Store            // keeps obtained and rotated tokens; nil: memory only
	Now                    func() time.Time  // nil: time.Now
	Rand                   io.Reader         // for states and verifiers; nil: crypto/rand.Reader
	Send                   http.RoundTripper // unsigned, for the token endpoints
}

// OAuth2 signs requests with the access tokens of an OAuth 2.0 app, and
// obtains and renews them: authorization code and refresh token, or client
// credentials where there is no refresh token; on Cloud by auth.atlassian.com,
// on Data Center by the site itself. Safe for concurrent use.
type OAuth2 struct {
	o      OAuth2Options
	reach  *Reach
	key    string // of the site in the store
	origin string // hash of the config secret that the tokens come from
	flight singleflight.Group

	current inUse[Grant]

	mu      sync.Mutex
	cloud   bool // set by Locate
	located bool
	dead    error // why no token can be had any more
}

// NewOAuth2 takes the newest tokens there are. Without any it can still log in:
// Begin and Finish.
func NewOAuth2(o OAuth2Options) (*OAuth2, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	// The app's secret is left out: it may be changed, and the tokens stay good.
	origin := o.RefreshToken
	if origin == "" {
		origin = o.AccessToken
	}
	a := &OAuth2{o: o, reach: NewReach(), key: siteKey(o.Site), origin: SecretHash(o.ClientID, origin)}
	given := Grant{Access: o.AccessToken, Refresh: o.RefreshToken}
	if given.Refresh != "" {
		given.Access = "" // of unknown age; a new one costs no more than a refusal would
	}
	a.current.set(given)
	saved, err := a.saved()
	if err != nil {
		return nil, err
	}
	if saved.Access != "" {
		a.current.set(saved)
	}
	return a, nil
}

// saved are the tokens in the store that came from this config; empty when there are none.
func (a *OAuth2) saved() (Grant, error) {
	values, err := a.o.Store.Load(KindOAuth2, a.key, a.origin)
	return grantOf(values), err
}

// Grant is what is in use now; empty before the first login.
func (a *OAuth2) Grant() Grant { return a.current.get() }

// Locate finds where requests with these tokens go: on Cloud to the gateway
// below the site's cloud id, on Data Center to the site (nil). Nothing is
// signed before. The cloud id is the config's, or the one found at login, or
// what the site tells at /_edge/tenant_info, or what Atlassian lists for the
// token.
func (a *OAuth2) Locate(ctx context.Context, cloud bool) (*url.URL, error) {
	a.Settle(cloud)
	if !cloud {
		a.reach.Widen(a.o.Site)
		return nil, nil
	}
	id := a.o.CloudID
	if id == "" {
		id = a.Grant().CloudID
	}
	if id == "" {
		var err error
		if id, err = a.findCloudID(ctx); err != nil {
			return nil, err
		}
	}
	a.current.change(func(g *Grant) { g.CloudID = id }) // so that it is saved with the next tokens
	gateway := GatewayTo(a.o.API, id)
	a.reach.Widen(gateway)
	return gateway, nil
}

// Settle says which servers give the tokens: Atlassian's for a Cloud site, the
// site itself otherwise. Locate does so too.
func (a *OAuth2) Settle(cloud bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.cloud, a.located = cloud, true
}

// findCloudID asks the site for its id, and then the token, because sites behind a proxy do not tell.
func (a *OAuth2) findCloudID(ctx context.Context) (string, error) {
	id, err := CloudID(ctx, a.o.Send, a.o.Site)
	if id != "" || err != nil {
		return id, err
	}
	g, err := a.token(ctx)
	if err != nil {
		return "", err
	}
	sites, err := a.Sites(ctx, g)
	if err != nil {
		return "", err
	}
	return matchSite(sites, a.o.Site)
}

// Middleware signs each request with the access token of that moment, which is
// renewed first when it is about to expire.
func (a *OAuth2) Middleware() Middleware {
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) {
			var used string
			resp, err := signing(a.reach, func(signed *http.Request) error {
				g, err := a.token(signed.Context())
				used = g.Access
				signed.Header.Set("Authorization", "Bearer "+used)
				return err
			})(next).RoundTrip(req)
			if err == nil && unheard(resp) {
				a.current.refuse(used)
			}
			return resp, err
		})
	}
}

// unheard tells that a site did not take the token of a request: with a 401, or,
// as Data Center does when a token has ended, by answering as it answers
// strangers and saying so in a header.
func unheard(resp *http.Response) bool {
	return resp.StatusCode == http.StatusUnauthorized || resp.Header.Get("X-AUSERNAME") == "anonymous" ||
		strings.Contains(resp.Header.Get("X-Seraph-LoginReason"), "AUTHENTICATED_FAILED")
}

// Recover tells whether a request that was refused with 401 may be sent once
// more, with a new token. An error is why there is none.
func (a *OAuth2) Recover(ctx context.Context) (retry bool, err error) {
	if a.current.replaced() {
		return true, nil
	}
	// A token that was given a moment ago and is refused is not too old: another one would be refused as well.
	if g := a.Grant(); !a.renewable() || !g.Renewed.IsZero() && a.o.Now().Sub(g.Renewed) < renewBefore {
		return false, nil
	}
	_, err = a.renew(ctx)
	return err == nil, err
}

// renewable tells whether another token can be had without a person.
func (a *OAuth2) renewable() bool {
	return a.o.ClientID != "" && a.o.ClientSecret != ""
}

// notLocated is the error for what comes too early.
func notLocated() error {
	return fault.New(fault.Internal, "", "obtain a token: %w", ErrNoPlace)
}
