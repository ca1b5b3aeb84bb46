package cli_test

import (
	"crypto/rand"
	"crypto/rsa"
	"net/http"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/auth"
	"tap-jira/internal/jirasim"
)

// oauth2 makes the ordeal's login one of OAuth 2.0 whose access tokens live so long.
func (o *ordeal) oauth2(life time.Duration) *ordeal {
	o.t.Helper()
	fresh := newOrdealAt(o.t, jirasim.Options{Deployment: o.deployment, Issues: 40}, func(f *jirasim.FrontOptions) { f.AccessTTL = life })
	delete(fresh.members, "username")
	delete(fresh.members, "password")
	fresh.members["oauth_client_id"], fresh.members["oauth_client_secret"] = clientID, clientSecret
	fresh.members["oauth_redirect_uri"], fresh.members["refresh_token"] = redirectURI, fresh.front.Grant()
	return fresh
}

// tokens counts the access tokens that were asked for.
func (o *ordeal) tokens() int {
	n := 0
	for _, r := range o.front.Requests() {
		if r.Where == "token" {
			n++
		}
	}
	return n
}

// aging lets so much time pass with every answer from now on.
func (o *ordeal) aging(d time.Duration) {
	o.site.Script(jirasim.Fault{Times: -1, Rewrite: func(body []byte) []byte {
		o.clock.pass(d)
		return body
	}})
}

// accessTokenEnds is a run that is longer than its access token lives.
func accessTokenEnds(o *ordeal) {
	o = o.oauth2(10 * time.Minute)
	// One request at a time: eight, of which each takes a minute of this clock, would outlive a new token as well.
	o.members["concurrency"] = 1
	o.aging(time.Minute)
	o.whole()
	require.GreaterOrEqual(o.t, o.tokens(), 3, "the token was not renewed in mid-run")
	o.heals()
}

// accessTokenIsRevoked is a token that is refused long before its time: it is renewed once.
func accessTokenIsRevoked(o *ordeal) {
	o = o.oauth2(time.Hour)
	o.site.Script(
		jirasim.Fault{From: 5, Rewrite: func(body []byte) []byte { o.clock.pass(30 * time.Minute); return body }},
		jirasim.Fault{From: 8, Status: http.StatusUnauthorized},
	)
	o.whole()
	require.Equal(o.t, 2, o.tokens())
	o.heals()
}

// oauth1 makes the ordeal's login an application link whose access tokens live so long, and can be renewed for a while.
func (o *ordeal) oauth1(life, session time.Duration) *ordeal {
	o.t.Helper()
	pair := linkKeys(o)
	key, err := auth.ParsePrivateKey(pair.PrivatePEM)
	require.NoError(o.t, err)
	fresh := newOrdealAt(o.t, jirasim.Options{
		Deployment: o.deployment, Issues: 40, ConsumerKey: "tap-jira", PublicKey: public(key), AccessTokenTTL: life, SessionTTL: session,
	}, nil)
	granted := fresh.site.GrantTokens()
	delete(fresh.members, "username")
	delete(fresh.members, "password")
	fresh.members["oauth1_consumer_key"], fresh.members["oauth1_private_key"] = "tap-jira", string(pair.PrivatePEM)
	fresh.members["oauth1_access_token"], fresh.members["oauth1_access_token_secret"] = granted.Token, granted.Secret
	fresh.members["oauth1_session_handle"] = granted.SessionHandle
	return fresh
}

func public(key *rsa.PrivateKey) *rsa.PublicKey { return &key.PublicKey }

// linkKeys makes the key pair of an application link.
func linkKeys(o *ordeal) auth.KeyPair {
	o.t.Helper()
	pair, err := auth.GenerateKeyPair(2048, rand.Reader)
	require.NoError(o.t, err)
	return pair
}

// sessionGoesOn is a run that is longer than its access token lives: the session handle gets another.
func sessionGoesOn(o *ordeal) {
	o = o.oauth1(2*time.Minute, 30*24*time.Hour)
	o.aging(5 * time.Second)
	o.whole()
	require.Greater(o.t, o.clock.now().Sub(morning), 2*time.Minute, "no token ended")
	o.heals()
}

// sessionIsOver is an access token that ends with its session: exit code 4, and the next login goes on from the STATE.
func sessionIsOver(o *ordeal) {
	o = o.oauth1(time.Minute, 65*time.Second)
	o.aging(5 * time.Second)
	o.fails(4, "tap-jira auth login oauth1")
	granted := o.site.GrantTokens()
	o.members["oauth1_access_token"], o.members["oauth1_access_token_secret"] = granted.Token, granted.Secret
	o.members["oauth1_session_handle"] = granted.SessionHandle
	o.heals()
}

// passwordIsChanged is a login that is refused from some request on: nothing is tried again on its account, and nothing
// sent that was not under way, because Data Center locks the account after a few.
func passwordIsChanged(o *ordeal) {
	o.members["concurrency"] = 8
	o.site.Script(jirasim.Fault{Name: "refused", Status: http.StatusUnauthorized, From: o.requests() / 2, Times: -1})
	var refused, asked int
	for _, r := range o.fails(4).requests {
		if r.Fault != "refused" {
			continue
		}
		refused++
		if strings.HasSuffix(r.Path, "/myself") {
			asked++
		}
	}
	want := 0 // Data Center says in a header that it is the login
	if o.cloud() {
		want = 1
	}
	require.Equal(o.t, want, asked, "the account is asked for once to know whether it is the login")
	require.LessOrEqual(o.t, refused-asked, 8, "a refused login was tried again and again")
	o.heals()
}

// forgotten is the trap of Jira's 200 to nobody: from some request on it answers as to a stranger.
func forgotten(o *ordeal) {
	o.site.Script(jirasim.Fault{Anonymous: true, From: o.requests() / 2, Times: -1})
	o.fails(4)
	o.heals()
}
