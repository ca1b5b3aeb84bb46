package auth_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/auth"
	"tap-jira/internal/fault"
)

func TestRenewalByCallersAtOnceHappensOnce(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	o := p.options(t)
	o.Tokens = p.grant("old", "SH0")
	o.Store = auth.OpenStore(filepath.Join(t.TempDir(), "c.json"))
	a := p.oauth1(t, o)
	client := &http.Client{Transport: a.Middleware()(p.Client().Transport)}
	p.expire("old")
	require.Equal(t, http.StatusUnauthorized, get(t, client, p.URL+"/jira/x"))

	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() { errs[i] = a.Renew(t.Context()) })
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	require.Equal(t, 1, p.renewals)
	require.Equal(t, http.StatusOK, get(t, client, p.URL+"/jira/x"))

	// A 401 that belongs to the old token arrives late.
	retry, err := a.Recover(t.Context(), "token_expired")
	require.NoError(t, err)
	require.True(t, retry)
	require.Equal(t, 1, p.renewals)
}

func TestRenewedTokensAreOnDiskBeforeTheirUse(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	o := p.options(t)
	o.Tokens = p.grant("old", "SH0")
	o.Store = auth.OpenStore(filepath.Join(t.TempDir(), "c.json"))
	a := p.oauth1(t, o)
	require.NoError(t, a.Renew(t.Context()))
	next := p.oauth1(t, o) // a new process with the same config
	require.Equal(t, "AT+1/=", next.Tokens().Token)
	require.Equal(t, a.Tokens(), next.Tokens())
	require.NoError(t, next.Renew(t.Context()), "by the new session handle")
	require.Equal(t, 2, p.renewals)
}

// roundTrip is a transport made of a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// TestARejectionDuringARenewalWaitsForIt: once Jira has replaced the token it rejects the old one, and the answer with
// the new one is still on its way.
func TestARejectionDuringARenewalWaitsForIt(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	o := p.options(t)
	o.Tokens = p.grant("old", "SH0")
	type verdict struct {
		retry bool
		err   error
	}
	verdicts := make(chan verdict, 1)
	var a *auth.OAuth1
	send := o.Send
	o.Send = roundTrip(func(req *http.Request) (*http.Response, error) {
		resp, err := send.RoundTrip(req)
		go func() {
			retry, err := a.Recover(t.Context(), "token_rejected")
			verdicts <- verdict{retry, err}
		}()
		select {
		case early := <-verdicts:
			verdicts <- early
		case <-time.After(20 * time.Millisecond): // it waits, as it should
		}
		return resp, err
	})
	a = p.oauth1(t, o)
	p.expire("old")
	require.Equal(t, http.StatusUnauthorized, get(t, &http.Client{Transport: a.Middleware()(p.Client().Transport)}, p.URL+"/jira/x"))
	require.NoError(t, a.Renew(t.Context()))
	got := <-verdicts
	require.NoError(t, got.err)
	require.True(t, got.retry, "the request is sent again with the new token")
}

func TestAnotherProcessHasRenewed(t *testing.T) {
	t.Parallel()
	for _, problem := range []string{"token_expired", "token_rejected"} {
		t.Run(problem, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t)
			o := p.options(t)
			o.Tokens = p.grant("old", "SH0")
			o.Store = auth.OpenStore(filepath.Join(t.TempDir(), "c.json"))
			mine, theirs := p.oauth1(t, o), p.oauth1(t, o)
			require.NoError(t, theirs.Renew(t.Context()))

			retry, err := mine.Recover(t.Context(), problem)
			require.NoError(t, err)
			require.True(t, retry)
			require.Equal(t, theirs.Tokens(), mine.Tokens())
			require.Equal(t, 1, p.renewals, "the session handle is not used up by a second renewal")
		})
	}
}

func TestRenewalThatCannotBeSavedIsNotBegun(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	o := p.options(t)
	o.Tokens = p.grant("old", "SH0")
	dir := filepath.Join(t.TempDir(), "gone")
	o.Store = auth.OpenStore(filepath.Join(dir, "c.json"))
	a := p.oauth1(t, o)
	err := a.Renew(t.Context())
	require.Equal(t, fault.Usage, fault.KindOf(err), err)
	require.Zero(t, p.renewals)
	require.NoError(t, os.Mkdir(dir, 0o700))
	require.NoError(t, a.Renew(t.Context()), "the session handle is still good")
}

// TestARefusalWithoutAReason comes from a proxy, or is in another scheme's words: it is handed on, and says nothing of the token.
func TestARefusalWithoutAReason(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	o := p.options(t)
	o.Tokens = p.grant("AT", "SH")
	a := p.oauth1(t, o)
	for _, challenge := range []string{"", `Basic realm="proxy"`, "OAuth"} {
		resp, err := a.Middleware()(roundTrip(func(req *http.Request) (*http.Response, error) {
			header := http.Header{"Www-Authenticate": {challenge}}
			return &http.Response{StatusCode: http.StatusUnauthorized, Header: header, Body: http.NoBody, Request: req}, nil
		})).RoundTrip(request(t, p.URL+"/jira/x"))
		require.NoError(t, err, challenge)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, http.StatusUnauthorized, resp.StatusCode)
	}
	require.NoError(t, a.Renew(t.Context()))
	require.Equal(t, 1, p.renewals)
}

func TestRecover(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	o := p.options(t)
	o.Tokens = p.grant("old", "")
	a := p.oauth1(t, o)
	for problem, want := range map[string]bool{"nonce_used": true, "signature_invalid": false, "token_rejected": false, "": false} {
		retry, err := a.Recover(t.Context(), problem)
		require.NoError(t, err)
		require.Equal(t, want, retry, problem)
	}
	retry, err := a.Recover(t.Context(), "token_expired")
	require.False(t, retry)
	require.ErrorIs(t, err, auth.ErrNoSession)
	require.Equal(t, fault.Credentials, fault.KindOf(err))
}

func TestRenewalRefused(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	o := p.options(t)
	o.Tokens = p.grant("old", "SH0")
	p.problem = "permission_denied" // the session has ended
	a := p.oauth1(t, o)
	err := a.Renew(t.Context())
	var problem *auth.ProblemError
	require.ErrorAs(t, err, &problem)
	require.Equal(t, fault.Credentials, fault.KindOf(err))
	require.Equal(t, "old", a.Tokens().Token)
}
