package cli

import (
	"cmp"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"tap-jira/internal/auth"
	"tap-jira/internal/config"
	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
)

// configMode is the mode of a config: it may hold a secret.
const configMode fs.FileMode = 0o600

// dedicated is the advice that everybody gets.
const dedicated = "Let tap-jira log in as a Jira user of its own: it reads what that user may see, and the login outlives people who leave."

// refuseSecrets makes sure that no argument holds one: everybody on the machine can read the arguments of a process.
func (s *setup) refuseSecrets() error {
	address, err := url.Parse(s.proxy)
	if err != nil {
		return nil // the config says what is wrong with it
	}
	if _, secret := address.User.Password(); secret {
		return fault.New(fault.Usage, "put the address into a variable, and give --proxy-url env:NAME", "--proxy-url has a password in it, which everybody on the machine can read")
	}
	return nil
}

// ensureKey makes the keys of an application link, unless there are some.
func (a *app) ensureKey(s *setup) error {
	s.consumerKey = cmp.Or(s.consumerKey, auth.DefaultConsumerKey)
	if s.keyFile != "" {
		return nil
	}
	const folder = "keys"
	s.keyFile = filepath.Join(folder, "private.pem") // beside the config, from where the config reads it
	private := filepath.Join(filepath.Dir(s.target), s.keyFile)
	if _, err := os.Lstat(a.path(private)); err == nil {
		return nil
	}
	pair, err := auth.GenerateKeyPair(keyBits, a.Rand)
	if err != nil {
		return fmt.Errorf("make a key pair: %w", err)
	}
	if err := os.MkdirAll(a.path(filepath.Dir(private)), 0o700); err != nil {
		return fault.Wrap(fault.Usage, fmt.Errorf("make the folder of the keys: %w", err), "give --key-file FILE")
	}
	if err := a.writeNew(private, pair.PrivatePEM, configMode); err != nil {
		return err
	}
	return a.writeNew(filepath.Join(filepath.Dir(private), "public.pem"), pair.PublicPEM, 0o644)
}

// writeSetup writes the config and says what comes next.
func (a *app) writeSetup(s *setup, site *jira.Site) error {
	content, err := encodeMembers(s.members())
	if err == nil {
		err = a.replaceFile(s.target, content, configMode)
	}
	if err != nil {
		return fault.Wrap(unwritten(err), fmt.Errorf("write %s: %w", s.target, err), "choose another --config FILE")
	}
	fmt.Fprintf(a.Stdout, "Wrote %s, which only you can read.\n", s.target)
	if s.inBrowser() {
		return a.tellBrowserLogin(s)
	}
	fmt.Fprintf(a.Stdout, "Jira (%s) takes you for %s.\n%s\n\nNext, see what this account can read:\n\n    tap-jira check --config %s\n",
		site.Deployment, oneLine(site.Account.DisplayName), dedicated, s.target)
	return nil
}

// tellBrowserLogin says what an administrator does first, and how to log in then.
func (a *app) tellBrowserLogin(s *setup) error {
	kind := s.auth
	if kind == string(config.AuthOAuth1) {
		base, err := url.Parse(s.site)
		if err != nil {
			return fmt.Errorf("read the address: %w", err)
		}
		public := filepath.Join(filepath.Dir(filepath.Join(filepath.Dir(s.target), s.keyFile)), "public.pem")
		key, err := a.readFile(public)
		if err != nil {
			key = []byte("(the public key that belongs to " + s.keyFile + ")")
		}
		fmt.Fprintf(a.Stdout, "\n%s\n", auth.LinkInstructions(base, s.consumerKey, key))
	} else {
		fmt.Fprintf(a.Stdout, "\nRegister the redirect address %s with the app.\n", config.DefaultRedirectURI)
	}
	fmt.Fprintf(a.Stdout, "%s\n\nNext, log in once in a browser as that user:\n\n    tap-jira auth login %s --config %s\n", dedicated, kind, s.target)
	return nil
}
