package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tap-jira/internal/config"
	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
)

// setup are the answers that a config is made of. An answer that is empty was not given.
type setup struct {
	target string // the config file to write

	site, auth, username, consumerKey, keyFile, clientID string
	startDate, integration, caFile                       string
	proxy, clientCert, clientKey                         string
	// secret is what was typed, or read from standard input; secretFile and secretEnv say where it is kept instead.
	secret, secretFile, secretEnv string

	force, noInput bool
	// problem is what was wrong with the answers so far. With one, a person is asked everything again, with the earlier
	// answers in place, since any of them may be the wrong one.
	problem string
	// askWay tells that what stands before the site is asked for as well.
	askWay bool
}

const initHelp = `Asks for the site, for the way to log in and for what goes with it, tries the login, and writes the config file, which
only you can read. Every question has a flag; what is given is not asked. Without a terminal, or with --no-input, nothing
is asked at all.

The secret (password, API token, personal access token, client secret) has no flag of its own, because everybody on the
machine can read the arguments of a process: --password-file FILE writes "file:FILE" into the config, --password-env NAME
writes "env:NAME", and with --password-file - it is read from standard input and kept in the config.`

// initCommand makes a config.
func (a *app) initCommand() *cobra.Command {
	var s setup
	command := &cobra.Command{
		Use:   "init",
		Short: "Ask for the site and the login, try them, and write config.json",
		Long:  initHelp,
		Example: `  tap-jira init
  tap-jira init --site acme.atlassian.net --auth basic --username me@acme.com --password-env JIRA_API_TOKEN
  tap-jira init --site https://jira.acme.com/jira --auth pat --password-file - --start-date 2024-01-01 < token
  tap-jira init --site https://jira.acme.com/jira --auth oauth1 --config jira/config.json`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return a.runInit(command.Context(), &s) },
	}
	flags := command.Flags()
	flags.StringVar(&s.site, "site", "", "`ADDRESS` of the site, such as acme.atlassian.net or https://jira.acme.com/jira")
	flags.StringVar(&s.auth, "auth", "", "basic (e-mail and API token, or user and password), pat, oauth1 or oauth2")
	flags.StringVar(&s.username, "username", "", "`NAME` or e-mail, for basic")
	flags.StringVar(&s.secretFile, "password-file", "", "`FILE` with the password, token or client secret; - is standard input")
	flags.StringVar(&s.secretEnv, "password-env", "", "variable `NAME` that holds it")
	flags.StringVar(&s.consumerKey, "consumer-key", "", "`KEY` of the application link, for oauth1 (default tap-jira)")
	flags.StringVar(&s.keyFile, "key-file", "", "private key `FILE` of the application link; made in keys/ when not given")
	flags.StringVar(&s.clientID, "client-id", "", "client `ID` of the app, for oauth2")
	flags.StringVar(&s.caFile, "ca-file", "", "`FILE` with the certificate of a private authority")
	flags.StringVar(&s.proxy, "proxy-url", "", "`ADDRESS` of the proxy to go through, such as http://proxy:3128; with a password in it env:NAME")
	flags.StringVar(&s.clientCert, "client-cert-file", "", "`FILE` with the certificate that the server or proxy asks for")
	flags.StringVar(&s.clientKey, "client-key-file", "", "`FILE` with its private key")
	flags.StringVar(&s.startDate, "start-date", "", "oldest update to read, `DATE` (default one year before the first run)")
	flags.StringVar(&s.integration, "integration-name", "", "`NAME` before every stream, such as \"Stitch JIRA\" (default none)")
	flags.BoolVar(&s.force, "force", false, "replace the config file when there is one")
	flags.BoolVar(&s.noInput, "no-input", false, "ask nothing, also on a terminal")
	flags.SortFlags = false
	exclusive(command, "password-file", "password-env")
	return command
}

// runInit asks until the login works, and writes the config.
func (a *app) runInit(ctx context.Context, s *setup) error {
	s.target = "config.json"
	if len(a.configs) > 0 {
		s.target = a.configs[0]
	}
	if len(a.configs) > 1 || s.target == "ENV" {
		return fault.New(fault.Usage, "give one --config FILE", "init writes one config file")
	}
	if err := s.refuseSecrets(); err != nil {
		return err
	}
	if err := a.checkExtent(ctx, s); err != nil {
		return err
	}
	if err := a.mayReplace(ctx, s); err != nil {
		return err
	}
	if err := a.rootFiles(s); err != nil {
		return err
	}
	for {
		site, err := a.settleSetup(ctx, s)
		if err == nil {
			return a.writeSetup(s, site)
		}
		if !a.asks(s) || !mendable(err) {
			return err
		}
		s.forget()
		s.problem = fault.Line(err)
		s.askWay = s.askWay || fault.KindOf(err) == fault.Network || s.caFile+s.proxy != ""
	}
}

