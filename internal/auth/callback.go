package auth

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"tap-jira/internal/fault"
)

// callbackPath is where the browser comes back to.
const callbackPath = "/tap-jira/callback"

// callbackDrain is how long the browser is given to take the last page.
const callbackDrain = 2 * time.Second

// Callback listens on loopback for the browser that Jira sends back with the
// verifier. It answers plain http: Jira's redirect carries no secret that is
// worth anything without the private key, and no browser trusts a
// certificate made on the spot.
type Callback struct {
	URL string // what Begin takes
	// Now is the clock by which the logins that are waited for run out; time.Now unless set.
	Now      func() time.Time
	path     string
	listener net.Listener
}

// expected is one login's answer.
type expected struct {
	owns   func(url.Values) bool   // whether an answer belongs to this login
	answer func(url.Values) string // what is handed on of it
	expire time.Time               // when the login has run out; zero: never
	again  string                  // the command that starts it anew
}

// ListenCallback listens on a free port of 127.0.0.1. The caller closes it.
func ListenCallback(ctx context.Context) (*Callback, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fault.New(fault.Usage, "log in with --oob, which needs no port", "listen for the browser on 127.0.0.1: %w", err)
	}
	return &Callback{Now: time.Now, URL: "http://" + listener.Addr().String() + callbackPath, path: callbackPath, listener: listener}, nil
}

// ListenCallbackAt listens where an app's registered redirect address leads,
// which has to be http on loopback with a port. The caller closes it.
func ListenCallbackAt(ctx context.Context, redirect string) (*Callback, error) {
	u, err := url.Parse(redirect)
	if err != nil || u.Scheme != "http" || u.Port() == "" || !onLoopback(u.Hostname()) {
		return nil, fault.New(fault.Usage, "log in with --oob, or register http://127.0.0.1:PORT/… with the app and set oauth_redirect_uri to it",
			"the browser cannot come back here: oauth_redirect_uri is not an http address on this machine")
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", u.Host)
	if err != nil {
		return nil, fault.New(fault.Usage, "free the port, or log in with --oob, which needs none", "listen for the browser on %s: %w", u.Host, err)
	}
	return &Callback{Now: time.Now, URL: redirect, path: cmp.Or(u.EscapedPath(), "/"), listener: listener}, nil
}

// onLoopback tells a host that only this machine can reach.
func onLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Close stops listening; Wait does so too.
func (c *Callback) Close() error {
	if err := c.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("stop listening for the browser: %w", err)
	}
	return nil
}

// Wait serves until the answer to rt arrives, the request token has run out,
// or ctx is done, and returns the verifier. Answers to other logins are shown
// a refusal and waited past. It can be called once.
func (c *Callback) Wait(ctx context.Context, rt RequestToken) (string, error) {
	return c.wait(ctx, expected{
		owns: func(q url.Values) bool {
			return subtle.ConstantTimeCompare([]byte(q.Get("oauth_token")), []byte(rt.Token)) == 1
		},
		answer: func(q url.Values) string { return answered(q.Get("oauth_verifier"), q.Get("oauth_problem")) },
		expire: rt.Expires, again: "tap-jira auth login oauth1",
	})
}

// WaitConsent is Wait for a login by OAuth 2.0: it returns the query of the
// redirect whose state is the login's own, for Finish.
func (c *Callback) WaitConsent(ctx context.Context, consent Consent) (string, error) {
	return c.wait(ctx, expected{owns: consent.owns, answer: url.Values.Encode, expire: consent.Expires, again: "tap-jira auth login oauth2"})
}

// wait serves until the answer of the login came, its time is over or ctx ends, and waits for its own server.
func (c *Callback) wait(ctx context.Context, login expected) (string, error) {
	answers := make(chan string, 1) // the handler must not wait for us
	server := &http.Server{
		Handler: c.handler(login, answers), ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10,
	}
	served := make(chan error, 1)
	go func() {
		defer close(served)
		served <- server.Serve(c.listener)
	}()

	answer, err := c.await(ctx, login.expire, answers, served)
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), callbackDrain)
	defer cancel()
	if server.Shutdown(drain) != nil {
		_ = server.Close() // a browser that keeps its connection open is not waited for
	}
	for range served {
	}
	return answer, err
}

// await returns the first answer, or why none came.
func (c *Callback) await(ctx context.Context, expire time.Time, answers <-chan string, served <-chan error) (string, error) {
	if !expire.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, expire.Sub(c.Now()), fault.New(fault.Credentials,
			"start again and press Allow within ten minutes, or log in with --oob", "nobody came back from Jira's page in time"))
		defer cancel()
	}
	select {
	case answer := <-answers:
		return answer, nil
	case err := <-served:
		return "", fault.New(fault.Usage, "log in with --oob, which needs no port", "listen for the browser on 127.0.0.1: %w", err)
	case <-ctx.Done():
		return "", fmt.Errorf("wait for the browser: %w", context.Cause(ctx))
	}
}

// handler takes the first answer that belongs to the login. It routes by itself:
// an http.ServeMux answers an untidy path by a redirect whose page shows the query,
// and with it the code.
func (c *Callback) handler(login expected, answers chan<- string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		query := r.URL.Query()
		switch {
		case r.URL.Path != c.path:
			http.Error(w, "There is nothing here.", http.StatusNotFound)
			return
		case r.Method != http.MethodGet:
			w.Header().Set("Allow", http.MethodGet)
			http.Error(w, "Only a browser's GET is understood here.", http.StatusMethodNotAllowed)
			return
		case !c.addressed(r.Host) || !login.owns(query):
			http.Error(w, "This answer belongs to another login. Start "+login.again+" again.", http.StatusBadRequest)
			return
		}
		select {
		case answers <- login.answer(query):
		default: // a reload of the page
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = fmt.Fprintln(w, "Jira has answered tap-jira. You can close this page and go back to the terminal.")
	})
}

// addressed holds requests to the address that was given out, so that no page
// on another name that leads here can answer.
func (c *Callback) addressed(host string) bool {
	u, err := url.Parse(c.URL)
	return err == nil && host == u.Host
}

// answered makes one word of the two ways in which Jira tells of a Deny.
func answered(verifier, problem string) string {
	if verifier == "" && problem != "" {
		return deniedVerifier
	}
	return verifier
}
