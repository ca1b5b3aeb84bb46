package jira

import (
	"context"
	"errors"
	"sync"
)

// errHeld is why a request was not sent: whether the login is still good is
// being found out.
var errHeld = errors.New("the login is in doubt")

// doubt counts the refusals that may mean that the login is over and are not
// judged yet. Until they are, nothing more goes out with the credentials: each
// request would be one more failed login, and Data Center locks an account by
// CAPTCHA after the third.
type doubt struct {
	mu   sync.Mutex
	open int
	over chan struct{} // closed when the last one is judged
}

// raise begins a doubt; lower ends it.
func (d *doubt) raise() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open == 0 {
		d.over = make(chan struct{})
	}
	d.open++
}

func (d *doubt) lower() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open--
	if d.open == 0 {
		close(d.over)
	}
}

// pending is closed when there is no doubt any more, nil when there is none.
func (d *doubt) pending() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open == 0 {
		return nil
	}
	return d.over
}

// wait returns when there is no doubt.
func (d *doubt) wait(ctx context.Context) error {
	over := d.pending()
	if over == nil {
		return nil
	}
	select {
	case <-over:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// admit says whether a request may go out now: not after the login was lost,
// and errHeld while it is in doubt. The question who we are, which settles the
// doubt, always may.
func (c *Client) admit(ex *exchange) error {
	if !ex.signed {
		return nil
	}
	if lost := c.lost.Load(); lost != nil {
		return *lost
	}
	if !ex.connecting && c.doubt.pending() != nil {
		return errHeld
	}
	return nil
}

// suspect raises a doubt when an answer may mean that the login is over. It is
// called before the request's permit goes to another one.
func (c *Client) suspect(ex *exchange, err error) {
	e, ok := errors.AsType[*APIError](err)
	if !ok || !e.LoginLost || ex.connecting {
		return
	}
	ex.suspected = true
	c.doubt.raise()
}

// judged ends the doubt that the last answer to a request raised, if it did.
func (c *Client) judged(ex *exchange) {
	if ex.suspected {
		ex.suspected = false
		c.doubt.lower()
	}
}
