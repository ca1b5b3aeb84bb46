package auth

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTokensAreNeverPrinted by any verb, logger or encoder, alone or in what holds them.
func TestTokensAreNeverPrinted(t *testing.T) {
	t.Parallel()
	const secret = "c4nary-7f3a"
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for name, value := range map[string]any{
		"Grant":        Grant{Access: secret, Refresh: secret, Expires: at},
		"Tokens":       Tokens{Token: secret, Secret: secret, SessionHandle: secret},
		"RequestToken": RequestToken{Token: secret, Secret: secret},
		"Consent":      Consent{URL: "https://host/?state=" + secret, state: secret, verifier: secret},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10s", "%.3s", "%t", "%b", "%U", "%!"} {
			for _, printed := range []any{value, []any{value}, map[string]any{"v": value}, struct{ V any }{value}} {
				got := fmt.Sprintf(verb, printed)
				require.NotContains(t, got, "c4n", "%s of %s", verb, name)
				require.NotContains(t, got, fmt.Sprintf("%x", "c4nary"), "%s of %s", verb, name)
			}
		}
		require.Equal(t, "[redacted] [redacted] [redacted]", fmt.Sprintf("%v %#v %d", value, value, value), name)
		text, err := json.Marshal(map[string]any{"v": value})
		require.NoError(t, err)
		require.JSONEq(t, `{"v":"[redacted]"}`, string(text), name)
		var out bytes.Buffer
		for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
			slog.New(handler).Info("logged in", "value", value, "list", []any{value})
		}
		require.NotContains(t, out.String(), "c4n", name)
		require.Contains(t, out.String(), "[redacted]", name)
	}
}

// TestWhenARefreshTokenEnds: ninety days after it was given, if that is known.
func TestWhenARefreshTokenEnds(t *testing.T) {
	t.Parallel()
	given := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	require.Equal(t, given.AddDate(0, 0, 90), Grant{Refresh: "r", Renewed: given}.RefreshExpires())
	require.Zero(t, Grant{Renewed: given}.RefreshExpires(), "there is none")
	require.Zero(t, Grant{Refresh: "r"}.RefreshExpires(), "nobody knows since when")
}
