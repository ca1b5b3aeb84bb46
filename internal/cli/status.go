package cli

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"tap-jira/internal/auth"
	"tap-jira/internal/config"
)

// statusCommand tells by which means one logs in, as whom, and until when.
func (a *app) statusCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Tell who one is to Jira, by which login, and when it expires",
		Long: `Tells which login the config makes, where its tokens are, as whom Jira takes it, and when it expires; a warning
comes from 14 days before. A login that Jira refuses is exit 4.`,
		Example: "  tap-jira auth status --config config.json",
		Args:    noArguments,
		RunE:    func(command *cobra.Command, _ []string) error { return a.runStatus(command.Context()) },
	}
}

// expiryWarning is how long before its end a login is worth a warning.
const expiryWarning = 14 * 24 * time.Hour

// ending is when a login ends, and what to do about it.
type ending struct {
	at   time.Time // zero: not known, or never
	text string    // instead of a date
	fix  string
	// renewable says whether a token renews itself; "" where there is nothing to renew.
	renewable string
}

// runStatus tells what the config says before it asks Jira, so that a login that fails still shows what was tried.
func (a *app) runStatus(ctx context.Context) error {
	cfg, err := a.loadConfig(ctx)
	if err != nil {
		return err
	}
	a.printFact("site", cfg.BaseURL.String())
	a.printFact("login", string(cfg.Auth))
	a.printMeans(cfg)
	s, err := a.open(cfg)
	if err != nil {
		return err
	}
	site, err := s.client.Connect(ctx)
	if err != nil {
		return err
	}
	if cfg.BaseURL.String() != site.BaseURL && atGateway(cfg) {
		a.printFact("site", site.BaseURL)
	}
	name := site.Account.DisplayName
	if site.Account.Name != "" {
		name += ", " + site.Account.Name
	}
	a.printFact("account", fmt.Sprintf("%s (%s)", oneLine(name), oneLine(site.Account.ID)))
	a.printEnding(s.ending(ctx))
	return nil
}

// printFact prints one line of the answer.
func (a *app) printFact(name, value string) { fmt.Fprintf(a.Stdout, "%-12s %s\n", name, value) }

// printMeans says what the login stands on, as far as the config tells it.
func (a *app) printMeans(cfg *config.Config) {
	kept := cfg.CredentialsFile
	if kept == "" {
		kept = "memory only"
	}
	switch cfg.Auth {
	case config.AuthBasic:
		a.printFact("username", oneLine(cfg.Username))
	case config.AuthOAuth1:
		a.printFact("consumer key", oneLine(cfg.OAuth1ConsumerKey))
		if cfg.OAuth1Ready() {
			kept = "the config, renewed ones in " + kept
		}
		a.printFact("tokens in", kept)
	case config.AuthOAuth2:
		if cfg.OAuthClientID != "" {
			a.printFact("client id", oneLine(cfg.OAuthClientID))
		}
		a.printFact("tokens in", kept)
	}
}

// printEnding says when the login ends, and warns when that is soon.
func (a *app) printEnding(e ending) {
	if e.renewable != "" {
		a.printFact("renewable", e.renewable)
	}
	if e.at.IsZero() {
		a.printFact("expires", e.text)
		return
	}
	a.printFact("expires", e.at.UTC().Format("2006-01-02 15:04 MST"))
	if left := e.at.Sub(a.Now()); left < expiryWarning {
		a.logger().Warn("the login expires soon", slog.String("in", left.Round(time.Hour).String()), slog.String("next", e.fix))
	}
}

// ending finds out when the login ends, where anybody tells. It is asked after Jira took the login.
func (s *session) ending(ctx context.Context) ending {
	switch s.config.Auth {
	case config.AuthPAT:
		return s.patEnding(ctx)
	case config.AuthOAuth1:
		return oauth1Ending(s.login.oauth1.Tokens())
	case config.AuthOAuth2:
		return oauth2Ending(s.login.oauth2.Grant())
	}
	return ending{text: "not told: an API token lives a year at most (id.atlassian.com, Security), a password as long as the directory wants"}
}

// oauth1Ending is the session's where there is one: it renews the token.
func oauth1Ending(t auth.Tokens) ending {
	const again = "tap-jira auth login oauth1"
	switch {
	case t.SessionHandle != "" && !t.SessionExpires.IsZero():
		return ending{at: t.SessionExpires, fix: again, renewable: "yes"}
	case !t.Expires.IsZero():
		return ending{at: t.Expires, fix: again, renewable: "no: log in again when it has expired"}
	}
	return ending{renewable: "no: log in again when it has expired", text: "not known: five years after the login unless the administrator says otherwise"}
}

// oauth2Ending is the refresh token's where there is one: it renews the access token.
func oauth2Ending(g auth.Grant) ending {
	switch {
	case g.Refresh != "" && g.CloudID != "" && !g.RefreshExpires().IsZero():
		return ending{at: g.RefreshExpires(), fix: "run tap-jira before then: each use renews it"}
	case g.Refresh != "":
		return ending{text: "not known: the refresh token renews itself at each use"}
	case !g.Renewed.IsZero():
		return ending{text: "never: the app's own credentials fetch a new token each hour"}
	case !g.Expires.IsZero():
		return ending{at: g.Expires, fix: "tap-jira auth login oauth2"}
	}
	return ending{text: "not known: an access token alone lives for about an hour"}
}

// patEnding asks Jira for the account's personal access tokens. It lists all of them and does not say which one asks, so
// the first to end counts.
func (s *session) patEnding(ctx context.Context) ending {
	listed, err := s.client.AccessTokens(ctx)
	if err != nil || len(listed) == 0 {
		return ending{text: "not told by this Jira"}
	}
	first := ending{text: "never", fix: "make a new token in Jira under your profile, Personal access tokens"}
	for _, t := range listed {
		if !t.Expires.IsZero() && (first.at.IsZero() || t.Expires.Before(first.at)) {
			first.at = t.Expires
		}
	}
	return first
}
