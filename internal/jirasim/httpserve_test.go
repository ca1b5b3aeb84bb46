package jirasim

import (
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGzipOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	plain := c.get("/rest/api/3/field").status(200)
	require.Empty(t, plain.head.Get("Content-Encoding"))
	packed := c.do("GET", "/rest/api/3/field", "", "Accept-Encoding", "br, gzip").status(200)
	require.Equal(t, "gzip", packed.head.Get("Content-Encoding"))
	require.Equal(t, fmt.Sprint(len(packed.body)), packed.head.Get("Content-Length"))
	reader, err := gzip.NewReader(strings.NewReader(packed.body))
	require.NoError(t, err)
	text, err := io.ReadAll(reader)
	require.NoError(t, err)
	require.Equal(t, plain.body, string(text))
	require.Empty(t, c.do("GET", "/rest/api/3/field", "", "Accept-Encoding", "gzip;q=0").head.Get("Content-Encoding"))
}

func TestRefusalsOfTheFront(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	body := `{"jql":"created > 0"}`
	c.do("POST", "/rest/api/3/search/jql", body, "User-Agent", "Mozilla/5.0 (X11)").status(403)
	c.do("POST", "/rest/api/3/search/jql", body, "User-Agent", "Mozilla/5.0 (X11)", "X-Atlassian-Token", "no-check").status(200)
	c.do("GET", "/rest/api/3/status", "", "User-Agent", "Mozilla/5.0 (X11)").status(200)
	c.get("/rest/api/3/status?x=" + strings.Repeat("x", maxQueryBytes)).status(414)
	c.get("/rest/api/3/search/jql?jql=created>0+or+id=10001" + strings.Repeat("+", maxQueryJQL)).status(414)
	c.do("POST", "/rest/api/3/search/jql", strings.Repeat(" ", maxBodyBytes+1)).status(413)
}
