package cli_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tap-jira/internal/cli"
)

// setBrowser is `browser allow|code`: a person answers the login of the next tap-jira. allow opens the address and
// presses Allow, code also types what the page shows.
func setBrowser(ts *testscript.TestScript, _ bool, args []string) {
	sessionOf(ts).browser = args[0]
}

// openBrowser makes that person. The function that it returns waits until the person is done.
func (s *scriptSession) openBrowser(ts *testscript.TestScript, process *cli.Process, stderr *watchedBuffer) (wait func()) {
	if s.browser == "" {
		return func() {}
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(s.site.server.CAPEM)
	person := person{stderr: stderr, client: &http.Client{
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true},
	}}
	if s.browser == "code" {
		reader, writer := io.Pipe()
		process.Stdin = reader
		return inBackground(func() {
			code := person.allow()
			_, _ = fmt.Fprintln(writer, code)
			_ = writer.Close()
		})
	}
	return inBackground(func() { person.allow() })
}

// inBackground starts f and returns what waits for it.
func inBackground(f func()) (wait func()) {
	var group sync.WaitGroup
	group.Go(f)
	return group.Wait
}

// person reads what the login prints and sits at a browser.
type person struct {
	stderr *watchedBuffer
	client *http.Client
}

// allow opens the address that is shown and returns the code on the page, if there is one. A person who sees nothing
// gives up.
func (p person) allow() string {
	const patience, glance = 10 * time.Second, 5 * time.Millisecond
	address := regexp.MustCompile(`https://\S+/authorize\?\S+`)
	ticker := time.NewTicker(glance)
	defer ticker.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-ticker.C {
		if found := address.FindString(p.stderr.String()); found != "" {
			return p.open(found)
		}
	}
	return ""
}

func (p person) open(address string) string {
	response, err := p.client.Get(address)
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	if err != nil {
		return ""
	}
	shown := regexp.MustCompile(`verification code is\s*(?:<[a-z]+>|')*([A-Za-z0-9]+)`).FindSubmatch(page)
	if shown == nil {
		return ""
	}
	return string(shown[1])
}

// watchedBuffer is a buffer that one goroutine writes and another reads.
type watchedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (b *watchedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// String returns what was written so far.
func (b *watchedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
