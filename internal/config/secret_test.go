package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/config"
)

const canary = "c4nary-7f3a"

func TestSecretIsNeverPrinted(t *testing.T) {
	t.Parallel()
	s := config.Secret(canary)
	require.Equal(t, canary, s.Reveal())
	hex := fmt.Sprintf("%x", canary)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%T%v", "%10s", "%.3s", "%p", "%b", "%U", "%!"} {
		for _, value := range []any{
			s, &s, []config.Secret{s}, map[string]config.Secret{"s": s}, struct{ S config.Secret }{s}, config.Config{Password: s}, &config.Config{Password: s},
		} {
			got := fmt.Sprintf(verb, value, value)
			require.NotContains(t, got, "c4n", verb)
			require.NotContains(t, got, hex[:8], verb)
		}
	}
	require.Equal(t, "[redacted] [redacted] [redacted]", fmt.Sprintf("%s %d %#v", s, s, s))
	require.Equal(t, "[redacted]", fmt.Sprint(s))
	require.Equal(t, "[redacted]", s.String()+config.Secret("").String())
}

func TestSecretIsNeverLogged(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	s := config.Secret(canary)
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("loaded", "secret", s, "pointer", &s, "config", config.Config{Password: s}, "list", []config.Secret{s})
	}
	require.Contains(t, out.String(), "[redacted]")
	require.NotContains(t, out.String(), "c4n")
}

func TestSecretIsNeverEncoded(t *testing.T) {
	t.Parallel()
	s := config.Secret(canary)
	data, err := json.Marshal(map[string]any{"s": []any{s, &s, config.Config{Password: s}}})
	require.NoError(t, err)
	require.Contains(t, string(data), "[redacted]")
	require.NotContains(t, string(data), "c4n")
}
