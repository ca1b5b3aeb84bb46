package cli

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
)

// How often the ledger of a site under edits is written anew: often enough that it is never far from the truth, and
// seldom enough that a large site does nothing else.
const (
	ledgerOften  = 100 * time.Millisecond
	ledgerSeldom = 5 * time.Second
)

// manyIssues is how many take so long to be listed in the ledger that somebody who waits is told.
const manyIssues = 5000

// serve keeps a simulated site up until the context ends.
func (a *app) serve(ctx context.Context, asked demo, options jirasim.Options) error {
	var err error
	if options.ConsumerKey, options.PublicKey, err = a.link(asked); err != nil {
		return err
	}
	site, server, err := startSite(options)
	if err != nil {
		return err
	}
	defer server.Close() //nolint:errcheck // the process ends with it
	dir, err := filepath.Abs(a.path(asked.serve))
	if err != nil {
		return fmt.Errorf("find the folder of --serve: %w", err)
	}
	folder := siteFolder{process: a.Process, dir: dir}
	if options.Issues >= manyIssues {
		a.logger().Info("the simulated Jira is being made, which takes a while with so many issues", slog.Int("issues", options.Issues))
	}
	if err := folder.write(site, server, asked, options.Deployment); err != nil {
		return fault.Wrap(unwritten(err), fmt.Errorf("write into the folder of --serve: %w", err), "choose another folder")
	}
	a.logger().Info("simulated Jira is up; interrupt to stop it", slog.String("address", site.BaseURL()),
		slog.String("how_to", folder.name("how-to.txt")))
	return folder.keepLedger(ctx, site.Ledger(), asked.editsEvery)
}

// link reads the application link that the flags describe.
func (a *app) link(asked demo) (string, *rsa.PublicKey, error) {
	if asked.consumerKey == "" && asked.publicKey == "" {
		return "", nil, nil
	}
	if asked.consumerKey == "" || asked.publicKey == "" {
		return "", nil, fault.New(fault.Usage, "give both; `tap-jira auth keygen` makes the keys",
			"--consumer-key and --public-key belong together")
	}
	content, err := a.readNamed("--public-key", asked.publicKey)
	if err != nil {
		return "", nil, err
	}
	key, err := parsePublicKey(content)
	if err != nil {
		return "", nil, fault.Wrap(fault.Usage, fmt.Errorf("read %s: %w", asked.publicKey, err),
			"give the public.pem of `tap-jira auth keygen`")
	}
	return asked.consumerKey, key, nil
}

// parsePublicKey reads what an administrator pastes into an application link.
func parsePublicKey(content []byte) (*rsa.PublicKey, error) {
	block, _ := pem.Decode(content)
	if block == nil || block.Type != "PUBLIC KEY" {
		return nil, fs.ErrInvalid
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("parse the key: %w", err)
	}
	key, ok := parsed.(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("the key is a %T and not RSA", parsed)
	}
	return key, nil
}

// siteFolder is the folder that a site which stays up tells about itself in.
type siteFolder struct {
	process *Process
	dir     string
}

// name is the path of one of the folder's files.
func (f siteFolder) name(file string) string { return filepath.Join(f.dir, file) }

// write writes all files. The config comes last, because whoever waits for the site waits for it; that of an earlier site goes
// first.
func (f siteFolder) write(site *jirasim.Jira, server *jirasim.Server, asked demo, d jirasim.Deployment) error {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return err
	}
	if err := os.Remove(f.name("config.json")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := f.process.replaceFile(f.name("ca.pem"), server.CAPEM, 0o644); err != nil {
		return err
	}
	if err := f.process.replaceFile(f.name("how-to.txt"), []byte(f.howTo(site, asked, d)), 0o644); err != nil {
		return err
	}
	if err := f.writeLedger(site.Ledger()); err != nil {
		return err
	}
	content, err := json.MarshalIndent(f.config(site, asked, d), "", "  ")
	if err != nil {
		return err
	}
	return f.process.replaceFile(f.name("config.json"), append(content, '\n'), 0o600)
}

// config is the config of the site: by application link when there is one, otherwise by password.
func (f siteFolder) config(site *jirasim.Jira, asked demo, d jirasim.Deployment) map[string]any {
	values := map[string]any{
		"base_url":   site.BaseURL(),
		"ca_file":    f.name("ca.pem"),
		"start_date": "2000-01-01T00:00:00Z",
	}
	if asked.consumerKey == "" {
		values["username"], values["password"] = jirasim.DemoLogin(d)
		return values
	}
	values["oauth1_consumer_key"] = asked.consumerKey
	values["oauth1_private_key_file"] = f.privateKey(asked)
	return values
}

// privateKey is where `auth keygen` writes the other half of the public key.
func (f siteFolder) privateKey(asked demo) string {
	name, err := filepath.Abs(f.process.path(filepath.Join(filepath.Dir(asked.publicKey), "private.pem")))
	if err != nil {
		return "private.pem"
	}
	return name
}

// howTo says what to do with the site.
func (f siteFolder) howTo(site *jirasim.Jira, asked demo, d jirasim.Deployment) string {
	username, password := jirasim.DemoLogin(d)
	text := fmt.Sprintf("A simulated Jira (%s) is at %s as long as its command runs.\n\n", d, site.BaseURL())
	if asked.consumerKey != "" {
		text += fmt.Sprintf("Log in first; in the browser the account is %s with the password %s:\n\n"+
			"  tap-jira auth login oauth1 --oob --config %s\n\n", username, password, f.name("config.json"))
	}
	return text + fmt.Sprintf("Then:\n\n"+
		"  tap-jira check --config %[1]s\n"+
		"  tap-jira select projects issues worklogs --config %[1]s\n"+
		"  tap-jira run --config %[1]s --target 'target-jsonl'\n"+
		"  tap-jira runs --config %[1]s\n\n"+
		"or, as Singer's runners do it:\n\n"+
		"  tap-jira --config %[1]s --discover > catalog.json\n"+
		"  tap-jira --config %[1]s --catalog catalog.json\n\n"+
		"What a sync must find stands in %[2]s.\n", f.name("config.json"), f.name("ledger.json"))
}

// writeLedger writes the ledger.
func (f siteFolder) writeLedger(ledger *jirasim.Ledger) error {
	var text bytes.Buffer
	if err := ledger.WriteJSON(&text); err != nil {
		return err
	}
	return f.process.replaceFile(f.name("ledger.json"), text.Bytes(), 0o644)
}

// keepLedger follows the edits until the context ends, and returns why it ended.
func (f siteFolder) keepLedger(ctx context.Context, ledger *jirasim.Ledger, editsEvery time.Duration) error {
	if editsEvery == 0 {
		<-ctx.Done()
		return context.Cause(ctx)
	}
	ticker := time.NewTicker(min(max(editsEvery/10, ledgerOften), ledgerSeldom))
	defer ticker.Stop()
	var written any
	follow := func() error {
		now := ledger.Edition() // before it is read: an edit meanwhile makes it be written again
		if now == written {
			return nil
		}
		written = now
		if err := f.writeLedger(ledger); err != nil {
			return fmt.Errorf("write the ledger: %w", err)
		}
		return nil
	}
	for {
		if err := follow(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), follow())
		case <-ticker.C:
		}
	}
}
