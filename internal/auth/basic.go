package auth

import "net/http"

// Basic signs with a user name and password (Data Center), or an e-mail
// address and API token (Cloud). The header goes out with the first request:
// Jira allows anonymous access and never asks for it. Both are sent as UTF-8.
func Basic(reach *Reach, username, password string) Middleware {
	return signing(reach, func(req *http.Request) error {
		req.SetBasicAuth(username, password)
		return nil
	})
}

// Bearer signs with a token that needs no name beside it: a personal access
// token (Data Center 8.14 or later).
func Bearer(reach *Reach, token string) Middleware {
	return signing(reach, func(req *http.Request) error {
		req.Header.Set("Authorization", "Bearer "+token)
		return nil
	})
}
