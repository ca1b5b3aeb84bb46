//go:build e2e

package e2e

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// readAddress reads what the login prints for people until the address to open, and leaves the rest to nobody.
func readAddress(t *testing.T, stderr io.Reader) string {
	t.Helper()
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		if address := strings.TrimSpace(lines.Text()); strings.HasPrefix(address, "https://") {
			go func() { _, _ = io.Copy(io.Discard, stderr) }()
			return address
		}
	}
	require.Fail(t, "the login showed no address")
	return ""
}

// pressAllow opens the address and returns the code on the page.
func pressAllow(t *testing.T, s site, address string) string {
	t.Helper()
	ca, err := os.ReadFile(filepath.Join(s.dir, "ca.pem"))
	require.NoError(t, err)
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(ca))
	browser := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	defer browser.CloseIdleConnections()
	response, err := browser.Get(address)
	require.NoError(t, err)
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	shown := regexp.MustCompile(`verification code is\s*(?:<[a-z]+>|')*([A-Za-z0-9]+)`).FindSubmatch(page)
	require.NotNil(t, shown, "%s", page)
	return string(shown[1])
}
