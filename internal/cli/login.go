package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tap-jira/internal/auth"
	"tap-jira/internal/config"
	"tap-jira/internal/fault"
)

// loginCommand is the browser dance of an application link.
func (a *app) loginCommand() *cobra.Command {
	var oob bool
	command := &cobra.Command{
		Use:   "login oauth1|oauth2",
		Short: "Log in by an application link (OAuth 1.0a) or an app (OAuth 2.0) and keep the tokens",
		Long: `Prints an address to open in a browser, where you allow the access as the account that tap-jira shall act as.
Without --oob the browser comes back to this machine by itself; with it Jira shows a code (OAuth 2.0: the browser
ends at an address), which is read from standard input. The tokens go to credentials_file.`,
		Example: `  tap-jira auth login oauth1 --config config.json
  tap-jira auth login oauth1 --config config.json --oob
  tap-jira auth login oauth2 --config config.json`,
		Args: kindOfLogin,
		RunE: func(command *cobra.Command, args []string) error {
			if args[0] == string(config.AuthOAuth2) {
				return a.runLoginOAuth2(command.Context(), oob)
			}
			return a.runLogin(command.Context(), oob)
		},
	}
	command.Flags().BoolVar(&oob, "oob", false, "read the code from standard input, for machines without a browser")
	return command
}

// kindOfLogin wants one of the two kinds of login that take a dance.
func kindOfLogin(_ *cobra.Command, args []string) error {
	if len(args) == 1 && (args[0] == string(config.AuthOAuth1) || args[0] == string(config.AuthOAuth2)) {
		return nil
	}
	return fault.New(fault.Usage, "write: tap-jira auth login oauth1 --config FILE, or oauth2", "auth login wants the kind of login")
}

// runLogin is the dance of OAuth 1.0a: a request token, a person who presses Allow, the access token.
func (a *app) runLogin(ctx context.Context, oob bool) error {
	cfg, err := a.oauth1Config(ctx)
	if err != nil {
		return err
	}
	unsigned, err := a.unsigned(cfg)
	if err != nil {
		return err
	}
	oauth1, err := a.oauth1(cfg, unsigned)
	if err != nil {
		return err
	}
	dance := a.danceByBrowser
	if oob {
		dance = a.danceByCode
	}
	tokens, err := dance(ctx, oauth1)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.Stdout, "Logged in to %s. The tokens are in %s%s.\n", cfg.BaseURL, cfg.CredentialsFile,
		until(tokens.Expires))
	return err
}

// oauth1Config loads a config that has an application link and a place for its tokens.
func (a *app) oauth1Config(ctx context.Context) (*config.Config, error) {
	cfg, err := a.loadConfig(ctx)
	if err != nil {
		return nil, err
	}
	if cfg.Auth != config.AuthOAuth1 {
		return nil, fault.New(fault.Usage, "set oauth1_consumer_key and oauth1_private_key_file, and no password",
			"the config has no application link (its auth is %s)", cfg.Auth)
	}
	if cfg.CredentialsFile == "" {
		return nil, fault.New(fault.Usage, "set credentials_file", "there is no place to keep the tokens")
	}
	return cfg, nil
}

// danceByBrowser waits for the browser to come back to a listener on loopback.
func (a *app) danceByBrowser(ctx context.Context, oauth1 *auth.OAuth1) (auth.Tokens, error) {
	callback, err := auth.ListenCallback(ctx)
	if err != nil {
		return auth.Tokens{}, fault.Wrap(fault.Internal, fmt.Errorf("listen for the browser: %w", err), "use --oob")
	}
	defer callback.Close() //nolint:errcheck // nothing was written to it
	callback.Now = a.Now
	request, err := oauth1.Begin(ctx, callback.URL)
	if err != nil {
		return auth.Tokens{}, err
	}
	a.askToOpen(oauth1.AuthorizeURL(request))
	fmt.Fprintln(a.Stderr, "Waiting for the browser to come back; on a machine without one use --oob.")
	verifier, err := callback.Wait(ctx, request)
	if err != nil {
		return auth.Tokens{}, err
	}
	return oauth1.Finish(ctx, request, verifier)
}

// danceByCode reads the code that Jira shows from standard input, whether a person or a pipe is there.
func (a *app) danceByCode(ctx context.Context, oauth1 *auth.OAuth1) (auth.Tokens, error) {
	request, err := oauth1.Begin(ctx, "oob")
	if err != nil {
		return auth.Tokens{}, err
	}
	a.askToOpen(oauth1.AuthorizeURL(request))
	fmt.Fprintln(a.Stderr, "Then type the verification code that Jira shows, and Enter:")
	code, err := readLine(ctx, a.Stdin)
	if err != nil {
		return auth.Tokens{}, err
	}
	return oauth1.Finish(ctx, request, code)
}

// askToOpen tells a person what to do next. It goes to standard error: --oob may have a program read standard output.
func (a *app) askToOpen(address string) {
	fmt.Fprintf(a.Stderr, "Open this address in a browser, log in as the account that tap-jira shall act as, and press Allow:\n\n  %s\n\n",
		address)
}

// readLine reads one line that is not empty. The goroutine that reads cannot be stopped when ctx ends first: the
// process is about to end then, and it holds nothing.
func readLine(ctx context.Context, in io.Reader) (string, error) {
	type answer struct {
		line string
		err  error
	}
	answers := make(chan answer, 1) // one, so that the reader ends also when nobody waits any more
	go func() {
		line, err := bufio.NewReader(in).ReadString('\n')
		answers <- answer{line: strings.TrimSpace(line), err: err}
	}()
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case got := <-answers:
		if got.line != "" {
			return got.line, nil
		}
		if got.err != nil && !errors.Is(got.err, io.EOF) {
			return "", fault.Wrap(fault.Usage, fmt.Errorf("read the code from standard input: %w", got.err), "")
		}
		return "", fault.New(fault.Usage, "run it again and type the code that Jira shows",
			"standard input ended without a code")
	}
}

// until says how long tokens live, where Jira said so.
func until(expires time.Time) string {
	if expires.IsZero() {
		return ""
	}
	return ", good until " + expires.UTC().Format(time.DateOnly)
}
