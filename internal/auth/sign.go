package auth

import (
	"cmp"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dghubble/oauth1"

	"tap-jira/internal/fault"
)

// nonceBytes of randomness make one nonce; Jira remembers those it saw for about a minute.
const nonceBytes = 18

// signer signs requests with RSA-SHA1, the only method Jira accepts. It is our
// own around the library's RSASigner, because the library signs only the first
// of repeated parameters, drops the default ports of either scheme, and takes
// "…; charset=utf-8" for no form. Safe for concurrent use.
type signer struct {
	consumerKey string
	rsa         oauth1.RSASigner
	now         func() time.Time

	mu   sync.Mutex // guards rand: a reader given by a test need not be safe
	rand io.Reader
}

// newSigner makes what signs for one consumer.
func newSigner(consumerKey string, key *rsa.PrivateKey, now func() time.Time, rand io.Reader) *signer {
	return &signer{consumerKey: consumerKey, rsa: oauth1.RSASigner{PrivateKey: key}, now: now, rand: rand}
}

// sign sets the Authorization header of req. extra are further OAuth
// parameters: the token, a callback, a verifier, a session handle.
func (s *signer) sign(req *http.Request, extra ...param) error {
	protocol, err := s.protocol(extra)
	if err != nil {
		return err
	}
	params, err := requestParams(req)
	if err != nil {
		return err
	}
	base, err := signatureBase(req, append(params, protocol...))
	if err != nil {
		return err
	}
	signature, err := s.rsa.Sign("", base)
	if err != nil {
		return fault.New(fault.Credentials, "the key must have 1024 bits or more, and Go's strict FIPS mode (GODEBUG=fips140=only) forbids the SHA-1 that Jira asks for",
			"sign with RSA-SHA1: %w", err)
	}
	req.Header.Set("Authorization", header(append(protocol, param{name: "oauth_signature", value: signature})))
	return nil
}

// protocol lists the OAuth parameters of one request, with a new nonce. Jira
// takes a request that lacks one of them for an anonymous one.
func (s *signer) protocol(extra []param) ([]param, error) {
	nonce, err := s.nonce()
	if err != nil {
		return nil, err
	}
	return slices.Concat([]param{
		{name: "oauth_consumer_key", value: s.consumerKey},
		{name: "oauth_nonce", value: nonce},
		{name: "oauth_signature_method", value: s.rsa.Name()},
		{name: "oauth_timestamp", value: strconv.FormatInt(s.now().Unix(), 10)},
		{name: "oauth_version", value: "1.0"},
	}, extra), nil
}

// nonce is a text that no other request has: Jira refuses a second one with it.
func (s *signer) nonce() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b [nonceBytes]byte
	if _, err := io.ReadFull(s.rand, b[:]); err != nil {
		return "", fmt.Errorf("make a nonce: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

// signatureBase is the text that is signed (RFC 5849, 3.4.1.1).
func signatureBase(req *http.Request, params []param) (string, error) {
	if req.URL.Opaque != "" {
		return "", fmt.Errorf("sign a request: its address %q has no path", req.URL.Scheme+":…")
	}
	path, _, _ := strings.Cut(req.URL.RequestURI(), "?") // escaped as it goes over the wire
	parts := []string{
		strings.ToUpper(cmp.Or(req.Method, http.MethodGet)),
		oauth1.PercentEncode(origin(req.URL.Scheme, wireHost(req)) + path),
		oauth1.PercentEncode(normalize(params)),
	}
	return strings.Join(parts, "&"), nil
}

// header writes the Authorization header (RFC 5849, 3.5.1).
func header(params []param) string {
	pairs := make([]string, len(params))
	for i, p := range params {
		pairs[i] = fmt.Sprintf(`%s="%s"`, oauth1.PercentEncode(p.name), oauth1.PercentEncode(p.value))
	}
	return "OAuth " + strings.Join(pairs, ", ")
}
