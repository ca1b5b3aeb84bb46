package jira

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// door is a Data Center in memory, which can change its mind about the password, and counts who knocks meanwhile.
type door struct {
	// queue makes requests wait like a pacer: one a tick. Zero lets all go at once.
	queue time.Duration
	mu    sync.Mutex
	next  time.Time
	// quick refuses after a hundredth of a second, as what looks no further does, and lets each good answer take a
	// tenth longer than the one before.
	quick bool
	// changed says that the password is another one, only that it is good but nothing may be read.
	changed, only atomic.Bool
	knocks        atomic.Int64 // requests with credentials
	asking, stray atomic.Int64 // questions who we are that are under way, and other requests that began meanwhile
}

func (d *door) RoundTrip(req *http.Request) (*http.Response, error) {
	d.wait()
	if err := Admit(req.Context()); err != nil {
		return nil, err
	}
	knock := d.knocks.Add(1)
	who := strings.HasSuffix(req.URL.Path, "/myself")
	switch {
	case who:
		d.asking.Add(1)
		defer d.asking.Add(-1)
	case d.asking.Load() > 0:
		d.stray.Add(1)
	}
	refused := d.changed.Load() // when it came in
	switch {
	case d.quick && refused:
		time.Sleep(10 * time.Millisecond)
	case d.quick:
		time.Sleep(time.Second + time.Duration(knock)*100*time.Millisecond)
	default:
		time.Sleep(time.Second + time.Duration(knock)*time.Millisecond) // no two answers at once
		refused = d.changed.Load()
	}
	switch {
	case strings.HasSuffix(req.URL.Path, "/serverInfo"):
		return told(req, http.StatusOK, dataInfo), nil
	case who && !refused:
		return told(req, http.StatusOK, dataMe), nil
	case refused, d.only.Load():
		return told(req, http.StatusUnauthorized, `{}`), nil
	}
	return told(req, http.StatusOK, `[]`), nil
}

// wait is the queue.
func (d *door) wait() {
	d.mu.Lock()
	if now := time.Now(); d.next.Before(now) {
		d.next = now
	}
	d.next = d.next.Add(d.queue)
	until := d.next
	d.mu.Unlock()
	time.Sleep(time.Until(until))
}

func told(req *http.Request, status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)), Request: req,
	}
}

// behind connects a client to the door.
func (d *door) behind(t *testing.T, concurrency int) *Client {
	t.Helper()
	base, err := url.Parse("https://jira.acme.com")
	require.NoError(t, err)
	c := New(Options{BaseURL: base, Transport: d, Concurrency: concurrency})
	_, err = c.Connect(t.Context())
	require.NoError(t, err)
	d.knocks.Store(0)
	return c
}

// crowd asks for the same from many places at once, and returns how each fared.
func crowd(ctx context.Context, c *Client, n int) []error {
	answers := make(chan error, n)
	for range n {
		go func() { _, err := c.Fields(ctx); answers <- err }()
	}
	var errs []error
	for range n {
		errs = append(errs, <-answers)
	}
	return errs
}

// TestChangedPasswordCostsWhatIsInFlight is how Data Center locks accounts: by the third wrong password. What was under
// way cannot be called back, all else can.
func TestChangedPasswordCostsWhatIsInFlight(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		queue time.Duration
		most  int64
	}{
		"all at once":    {most: 3 + 1},                     // three permits, and the question who we are
		"one at a time":  {queue: 2 * time.Second, most: 2}, // those that waited behind the first were not sent
		"two in the air": {queue: 600 * time.Millisecond, most: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := &door{queue: tt.queue}
				c := d.behind(t, 3)
				d.changed.Store(true)
				meter := &Meter{}
				for _, err := range crowd(WithMeter(t.Context(), meter), c, 40) {
					require.ErrorIs(t, err, ErrLoginLost)
				}
				require.LessOrEqual(t, d.knocks.Load(), tt.most)
				require.Equal(t, d.knocks.Load(), meter.Requests.Load(), "what was not sent is not counted")
			})
		})
	}
}

// A server looks at the password before it does anything else: its first refusal is there before the other workers,
// whose requests came in before the change, have their answers and send the next ones.
func TestChangedPasswordIsFoundOutByTheFirstRefusal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &door{quick: true}
		c := d.behind(t, 8)
		time.AfterFunc(time.Second/2, func() { d.changed.Store(true); d.knocks.Store(0) }) // eight are under way
		var refused int
		for _, err := range crowd(t.Context(), c, 40) {
			if err != nil {
				require.ErrorIs(t, err, ErrLoginLost)
				refused++
			}
		}
		require.Equal(t, 40-8, refused)
		require.EqualValues(t, 2, d.knocks.Load(), "one request, and the question who we are")
	})
}

func TestRequestsGoOnWhenTheLoginWasNotAtFault(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &door{}
		c := d.behind(t, 3)
		d.only.Store(true)
		time.AfterFunc(1500*time.Millisecond, func() { d.only.Store(false) }) // refusals of the first three only
		var refused int
		for _, err := range crowd(t.Context(), c, 40) {
			if err != nil {
				require.ErrorIs(t, err, ErrForbidden)
				require.NotErrorIs(t, err, ErrLoginLost)
				refused++
			}
		}
		require.Equal(t, 3, refused)
		require.Zero(t, d.stray.Load(), "something went out while the login was in doubt")
		require.EqualValues(t, 40+3, d.knocks.Load(), "each refusal asks once who we are")
		require.Nil(t, c.doubt.pending())
	})
}

func TestHeldRequestEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &door{}
		c := d.behind(t, 3)
		c.doubt.raise()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := c.Fields(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Zero(t, d.knocks.Load())
		c.doubt.lower()
		_, err = c.Fields(t.Context())
		require.NoError(t, err)
	})
}

func TestAdmitKnowsOnlyItsOwnRequests(t *testing.T) {
	t.Parallel()
	require.NoError(t, Admit(t.Context()))
}
