package jirasim

import (
	"context"
	"net/http"
)

// vouchKey marks requests whose sender was checked before they came to the site: by the gateway, or as the bearer of a
// token of the site's own.
type vouchKey struct{}

// vouch marks a request as the demo account's.
func vouch(r *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), vouchKey{}, true))
}

// vouched tells whether a request was marked.
func vouched(r *http.Request) bool {
	marked, _ := r.Context().Value(vouchKey{}).(bool)
	return marked
}