// rootFiles makes the names of files good for a config in another folder: the config reads them from there.
func (a *app) rootFiles(s *setup) error {
	if filepath.Dir(s.target) == "." {
		return nil
	}
	for _, name := range []*string{&s.secretFile, &s.caFile, &s.keyFile, &s.clientCert, &s.clientKey} {
		if *name == "" || *name == "-" {
			continue
		}
		whole, err := filepath.Abs(a.path(*name))
		if err != nil {
			return fmt.Errorf("find %s: %w", *name, err)
		}
		*name = whole
	}
	return nil
}

// asks tells whether a person can be asked.
func (a *app) asks(s *setup) bool { return !s.noInput && a.pickable() }

// mendable tells whether another answer may help.
func mendable(err error) bool {
	switch fault.KindOf(err) {
	case fault.Usage, fault.Network, fault.Credentials:
		return true
	}
	return false
}

// forget empties what cannot be proposed: nobody sees what is wrong with a secret.
func (s *setup) forget() { s.secret, s.secretFile, s.secretEnv = "", "", "" }

// settleSetup asks for what is missing and tries it at once.
func (a *app) settleSetup(ctx context.Context, s *setup) (*jira.Site, error) {
	site, err := a.findSite(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := a.completeLogin(ctx, s, site); err != nil {
		return nil, err
	}
	site, err = a.tryLogin(ctx, s, site)
	if err == nil && a.asks(s) {
		err = a.askForExtent(ctx, s)
	}
	return site, err
}

// findSite asks for the address and then, without credentials, what answers there.
func (a *app) findSite(ctx context.Context, s *setup) (*jira.Site, error) {
	if a.asks(s) {
		if err := a.askForSite(ctx, s); err != nil {
			return nil, err
		}
	}
	if s.site == "" {
		return nil, fault.New(fault.Usage, "give --site acme.atlassian.net, or https://host/jira", "the site is not known")
	}
	members := s.members()
	members["personal_access_token"] = "not-asked-for-yet" // a config is not read without a login; this one is never sent
	for _, key := range []string{"username", "password", "oauth1_consumer_key", "oauth1_private_key_file", "oauth_client_id", "oauth_client_secret"} {
		delete(members, key)
	}
	cfg, err := a.loadSetup(ctx, s, members)
	if err != nil {
		return nil, err
	}
	unsigned, err := a.unsigned(cfg)
	if err != nil {
		return nil, err
	}
	client := jira.New(jira.Options{
		BaseURL: cfg.BaseURL, Transport: unsigned, Logger: a.logger(), Timeout: cfg.RequestTimeout, Gateway: atGateway(cfg), Now: a.Now, Attempts: 1,
	})
	s.site = cfg.BaseURL.String()
	return client.Probe(ctx)
}

// completeLogin asks how to log in, or says which flag is missing.
func (a *app) completeLogin(ctx context.Context, s *setup, site *jira.Site) error {
	if a.asks(s) {
		if err := a.askForLogin(ctx, s, site.Deployment); err != nil {
			return err
		}
	}
	s.auth = cmp.Or(s.auth, s.likelyAuth())
	if s.secretFile == "-" {
		text, err := io.ReadAll(io.LimitReader(a.Stdin, maxSecretBytes))
		if err != nil {
			return fault.New(fault.Usage, "give the secret on standard input", "read standard input: %w", err)
		}
		s.secret, s.secretFile = strings.TrimRight(string(text), "\r\n"), ""
	}
	if missing := s.missing(); missing != "" {
		return fault.New(fault.Usage, "give "+missing, "the login is not complete")
	}
	if s.auth == string(config.AuthOAuth1) {
		return a.ensureKey(s)
	}
	return nil
}

// maxSecretBytes is more than any token has.
const maxSecretBytes = 64 << 10

// likelyAuth goes by what was given, as a config without the key auth does.
func (s *setup) likelyAuth() string {
	switch {
	case s.consumerKey != "" || s.keyFile != "":
		return string(config.AuthOAuth1)
	case s.clientID != "":
		return string(config.AuthOAuth2)
	case s.username != "":
		return string(config.AuthBasic)
	}
	return ""
}

// missing names the flag of the first answer that the login lacks.
func (s *setup) missing() string {
	secret := s.secret + s.secretFile + s.secretEnv
	switch config.AuthKind(s.auth) {
	case config.AuthBasic:
		if s.username == "" {
			return "--username"
		}
	case config.AuthOAuth1:
		return ""
	case config.AuthOAuth2:
		if s.clientID == "" {
			return "--client-id"
		}
	case config.AuthPAT:
	default:
		return "--auth basic, pat, oauth1 or oauth2"
	}
	if secret == "" {
		return "--password-file FILE or --password-env NAME"
	}
	return ""
}

// tryLogin logs in; a login that takes a browser comes later.
func (a *app) tryLogin(ctx context.Context, s *setup, probed *jira.Site) (*jira.Site, error) {
	cfg, err := a.loadSetup(ctx, s, s.members())
	if err != nil {
		return nil, err
	}
	if s.inBrowser() {
		return probed, nil
	}
	session, err := a.open(cfg)
	if err != nil {
		return nil, err
	}
	return session.client.Connect(ctx)
}
