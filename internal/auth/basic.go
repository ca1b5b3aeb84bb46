package auth

import (
	"net/http"
	"net/url"
)

// Basic signs with a user name and password (Data Center), or an e-mail
// address and API token (Cloud). The header goes out with the first request:
// Jira allows anonymous access and never asks for it. Both are sent as UTF-8.
func Basic(site *url.URL, username, password string) Middleware {
	return signing(site, func(req *http.Request) error {
		req.SetBasicAuth(username, password)
		return nil
	})
}
