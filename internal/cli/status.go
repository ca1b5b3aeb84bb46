package cli

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/spf13/cobra"

	"tap-jira/internal/config"
	"tap-jira/internal/fault"
)

// statusCommand tells what the login stands on, without asking Jira.
func (a *app) statusCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "status",
		Short:   "Tell which login the config makes and whether its tokens are there, without asking Jira",
		Long:    "Tells which login the config makes and whether its tokens are there. `tap-jira check` asks Jira.",
		Example: "  tap-jira auth status --config config.json",
		Args:    noArguments,
		RunE:    func(command *cobra.Command, _ []string) error { return a.runStatus(command.Context()) },
	}
}

func (a *app) runStatus(ctx context.Context) error {
	cfg, err := a.loadConfig(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Stdout, "site         %s\nlogin        %s\n", cfg.BaseURL, cfg.Auth)
	if cfg.Auth == config.AuthBasic {
		_, err := fmt.Fprintf(a.Stdout, "username     %s\n", cfg.Username)
		return err
	}
	return a.oauth1Status(cfg, a.Stdout)
}

// oauth1Status tells of the tokens of an application link. None is exit 4, so that scripts can ask.
func (a *app) oauth1Status(cfg *config.Config, out io.Writer) error {
	oauth1, err := a.oauth1(cfg, http.RoundTripper(nil))
	if err != nil {
		return err
	}
	tokens := oauth1.Tokens()
	kept := cfg.CredentialsFile
	if cfg.OAuth1Ready() {
		kept = "the config, renewed ones in " + cfg.CredentialsFile
	}
	fmt.Fprintf(out, "consumer key %s\ntokens in    %s\n", cfg.OAuth1ConsumerKey, kept)
	if tokens.Token == "" {
		return fault.New(fault.Credentials, "run `tap-jira auth login oauth1 --config FILE`", "there is no access token yet")
	}
	expires := "unknown"
	if !tokens.Expires.IsZero() {
		expires = tokens.Expires.UTC().Format("2006-01-02 15:04 MST")
	}
	renewable := "no: log in again when it has expired"
	if tokens.SessionHandle != "" {
		renewable = "yes"
	}
	_, err = fmt.Fprintf(out, "expires      %s\nrenewable    %s\n", expires, renewable)
	return err
}
