package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"tap-jira/internal/config"
	"tap-jira/internal/fault"
)

// checkExtent finds out whether the config takes the date and the name.
func (a *app) checkExtent(ctx context.Context, s *setup) error {
	members := map[string]any{"base_url": "https://not-asked-for-yet.invalid", "personal_access_token": "not-asked-for-yet"} // never sent
	s.addExtent(members)
	_, err := a.loadSetup(ctx, s, members)
	return err
}

// mayReplace makes sure that no config is lost.
func (a *app) mayReplace(ctx context.Context, s *setup) error {
	if _, err := os.Lstat(a.path(s.target)); s.force || errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if a.asks(s) {
		replace, err := a.askToReplace(ctx, s.target)
		if err != nil || replace {
			return err
		}
	}
	return fault.New(fault.Usage, "write another one with --config FILE, or replace it with --force", "%s is already there", s.target)
}

// inBrowser tells that the login needs a person and a browser.
func (s *setup) inBrowser() bool {
	return s.auth == string(config.AuthOAuth1) || s.auth == string(config.AuthOAuth2)
}

// members is the config.
func (s *setup) members() map[string]any {
	members := map[string]any{"base_url": s.site}
	set := func(key, value string) {
		if value != "" {
			members[key] = value
		}
	}
	set("ca_file", s.caFile)
	set("proxy_url", s.proxy)
	set("client_cert_file", s.clientCert)
	set("client_key_file", s.clientKey)
	s.addExtent(members)
	switch config.AuthKind(s.auth) {
	case config.AuthBasic:
		set("username", s.username)
		set("password", s.secretValue())
	case config.AuthPAT:
		set("personal_access_token", s.secretValue())
	case config.AuthOAuth1:
		set("oauth1_consumer_key", s.consumerKey)
		set("oauth1_private_key_file", s.keyFile)
	case config.AuthOAuth2:
		set("oauth_client_id", s.clientID)
		set("oauth_client_secret", s.secretValue())
	}
	return members
}

// addExtent adds from when on is read, and what the tables are called.
func (s *setup) addExtent(members map[string]any) {
	if s.startDate != "" {
		members["start_date"] = s.startDate
	}
	if s.integration != "" {
		members["integration_name"] = s.integration
	}
}

// secretValue is the secret, or where it is kept.
func (s *setup) secretValue() string {
	switch {
	case s.secretEnv != "":
		return "env:" + s.secretEnv
	case s.secretFile != "":
		return "file:" + s.secretFile
	}
	return s.secret
}

// encodeMembers writes the config as a file.
func encodeMembers(members map[string]any) ([]byte, error) {
	text, err := json.MarshalIndent(members, "", "  ")
	return append(text, '\n'), err
}

// loadSetup reads a config that is not written yet, as it will be read.
func (a *app) loadSetup(ctx context.Context, s *setup, members map[string]any) (*config.Config, error) {
	content, err := encodeMembers(members)
	if err != nil {
		return nil, fmt.Errorf("write the config: %w", err)
	}
	return a.loadFrom(ctx, config.Source{
		Files: []string{s.target}, Getenv: a.LookupEnv, Environ: a.Environ, Run: a.shell,
		ReadFile: func(name string) ([]byte, error) {
			if filepath.Clean(name) == filepath.Clean(s.target) {
				return content, nil
			}
			return a.readFile(name)
		},
	})
}
