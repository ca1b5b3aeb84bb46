package auth

import "net/http"

// Middleware puts credentials on the requests that next sends. It signs
// requests within one Reach only: any other host, and plain http, is refused
// with ErrForeign before anything is signed or sent. The request given is not
// changed. Safe for concurrent use.
type Middleware func(next http.RoundTripper) http.RoundTripper

// roundTripper makes a RoundTripper of a function.
type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip calls the function.
func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
