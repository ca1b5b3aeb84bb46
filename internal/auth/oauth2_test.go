package auth_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/auth"
	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
)

// world is a simulated site with Atlassian's hosts, reached without a network.
type world struct {
	t     *testing.T
	front *jirasim.Front
	site  *url.URL
	store string

	mu  sync.Mutex
	now time.Time
}

const atlassianHost = "https://atlassian.example"

func newWorld(t *testing.T, d jirasim.Deployment, change func(*jirasim.FrontOptions)) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), store: filepath.Join(t.TempDir(), "c.json")}
	site, err := jirasim.New(jirasim.Options{Deployment: d, Issues: 5, Now: w.clock})
	require.NoError(t, err)
	o := jirasim.FrontOptions{ClientID: "id", ClientSecret: "c4nary-secret", RedirectURI: "http://127.0.0.1:0/back"}
	if change != nil {
		change(&o)
	}
	w.front = jirasim.NewFront(site, o)
	w.site, err = url.Parse(site.BaseURL())
	require.NoError(t, err)
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// RoundTrip calls the handler of the host.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	handler := w.front.Site()
	if r.URL.Host != w.site.Host {
		handler = w.front.Atlassian()
	}
	if r.Body == nil {
		r = r.Clone(r.Context())
		r.Body = http.NoBody
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, r)
	response := recorder.Result()
	response.Request = r
	return response, nil
}

// open makes a login, as one process would.
func (w *world) open(change func(*auth.OAuth2Options)) *auth.OAuth2 {
	w.t.Helper()
	api, err := url.Parse(atlassianHost)
	require.NoError(w.t, err)
	o := auth.OAuth2Options{
		Site: w.site, API: api, Auth: api, ClientID: "id", ClientSecret: "c4nary-secret", RedirectURI: "http://127.0.0.1:0/back",
		Store: auth.OpenStore(w.store), Now: w.clock, Send: w,
	}
	if change != nil {
		change(&o)
	}
	a, err := auth.NewOAuth2(o)
	require.NoError(w.t, err)
	return a
}

// refreshToken puts a refresh token into the config.
func refreshToken(token string) func(*auth.OAuth2Options) {
	return func(o *auth.OAuth2Options) { o.RefreshToken = token }
}

// located opens a login and finds out where it goes.
func (w *world) located(change func(*auth.OAuth2Options)) (*auth.OAuth2, *url.URL) {
	w.t.Helper()
	a := w.open(change)
	address, err := a.Locate(w.t.Context(), !strings.Contains(w.site.Host, "jira.example.com"))
	require.NoError(w.t, err)
	if address == nil {
		address = w.site
	}
	return a, address
}

// ask asks who we are.
func ask(ctx context.Context, a *auth.OAuth2, send http.RoundTripper, base *url.URL) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base.JoinPath("/rest/api/2/myself").String(), http.NoBody)
	if err != nil {
		return 0, err
	}
	resp, err := a.Middleware()(send).RoundTrip(req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}

// tokenRequests counts what the token server was asked.
func (w *world) tokenRequests() (n int) {
	for _, r := range w.front.Requests() {
		if r.Where == "token" {
			n++
		}
	}
	return n
}

func deployments() map[string]jirasim.Deployment {
	return map[string]jirasim.Deployment{"cloud": jirasim.Cloud, "datacenter": jirasim.DataCenter}
}

func TestRotatedTokensAreSavedBeforeUse(t *testing.T) {
	t.Parallel()
	for name, d := range deployments() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, d, nil)
			given := w.front.Grant()
			a, base := w.located(refreshToken(given))
			saving := transportFunc(func(r *http.Request) (*http.Response, error) {
				text, err := os.ReadFile(w.store)
				require.NoError(t, err)
				bearer := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
				require.Contains(t, string(text), bearer, "what is used is on disk")
				require.NotContains(t, string(text), given)
				return w.RoundTrip(r)
			})
			for range 3 {
				status, err := ask(t.Context(), a, saving, base)
				require.NoError(t, err)
				require.Equal(t, http.StatusOK, status)
				w.pass(time.Hour)
			}
			require.Equal(t, 3, w.tokenRequests())

			// Another run, with the same config, goes on from the file; one with a new token in the config does not.
			next, base := w.located(refreshToken(given))
			w.pass(24 * time.Hour)
			status, err := ask(t.Context(), next, w, base)
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, status)
			require.Empty(t, w.open(refreshToken(w.front.Grant())).Grant().Access)
		})
	}
}

func TestOneRenewalForAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t, jirasim.Cloud, nil)
	given := w.front.Grant()
	var runs sync.WaitGroup
	failures := make(chan error, 64) // one for each that may fail
	for range 4 {                    // processes
		a, base := w.located(refreshToken(given))
		for range 8 { // goroutines
			runs.Go(func() {
				if status, err := ask(context.Background(), a, w, base); err != nil || status != http.StatusOK {
					failures <- fmt.Errorf("status %d: %w", status, err)
				}
			})
		}
	}
	runs.Wait()
	close(failures)
	for err := range failures {
		require.NoError(t, err)
	}
	require.Equal(t, 1, w.tokenRequests())
}

func TestCrashBetweenAnswerAndFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, jirasim.Cloud, nil)
	given := w.front.Grant()
	a, base := w.located(func(o *auth.OAuth2Options) { o.RefreshToken, o.Store = given, nil })
	_, err := ask(t.Context(), a, w, base)
	require.NoError(t, err)
	// The process was killed: nothing is in the file. Atlassian still takes the old token for a while.
	w.pass(time.Minute)
	a, base = w.located(refreshToken(given))
	status, err := ask(t.Context(), a, w, base)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
}

func TestDeadRefreshTokenIsShownOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, jirasim.Cloud, nil)
	a, base := w.located(refreshToken("c4nary-dead"))
	for range 3 {
		_, err := ask(t.Context(), a, w, base)
		require.Equal(t, fault.Credentials, fault.KindOf(err))
		require.Contains(t, fault.HintOf(err), "auth login oauth2")
		require.NotContains(t, fault.Line(err), "c4nary")
	}
	require.Equal(t, 1, w.tokenRequests())
}

func TestRefusedTokenIsRenewedOnce(t *testing.T) {
	t.Parallel()
	for name, refused := range map[string]refusing{
		"with 401":              {status: http.StatusUnauthorized},
		"as a stranger":         {status: http.StatusOK, header: http.Header{"X-Ausername": {"anonymous"}}},
		"as a token that ended": {status: http.StatusNotFound, header: http.Header{"X-Seraph-Loginreason": {"AUTHENTICATED_FAILED"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			renewedOnce(t, refused)
		})
	}
}

// renewedOnce asks with a token that the site refuses, and again with the one that came for it.
func renewedOnce(t *testing.T, refused refusing) {
	t.Helper()
	w := newWorld(t, jirasim.Cloud, nil)
	given := w.front.Grant()
	a, base := w.located(refreshToken(given))
	_, err := ask(t.Context(), a, w, base)
	require.NoError(t, err)
	w.pass(30 * time.Minute)
	status, err := ask(t.Context(), a, refused, base)
	require.NoError(t, err)
	require.Equal(t, refused.status, status)
	again, err := a.Recover(t.Context())
	require.NoError(t, err)
	require.True(t, again)
	require.Equal(t, 2, w.tokenRequests())
	again, err = a.Recover(t.Context())
	require.NoError(t, err)
	require.True(t, again, "the token in use is newer than the refused one")
	require.Equal(t, 2, w.tokenRequests())
	status, err = ask(t.Context(), a, refused, base)
	require.NoError(t, err)
	require.Equal(t, refused.status, status)
	again, err = a.Recover(t.Context())
	require.NoError(t, err)
	require.False(t, again, "a new token that is refused is not renewed")
}

// refusing takes no token, whatever is asked.
type refusing struct {
	status int
	header http.Header
}

func (f refusing) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: f.status, Header: f.header, Body: io.NopCloser(strings.NewReader("")), Request: r}, nil
}
