package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"

	"tap-jira/internal/auth"
	"tap-jira/internal/config"
	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
)

// ask shows questions one after the other until all are answered. Those that are nil are left out.
func (a *app) ask(ctx context.Context, fields ...huh.Field) error {
	var groups []*huh.Group
	for _, field := range fields {
		if field != nil {
			groups = append(groups, huh.NewGroup(field))
		}
	}
	if len(groups) == 0 {
		return nil
	}
	// WithProgramOptions forgets what was set before it. Signals are ours; ctrl-c is a key.
	form := huh.NewForm(groups...).WithProgramOptions(tea.WithEnvironment(a.Environ()), tea.WithoutSignalHandler()).
		WithInput(a.Stdin).WithOutput(a.Stderr)
	err := form.RunWithContext(ctx)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if errors.Is(err, huh.ErrUserAborted) {
		return fault.New(fault.Interrupted, "run tap-jira init again", "the questions were interrupted, and nothing was written")
	}
	if err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	return nil
}

// line is a question for one line of text.
func line(title, description string, value *string) *huh.Input {
	return huh.NewInput().Title(title).Description(description).Value(value)
}

// required refuses an empty answer.
func required(answer string) error {
	if strings.TrimSpace(answer) == "" {
		return errors.New("this is needed")
	}
	return nil
}

// askToReplace asks before a config is lost.
func (a *app) askToReplace(ctx context.Context, name string) (replace bool, err error) {
	err = a.ask(ctx, huh.NewConfirm().Title(name+" is already there. Replace it?").Affirmative("Replace").Negative("Keep").Value(&replace))
	return replace, err
}

// askForSite asks for the address, and for what may stand between when it was not reached.
func (a *app) askForSite(ctx context.Context, s *setup) error {
	if s.problem != "" || s.site == "" {
		if err := a.ask(ctx, line("Which Jira?", s.siteAdvice(), &s.site).Validate(required)); err != nil {
			return err
		}
	}
	if !s.askWay {
		return nil
	}
	return a.ask(ctx,
		line("A file with your own authority's certificate?", "Only where the company signs its certificates itself; empty is none.", &s.caFile),
		line("A proxy to go through?", "Like http://proxy:3128; empty is none but that of HTTPS_PROXY.", &s.proxy))
}

// siteAdvice says what to answer, or what was wrong with the answers so far: within the question, because what stands above
// it is gone as soon as the question is drawn.
func (s *setup) siteAdvice() string {
	if s.problem != "" {
		return oneLine(s.problem)
	}
	return "acme.atlassian.net, or the address of a Data Center with its context path: https://jira.acme.com/jira"
}

// askForLogin asks how to log in and for what goes with it.
func (a *app) askForLogin(ctx context.Context, s *setup, d jira.Deployment) error {
	if s.problem != "" || s.auth == "" && s.likelyAuth() == "" {
		err := a.ask(ctx, huh.NewSelect[string]().Title("How shall tap-jira log in?").Description(dedicated).
			Options(waysIn(d)...).Value(&s.auth))
		if err != nil {
			return err
		}
	}
	if s.auth == "" {
		s.auth = s.likelyAuth()
	}
	return a.ask(ctx, s.loginQuestions(d)...)
}

// waysIn are the logins of a deployment, the simplest first.
func waysIn(d jira.Deployment) []huh.Option[string] {
	if d == jira.Cloud {
		return []huh.Option[string]{
			huh.NewOption("E-mail and API token", string(config.AuthBasic)),
			huh.NewOption("OAuth 2.0 app", string(config.AuthOAuth2)),
		}
	}
	return []huh.Option[string]{
		huh.NewOption("Personal access token (8.14 or later)", string(config.AuthPAT)),
		huh.NewOption("Application link (OAuth 1.0a)", string(config.AuthOAuth1)),
		huh.NewOption("User name and password", string(config.AuthBasic)),
		huh.NewOption("OAuth 2.0, an incoming link (8.22 or later)", string(config.AuthOAuth2)),
	}
}

// loginQuestions are those that the chosen login still needs, and in another round all of them.
func (s *setup) loginQuestions(d jira.Deployment) []huh.Field {
	var fields []huh.Field
	text := func(title, page string, value *string) {
		if *value == "" || s.problem != "" {
			fields = append(fields, line(title, page, value).Validate(required))
		}
	}
	secret := func(title, page string) {
		if s.secret+s.secretFile+s.secretEnv == "" {
			fields = append(fields, line(title, page, &s.secret).EchoMode(huh.EchoModePassword).Validate(required))
		}
	}
	switch config.AuthKind(s.auth) {
	case config.AuthBasic:
		if d == jira.Cloud {
			text("The account's e-mail?", "", &s.username)
			secret("Its API token?", "Make one at https://id.atlassian.com/manage-profile/security/api-tokens")
			break
		}
		text("The user name?", "", &s.username)
		secret("The password?", "Jira 11 takes none for its API unless an administrator allows it.")
	case config.AuthPAT:
		secret("The personal access token?", "Make one at "+s.tokenPage())
	case config.AuthOAuth1:
		if s.consumerKey == "" {
			s.consumerKey = auth.DefaultConsumerKey
			fields = append(fields, line("The consumer key?", "A name for the link, made at "+s.site+"/plugins/servlet/applinks/listApplicationLinks", &s.consumerKey).Validate(required))
		}
	case config.AuthOAuth2:
		text("The app's client id?", s.appPage(d), &s.clientID)
		secret("Its client secret?", s.appPage(d))
	}
	return fields
}

// tokenPage is where a Data Center makes personal access tokens.
func (s *setup) tokenPage() string {
	return s.site + "/secure/ViewProfile.jspa?selectedTab=com.atlassian.pats.pats-plugin:jira-user-personal-access-tokens"
}

// appPage is where OAuth 2.0 apps are made.
func (s *setup) appPage(d jira.Deployment) string {
	if d == jira.Cloud {
		return "Make the app at https://developer.atlassian.com/console/myapps/"
	}
	return "An administrator makes the incoming link at " + s.site + "/plugins/servlet/applinks/listApplicationLinks"
}

// askForExtent asks from when on to read, and what the tables are to be called.
func (a *app) askForExtent(ctx context.Context, s *setup) error {
	var fields []huh.Field
	if s.startDate == "" {
		fields = append(fields, line("From which day on?", "Like 2024-01-31; empty is one year back from the first run.", &s.startDate).Validate(aDay))
	}
	if s.integration == "" {
		fields = append(fields, line("A name before every stream?", "Stitch JIRA puts the tables where Stitch has them; empty is none.", &s.integration).
			Validate(func(answer string) error {
				err := a.checkExtent(ctx, &setup{target: s.target, integration: answer})
				if err != nil {
					return errors.New(fault.Line(err))
				}
				return nil
			}))
	}
	return a.ask(ctx, fields...)
}

// aDay takes an empty answer or a date.
func aDay(answer string) error {
	if answer == "" {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, answer); err != nil {
		return errors.New("write it like 2024-01-31")
	}
	return nil
}
