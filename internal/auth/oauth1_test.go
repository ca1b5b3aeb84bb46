package auth_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/auth"
	"tap-jira/internal/fault"
)

func TestLogin(t *testing.T) {
	t.Parallel()
	for name, consumer := range map[string]string{"our link": "tap-jira", "a link made for Stitch": "rjmetrics"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t)
			p.consumer, p.allowed = consumer, true
			now := time.Now().Truncate(time.Second)
			o := p.options(t)
			o.Now = func() time.Time { return now }
			o.Store = auth.OpenStore(filepath.Join(t.TempDir(), "c.json"))
			a := p.oauth1(t, o)

			rt, err := a.Begin(t.Context(), auth.OutOfBand)
			require.NoError(t, err)
			require.Equal(t, now.Add(10*time.Minute).UTC(), rt.Expires)
			require.Equal(t, p.URL+"/jira/plugins/servlet/oauth/authorize?oauth_token=RT", a.AuthorizeURL(rt))
			tokens, err := a.Finish(t.Context(), rt, " v+er i/fy\n")
			require.NoError(t, err)
			require.Equal(t, auth.Tokens{
				Token: "AT+1/=", Secret: "AS", SessionHandle: "SH1",
				Expires: now.Add(157680000 * time.Second).UTC(), SessionExpires: now.Add(160272000 * time.Second).UTC(),
			}, tokens)
			client := &http.Client{Transport: a.Middleware()(p.Client().Transport)}
			require.Equal(t, http.StatusOK, get(t, client, p.URL+"/jira/rest/api/2/myself"))

			next := p.oauth1(t, o)
			require.Equal(t, tokens, next.Tokens(), "the next run has them from the file")
		})
	}
}

func TestLoginRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change   func(*provider, *auth.OAuth1Options)
		verifier string
		problem  string
		kind     fault.Kind
		hint     string
	}{
		"unknown consumer": {change: func(_ *provider, o *auth.OAuth1Options) { o.ConsumerKey = "typo" }, problem: "consumer_key_unknown", kind: fault.Credentials, hint: "consumer key"},
		"clock ahead": {
			change: func(_ *provider, o *auth.OAuth1Options) {
				o.Now = func() time.Time { return time.Now().Add(time.Hour) }
			},
			problem: "timestamp_refused", kind: fault.Credentials, hint: "this clock less Jira's is",
		},
		"not allowed yet": {verifier: "v+er i/fy", problem: "permission_unknown", kind: fault.Credentials, hint: "press Allow"},
		"wrong code":      {verifier: "nope", problem: "token_rejected", kind: fault.Credentials, hint: "auth login oauth1"},
		"denied":          {verifier: "denied", problem: "permission_denied", kind: fault.Credentials, hint: "Deny"},
		"no code":         {verifier: " \n", kind: fault.Usage, hint: "paste the code"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t)
			o := p.options(t)
			if c.change != nil {
				c.change(p, &o)
			}
			a := p.oauth1(t, o)
			rt, err := a.Begin(t.Context(), auth.OutOfBand)
			if err == nil {
				_, err = a.Finish(t.Context(), rt, c.verifier)
			}
			require.Error(t, err)
			require.Equal(t, c.kind, fault.KindOf(err), err)
			require.Contains(t, fault.HintOf(err), c.hint)
			if c.problem != "" {
				var problem *auth.ProblemError
				require.ErrorAs(t, err, &problem)
				require.Equal(t, c.problem, problem.Code)
			}
			require.Empty(t, a.Tokens().Token)
		})
	}
}

func TestServletsThatAreNotJira(t *testing.T) {
	t.Parallel()
	html := "<html><title>Log in</title></html>"
	for name, c := range map[string]struct {
		status int
		header [2]string
		body   string
		kind   fault.Kind
		says   string
	}{
		"login page":        {status: 200, header: [2]string{"Content-Type", "text/html"}, body: html, kind: fault.Network, says: "not Jira's OAuth"},
		"empty":             {status: 200, kind: fault.Network, says: "not Jira's OAuth"},
		"broken form":       {status: 200, body: "oauth_token=%z", kind: fault.Network, says: "not Jira's OAuth"},
		"not confirmed":     {status: 200, body: "oauth_token=RT&oauth_token_secret=RS", kind: fault.Credentials, says: "confirm the callback"},
		"moved":             {status: 302, header: [2]string{"Location", "https://new.example/jira/x?secret=1"}, kind: fault.Usage, says: "https://new.example/jira/x "},
		"moved nowhere":     {status: 302, kind: fault.Usage, says: "another address"},
		"no such page":      {status: 404, body: html, kind: fault.Usage, says: "no OAuth 1.0a servlet"},
		"down":              {status: 503, body: html, kind: fault.Network, says: "cannot answer now"},
		"too many":          {status: 429, kind: fault.Network, says: "cannot answer now"},
		"forbidden":         {status: 403, body: html, kind: fault.Credentials, says: "without a reason"},
		"problem in a body": {status: 400, body: "oauth_problem=parameter_rejected&oauth_parameters_rejected=oauth_callback&oauth_problem_advice=say+why", kind: fault.Credentials, says: "oauth_problem=parameter_rejected"},
		"problem with 200":  {status: 200, body: "oauth_problem=permission_denied", kind: fault.Credentials, says: "permission_denied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t)
			p.override = func(w http.ResponseWriter, _ *http.Request) {
				if c.header[0] != "" {
					w.Header().Set(c.header[0], c.header[1])
				}
				w.WriteHeader(c.status)
				_, _ = fmt.Fprint(w, c.body)
			}
			_, err := p.oauth1(t, p.options(t)).Begin(t.Context(), auth.OutOfBand)
			require.ErrorContains(t, err, c.says)
			require.Equal(t, c.kind, fault.KindOf(err))
			require.NotEmpty(t, fault.HintOf(err))
			require.NotContains(t, fault.Line(err), "secret=1")
		})
	}
}

