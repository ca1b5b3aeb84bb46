package auth

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The example of RFC 5849, section 3.4.1.1.
func TestSignatureBaseOfTheRFC(t *testing.T) {
	t.Parallel()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", strings.NewReader("c2&a3=2+q"))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	params, err := requestParams(req)
	require.NoError(t, err)
	base, err := signatureBase(req, append(params,
		param{name: "oauth_consumer_key", value: "9djdj82h48djs9d2"},
		param{name: "oauth_token", value: "kkk9d7dh3k39sjv7"},
		param{name: "oauth_signature_method", value: "HMAC-SHA1"},
		param{name: "oauth_timestamp", value: "137131201"},
		param{name: "oauth_nonce", value: "7d8f3e4a"}))
	require.NoError(t, err)
	require.Equal(t, "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q"+
		"%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2"+
		"%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7", base)
}

func TestOrigin(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://Jira.ACME.com":     "https://jira.acme.com",
		"https://jira.acme.com:443": "https://jira.acme.com",
		"https://jira.acme.com:":    "https://jira.acme.com",
		"https://jira.acme.com:80":  "https://jira.acme.com:80",
		"http://jira.acme.com:443":  "http://jira.acme.com:443",
		"http://jira.acme.com:80":   "http://jira.acme.com",
		"https://h:8443":            "https://h:8443",
		"https://[::1]":             "https://[::1]",
		"https://[::1]:443":         "https://[::1]",
		"https://[::1]:8443":        "https://[::1]:8443",
		"https://[2001:DB8::443]":   "https://[2001:db8::443]",
		"https://10.0.0.1:443":      "https://10.0.0.1",
		"https://h443":              "https://h443",
		"HTTPS://h:443":             "https://h",
	} {
		u, err := url.Parse(address)
		require.NoError(t, err)
		require.Equal(t, want, origin(u.Scheme, u.Host), address)
	}
}

func TestSignatureBaseOfAddresses(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://h":                  "GET&https%3A%2F%2Fh%2F&",
		"https://h:443/jira/a%2Fb":   "GET&https%3A%2F%2Fh%2Fjira%2Fa%252Fb&",
		"https://[::1]:8443/x?b&a=+": "GET&https%3A%2F%2F%5B%3A%3A1%5D%3A8443%2Fx&a%3D%2520%26b%3D",
		"https://[::1]:443/é":        "GET&https%3A%2F%2F%5B%3A%3A1%5D%2F%25C3%25A9&",
	} {
		req, err := http.NewRequestWithContext(t.Context(), "", address, http.NoBody)
		require.NoError(t, err)
		req.Method = "" // as net/http lets it be
		params, err := requestParams(req)
		require.NoError(t, err)
		got, err := signatureBase(req, params)
		require.NoError(t, err)
		require.Equal(t, want, got, address)
	}
}

// TestASignedFormCanBeSentAgain: net/http does so by itself when a kept connection turns out to be dead.
func TestASignedFormCanBeSentAgain(t *testing.T) {
	t.Parallel()
	const form = "b=2&a=1&a=%2B"
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://h/x", io.NopCloser(strings.NewReader(form)))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	_, err = requestParams(req)
	require.NoError(t, err)
	require.Equal(t, int64(len(form)), req.ContentLength)
	again, err := req.GetBody()
	require.NoError(t, err)
	for _, body := range []io.Reader{req.Body, again} {
		text, err := io.ReadAll(body)
		require.NoError(t, err)
		require.Equal(t, form, string(text))
	}
}

// TestFormsThatAreTooLongAreNotSignedInPart, nor cut.
func TestFormsThatAreTooLongAreNotSignedInPart(t *testing.T) {
	t.Parallel()
	for size, sound := range map[int]bool{maxFormBytes: true, maxFormBytes + 1: false} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://h/x", strings.NewReader(strings.Repeat("a", size)))
		require.NoError(t, err)
		req.Header.Set("Content-Type", formType)
		_, err = requestParams(req)
		require.Equal(t, sound, err == nil, "%d bytes: %v", size, err)
	}
}

func FuzzParseForm(f *testing.F) {
	for _, seed := range []string{"", "a=1&a=0", "a=%zz", "c2&a3=2+q", "=&&=;", "%C3%A9=+", "oauth_token=x&oauth_expires_in=9e9"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		params, err := parseForm(raw)
		if err != nil {
			return
		}
		again, err := parseForm(normalize(params))
		require.NoError(t, err)
		require.ElementsMatch(t, params, again, "sorting and encoding must not change what is said")
		require.Equal(t, normalize(params), normalize(again))
		if ans, err := parseAnswer(raw); err == nil {
			require.NotEmpty(t, ans["oauth_token"])
		}
	})
}

func FuzzParseChallenge(f *testing.F) {
	for _, seed := range []string{
		`OAuth realm="https%3A%2F%2Fjira", oauth_problem="token_rejected"`,
		`Basic realm="x\"y", OAuth realm=plain,oauth_problem = timestamp_refused , oauth_acceptable_timestamps="1-2"`,
		`Negotiate, Bearer`, `OAuth oauth_problem="`, `OAuth =,"`, "", `\`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		h := http.Header{"Www-Authenticate": {line}}
		if p := challengeProblem(h); p != nil {
			require.NotEmpty(t, p.Code)
			require.NotEmpty(t, ExplainProblem(p.Code, p.Advice))
			require.NotContains(t, p.Advice, "\n")
		}
	})
}

func TestChallengeProblem(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lines []string
		want  *ProblemError
	}{
		"Jira's":         {[]string{`OAuth realm="https%3A%2F%2Fjira.acme.com", oauth_problem="token_rejected"`}, &ProblemError{Code: "token_rejected"}},
		"no problem":     {[]string{`OAuth realm="https%3A%2F%2Fjira.acme.com"`}, nil},
		"of Basic":       {[]string{`Basic realm="x", oauth_problem="token_rejected"`}, nil},
		"behind Basic":   {[]string{`Basic realm="a, OAuth \"b", oauth realm=x, oauth_problem=nonce_used`}, &ProblemError{Code: "nonce_used"}},
		"second header":  {[]string{`Negotiate`, `OAuth oauth_problem="signature_invalid"`}, &ProblemError{Code: "signature_invalid"}},
		"with a range":   {[]string{`OAuth oauth_problem="timestamp_refused", oauth_acceptable_timestamps="10-20"`}, &ProblemError{Code: "timestamp_refused", Advice: "acceptable_timestamps: 10-20"}},
		"advice, spaced": {[]string{`OAuth oauth_problem="parameter_rejected", oauth_problem_advice="bad%0Acallback"`}, &ProblemError{Code: "parameter_rejected", Advice: "bad callback"}},
		"none":           {nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, challengeProblem(http.Header{"Www-Authenticate": c.lines}))
		})
	}
}
