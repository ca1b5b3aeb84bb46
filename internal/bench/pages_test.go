package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// echo answers with the body, whether compression was asked for, and how often it was asked.
func echo(asked *int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked++
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Encoding", r.Header.Get("Accept-Encoding"))
		if strings.HasPrefix(r.URL.Path, "/busy") {
			w.WriteHeader(http.StatusTooManyRequests)
		}
		_, _ = w.Write(append([]byte("got "), body...))
	})
}

func get(p http.Handler, target, body string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodPost, target, strings.NewReader(body))
	req.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	p.ServeHTTP(w, req)
	return w
}

func TestPagesAnswerFromMemory(t *testing.T) {
	t.Parallel()
	asked := 0
	p := newPages(echo(&asked), 1<<20)
	for range 3 {
		require.Equal(t, "got one", get(p, "/a", "one").Body.String())
	}
	require.Equal(t, 1, asked)
	require.Equal(t, "got two", get(p, "/a", "two").Body.String(), "another body is another question")
	require.Equal(t, "gzip", get(p, "/a", "one").Header().Get("X-Encoding"))
	require.Equal(t, 2, asked)

	p.set(0, true, false)
	require.Empty(t, get(p, "/a", "one").Header().Get("X-Encoding"), "the plain answer is another one")
	for range 2 {
		require.Equal(t, http.StatusTooManyRequests, get(p, "/busy", "").Code)
	}
	require.Equal(t, 5, asked, "a refusal is not kept")
	require.Equal(t, 3, p.counts().Requests)
	require.Equal(t, 2, p.counts().Refused)
}

func TestPagesKeepNoMoreThanTheyMay(t *testing.T) {
	t.Parallel()
	asked := 0
	p := newPages(echo(&asked), 10)
	for range 2 {
		get(p, "/a", "12345") // "got 12345" is nine bytes
		get(p, "/b", "12345")
	}
	require.Equal(t, 3, asked)
	require.Equal(t, 3, p.counts().Rendered)
}

func TestPagesCountWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		p := newPages(echo(&asked), 1<<20)
		p.set(100*time.Millisecond, false, true)
		go get(p, "/a", "x")
		time.Sleep(50 * time.Millisecond)
		get(p, "/b", "y")
		synctest.Wait()
		got := p.counts()
		require.Equal(t, 2, got.Requests)
		require.Equal(t, 2, got.MaxInFlight)
		require.Equal(t, int64(len("got x")+len("got y")), got.Bytes)
		require.InDelta(t, 0.2, got.InFlight, 1e-6)
		require.InDelta(t, 0.15, got.Span, 1e-6)
		require.Equal(t, []question{{Method: "POST", Target: "/a", Body: "x"}, {Method: "POST", Target: "/b", Body: "y"}}, p.questions())
	})
}
