package auth_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/auth"
)

func TestEveryProblemIsExplained(t *testing.T) {
	t.Parallel()
	unknown := auth.ExplainProblem("something_new", "")
	seen := map[string]string{}
	for problem, says := range map[string]string{
		"consumer_key_unknown":              "Application links",
		"signature_invalid":                 "public.pem",
		"signature_method_rejected":         "RSA-SHA1",
		"timestamp_refused":                 "NTP",
		"nonce_used":                        "proxy",
		"token_rejected":                    "tap-jira auth login oauth1",
		"token_expired":                     "tap-jira auth login oauth1",
		"permission_unknown":                "Allow",
		"permission_denied":                 "Deny",
		"parameter_absent":                  "--oob",
		"version_rejected":                  "proxy",
		"user_refused":                      "inactive",
		"consumer_key_refused":              "switched off",
		"additional_authorization_required": "consent",
	} {
		text := auth.ExplainProblem(problem, "")
		require.Contains(t, text, says, problem)
		require.NotEqual(t, unknown, text, problem)
		require.NotContains(t, text, "\n")
		require.Empty(t, seen[text], problem)
		seen[text] = problem
	}
	require.Equal(t, auth.ExplainProblem("parameter_absent", ""), auth.ExplainProblem("parameter_rejected", ""))
	require.Equal(t, auth.ExplainProblem("user_refused", ""), auth.ExplainProblem("No user associated with the token", ""))
	require.Contains(t, unknown, "log")
}

func TestAdviceIsShownShortAndOnOneLine(t *testing.T) {
	t.Parallel()
	text := auth.ExplainProblem("nonce_used", "a\n b"+strings.Repeat("é", 1000)+"\xff")
	require.Contains(t, text, "(Jira adds: a b")
	require.Less(t, len(text), 700)
	require.NotContains(t, text, "\n")
}

func TestLinkInstructions(t *testing.T) {
	t.Parallel()
	base, err := url.Parse("https://jira.acme.com:443/jira/")
	require.NoError(t, err)
	text := auth.LinkInstructions(base, "", []byte("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n\n"))
	for _, want := range []string{
		"https://jira.acme.com/jira/plugins/servlet/applinks/listApplicationLinks", "Generic Application", "Create incoming link",
		"Consumer Key            tap-jira", "Consumer Name", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
		"Jira 8", "Jira 9", "Atlassian product",
	} {
		require.Contains(t, text, want)
	}
	require.Contains(t, auth.LinkInstructions(nil, "rjmetrics", nil), "https://YOUR-JIRA/plugins")
	require.Contains(t, auth.LinkInstructions(nil, "rjmetrics", nil), "Consumer Key            rjmetrics\n")
	require.Contains(t, auth.LinkConfig(base, "", "private.pem"), `"oauth1_consumer_key": "tap-jira"`)
	require.Contains(t, auth.LinkConfig(nil, "rjmetrics", "keys/private.pem"),
		`"base_url": "https://YOUR-JIRA", "oauth1_consumer_key": "rjmetrics", "oauth1_private_key_file": "keys/private.pem"`)
}
