package cli

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/net/http/httpproxy"

	"tap-jira/internal/auth"
	"tap-jira/internal/config"
	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
)

// login is a way to sign requests. renew is nil where a refusal is final, route where all requests go to base_url.
type login struct {
	sign  func(http.RoundTripper) http.RoundTripper
	renew func(ctx context.Context, problem *jira.APIError) (retry bool, err error)
	route jira.Route
	// scopes tells what the login's token may do; nil where nobody knows.
	scopes func(ctx context.Context) ([]string, error)
	// oauth1 and oauth2 are set for their kinds.
	oauth1 *auth.OAuth1
	oauth2 *auth.OAuth2
}

// login makes what signs the requests of a config.
func (a *app) login(cfg *config.Config, unsigned http.RoundTripper) (login, error) {
	if cfg.AuthChosen {
		a.logger().Debug("login chosen by the keys that are set", slog.String("auth", string(cfg.Auth)))
	}
	switch cfg.Auth {
	case config.AuthPAT:
		return login{sign: auth.Bearer(auth.NewReach(cfg.BaseURL), cfg.PersonalAccessToken.Reveal())}, nil
	case config.AuthOAuth1:
		return a.oauth1Login(cfg, unsigned)
	case config.AuthOAuth2:
		return a.oauth2Login(cfg, unsigned)
	}
	return a.basicLogin(cfg, unsigned), nil
}

// basicLogin signs by name and password. A token that a Cloud site refuses may be a scoped one, which only Atlassian's
// gateway takes.
func (a *app) basicLogin(cfg *config.Config, unsigned http.RoundTripper) login {
	name, password := cfg.Username, cfg.Password.Reveal()
	if atGateway(cfg) {
		reach := auth.NewReach()
		reach.Widen(cfg.BaseURL)
		return login{sign: auth.Basic(reach, name, password)}
	}
	reach := auth.NewReach(cfg.BaseURL)
	route := func(ctx context.Context, _ *jira.Site, refusal error) (*url.URL, error) {
		if refusal == nil || cfg.AtlassianAPI == nil {
			return nil, nil
		}
		id, err := cfg.CloudID, error(nil)
		if id == "" {
			id, err = auth.CloudID(ctx, unsigned, cfg.BaseURL)
		}
		if id == "" || err != nil {
			return nil, err
		}
		gateway := auth.GatewayTo(cfg.AtlassianAPI, id)
		reach.Widen(gateway)
		a.logger().Info("the site refused the token, Atlassian's gateway is asked once; for a scoped token set base_url to its address",
			slog.String("base_url", gateway.String()))
		return gateway, nil
	}
	return login{sign: auth.Basic(reach, name, password), route: route}
}

// atGateway tells whether the config's address is Atlassian's gateway itself.
func atGateway(cfg *config.Config) bool {
	gateway := cfg.Gateway()
	return gateway != nil && gateway.String() == cfg.BaseURL.String()
}

// oauth1Login signs by an application link. Without a token there is nothing to try: that is told before the first
// request.
func (a *app) oauth1Login(cfg *config.Config, unsigned http.RoundTripper) (login, error) {
	oauth1, err := a.oauth1(cfg, unsigned)
	if err != nil {
		return login{}, err
	}
	if oauth1.Tokens().Token == "" {
		return login{}, fault.New(fault.Credentials, "run `tap-jira auth login oauth1"+a.configFlags()+"`",
			"there is no access token for %s yet (OAuth 1.0a)", cfg.BaseURL)
	}
	return login{
		sign: oauth1.Middleware(),
		renew: func(ctx context.Context, problem *jira.APIError) (bool, error) {
			return oauth1.Recover(ctx, problem.Code)
		},
		oauth1: oauth1,
	}, nil
}

