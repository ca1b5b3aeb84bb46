package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"time"

	"github.com/spf13/cobra"

	"tap-jira/internal/auth"
	"tap-jira/internal/config"
	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
	"tap-jira/schemas"
)

// demoConsumerKey is the name of the application link of the simulated site.
const demoConsumerKey = "tap-jira-demo"

// demo is what the simulated site is asked to be.
type demo struct {
	serve       string
	deployment  string
	basePath    string
	issues      int
	seed        uint64
	consumerKey string
	publicKey   string
	editsEvery  time.Duration
}

// demoCommand runs the main job, or keeps a site up, without any Jira.
func (a *app) demoCommand() *cobra.Command {
	var asked demo
	command := &cobra.Command{
		Use:   "demo",
		Short: "Run the main job against a simulated Jira inside this binary",
		Long: `Starts a simulated Jira on loopback with real TLS, links to it by OAuth 1.0a, discovers, and syncs every stream to
standard output, which holds Singer messages and nothing else.

With --serve it keeps the site up instead, until it is interrupted, and writes config.json, ca.pem, ledger.json (what a
sync must find) and how-to.txt into DIR.`,
		Example: `  tap-jira demo
  tap-jira demo --deployment datacenter --issues 1000 | target-jsonl
  tap-jira demo --serve site --edits-every 1s`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return a.runDemo(command.Context(), asked) },
	}
	set := command.Flags()
	set.StringVar(&asked.serve, "serve", "", "keep the site up and write its config into `DIR`")
	set.StringVar(&asked.deployment, "deployment", jirasim.Cloud.String(), "cloud or datacenter")
	set.StringVar(&asked.basePath, "base-path", "", "context `PATH` of the site, such as /jira")
	set.IntVar(&asked.issues, "issues", 200, "how many issues the site has")
	set.Uint64Var(&asked.seed, "seed", 1, "which site it is; the same seed makes the same site")
	set.StringVar(&asked.consumerKey, "consumer-key", "", "with --serve: consumer `KEY` of an application link")
	set.StringVar(&asked.publicKey, "public-key", "", "with --serve: `FILE` with the public key of the application link")
	set.DurationVar(&asked.editsEvery, "edits-every", 0, "edit an issue each time this `DURATION` has passed, such as 1s")
	set.SortFlags = false
	return command
}

// runDemo runs the main job on a simulated site, or keeps the site up.
func (a *app) runDemo(ctx context.Context, asked demo) error {
	options, err := a.siteOptions(asked)
	if err != nil {
		return err
	}
	if asked.serve != "" {
		return a.serve(ctx, asked, options)
	}
	if asked.consumerKey != "" || asked.publicKey != "" {
		return fault.New(fault.Usage, "add --serve DIR", "--consumer-key and --public-key are for a site that stays up")
	}
	return a.runMainJob(ctx, options)
}

// siteOptions turn the flags into a site.
func (a *app) siteOptions(asked demo) (jirasim.Options, error) {
	options := jirasim.Options{
		BasePath:   asked.basePath,
		Issues:     asked.issues,
		Seed:       asked.seed,
		Now:        a.Now,
		EditsEvery: asked.editsEvery,
		Examples:   schemas.FS(),
	}
	switch asked.deployment {
	case jirasim.Cloud.String():
	case jirasim.DataCenter.String():
		options.Deployment = jirasim.DataCenter
	default:
		return options, fault.New(fault.Usage, "use cloud or datacenter", "unknown --deployment %q", asked.deployment)
	}
	if asked.issues < 0 || asked.editsEvery < 0 {
		return options, fault.New(fault.Usage, "use a positive number", "--issues and --edits-every cannot be negative")
	}
	if asked.issues == 0 {
		options.Issues = -1 // the site reads 0 as its default
	}
	return options, nil
}

// startSite makes a site and serves it on loopback.
func startSite(options jirasim.Options) (*jirasim.Jira, *jirasim.Server, error) {
	site, err := jirasim.New(options)
	if err != nil {
		return nil, nil, fault.Wrap(fault.Usage, fmt.Errorf("make the simulated site: %w", err), "see tap-jira demo --help")
	}
	server, err := site.Serve()
	if err != nil {
		return nil, nil, fmt.Errorf("serve the simulated site: %w", err)
	}
	return site, server, nil
}

