package auth_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/auth"
	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
)

// allow opens the login's page and returns the address that the browser is sent to.
func (w *world) allow(c auth.Consent) string {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, c.URL, http.NoBody)
	require.NoError(w.t, err)
	resp, err := w.RoundTrip(req)
	require.NoError(w.t, err)
	require.Equal(w.t, http.StatusFound, resp.StatusCode)
	return resp.Header.Get("Location")
}

// begun opens a login for a dance.
func (w *world) begun(d jirasim.Deployment, change func(*auth.OAuth2Options)) (*auth.OAuth2, auth.Consent) {
	w.t.Helper()
	a := w.open(change)
	a.Settle(d == jirasim.Cloud)
	c, err := a.Begin()
	require.NoError(w.t, err)
	return a, c
}

func TestLoginInABrowser(t *testing.T) {
	t.Parallel()
	for name, d := range deployments() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, d, nil)
			a, consent := w.begun(d, nil)
			page, err := url.Parse(consent.URL)
			require.NoError(t, err)
			require.Equal(t, "S256", page.Query().Get("code_challenge_method"))
			require.Len(t, page.Query().Get("state"), 43)
			grant, err := a.Finish(t.Context(), consent, "  "+w.allow(consent)+"\n")
			require.NoError(t, err)
			require.NotEmpty(t, grant.Refresh)
			for _, form := range []string{"%v", "%+v", "%#v", "%s"} {
				require.Equal(t, "[redacted]", fmt.Sprintf(form, grant))
				require.Equal(t, "[redacted]", fmt.Sprintf(form, consent))
			}
			if d == jirasim.Cloud {
				require.Equal(t, w.front.CloudID(), grant.CloudID)
				require.Equal(t, w.clock().Add(90*24*time.Hour), grant.RefreshExpires())
			}

			// The next run finds the tokens, and on Cloud the site's id with them.
			before := len(w.front.Requests())
			next, base := w.located(nil)
			status, err := ask(t.Context(), next, w, base)
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, status)
			require.Len(t, w.front.Requests(), before+1)
		})
	}
}

func TestAnswersThatAreNotTheLogins(t *testing.T) {
	t.Parallel()
	w := newWorld(t, jirasim.Cloud, nil)
	a, consent := w.begun(jirasim.Cloud, nil)
	_, another := w.begun(jirasim.Cloud, nil)
	for name, tt := range map[string]struct {
		answer string
		kind   fault.Kind
		text   string
	}{
		"empty":         {" ", fault.Usage, "empty"},
		"another state": {w.allow(another), fault.Credentials, "another login"},
		"no state":      {"http://127.0.0.1/back?code=x", fault.Credentials, "another login"},
		"wrong code":    {"nonsense", fault.Credentials, "no token"},
		"unreadable":    {"http://127.0.0.1/back?code=%zz", fault.Usage, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := a.Finish(t.Context(), consent, tt.answer)
			require.Equal(t, tt.kind, fault.KindOf(err), "%v", err)
			require.Contains(t, err.Error(), tt.text)
		})
	}
}

func TestDenied(t *testing.T) {
	t.Parallel()
	w := newWorld(t, jirasim.Cloud, func(o *jirasim.FrontOptions) { o.Denies = true })
	a, consent := w.begun(jirasim.Cloud, nil)
	_, err := a.Finish(t.Context(), consent, w.allow(consent))
	require.Equal(t, fault.Credentials, fault.KindOf(err))
	require.Contains(t, err.Error(), "access_denied: User did not authorize the request")
	require.Contains(t, fault.HintOf(err), "press Accept")

	state, err := url.Parse(consent.URL)
	require.NoError(t, err)
	_, err = a.Finish(t.Context(), consent, url.Values{"error": {"invalid_scope"}, "state": {state.Query().Get("state")}}.Encode())
	require.Contains(t, fault.HintOf(err), "scopes", "nobody was asked")
}

func TestLoginAtAnotherSite(t *testing.T) {
	t.Parallel()
	w := newWorld(t, jirasim.Cloud, func(o *jirasim.FrontOptions) { o.OtherSite = true })
	a, consent := w.begun(jirasim.Cloud, nil)
	_, err := a.Finish(t.Context(), consent, w.allow(consent))
	require.Equal(t, fault.Credentials, fault.KindOf(err))
	require.Contains(t, err.Error(), "https://other.atlassian.net")
}

func TestNoAppNoLogin(t *testing.T) {
	t.Parallel()
	w := newWorld(t, jirasim.Cloud, nil)
	a := w.open(func(o *auth.OAuth2Options) { o.ClientSecret = "" })
	a.Settle(true)
	_, err := a.Begin()
	require.Equal(t, fault.Usage, fault.KindOf(err))
}

// freeAddress is a redirect address on a port that nothing listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, listener.Close()) }()
	return "http://" + listener.Addr().String() + "/back"
}

func TestCallbackAtTheRegisteredAddress(t *testing.T) {
	t.Parallel()
	redirect := freeAddress(t)
	w := newWorld(t, jirasim.Cloud, func(o *jirasim.FrontOptions) { o.RedirectURI = redirect })
	a, consent := w.begun(jirasim.Cloud, func(o *auth.OAuth2Options) { o.RedirectURI = redirect })
	callback, err := auth.ListenCallbackAt(t.Context(), redirect)
	require.NoError(t, err)
	callback.Now = w.clock
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	visit := func(address string) int {
		resp, err := client.Get(address)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		return resp.StatusCode
	}
	visited := make(chan []int, 1) // one, so that the browser does not wait
	go func() {
		visited <- []int{
			visit(redirect + "?code=x&state=forged"), visit(strings.Replace(redirect, "127.0.0.1", "localhost", 1) + "?state=x"), visit(w.allow(consent)),
		}
	}()
	answer, err := callback.WaitConsent(t.Context(), consent)
	require.NoError(t, err)
	require.Equal(t, []int{http.StatusBadRequest, http.StatusBadRequest, http.StatusOK}, <-visited)
	_, err = a.Finish(t.Context(), consent, answer)
	require.NoError(t, err)
}

func TestRedirectAddressesThatCannotBeListenedAt(t *testing.T) {
	t.Parallel()
	for _, redirect := range []string{"https://127.0.0.1:1/x", "http://127.0.0.1/x", "http://example.com:80/", "http://0.0.0.0:1/", "%"} {
		_, err := auth.ListenCallbackAt(t.Context(), redirect)
		require.Equal(t, fault.Usage, fault.KindOf(err), redirect)
		require.Contains(t, fault.HintOf(err), "--oob")
	}
}

// FuzzLoginAnswer holds what a person may paste to: no panic, and no code of another login.
func FuzzLoginAnswer(f *testing.F) {
	for _, seed := range []string{"", "code", "http://127.0.0.1/?code=a&state=b", "?error=x", "code=%zz", "http://x/?state=&code=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		w := newWorld(t, jirasim.Cloud, nil)
		a, consent := w.begun(jirasim.Cloud, nil)
		_, err := a.Finish(context.Background(), consent, answer)
		require.Error(t, err)
	})
}
