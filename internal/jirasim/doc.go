// Package jirasim is a simulated Jira: an HTTPS server with a deterministic site of any size, in the dialects of Jira
// Cloud and of Jira Server / Data Center, for `tap-jira demo` and for tests. It evaluates JQL, pages and truncates as
// Jira does, verifies OAuth 1.0a signatures, plays scripted faults, edits its issues while it is read, and keeps a
// ledger of the truth to compare with.
//
// It imports none of our packages and knows nothing of the tap: whatever it does comes from what is known of Jira, so
// that a wrong idea in the client cannot be repeated in its examiner. Where Jira's behaviour is in doubt it takes the
// harsher reading; a simulator that is kinder than Jira is a defect.
package jirasim