func TestBeginWantsACallback(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	a := p.oauth1(t, p.options(t))
	for _, bad := range []string{"", "localhost:80", "ftp://h/x", "/path", "http://"} {
		_, err := a.Begin(t.Context(), bad)
		require.Equal(t, fault.Usage, fault.KindOf(err), bad)
	}
	_, err := a.Begin(t.Context(), "http://127.0.0.1:9/back?x=1")
	require.NoError(t, err)
}

func TestBeginHonoursTheContext(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := p.oauth1(t, p.options(t)).Begin(ctx, auth.OutOfBand)
	require.ErrorIs(t, err, context.Canceled)
}

// TestHowLongALoginMayTake is what Jira says, and ten minutes where it says nothing that can be meant.
func TestHowLongALoginMayTake(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for said, want := range map[string]time.Duration{
		"": 10 * time.Minute, "&oauth_expires_in=60": time.Minute, "&oauth_expires_in=soon": 10 * time.Minute,
		"&oauth_expires_in=-1": 10 * time.Minute, "&oauth_expires_in=0": 10 * time.Minute, "&oauth_expires_in=99999999999": 10 * time.Minute,
	} {
		p := newProvider(t)
		p.override = func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprint(w, "oauth_token=RT&oauth_token_secret=RS&oauth_callback_confirmed=true"+said)
		}
		o := p.options(t)
		o.Now = func() time.Time { return now }
		token, err := p.oauth1(t, o).Begin(t.Context(), auth.OutOfBand)
		require.NoError(t, err)
		require.Equal(t, now.Add(want), token.Expires, said)
	}
}

func TestRequestsBeforeTheLoginAreRefused(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	body := &closing{Reader: strings.NewReader("{}")}
	req := request(t, p.URL+"/jira/x")
	req.Method, req.Body = http.MethodPost, body
	_, err := p.oauth1(t, p.options(t)).Middleware()(unreachable(t)).RoundTrip(req)
	require.ErrorIs(t, err, auth.ErrNoTokens)
	require.True(t, body.closed)
	require.Equal(t, fault.Credentials, fault.KindOf(err))
}

func TestNewOAuth1ChecksItsOptions(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	for name, change := range map[string]func(*auth.OAuth1Options){
		"no site":         func(o *auth.OAuth1Options) { o.Site = nil },
		"plain http":      func(o *auth.OAuth1Options) { o.Site = &url.URL{Scheme: "http", Host: "h"} },
		"no consumer key": func(o *auth.OAuth1Options) { o.ConsumerKey = "" },
		"no private key":  func(o *auth.OAuth1Options) { o.PrivateKey = nil },
	} {
		o := p.options(t)
		change(&o)
		_, err := auth.NewOAuth1(o)
		require.Equal(t, fault.Usage, fault.KindOf(err), name)
	}
}

func TestAnotherConfigBeatsTheStore(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.allowed = true
	o := p.options(t)
	o.Store = auth.OpenStore(filepath.Join(t.TempDir(), "c.json"))
	a := p.oauth1(t, o)
	rt, err := a.Begin(t.Context(), auth.OutOfBand)
	require.NoError(t, err)
	_, err = a.Finish(t.Context(), rt, "v+er i/fy")
	require.NoError(t, err)

	o.Tokens = auth.Tokens{Token: "typed into the config"}
	require.Equal(t, o.Tokens, p.oauth1(t, o).Tokens())
	o.Tokens, o.ConsumerKey = auth.Tokens{}, "another link"
	require.Empty(t, p.oauth1(t, o).Tokens().Token)
}

func TestTokensDoNotPrint(t *testing.T) {
	t.Parallel()
	for _, v := range []any{auth.Tokens{Token: "hush"}, auth.RequestToken{Token: "hush"}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			require.NotContains(t, fmt.Sprintf(verb, v), "hush", verb)
		}
	}
}

func TestManyAtOnceSignSoundly(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	o := p.options(t)
	o.Tokens = p.grant("AT", "")
	client := &http.Client{Transport: p.oauth1(t, o).Middleware()(p.Client().Transport)}
	var wg sync.WaitGroup
	codes := make([]int, 24)
	for i := range codes {
		wg.Go(func() {
			resp, err := client.Do(request(t, fmt.Sprintf("%s/jira/x?id=2&id=1&n=%d", p.URL, i)))
			if err == nil {
				codes[i] = resp.StatusCode
				_ = resp.Body.Close()
			}
		})
	}
	wg.Wait()
	for _, code := range codes {
		require.Equal(t, http.StatusOK, code)
	}
}

func TestCodeIsNotSpentWhenTokensCannotBeSaved(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.allowed = true
	o := p.options(t)
	o.Store = auth.OpenStore(filepath.Join(t.TempDir(), "gone", "c.json"))
	_, err := p.oauth1(t, o).Finish(t.Context(), auth.RequestToken{Token: "RT"}, "v+er i/fy")
	require.Equal(t, fault.Usage, fault.KindOf(err))
	require.Contains(t, fault.HintOf(err), "credentials_file")
	require.Zero(t, p.given)
}
