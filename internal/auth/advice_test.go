package auth_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/auth"
)

func TestAdviceByKindOfLogin(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		kind    string
		refusal auth.Refusal
		want    string // "" is none: the client's own words do
	}{
		"basic, wrong":              {"basic", auth.Refusal{Cloud: true, Code: "AUTHENTICATED_FAILED"}, ""},
		"basic, expired":            {"basic", auth.Refusal{Cloud: true, Code: "TOKEN_EXPIRED"}, "new API token"},
		"pat on cloud":              {"pat", auth.Refusal{Cloud: true}, "e-mail as username"},
		"pat, wrong":                {"pat", auth.Refusal{Code: "AUTHENTICATED_FAILED"}, "8.14"},
		"pat, locked account":       {"pat", auth.Refusal{Code: "CAPTCHA_CHALLENGE"}, ""},
		"oauth1, expired":           {"oauth1", auth.Refusal{Code: "token_expired"}, "auth login oauth1"},
		"oauth1, clocks":            {"oauth1", auth.Refusal{Code: "timestamp_refused", Skew: -10 * time.Minute}, "this clock less Jira's is -10m0s"},
		"oauth1, clocks agree":      {"oauth1", auth.Refusal{Code: "timestamp_refused", Messages: []string{"between 1 and 2"}}, "between 1 and 2"},
		"oauth1, unknown, advised":  {"oauth1", auth.Refusal{Code: "new_problem", Messages: []string{"do this"}}, "do this"},
		"oauth1 headers for basic":  {"basic", auth.Refusal{Code: "timestamp_refused"}, "NTP"},
		"oauth2 on cloud":           {"oauth2", auth.Refusal{Cloud: true}, "cloud_id"},
		"oauth2 on data center":     {"oauth2", auth.Refusal{}, "incoming link"},
		"oauth2, address not liked": {"oauth2", auth.Refusal{Cloud: true, Code: "ADDRESS_NOT_ALLOWED"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := auth.Advice(tt.kind, tt.refusal)
			if tt.want == "" {
				require.Empty(t, got)
				return
			}
			require.Contains(t, got, tt.want)
		})
	}
}
