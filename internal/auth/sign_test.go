package auth_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSignedRequestsAreVerified(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	o := p.options(t)
	o.Tokens = p.grant("AT/+=~", "")
	client := &http.Client{Transport: p.oauth1(t, o).Middleware()(p.Client().Transport)}

	const form = "application/x-www-form-urlencoded"
	for name, c := range map[string]struct{ method, path, contentType, body string }{
		"no query":             {path: "/rest/api/2/myself"},
		"empty query":          {path: "/rest/api/2/myself?"},
		"repeated keys":        {path: "/rest/api/2/user/bulk?accountId=b&accountId=a&accountId=a&maxResults=2"},
		"repeated, unsorted":   {path: "/x?b=2&a=1&b=1&B=0&a-b=3&a=0"},
		"JQL":                  {path: "/rest/api/2/search?jql=" + url.QueryEscape(`project = "A&B" AND summary ~ "50% + more" ORDER BY created, key`)},
		"space as %20":         {path: "/x?jql=a%20b"},
		"plus sign":            {path: "/x?jql=a%2Bb&c=d+e"},
		"unicode":              {path: "/x?q=" + url.QueryEscape("Größe 東京 🚀") + "&" + url.QueryEscape("ключ") + "=1"},
		"lower-case escapes":   {path: "/x?q=%c3%a9%2f"},
		"empty and bare names": {path: "/x?a=&b&=c&&d=1"},
		"brackets and tilde":   {path: "/x?ids[]=1&ids[]=2&t=~-._!*'()"},
		"semicolon":            {path: "/x?a=1;b=2"},
		"equals in a value":    {path: "/x?a=b=c=d"},
		"escaped path":         {path: "/rest/api/2/issue/a%2Fb%20c/%C3%A9?x=1"},
		"unescaped in path":    {path: "/x/(a)'b!~*:@,;"},
		"double slash":         {path: "//x//y"},
		"form":                 {method: "POST", path: "/x?c=3", contentType: form, body: "b=2&a=1&a=0&c=%2B+"},
		"form with charset":    {method: "POST", path: "/x", contentType: form + "; charset=utf-8", body: "a=1&a=2&%C3%A9=+"},
		"empty form":           {method: "POST", path: "/x", contentType: form},
		"JSON":                 {method: "POST", path: "/x?a=1", contentType: "application/json", body: `{"jql":"a=b&c=d %é"}`},
		"put":                  {method: "PUT", path: "/x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			method := c.method
			if method == "" {
				method = http.MethodGet
			}
			req, err := http.NewRequestWithContext(t.Context(), method, p.URL+"/jira"+c.path, strings.NewReader(c.body))
			require.NoError(t, err)
			if c.contentType != "" {
				req.Header.Set("Content-Type", c.contentType)
			}
			resp, err := client.Do(req)
			require.NoError(t, err)
			defer func() { require.NoError(t, resp.Body.Close()) }()
			require.Equal(t, http.StatusOK, resp.StatusCode, resp.Header.Get("WWW-Authenticate"))
			require.Empty(t, req.Header.Get("Authorization"), "the caller's request must stay as it was")
		})
	}
}

func TestSignerRefusesWhatItCannotSign(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	o := p.options(t)
	o.Tokens = p.grant("AT", "")
	sign := p.oauth1(t, o).Middleware()(unreachable(t))

	for name, change := range map[string]func(*http.Request){
		"malformed query": func(r *http.Request) { r.URL.RawQuery = "a=%zz" },
		"malformed name":  func(r *http.Request) { r.URL.RawQuery = "%=1" },
		"opaque address":  func(r *http.Request) { r.URL.Opaque = "//elsewhere/x" },
		"huge form": func(r *http.Request) {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Body = io.NopCloser(strings.NewReader(strings.Repeat("a", 1<<20+1)))
		},
		"broken form": func(r *http.Request) {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Body = io.NopCloser(strings.NewReader("a=%"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.URL+"/jira/x", http.NoBody)
			require.NoError(t, err)
			change(req)
			resp, err := sign.RoundTrip(req)
			require.Error(t, err)
			require.Nil(t, resp)
		})
	}
}

func TestNonceComesFromTheGivenSource(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	o := p.options(t)
	o.Tokens = p.grant("AT", "")
	o.Rand = strings.NewReader(strings.Repeat("\x00", 18))
	client := &http.Client{Transport: p.oauth1(t, o).Middleware()(p.Client().Transport)}

	require.Equal(t, http.StatusOK, get(t, client, p.URL+"/jira/x"))
	require.Equal(t, strings.Repeat("A", 24), p.params["oauth_nonce"])
	_, err := client.Do(request(t, p.URL+"/jira/x"))
	require.ErrorContains(t, err, "make a nonce")
}

// unreachable fails the test when a request gets through.
func unreachable(t *testing.T) http.RoundTripper {
	t.Helper()
	return transportFunc(func(r *http.Request) (*http.Response, error) {
		t.Errorf("%s %s was sent, %v", r.Method, r.URL, r.Header)
		return nil, context.Canceled
	})
}

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func request(t *testing.T, address string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	require.NoError(t, err)
	return req
}

func get(t *testing.T, client *http.Client, address string) int {
	t.Helper()
	resp, err := client.Do(request(t, address))
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode
}