// oauth2Login signs by an OAuth 2.0 app. Atlassian's refresh tokens are good once, so that one that is kept nowhere
// is worth a warning.
func (a *app) oauth2Login(cfg *config.Config, unsigned http.RoundTripper) (login, error) {
	oauth2, err := a.oauth2(cfg, unsigned)
	if err != nil {
		return login{}, err
	}
	if cfg.CredentialsFile == "" && len(cfg.RefreshToken) > 0 {
		a.logger().Warn("the refresh token will be replaced at its first use and the new one is kept nowhere: set credentials_file, or the next run cannot log in")
	}
	return login{
		sign:  oauth2.Middleware(),
		renew: func(ctx context.Context, _ *jira.APIError) (bool, error) { return oauth2.Recover(ctx) },
		route: func(ctx context.Context, site *jira.Site, refusal error) (*url.URL, error) {
			if refusal != nil {
				return nil, nil
			}
			return oauth2.Locate(ctx, site.Deployment == jira.Cloud)
		},
		scopes: oauth2.Scopes,
		oauth2: oauth2,
	}, nil
}

// oauth2 makes the signer of an OAuth 2.0 app, with the tokens of the config or of the credentials file.
func (a *app) oauth2(cfg *config.Config, unsigned http.RoundTripper) (*auth.OAuth2, error) {
	options := auth.OAuth2Options{
		Site:         cfg.BaseURL,
		API:          cfg.AtlassianAPI,
		Auth:         cfg.AtlassianAuth,
		ClientID:     cfg.OAuthClientID,
		ClientSecret: cfg.OAuthClientSecret.Reveal(),
		RefreshToken: cfg.RefreshToken.Reveal(),
		AccessToken:  cfg.AccessToken.Reveal(),
		CloudID:      cfg.CloudID,
		RedirectURI:  cfg.OAuthRedirectURI,
		Store:        a.store(cfg),
		Now:          a.Now,
		Rand:         a.Rand,
		Send:         unsigned,
	}
	return auth.NewOAuth2(options)
}

// advice says what to do about a refused login of the config's kind.
func advice(kind config.AuthKind) func(*jira.APIError, jira.Deployment) string {
	return func(problem *jira.APIError, d jira.Deployment) string {
		return auth.Advice(string(kind), auth.Refusal{
			Cloud: d == jira.Cloud, Code: problem.Code, Messages: problem.Messages, Skew: problem.Skew,
		})
	}
}

// proxy chooses the proxy of each request: proxy_url, else what the environment says. NO_PROXY counts for both. The library
// leaves every proxy out for this machine itself; one that the config names is meant for its base_url, wherever that is.
func (a *app) proxy(cfg *config.Config) func(*http.Request) (*url.URL, error) {
	if len(cfg.ProxyURL) == 0 {
		return a.Proxy
	}
	except := a.env("NO_PROXY")
	if except == "" {
		except = a.env("no_proxy")
	}
	ask := (&httpproxy.Config{HTTPSProxy: cfg.ProxyURL.Reveal(), NoProxy: except}).ProxyFunc()
	excepted := strings.FieldsFunc(except, func(r rune) bool { return r == ',' || r == ' ' })
	return func(r *http.Request) (*url.URL, error) {
		host := r.URL.Hostname()
		if config.IsLoopback(host) && !slices.Contains(excepted, host) && !slices.Contains(excepted, "*") {
			return url.Parse(cfg.ProxyURL.Reveal())
		}
		return ask(r.URL)
	}
}

// authorities are the certificates to trust besides the system's: ca_file's and, as everybody's OpenSSL has it,
// SSL_CERT_FILE's. That file is looked at everywhere, so that a wrong name is told, and added where Go does not take it
// for the system's by itself.
func (a *app) authorities(cfg *config.Config) ([]byte, error) {
	name := a.env("SSL_CERT_FILE")
	if name == "" {
		return cfg.CAPEM, nil
	}
	more, err := a.readFile(name)
	if err != nil {
		return nil, fault.New(fault.Usage, "correct the variable or unset it", "read the file that SSL_CERT_FILE names: %w", err)
	}
	if !strings.Contains(string(more), "-----BEGIN CERTIFICATE-----") {
		return nil, fault.New(fault.Usage, "name a PEM file, or unset the variable", "the file that SSL_CERT_FILE names holds no certificate")
	}
	if readsCertFile(runtime.GOOS) {
		return cfg.CAPEM, nil
	}
	return append(append([]byte{}, cfg.CAPEM...), append([]byte("\n"), more...)...), nil
}

// readsCertFile tells on which systems Go's own pool is made of SSL_CERT_FILE, as the documentation of crypto/x509 says:
// there, to read its hundred and more certificates once more is work that each start would do for nothing.
func readsCertFile(system string) bool { return system != "darwin" && system != "windows" }
