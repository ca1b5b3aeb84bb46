// Package auth signs requests to one Jira site, and obtains, renews and keeps
// the credentials that this takes: Basic, personal access tokens, OAuth 1.0a
// with RSA-SHA1 as Jira's application links speak it, and OAuth 2.0 as
// Atlassian and Data Center speak it.
//
// It knows how Jira is asked for tokens and how it refuses them. It knows
// nothing of Jira's data, of Singer, of flags or of the terminal: what a
// person has to read is returned as text, what has to be written beside the
// credentials file is returned as bytes.
package auth
