package cli

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"tap-jira/internal/auth"
	"tap-jira/internal/config"
	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/progress"
	"tap-jira/internal/transport"
)

// session is a config made ready to talk to its site. Nothing was sent yet.
type session struct {
	config *config.Config
	client *jira.Client
	login  login
	// unsigned sends requests without credentials.
	unsigned http.RoundTripper
	// progress counts what the engine and the connection tell of a run.
	progress *progress.Tracker
	// waited adds up, in nanoseconds, how long requests were held back for the sake of Jira's limits.
	waited *atomic.Int64
}

// loadConfig reads the config that the flags name, and says what is odd about it.
func (a *app) loadConfig(ctx context.Context) (*config.Config, error) {
	if len(a.configs) == 0 && !a.environmentConfigures() {
		return nil, noConfig()
	}
	return a.loadFrom(ctx, config.Source{
		Files:    a.configs,
		Getenv:   a.LookupEnv,
		Environ:  a.Environ,
		ReadFile: a.readFile,
		Mode:     a.fileMode,
		Run:      a.shell,
	})
}

// noConfig says that nothing says where Jira is.
func noConfig() error {
	return fault.New(fault.Usage, "give --config FILE, or set TAP_JIRA_BASE_URL and the like; "+
		"`tap-jira demo` needs none", "there is no config")
}

// loadFrom loads a config, prints all of its warnings and all but the first of its problems: the first is the error.
func (a *app) loadFrom(ctx context.Context, source config.Source) (*config.Config, error) {
	loaded, warnings, err := config.Load(ctx, source)
	for _, warning := range warnings {
		a.logger().Warn(warning.String())
	}
	if err != nil {
		return nil, a.firstProblem(err)
	}
	if file := loaded.CredentialsFile; file != "" {
		loaded.CredentialsFile = a.path(file)
	}
	return loaded, nil
}

// fileMode returns the permissions of a file.
func (p *Process) fileMode(name string) (fs.FileMode, error) {
	info, err := os.Stat(p.path(name))
	if err != nil {
		return 0, err
	}
	return info.Mode(), nil
}

// session makes a session of the config that the flags name.
func (a *app) session(ctx context.Context) (*session, error) {
	cfg, err := a.loadConfig(ctx)
	if err != nil {
		return nil, err
	}
	return a.open(cfg)
}

// open makes a session of a config.
func (a *app) open(cfg *config.Config) (*session, error) {
	return a.openWatched(cfg, func(next http.RoundTripper) http.RoundTripper { return next })
}

// openWatched makes a session whose signed requests go through watch first.
func (a *app) openWatched(cfg *config.Config, watch func(http.RoundTripper) http.RoundTripper) (*session, error) {
	s := &session{config: cfg, waited: new(atomic.Int64), progress: progress.NewTracker(a.Now)}
	options, err := a.transportOptions(cfg)
	if err != nil {
		return nil, err
	}
	options.Waited = func(d time.Duration) { s.waited.Add(int64(d)) }
	options.Refused = s.progress.Refused
	options.Describe, options.Admit = jira.Describe, jira.Admit
	unsigned, err := transport.Unsigned(options)
	if err != nil {
		return nil, fmt.Errorf("prepare the connection: %w", err)
	}
	s.unsigned = unsigned
	login, err := a.login(cfg, unsigned)
	if err != nil {
		return nil, err
	}
	s.login = login
	options.Sign = login.sign
	signed, err := transport.New(options)
	if err != nil {
		return nil, fmt.Errorf("prepare the connection: %w", err)
	}
	s.client = jira.New(a.clientOptions(s, watch(signed)))
	return s, nil
}

// clientOptions are those of a session's client.
func (a *app) clientOptions(s *session, signed http.RoundTripper) jira.Options {
	return jira.Options{
		BaseURL:     s.config.BaseURL,
		Transport:   signed,
		Unsigned:    s.unsigned,
		APIVersion:  apiVersion(s.config),
		Concurrency: s.config.Concurrency,
		PageSize:    s.config.PageSize,
		Timeout:     s.config.RequestTimeout,
		Logger:      a.logger(),
		Recover:     s.login.renew,
		Route:       s.login.route,
		Gateway:     atGateway(s.config),
		Advice:      advice(s.config.Auth),
		Now:         a.Now,
		Wait:        a.Wait,
	}
}

// transportOptions say how the requests of a config travel.
func (a *app) transportOptions(cfg *config.Config) (transport.Options, error) {
	authorities, err := a.authorities(cfg)
	if err != nil {
		return transport.Options{}, err
	}
	agent := cfg.UserAgent
	if agent == "" {
		agent = programName + "/" + buildVersion()
	}
	return transport.Options{
		Site:        cfg.BaseURL,
		CAFile:      authorities,
		ClientCert:  cfg.ClientCertPEM,
		ClientKey:   []byte(cfg.ClientKeyPEM.Reveal()),
		Logger:      a.logger(),
		Cap:         transport.NewCap(cfg.RequestsPerSecond),
		Concurrency: cfg.Concurrency,
		UserAgent:   agent,
		Timeout:     cfg.RequestTimeout,
		Proxy:       a.proxy(cfg),
		Now:         a.Now,
		Wait:        a.Wait,
		Dial:        a.Dial,
	}, nil
}

// unsigned makes what sends requests without credentials.
func (a *app) unsigned(cfg *config.Config) (http.RoundTripper, error) {
	options, err := a.transportOptions(cfg)
	if err != nil {
		return nil, err
	}
	unsigned, err := transport.Unsigned(options)
	if err != nil {
		return nil, fmt.Errorf("prepare the connection: %w", err)
	}
	return unsigned, nil
}

// apiVersion is the version of Jira's API that has rich text in the form that was asked for.
func apiVersion(cfg *config.Config) string {
	if cfg.RichText == "adf" {
		return "3"
	}
	return "2"
}

// oauth1 makes the signer of an application link, with the tokens of the config or of the credentials file.
func (a *app) oauth1(cfg *config.Config, unsigned http.RoundTripper) (*auth.OAuth1, error) {
	key, err := auth.ParsePrivateKey([]byte(cfg.OAuth1PrivateKey.Reveal()))
	if err != nil {
		return nil, fault.Wrap(fault.Usage, fmt.Errorf("read oauth1_private_key: %w", err), "")
	}
	options := auth.OAuth1Options{
		Site:        cfg.BaseURL,
		ConsumerKey: cfg.OAuth1ConsumerKey,
		PrivateKey:  key,
		Tokens: auth.Tokens{
			Token:         cfg.OAuth1AccessToken.Reveal(),
			Secret:        cfg.OAuth1AccessTokenSecret.Reveal(),
			SessionHandle: cfg.OAuth1SessionHandle.Reveal(),
		},
		Store: a.store(cfg),
		Now:   a.Now,
		Rand:  a.Rand,
		Send:  unsigned,
	}
	return auth.NewOAuth1(options)
}

// store is the file of the tokens that were obtained, nil where there is none. The tap makes it for its owner alone; one that
// others may read all the same, because it was copied there, is told of.
func (a *app) store(cfg *config.Config) *auth.Store {
	if cfg.CredentialsFile == "" {
		return nil
	}
	if warning := auth.ReadableByOthers(cfg.CredentialsFile); warning != "" {
		a.logger().Warn(warning)
	}
	return auth.OpenStore(cfg.CredentialsFile)
}