// runMainJob links, discovers and syncs as a user would, all in memory.
func (a *app) runMainJob(ctx context.Context, options jirasim.Options) error {
	pair, err := auth.GenerateKeyPair(keyBits, a.Rand)
	if err != nil {
		return fmt.Errorf("make a key pair: %w", err)
	}
	key, err := auth.ParsePrivateKey(pair.PrivatePEM)
	if err != nil {
		return fmt.Errorf("read the key pair: %w", err)
	}
	options.ConsumerKey, options.PublicKey = demoConsumerKey, &key.PublicKey
	site, server, err := startSite(options)
	if err != nil {
		return err
	}
	defer server.Close() //nolint:errcheck // the process ends with it
	a.logger().Info("simulated Jira is up", slog.String("address", site.BaseURL()),
		slog.String("deployment", options.Deployment.String()))

	cfg, err := a.demoConfig(ctx, site.BaseURL(), server.CAPEM, pair)
	if err != nil {
		return err
	}
	if err := a.linkDemo(ctx, cfg); err != nil {
		return err
	}
	s, err := a.open(cfg)
	if err != nil {
		return err
	}
	return a.syncDemo(ctx, s)
}

// demoConfig is the config that a user of the simulated site would write, with its files in memory.
func (a *app) demoConfig(ctx context.Context, address string, ca []byte, pair auth.KeyPair) (*config.Config, error) {
	content, err := json.Marshal(map[string]any{
		"base_url":            address,
		"oauth1_consumer_key": demoConsumerKey,
		"oauth1_private_key":  string(pair.PrivatePEM),
		"ca_file":             "ca.pem",
		"start_date":          "2000-01-01",
	})
	if err != nil {
		return nil, fmt.Errorf("write the config of the demo: %w", err)
	}
	files := map[string][]byte{"config.json": content, "ca.pem": ca}
	cfg, err := a.loadFrom(ctx, config.Source{
		Files: []string{"config.json"},
		ReadFile: func(name string) ([]byte, error) {
			if content, ok := files[name]; ok {
				return content, nil
			}
			return nil, &fs.PathError{Op: "open", Path: name, Err: os.ErrNotExist}
		},
	})
	if err != nil {
		return nil, err
	}
	cfg.CredentialsFile = "" // the tokens die with the site
	return cfg, nil
}

// linkDemo goes through the dance of OAuth 1.0a and puts its tokens into the config.
func (a *app) linkDemo(ctx context.Context, cfg *config.Config) error {
	unsigned, err := a.unsigned(cfg)
	if err != nil {
		return err
	}
	oauth1, err := a.oauth1(cfg, unsigned)
	if err != nil {
		return err
	}
	request, err := oauth1.Begin(ctx, "oob")
	if err != nil {
		return fmt.Errorf("begin the login: %w", err)
	}
	verifier, err := pressAllow(ctx, unsigned, oauth1.AuthorizeURL(request))
	if err != nil {
		return fmt.Errorf("allow the access: %w", err)
	}
	tokens, err := oauth1.Finish(ctx, request, verifier)
	if err != nil {
		return fmt.Errorf("finish the login: %w", err)
	}
	cfg.OAuth1AccessToken = config.Secret(tokens.Token)
	cfg.OAuth1AccessTokenSecret = config.Secret(tokens.Secret)
	cfg.OAuth1SessionHandle = config.Secret(tokens.SessionHandle)
	a.logger().Info("linked by OAuth 1.0a", slog.String("consumer_key", cfg.OAuth1ConsumerKey))
	return nil
}

// maxPageBytes is more than the page with the code holds.
const maxPageBytes = 64 << 10

// pressAllow is the user's part of the dance: it opens the address and reads the code that Jira shows. The simulated
// site takes opening the page for pressing Allow.
func pressAllow(ctx context.Context, browser http.RoundTripper, address string) (code string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return "", fmt.Errorf("open the page: %w", err)
	}
	response, err := browser.RoundTrip(request)
	if err != nil {
		return "", fmt.Errorf("open the page: %w", err)
	}
	defer response.Body.Close() //nolint:errcheck // nothing was written to it
	page, err := io.ReadAll(io.LimitReader(response.Body, maxPageBytes))
	if err != nil {
		return "", fmt.Errorf("read the page: %w", err)
	}
	shown := regexp.MustCompile(`verification code is\s*(?:<[a-z]+>|')*([A-Za-z0-9]+)`).FindSubmatch(page)
	if shown == nil {
		return "", fmt.Errorf("the page shows no code (status %d)", response.StatusCode)
	}
	return string(shown[1]), nil
}

// syncDemo discovers and then syncs every stream.
func (a *app) syncDemo(ctx context.Context, s *session) error {
	options := a.tapOptions(s)
	options.Everything = true
	catalog, err := tap.Discover(ctx, options)
	if err != nil {
		return fmt.Errorf("discover: %w", err)
	}
	a.logger().Info("discovered", slog.Int("streams", len(catalog.Streams)))
	return a.sync(ctx, s, options)
}
