package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"tap-jira/internal/auth"
	"tap-jira/internal/fault"
)

// keyBits is the size of a new key: what Jira's documents ask for, and what an application link takes.
const keyBits = 2048

// authCommand gathers what has to do with logging in.
func (a *app) authCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "auth",
		Short: "Make keys, log in in a browser, see who one is and until when",
		Args:  noArguments,
		RunE:  func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	command.AddCommand(a.keygenCommand(), a.loginCommand(), a.statusCommand())
	return command
}

// keygen is what `auth keygen` is asked for.
type keygen struct {
	out         string
	baseURL     string
	consumerKey string
}

// keygenCommand makes the key pair of an application link.
func (a *app) keygenCommand() *cobra.Command {
	var asked keygen
	command := &cobra.Command{
		Use:   "keygen",
		Short: "Make the key pair of an application link and say what to type where in Jira",
		Long: `Writes private.pem (readable by you alone) and public.pem, prints the public key and what an administrator
types where in Jira's application link. The private key never leaves this machine. Keys that are there are kept.`,
		Example: `  tap-jira auth keygen
  tap-jira auth keygen --out keys --base-url https://jira.example.com --consumer-key tap-jira`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error { return a.runKeygen(asked) },
	}
	command.Flags().StringVar(&asked.out, "out", ".", "`DIR` for the two files; made when it is missing")
	command.Flags().StringVar(&asked.baseURL, "base-url", "", "address of the Jira, to print links that fit")
	command.Flags().StringVar(&asked.consumerKey, "consumer-key", programName, "consumer key of the link")
	return command
}

// runKeygen makes the pair and writes it: an existing private key is never overwritten, because the link in Jira may
// rest on it.
func (a *app) runKeygen(asked keygen) error {
	base, err := siteAddress(asked.baseURL)
	if err != nil {
		return err
	}
	pair, err := auth.GenerateKeyPair(keyBits, a.Rand)
	if err != nil {
		return fmt.Errorf("make a key pair: %w", err)
	}
	private := filepath.Join(asked.out, "private.pem")
	public := filepath.Join(asked.out, "public.pem")
	if err := os.MkdirAll(a.path(asked.out), 0o700); err != nil {
		return fault.Wrap(fault.Usage, fmt.Errorf("make the folder of --out: %w", err), "choose another --out")
	}
	if err := a.mustBeNew(private, public); err != nil {
		return err
	}
	if err := a.writeNew(private, pair.PrivatePEM, 0o600); err != nil {
		return err
	}
	if err := a.writeNew(public, pair.PublicPEM, 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.Stdout, "Wrote %s (keep it secret; it goes into oauth1_private_key_file) and %s.\n\n%s\n%s",
		private, public, auth.LinkInstructions(base, asked.consumerKey, pair.PublicPEM),
		auth.LinkConfig(base, asked.consumerKey, filepath.ToSlash(private)))
	return err
}

// siteAddress reads the address that links are made for; a stand-in when there is none.
func siteAddress(text string) (*url.URL, error) {
	if text == "" {
		text = "https://jira.example.com"
	}
	address, err := url.Parse(text)
	if err != nil || address.Scheme != "https" || address.Host == "" {
		return nil, fault.New(fault.Usage, "write it as https://jira.example.com", "--base-url %q is no https address", text)
	}
	return address, nil
}

// mustBeNew refuses to replace keys: a lost private key cannot be made again.
func (a *app) mustBeNew(names ...string) error {
	for _, name := range names {
		if _, err := os.Lstat(a.path(name)); err == nil {
			return fault.New(fault.Usage, "use it, move it away, or choose another --out", "%s is already there", name)
		}
	}
	return nil
}

// writeNew writes a file that is not there yet.
func (a *app) writeNew(name string, content []byte, mode fs.FileMode) error {
	file, err := os.OpenFile(a.path(name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return fault.Wrap(unwritten(err), fmt.Errorf("write %s: %w", name, err), "choose another --out")
	}
	_, err = file.Write(content)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
