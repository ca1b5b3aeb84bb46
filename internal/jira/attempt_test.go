package jira

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// slowly gives its text, each read after a while.
type slowly struct {
	io.Reader
	after time.Duration
}

func (s slowly) Read(p []byte) (int, error) {
	time.Sleep(s.after)
	return s.Reader.Read(p)
}

func (slowly) Close() error { return nil }

// TestWaitingIsNotSilence holds the clock of an attempt to the reads of its body: neither a long queue before the
// request nor whoever takes the records slowly ends it.
func TestWaitingIsNotSilence(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		base, err := url.Parse("https://jira.acme.com")
		require.NoError(t, err)
		c := New(Options{BaseURL: base, Attempts: 1, Timeout: time.Minute, Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			time.Sleep(time.Hour)
			body := slowly{Reader: io.MultiReader(strings.NewReader(`[{"id":"a"},`), strings.NewReader(`{"id":"b"}]`)), after: 59 * time.Second}
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: body, Request: req}, nil
		})})
		c.site.Store(&Site{Deployment: Cloud})
		ex, err := c.exchange(Request{Path: "/rest/api/{v}/field"}, Cloud)
		require.NoError(t, err)
		require.NoError(t, c.run(t.Context(), ex, func(rep *reply) error {
			_, err := rep.dec.ReadToken()
			require.NoError(t, err)
			time.Sleep(time.Hour)
			for rep.dec.PeekKind() == '{' {
				require.NoError(t, rep.dec.SkipValue())
			}
			_, err = rep.dec.ReadToken()
			return err
		}))
	})
}
