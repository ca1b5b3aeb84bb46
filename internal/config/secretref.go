package config

import (
	"context"
	"encoding/pem"
	"fmt"
	"path/filepath"
	"strings"
)

// Prefixes of secret values that say where the secret is.
const (
	envReference  = "env:"
	fileReference = "file:"
	cmdReference  = "cmd:"
)

// isReference tells whether a secret's text only says where the secret is.
func isReference(value string) bool {
	return strings.HasPrefix(value, envReference) || strings.HasPrefix(value, fileReference) || strings.HasPrefix(value, cmdReference)
}

// secret gives the secret itself, following a reference. Messages name the variable or the file, never a command, which
// may hold a password.
func (l *loading) secret(ctx context.Context, e entry, given Secret) (any, bool) {
	value := given.Reveal()
	if !isReference(value) {
		return given, true
	}
	kind, target, _ := strings.Cut(value, ":")
	target = strings.TrimSpace(target)
	var got, what, fix string
	switch kind + ":" {
	case envReference:
		got, what, fix = l.fromVariable(target)
	case fileReference:
		got, what, fix = l.fromFile(e, target)
	default:
		got, what, fix = l.fromCommand(ctx, target)
	}
	got = strings.TrimRight(got, "\r\n")
	if what == "" && strings.TrimSpace(got) == "" {
		what, fix = "gave nothing", "check that "+kind+": leads to the secret"
	}
	if what != "" {
		l.problem(e.setting.name, fmt.Sprintf("the %s: value of %s %s", kind, e.where(), what), fix)
		return nil, false
	}
	return Secret(got), true
}

// fromVariable reads env:NAME. What the variable holds is in no message.
func (l *loading) fromVariable(name string) (got, what, fix string) {
	got, ok := l.src.lookup(name)
	if !ok {
		return "", fmt.Sprintf("names the variable %s, which is not set", short(name)), "set it where tap-jira is started"
	}
	return got, "", ""
}

// fromFile reads file:PATH.
func (l *loading) fromFile(e entry, name string) (got, what, fix string) {
	data, err := l.src.read(e.resolve(name))
	if err != nil {
		what = fmt.Sprintf("names the file %s, which cannot be read (%s)", short(e.resolve(name)), reason(err))
		return "", what, "check the path, which starts at the config file's folder, and the permissions"
	}
	return string(data), "", ""
}

// fromCommand reads what cmd:COMMAND prints; what it says on standard error is shown.
func (l *loading) fromCommand(ctx context.Context, shell string) (got, what, fix string) {
	const run = "run the command in a shell and see"
	if l.src.Run == nil {
		return "", "cannot be run here", "use env: or file:"
	}
	out, err := l.src.Run(ctx, shell)
	if err != nil {
		return "", fmt.Sprintf("failed (%v)", err), run
	}
	return string(out), "", ""
}

// privateKey takes the OAuth 1.0a key from whichever of its two settings is given, and looks at its armour only; reading
// the key is the signer's business.
func (l *loading) privateKey(c *Config) {
	const key, file = "oauth1_private_key", "oauth1_private_key_file"
	e, fromFile := l.entries[file]
	switch {
	case fromFile && l.given(key):
		l.problem(key, key+" and "+file+" are both given", "remove one of them")
		return
	case fromFile:
		c.OAuth1PrivateKey = l.privateKeyFile(e)
	default:
		e = l.entries[key]
	}
	if len(c.OAuth1PrivateKey) == 0 {
		return
	}
	c.OAuth1PrivateKey = Secret(unfoldPEM(c.OAuth1PrivateKey.Reveal()))
	block, _ := pem.Decode(c.OAuth1PrivateKey)
	switch {
	case block == nil:
		l.problem(e.setting.name, e.where()+" holds no PEM text", "give the whole key, from -----BEGIN to -----END, in "+file+" or "+key)
	case !strings.HasSuffix(block.Type, "PRIVATE KEY"):
		l.problem(e.setting.name, fmt.Sprintf("%s holds a %s", e.where(), strings.ToLower(short(block.Type))),
			"give the private key; the public one belongs into Jira's application link")
	}
}

// privateKeyFile reads the key's file; nil after a problem.
func (l *loading) privateKeyFile(e entry) Secret {
	name, ok := asText(e.value)
	if !ok {
		return nil // told already
	}
	file := e.resolve(strings.TrimSpace(name))
	data, err := l.src.read(file)
	if err != nil {
		l.problem(e.setting.name, fmt.Sprintf("%s names %s, which cannot be read (%s)", e.where(), file, reason(err)),
			"check the path, which starts at the config file's folder, and the permissions; tap-jira auth keygen makes a key")
		return nil
	}
	l.warnReadable(file, len(data) > 0)
	if len(data) == 0 {
		l.problem(e.setting.name, e.where()+" names "+file+", which is empty", "tap-jira auth keygen makes a key")
	}
	return data
}

// unfoldPEM gives a key its line breaks back: variables and forms turn them into \n or spaces.
func unfoldPEM(key string) string {
	key = strings.TrimSpace(key)
	if strings.Contains(key, "\n") {
		return key + "\n"
	}
	key = strings.ReplaceAll(key, `\n`, "\n")
	if strings.Contains(key, "\n") {
		return strings.TrimSpace(key) + "\n"
	}
	head, rest, ok := strings.Cut(strings.TrimPrefix(key, "-----"), "-----")
	body, tail, ended := strings.Cut(rest, "-----")
	if !ok || !ended || !strings.HasPrefix(key, "-----") {
		return key
	}
	return "-----" + head + "-----\n" + strings.Join(strings.Fields(body), "\n") + "\n-----" + tail + "\n"
}

// warnReadable warns when a file that holds secrets can be read by other users.
func (l *loading) warnReadable(path string, holdsSecret bool) {
	if l.src.Mode == nil || !holdsSecret {
		return
	}
	if strings.Contains(filepath.ToSlash(path), "/.meltano/run/") {
		return // Meltano makes the file anew for each run, so that nobody could change its mode for longer
	}
	const othersMayRead = 0o044
	if mode, err := l.src.Mode(path); err == nil && mode.IsRegular() && mode.Perm()&othersMayRead != 0 {
		l.warn("", "%s holds secrets and can be read by other users of this machine: chmod 600 %s", path, path)
	}
}
