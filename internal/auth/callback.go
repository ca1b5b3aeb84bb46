package auth

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
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
	URL      string // what Begin takes
	listener net.Listener
}

// ListenCallback listens on a free port of 127.0.0.1. The caller closes it.
func ListenCallback(ctx context.Context) (*Callback, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fault.New(fault.Usage, "log in with --oob, which needs no port", "listen for the browser on 127.0.0.1: %w", err)
	}
	return &Callback{URL: "http://" + listener.Addr().String() + callbackPath, listener: listener}, nil
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
	verifiers := make(chan string, 1) // the handler must not wait for us
	server := &http.Server{
		Handler: c.handler(rt.Token, verifiers), ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10,
	}
	served := make(chan error, 1)
	go func() {
		defer close(served)
		served <- server.Serve(c.listener)
	}()

	verifier, err := await(ctx, rt, verifiers, served)
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), callbackDrain)
	defer cancel()
	if server.Shutdown(drain) != nil {
		_ = server.Close() // a browser that keeps its connection open is not waited for
	}
	for range served {
	}
	return verifier, err
}

// await returns the first verifier, or why none came.
func await(ctx context.Context, rt RequestToken, verifiers <-chan string, served <-chan error) (string, error) {
	if !rt.Expires.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadlineCause(ctx, rt.Expires, fault.New(fault.Credentials,
			"start again and press Allow within ten minutes, or log in with --oob", "nobody came back from Jira's page in time"))
		defer cancel()
	}
	select {
	case verifier := <-verifiers:
		return verifier, nil
	case err := <-served:
		return "", fault.New(fault.Usage, "log in with --oob, which needs no port", "listen for the browser on 127.0.0.1: %w", err)
	case <-ctx.Done():
		return "", fmt.Errorf("wait for the browser: %w", context.Cause(ctx))
	}
}

// handler takes the first answer that belongs to token.
func (c *Callback) handler(token string, verifiers chan<- string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+callbackPath, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		query := r.URL.Query()
		if r.Host != c.listener.Addr().String() || subtle.ConstantTimeCompare([]byte(query.Get("oauth_token")), []byte(token)) != 1 {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprintln(w, "This answer belongs to another login. Start tap-jira auth login oauth1 again.")
			return
		}
		select {
		case verifiers <- answered(query.Get("oauth_verifier"), query.Get("oauth_problem")):
		default: // a reload of the page
		}
		_, _ = fmt.Fprintln(w, "Jira has answered tap-jira. You can close this page and go back to the terminal.")
	})
	return mux
}

// answered makes one word of the two ways in which Jira tells of a Deny.
func answered(verifier, problem string) string {
	if verifier == "" && problem != "" {
		return deniedVerifier
	}
	return verifier
}
