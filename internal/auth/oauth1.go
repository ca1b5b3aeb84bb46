package auth

import (
	"crypto/rand"
	"crypto/rsa"
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

// KindOAuth1 is the kind under which a Store keeps OAuth 1.0a tokens.
const KindOAuth1 = "oauth1"

// ErrNoSession is in the chain of the error when a token cannot be renewed
// because Jira gave no session handle with it.
var ErrNoSession = errors.New("no session handle")

// ErrNoTokens is in the chain of the error for a request that would have to be
// signed before anybody has logged in.
var ErrNoTokens = errors.New("no access token")

// OAuth1Options are the facts that OAuth1 needs.
type OAuth1Options struct {
	Site        *url.URL          // base URL, context path included; https
	ConsumerKey string            // as on the application link; one made for Stitch is called rjmetrics
	PrivateKey  *rsa.PrivateKey   // its public half is on the application link
	Tokens      Tokens            // those of the config; tokens in Store that came from the same config are newer and win
	Store       *Store            // keeps obtained and renewed tokens; nil: memory only
	Now         func() time.Time  // nil: time.Now
	Rand        io.Reader         // for nonces; nil: crypto/rand.Reader
	Send        http.RoundTripper // unsigned, for the token servlets
}

// OAuth1 signs requests as a consumer of an application link, and obtains and
// renews the tokens for that. Safe for concurrent use.
type OAuth1 struct {
	site   *url.URL
	reach  *Reach
	send   http.RoundTripper
	signer *signer
	now    func() time.Time

	store  *Store
	key    string // of the site in store
	origin string // hash of the config that the tokens come from

	flight singleflight.Group

	current inUse[Tokens]

	exchanging sync.Mutex // held while new tokens are asked for and put to use
}

// NewOAuth1 checks the options and takes the newest tokens there are. Without
// any it can still log in: Begin and Finish.
func NewOAuth1(o OAuth1Options) (*OAuth1, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	public, err := PublicPEM(o.PrivateKey)
	if err != nil {
		return nil, err
	}
	a := &OAuth1{
		site: o.Site, reach: NewReach(o.Site), send: o.Send, now: o.Now, store: o.Store, key: siteKey(o.Site),
		signer: newSigner(o.ConsumerKey, o.PrivateKey, o.Now, o.Rand),
		origin: SecretHash(o.ConsumerKey, string(public), o.Tokens.Token, o.Tokens.Secret, o.Tokens.SessionHandle),
	}
	a.current.set(o.Tokens)
	saved, err := a.saved()
	if err != nil {
		return nil, err
	}
	if saved.Token != "" {
		a.current.set(saved)
	}
	return a, nil
}

// check names what is missing before anything is signed.
func (o *OAuth1Options) check() error {
	switch {
	case o.Site == nil || !strings.EqualFold(o.Site.Scheme, "https") || o.Site.Host == "":
		return fault.New(fault.Usage, "write it as https://host or https://host/jira", "base_url is not an https address")
	case o.ConsumerKey == "":
		return fault.New(fault.Usage, "it is the consumer key on the application link", "oauth1_consumer_key is missing")
	case o.PrivateKey == nil:
		return fault.New(fault.Usage, "set it, or oauth1_private_key_file; tap-jira auth keygen makes a pair", "oauth1_private_key is missing")
	}
	return nil
}

// saved are the tokens in the store that came from this config; empty when there are none.
func (a *OAuth1) saved() (Tokens, error) {
	values, err := a.store.Load(KindOAuth1, a.key, a.origin)
	return tokensOf(values), err
}

// Tokens are those in use now; the Token is empty before the first login.
func (a *OAuth1) Tokens() Tokens { return a.current.get() }

// Middleware signs each request anew with the tokens in use at that moment,
// and notes which token Jira says is expired or unknown.
func (a *OAuth1) Middleware() Middleware {
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) {
			current := a.Tokens().Token
			resp, err := signing(a.reach, func(signed *http.Request) error {
				if current == "" {
					return fault.New(fault.Credentials, "run tap-jira auth login oauth1, or set oauth1_access_token", "sign the request: %w", ErrNoTokens)
				}
				return a.signer.sign(signed, param{name: "oauth_token", value: current})
			})(next).RoundTrip(req)
			if err == nil {
				a.note(resp, current)
			}
			return resp, err
		})
	}
}

// note remembers that Jira refused a token for its age or absence.
func (a *OAuth1) note(resp *http.Response, token string) {
	if resp.StatusCode != http.StatusUnauthorized {
		return
	}
	problem := challengeProblem(resp.Header)
	if problem == nil || problem.Code != problemTokenExpired && problem.Code != problemTokenRejected {
		return
	}
	a.current.refuse(token)
}
