package auth

import (
	"context"
	"time"

	"tap-jira/internal/fault"
)

// renewTimeout bounds one renewal, which goes on when the run is interrupted.
const renewTimeout = time.Minute

// Recover tells whether a request that Jira refused with an oauth_problem may
// be sent once more: after nonce_used; after token_expired when the token
// could be renewed; after token_rejected when another process has renewed it
// meanwhile. An error is why the renewal failed.
func (a *OAuth1) Recover(ctx context.Context, problem string) (retry bool, err error) {
	switch problem {
	case problemNonceUsed:
		return true, nil
	case problemTokenExpired:
		err := a.Renew(ctx)
		return err == nil, err
	case problemTokenRejected:
		return a.adopt()
	}
	return false, nil
}

// adopt takes over tokens that another process has saved. It tells whether the token in use changed. While another
// request renews the token, Jira knows the old one no more and we do not know the new one yet, so that is waited for.
func (a *OAuth1) adopt() (bool, error) {
	a.exchanging.Lock()
	defer a.exchanging.Unlock()
	if a.current.replaced() {
		return true, nil
	}
	saved, err := a.saved()
	if err != nil || saved.Token == "" || saved.Token == a.Tokens().Token {
		return false, err
	}
	a.current.set(saved)
	return true, nil
}

// Renew trades the session handle for new tokens and saves them before they
// are used: Jira drops the old ones with its answer. Callers at the same time
// share one renewal, also those of other processes with the same Store. When
// the token that Jira refused has been replaced already, nothing is done. The
// error has ErrNoSession in its chain when there is nothing to renew with.
func (a *OAuth1) Renew(ctx context.Context) error {
	_, err, _ := a.flight.Do("renew", func() (any, error) {
		if a.current.replaced() {
			return nil, nil
		}
		return nil, a.renew(ctx)
	})
	return err
}

// renew exchanges the tokens by their session handle, once for all requests that wait.
func (a *OAuth1) renew(ctx context.Context) error {
	a.exchanging.Lock()
	defer a.exchanging.Unlock()
	// Once Jira has answered, only the saved tokens are worth anything, so a signal does not stop a renewal that has begun.
	begun, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewTimeout)
	defer cancel()
	old := a.Tokens()
	_, err := a.obtain(ctx, func(saved Tokens) (Tokens, error) {
		if saved.Token != "" && saved.Token != old.Token {
			return saved, nil // another process was faster
		}
		return a.exchange(begun, old)
	})
	return err
}

// exchange asks Jira for new tokens, signed with the old access token, which may have expired.
func (a *OAuth1) exchange(ctx context.Context, old Tokens) (Tokens, error) {
	if old.SessionHandle == "" || old.Token == "" {
		return Tokens{}, fault.New(fault.Credentials, "authorise again: tap-jira auth login oauth1",
			"the access token cannot be renewed: %w is kept with it", ErrNoSession)
	}
	ans, err := a.ask(ctx, accessTokenPath,
		param{name: "oauth_session_handle", value: old.SessionHandle}, param{name: "oauth_token", value: old.Token})
	if err != nil {
		return Tokens{}, err
	}
	fresh := ans.tokens(a.now())
	if fresh.SessionHandle == "" {
		fresh.SessionHandle, fresh.SessionExpires = old.SessionHandle, old.SessionExpires
	}
	return fresh, nil
}
