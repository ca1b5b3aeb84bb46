// Package transport carries requests to Jira: paced, logged, signed and sent
// over HTTPS, each by a RoundTripper of its own.
//
// It knows HTTP and Jira's rate-limit headers. It knows nothing of credentials
// (signing is a function it is given), of Jira's data, or of retries: a status
// is never turned into an error here, and a request is sent once. What goes
// wrong on the way comes back as a fault.Network that says what to do.
package transport
