// Package ratelimit reads from the headers of an answer when Jira wants to be asked again. Who paces requests and who
// repeats them read it here alike. It knows nothing of requests, and waits for nothing.
package ratelimit
