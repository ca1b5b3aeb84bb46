package auth

import (
	"context"
	"crypto/rsa"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Basic signs with a user name and a password.
func Basic(site *url.URL, username, password string) Middleware { return nil }

// Tokens are what Jira gave for one authorisation.
type Tokens struct {
	Token, Secret, SessionHandle string
	Expires, SessionExpires      time.Time
}

// RequestToken is the temporary token of the dance.
type RequestToken struct{ Token, Secret string }

// OAuth1 signs with RSA-SHA1.
type OAuth1 struct{}

// OAuth1Options are the facts that OAuth1 needs.
type OAuth1Options struct {
	Site        *url.URL
	ConsumerKey string
	PrivateKey  *rsa.PrivateKey
	Tokens      Tokens // of the config; those in Store that came from the same config win
	Store       *Store
	Now         func() time.Time
	Rand        io.Reader
	Send        http.RoundTripper
}

// NewOAuth1 checks the options.
func NewOAuth1(OAuth1Options) (*OAuth1, error) { return nil, nil }

// Middleware signs.
func (*OAuth1) Middleware() Middleware { return nil }

// Tokens are those now in use.
func (*OAuth1) Tokens() Tokens { return Tokens{} }

// Renew renews by session handle.
func (*OAuth1) Renew(ctx context.Context) error { return nil }

// Recover tells whether a refused request may be sent once more.
func (*OAuth1) Recover(ctx context.Context, problem string) (retry bool, err error) {
	return false, nil
}

// Begin asks for a request token.
func (*OAuth1) Begin(ctx context.Context, callback string) (RequestToken, error) {
	return RequestToken{}, nil
}

// AuthorizeURL is what the browser opens.
func (*OAuth1) AuthorizeURL(RequestToken) string { return "" }

// Finish trades the verifier for tokens and saves them.
func (*OAuth1) Finish(ctx context.Context, rt RequestToken, verifier string) (Tokens, error) {
	return Tokens{}, nil
}

// Callback is the local listener.
type Callback struct{ URL string }

// ListenCallback listens on loopback.
func ListenCallback(ctx context.Context) (*Callback, error) { return nil, nil }

// Wait waits for the answer that belongs to the request token.
func (*Callback) Wait(ctx context.Context, rt RequestToken) (verifier string, err error) {
	return "", nil
}

// Close stops listening.
func (*Callback) Close() error { return nil }

// KeyPair is a new key pair in PEM.
type KeyPair struct{ PrivatePEM, PublicPEM []byte }

// GenerateKeyPair makes one.
func GenerateKeyPair(bits int, rand io.Reader) (KeyPair, error) { return KeyPair{}, nil }

// ParsePrivateKey reads one.
func ParsePrivateKey(pem []byte) (*rsa.PrivateKey, error) { return nil, nil }

// PublicPEM is the public half, as Jira wants it pasted.
func PublicPEM(key *rsa.PrivateKey) ([]byte, error) { return nil, nil }

// LinkInstructions tells what to type where.
func LinkInstructions(base *url.URL, consumerKey string, publicPEM []byte) string { return "" }

// ExplainProblem explains an oauth_problem.
func ExplainProblem(problem, advice string) string { return "" }

// Store is the credentials file.
type Store struct{}

// OpenStore names the file.
func OpenStore(path string) *Store { return nil }

// Load reads what was saved for the same config secret; nil when there is none.
func (*Store) Load(kind, site, secretHash string) (map[string]string, error) { return nil, nil }

// Save writes it.
func (*Store) Save(ctx context.Context, kind, site, secretHash string, values map[string]string) error {
	return nil
}

// SecretHash is the hash that ties saved credentials to the config they came from.
func SecretHash(secrets ...string) string { return "" }

// ReadableByOthers returns a warning with the chmod that mends it, or "".
func ReadableByOthers(path string) string { return "" }
