// Package stream declares the tables that the tap offers: for each one its
// keys, where Jira has it and how its pages are cut. A declaration is data; how
// pages are fetched, retried, shaped and written is no business of this
// package, and it does not know that Singer exists beyond the field's words.
//
// # What a declaration decides about a record
//
// A [Stream] stands as one literal in the file of its family (projects.go,
// agile.go, …), and [All] joins the families in the order of the output, parents
// before their children. The engine, package tap, follows it:
//
//   - [Stream.Source] says which reader: most are Listed, pages of one
//     [Endpoint]; issues and what hangs on them come by the IssueTree, worklogs
//     by Jira's feed, users by a directory.
//   - [Endpoint] has the path with its {placeholders}, the parameters, and the
//     jira.Pager that turns pages. Cloud and Data Center have one each;
//     [Stream.NotOn] says why one is missing.
//   - [Parent] names whose rows fill the placeholders, and which of them become
//     columns of the child; [Part] says where in an issue a child's rows stand, so
//     that they cost no request.
//   - [Absence] lists the answers that mean "nothing here", each with the reason
//     that the summary gives. Every other refusal is a failure.
//   - [Stream.Keys] and [Stream.Bookmark] become Singer's key_properties and
//     replication key. The columns themselves stand in schemas/<name>.json.
//   - [Permission] and [Scopes] (permission.go, scopes.go) say what an account
//     needs, for tap-jira check and for the picker; [Stream.Cost] says what a
//     stream takes, in words.
//
// The path of every endpoint, its parameters and its permission are facts of
// Atlassian's documents: [Stream.Documented] is the page, and a test looks up
// each operation in testdata/openapi.
package stream
