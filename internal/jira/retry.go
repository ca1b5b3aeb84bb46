package jira

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"tap-jira/internal/fault"
	"tap-jira/internal/ratelimit"
)

// maxLimited is how many 429 in a row a page bears. With the backoff that is
// over four minutes where Jira does not say how long to wait, and ten hours of
// an exhausted hourly quota where it does.
const maxLimited = 10

// maxUnread is how many refusals in a row may come cut.
const maxUnread = 3

// tries is what a page has been through.
type tries struct {
	failed, limited, unread int
	recovered               bool
}

// next is the number of the attempt that comes, from 1.
func (t *tries) next() int {
	next := 1 + t.failed + t.limited + t.unread
	if t.recovered {
		next++
	}
	return next
}

// again tells that a refusal of one operation, to an account that the site has
// been asked about and knows, is asked for once more: what Jira said did not
// come whole, and may decide whether the refusal is tolerated.
func (t *tries) again(err error) bool {
	e, refused := errors.AsType[*APIError](err)
	if !refused || !e.unread || e.Code != codePermission || t.unread >= maxUnread {
		return false
	}
	t.unread++
	return true
}

// run sends a request until its page is whole or its failure stands.
func (c *Client) run(ctx context.Context, ex *exchange, decode func(*reply) error) error {
	var t tries
	for {
		err := c.attempt(withAttempt(ctx, ex.path, t.next()), ex, decode)
		if err == nil {
			c.endurance.answered(ex.path)
			return nil
		}
		if errors.Is(err, errHeld) {
			if err := c.doubt.wait(ctx); err != nil {
				return err
			}
			continue
		}
		wait, again, err := c.judge(ctx, ex, &t, err)
		if !again {
			err = c.settle(ctx, ex, err)
			again = t.again(err)
		}
		c.judged(ex)
		if !again {
			c.endure(ctx, ex, err)
			return err
		}
		meterOf(ctx).Retries.Add(1)
		c.opts.Logger.InfoContext(ctx, "request is tried again", "method", ex.method, "path", ex.path,
			"attempt", t.next(), "wait", wait, "until", c.now().Add(wait).UTC().Format(time.RFC3339), "error", err)
		if err := c.sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// judge says whether to try again and after what wait.
func (c *Client) judge(ctx context.Context, ex *exchange, t *tries, err error) (time.Duration, bool, error) {
	if ctx.Err() != nil {
		return 0, false, err
	}
	if e, ok := errors.AsType[*APIError](err); ok {
		return c.judgeStatus(ctx, ex, t, e, err)
	}
	if e, ok := errors.AsType[*networkError](err); ok && e.passing {
		return c.again(ex, t, e.body, 0, err)
	}
	return 0, false, err
}

func (c *Client) judgeStatus(ctx context.Context, ex *exchange, t *tries, e *APIError, err error) (time.Duration, bool, error) {
	switch {
	case e.Status == http.StatusUnauthorized && !e.onlyThis(), e.LoginLost && overlooked(e.Code):
		return c.renew(ctx, ex, t, e, err)
	case e.LoginLost || e.Code == codeNotJira || !passingStatus(e.Status):
		return 0, false, err
	case e.Status == http.StatusTooManyRequests:
		return c.slowDown(t, e, err)
	}
	return c.again(ex, t, e.Status == http.StatusInternalServerError, e.Wait, err)
}

// overlooked says that Jira went on without a user, as Data Center does when a
// bearer token has ended: with a 200 of what strangers may see, or a 404.
func overlooked(code string) bool { return code == codeFailed || code == codeAnonymous }

// renew asks once whether the login can be mended.
func (c *Client) renew(ctx context.Context, ex *exchange, t *tries, e *APIError, err error) (time.Duration, bool, error) {
	if !ex.signed || t.recovered || c.opts.Recover == nil || c.lost.Load() != nil {
		return 0, false, err
	}
	t.recovered = true
	mended, why := c.opts.Recover(ctx, e)
	if why != nil {
		return 0, false, fmt.Errorf("%w, after %w", why, err)
	}
	return 0, mended, err
}

// slowDown makes every worker rest, not only the one that was told to.
func (c *Client) slowDown(t *tries, e *APIError, err error) (time.Duration, bool, error) {
	t.limited++
	if t.limited > maxLimited || e.Wait > ratelimit.Longest || e.Code == codeBlocked {
		return 0, false, err
	}
	jitter := c.opts.Jitter()
	rest := backoff(t.limited, jitter)
	if e.Wait > 0 {
		rest = e.Wait
	}
	c.pause.extend(c.now().Add(rest))
	// This worker comes back a little after the others, so that not all come at once.
	return rest + time.Duration(jitter*float64(firstBackoff)/2), true, err
}

// again counts a failure and says how long to wait after it.
func (c *Client) again(ex *exchange, t *tries, ownFault bool, asked time.Duration, err error) (time.Duration, bool, error) {
	t.failed++
	t.limited = 0
	limit := c.opts.Attempts
	if _, answered := errors.AsType[*APIError](err); answered {
		limit = c.endurance.attempts(ex.path, limit)
	}
	if ownFault && ex.patience > 0 {
		limit = min(limit, ex.patience)
	}
	if t.failed >= limit || asked > ratelimit.Longest {
		return 0, false, err
	}
	return max(asked, backoff(t.failed, c.opts.Jitter())), true, err
}

// settle judges a failure that stands, unless it has been judged already.
func (c *Client) settle(ctx context.Context, ex *exchange, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if kind, known := kindOf(err); known && kind != fault.Network {
		return err
	}
	return c.verdict(ctx, ex, err)
}
