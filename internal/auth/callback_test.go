package auth_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/auth"
	"tap-jira/internal/fault"
)

// browse opens an address as a browser would and returns status and text.
func browse(t *testing.T, method, address, host string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, http.NoBody)
	require.NoError(t, err)
	req.Host = host
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	require.NoError(t, err)
	require.Equal(t, "no-store", resp.Header.Get("Cache-Control"), "the address holds the code")
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode, string(text)
}

type waited struct {
	verifier string
	err      error
}

func waitFor(ctx context.Context, c *auth.Callback, rt auth.RequestToken) <-chan waited {
	done := make(chan waited, 1)
	go func() {
		verifier, err := c.Wait(ctx, rt)
		done <- waited{verifier, err}
	}()
	return done
}

func TestCallbackTakesTheAnswerThatBelongsToTheLogin(t *testing.T) {
	t.Parallel()
	c, err := auth.ListenCallback(t.Context())
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(c.URL, "http://127.0.0.1:"), c.URL)
	done := waitFor(t.Context(), c, auth.RequestToken{Token: "R+T/="})

	for name, bad := range map[string]struct {
		method, query, host string
		status              int
	}{
		"another login":    {"GET", "?oauth_token=other&oauth_verifier=x", "", 400},
		"no token":         {"GET", "?oauth_verifier=x", "", 400},
		"another Host":     {"GET", "?oauth_token=R%2BT%2F%3D&oauth_verifier=x", "evil.example", 400},
		"posted":           {"POST", "?oauth_token=R%2BT%2F%3D&oauth_verifier=x", "", 405},
		"another path":     {"GET", "/favicon.ico", "", 404},
		"token as a space": {"GET", "?oauth_token=R+T/=&oauth_verifier=x", "", 400},
	} {
		status, text := browse(t, bad.method, c.URL+bad.query, bad.host)
		require.Equal(t, bad.status, status, name)
		require.NotContains(t, text, "R+T", name)
	}
	status, text := browse(t, "GET", c.URL+"?oauth_token=R%2BT%2F%3D&oauth_verifier=a%2Bb", "")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, text, "You can close this page")
	require.Equal(t, waited{verifier: "a+b"}, <-done)
	require.NoError(t, c.Close(), "closing twice is fine")
}

func TestCallbackHearsADeny(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"&oauth_verifier=denied", "&oauth_problem=permission_denied"} {
		c, err := auth.ListenCallback(t.Context())
		require.NoError(t, err)
		done := waitFor(t.Context(), c, auth.RequestToken{Token: "RT"})
		browse(t, "GET", c.URL+"?oauth_token=RT"+query, "")
		got := <-done
		require.NoError(t, got.err)
		p := newProvider(t)
		_, err = p.oauth1(t, p.options(t)).Finish(t.Context(), auth.RequestToken{Token: "RT"}, got.verifier)
		require.Equal(t, fault.Credentials, fault.KindOf(err))
		require.ErrorContains(t, err, "permission_denied")
	}
}

func TestCallbackStopsWithItsContext(t *testing.T) {
	t.Parallel()
	c, err := auth.ListenCallback(t.Context())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := waitFor(ctx, c, auth.RequestToken{Token: "RT", Expires: time.Now().Add(time.Hour)})
	cancel()
	require.ErrorIs(t, (<-done).err, context.Canceled)
}

func TestCallbackThatIsClosedDoesNotWait(t *testing.T) {
	t.Parallel()
	c, err := auth.ListenCallback(t.Context())
	require.NoError(t, err)
	require.NoError(t, c.Close())
	_, err = c.Wait(t.Context(), auth.RequestToken{Token: "RT"})
	require.Equal(t, fault.Usage, fault.KindOf(err))
}

func TestCallbackStopsWhenTheRequestTokenIsOver(t *testing.T) {
	t.Parallel()
	c, err := auth.ListenCallback(t.Context())
	require.NoError(t, err)
	_, err = c.Wait(t.Context(), auth.RequestToken{Token: "RT", Expires: time.Now().Add(-time.Second)})
	require.Equal(t, fault.Credentials, fault.KindOf(err))
	require.Contains(t, fault.HintOf(err), "--oob")
}
