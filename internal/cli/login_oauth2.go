package cli

import (
	"context"
	"fmt"

	"tap-jira/internal/auth"
	"tap-jira/internal/config"
	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
)

// runLoginOAuth2 is the browser dance of an OAuth 2.0 app, at Atlassian for a Cloud site and at the site for a Data Center.
func (a *app) runLoginOAuth2(ctx context.Context, oob bool) error {
	cfg, err := a.oauth2Config(ctx)
	if err != nil {
		return err
	}
	s, err := a.open(cfg)
	if err != nil {
		return err
	}
	site, err := s.client.Probe(ctx)
	if err != nil {
		return err
	}
	oauth2 := s.login.oauth2
	oauth2.Settle(site.Deployment == jira.Cloud)
	dance := a.consentByBrowser
	if oob {
		dance = a.consentByCode
	}
	grant, err := dance(ctx, cfg, oauth2)
	if err != nil {
		return err
	}
	renewed := ", renewed by themselves"
	if grant.Refresh == "" {
		renewed = until(grant.Expires)
	}
	_, err = fmt.Fprintf(a.Stdout, "Logged in to %s. The tokens are in %s%s.\n", cfg.BaseURL, cfg.CredentialsFile, renewed)
	return err
}

// oauth2Config loads a config that has an app and a place for its tokens.
func (a *app) oauth2Config(ctx context.Context) (*config.Config, error) {
	cfg, err := a.loadConfig(ctx)
	if err != nil {
		return nil, err
	}
	if cfg.Auth != config.AuthOAuth2 || cfg.OAuthClientID == "" {
		return nil, fault.New(fault.Usage, "set oauth_client_id and oauth_client_secret, and no other credentials",
			"the config has no OAuth 2.0 app (its auth is %s)", cfg.Auth)
	}
	if cfg.CredentialsFile == "" {
		return nil, fault.New(fault.Usage, "set credentials_file", "there is no place to keep the tokens")
	}
	return cfg, nil
}

// consentByBrowser waits for the browser to come back to the app's redirect address on this machine.
func (a *app) consentByBrowser(ctx context.Context, cfg *config.Config, oauth2 *auth.OAuth2) (auth.Grant, error) {
	callback, err := auth.ListenCallbackAt(ctx, cfg.OAuthRedirectURI)
	if err != nil {
		return auth.Grant{}, err
	}
	defer callback.Close() //nolint:errcheck // nothing was written to it
	callback.Now = a.Now
	consent, err := oauth2.Begin()
	if err != nil {
		return auth.Grant{}, err
	}
	a.askToOpen(consent.URL)
	fmt.Fprintf(a.Stderr, "Waiting for the browser to come back to %s; on a machine without one use --oob.\n", cfg.OAuthRedirectURI)
	answer, err := callback.WaitConsent(ctx, consent)
	if err != nil {
		return auth.Grant{}, err
	}
	return oauth2.Finish(ctx, consent, answer)
}

// consentByCode reads the address that the browser ended at from standard input, whether a person or a pipe is there.
func (a *app) consentByCode(ctx context.Context, _ *config.Config, oauth2 *auth.OAuth2) (auth.Grant, error) {
	consent, err := oauth2.Begin()
	if err != nil {
		return auth.Grant{}, err
	}
	a.askToOpen(consent.URL)
	fmt.Fprintln(a.Stderr, "The browser then shows a page that may say it cannot connect. Paste that page's whole address here, and Enter:")
	answer, err := readLine(ctx, a.Stdin)
	if err != nil {
		return auth.Grant{}, err
	}
	return oauth2.Finish(ctx, consent, answer)
}
