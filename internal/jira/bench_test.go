package jira

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jsonread"
)

// canned answers every request with the body that its path has.
type canned map[string]string

func (c canned) RoundTrip(req *http.Request) (*http.Response, error) {
	body := c[req.URL.Path]
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: req,
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

// skipper takes records and does nothing with them.
type skipper struct{}

func (skipper) Begin() {}

func (skipper) Record(dec *jsonread.Decoder) error {
	_, err := dec.ReadValue()
	return err
}

// BenchmarkHydrate reads a page of a hundred issues of 13 KB without shaping
// them: what a page costs besides its records.
func BenchmarkHydrate(b *testing.B) {
	var page bytes.Buffer
	ids := make([]uint64, 100)
	for i := range ids {
		ids[i] = uint64(10_000 + i)
		fmt.Fprintf(&page, `,{"expand":"names","id":"%d","key":"A-%d","fields":{"summary":%q}}`, ids[i], i, strings.Repeat("text ", 2600))
	}
	body := `{"issues":[` + page.String()[1:] + `],"issueErrors":[]}`
	base, err := url.Parse("https://acme.atlassian.net")
	require.NoError(b, err)
	c := New(Options{BaseURL: base, Transport: canned{
		"/rest/api/2/serverInfo": cloudInfo, "/rest/api/2/myself": cloudMe, "/rest/api/2/issue/bulkfetch": body,
	}})
	_, err = c.Connect(b.Context())
	require.NoError(b, err)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		missing, err := c.Hydrate(b.Context(), ids, Hydration{}, skipper{})
		if err != nil || len(missing) > 0 {
			b.Fatal(missing, err)
		}
	}
}
