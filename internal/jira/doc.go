// Package jira reads Jira's REST API, Cloud and Data Center, and speaks both
// dialects so that its callers need not know which one they face.
//
// It knows requests, pages, retries, identities and errors, and the ways in
// which each deployment lists and hydrates issues. It knows nothing of Singer,
// of streams or of how a request is signed: that is the business of the
// http.RoundTripper it is given.
//
// The rules it holds everywhere: a page is fetched and decoded as one unit and
// retried as one; nothing that comes back is trusted to end a listing without a
// second sign; a refused login is never tried again; an answer that was given
// to nobody in particular (anonymous, a login page) is a failed login, whatever
// its status says.
package jira
