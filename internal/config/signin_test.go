package config_test

import (
	"maps"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/config"
)

func TestAutoGoesByTheKeys(t *testing.T) {
	t.Parallel()
	none := map[string]any{"username": nil, "password": nil}
	for name, tc := range map[string]struct {
		keys map[string]any
		want config.AuthKind
	}{
		"basic":                {map[string]any{"username": "jo", "password": "x"}, config.AuthBasic},
		"pat":                  {map[string]any{"personal_access_token": "x"}, config.AuthPAT},
		"oauth1":               {map[string]any{"oauth1_consumer_key": "k", "oauth1_private_key": pemKey}, config.AuthOAuth1},
		"client credentials":   {map[string]any{"oauth_client_id": "i", "oauth_client_secret": "s"}, config.AuthOAuth2},
		"refresh token":        {map[string]any{"oauth_client_id": "i", "oauth_client_secret": "s", "refresh_token": "r"}, config.AuthOAuth2},
		"access token alone":   {map[string]any{"access_token": "a"}, config.AuthOAuth2},
		"Meltano's OAuth flow": {map[string]any{"auth": map[string]any{"flow": "oauth", "access_token": "a"}}, config.AuthOAuth2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			members := map[string]any{}
			maps.Copy(members, none)
			maps.Copy(members, tc.keys)
			c, warnings, err := load(t, good(members))
			require.NoError(t, err)
			require.Empty(t, warnings)
			require.Equal(t, tc.want, c.Auth)
			require.Equal(t, name != "Meltano's OAuth flow", c.AuthChosen)
			require.Equal(t, config.DefaultRedirectURI, c.OAuthRedirectURI)
		})
	}
}

func TestSingerIOGoesByTheClientID(t *testing.T) {
	t.Parallel()
	c, warnings, err := load(t, good(map[string]any{"oauth_client_id": "i", "oauth_client_secret": "s", "refresh_token": "r"}))
	require.NoError(t, err)
	require.Equal(t, config.AuthOAuth2, c.Auth)
	require.Len(t, warnings, 1)
	require.Contains(t, warnings[0].Message, "oauth2 is taken")
}

func TestCloudIDStandsForTheSite(t *testing.T) {
	t.Parallel()
	c, warnings, err := config.Load(t.Context(), config.Source{Files: []string{"testdata/singerio-oauth.json"}, ReadFile: os.ReadFile})
	require.NoError(t, err)
	require.Empty(t, warnings)
	require.Equal(t, "https://api.atlassian.com/ex/jira/11111111-2222-3333-4444-555555555555", c.BaseURL.String())
	require.Equal(t, c.BaseURL, c.Gateway())
	require.Equal(t, "a-refresh-token", c.RefreshToken.Reveal())

	c, _, err = load(t, good(map[string]any{"base_url": "https://api.atlassian.com/ex/jira/1-2"}))
	require.NoError(t, err)
	require.Equal(t, "1-2", c.CloudID)

	c, _, err = load(t, good(map[string]any{"username": nil, "password": nil, "personal_access_token": "x", "cloud_id": "1-2"}))
	require.NoError(t, err)
	require.Nil(t, c.Gateway(), "a personal access token is of no use at the gateway")
}
