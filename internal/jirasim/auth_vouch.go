package jirasim

import (
	"context"
	"net/http"
)

// vouchKey marks requests whose sender was checked before they came to the site: by the gateway, or as the bearer of a
// token of the site's own.
type vouchKey struct{}

// vouch marks a request as the demo account's, or as an app's.
func vouch(r *http.Request, as app) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), vouchKey{}, as))
}

// vouchedAs tells whether a request was marked, and as which kind of app's.
func vouchedAs(r *http.Request) (as app, vouched bool) {
	as, vouched = r.Context().Value(vouchKey{}).(app)
	return as, vouched
}
