// Package ratelimit reads from the headers of an answer when Jira wants to be asked again, and waits that long. Who paces requests
// and who repeats them do so here alike. It knows nothing of requests.
package ratelimit
