package auth

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzCallback sends a browser back with any path, query and Host: only an answer that names this login, to the address
// that was given out, is taken, once; and no page shows what was sent.
func FuzzCallback(f *testing.F) {
	const home, path = "127.0.0.1:1234", callbackPath
	for _, query := range []string{
		"state=mine&code=abc", "state=other&code=abc", "code=abc", "state=mine&state=other", "state=other&state=mine", "state=mine;code=1",
		"state=%zz", "<script>alert(1)</script>", "state=mine%00", "",
	} {
		f.Add(path, query, home)
		f.Add(path, query, "evil.example")
		f.Add(path+"/", query, home)
		f.Add("/", query, home)
	}
	f.Add("/"+path, "code=a+secret+that+nobody+sees", home)
	f.Fuzz(func(t *testing.T, path, query, host string) {
		c := &Callback{URL: "http://" + home + callbackPath, path: callbackPath}
		answers := make(chan string, 1) // as in wait
		login := expected{owns: Consent{state: "mine"}.owns, answer: url.Values.Encode, again: "the command"}
		req := &http.Request{Method: http.MethodGet, Host: host, URL: &url.URL{Path: path, RawQuery: query}, Header: http.Header{}}
		page := httptest.NewRecorder()
		c.handler(login, answers).ServeHTTP(page, req)

		taken := len(answers) == 1
		values, _ := url.ParseQuery(query)
		require.Equal(t, path == callbackPath && host == home && values.Get("state") == "mine", taken)
		if taken {
			require.Equal(t, http.StatusOK, page.Code)
			require.Equal(t, values.Encode(), <-answers)
		}
		require.Equal(t, "text/plain; charset=utf-8", page.Header().Get("Content-Type"))
		if len(query) > 20 {
			require.NotContains(t, page.Body.String(), query)
		}
	})
}
