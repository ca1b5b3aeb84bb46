// Package tap is the engine: it plans what to read, fetches many pages at once,
// keeps their order, shapes them and hands them to the one Writer. It is the
// only package that knows both Jira and Singer; it knows nothing of the process
// it runs in.
//
// # The way of one record
//
// [Sync] is a run from its first request to its last STATE. To follow one issue
// through it, read in this order:
//
//   - Choice. [selection.New] joins catalog and patterns. run.prepare
//     (prepare.go) makes a table of each chosen [stream.Stream] (table.go): its
//     schema with the chosen columns, and a shape.Plan for copying them.
//     run.begin prints the STATE that came in and the SCHEMAs.
//   - Order. run.sources (sources.go) puts the readers of everything chosen in
//     the order of the output. A source yields tasks; a task fetches pages.
//   - Ids. An issueTree (issue_tree.go) reads the issues and all that hangs on
//     them. It begins at the bookmark (issue_start.go), lists ids (issue_walk.go),
//     and cuts them into tasks of a hundred issues (issue_tasks.go).
//   - Fetching. run.readInOrder (task.go) gives the sources to [inorder.Run], which
//     starts tasks side by side, as far ahead as there is memory for, and hands
//     their pages over in the order of the tasks. So the output is the same for
//     any concurrency.
//   - Lines. One hydration fills an issuePage (issue_page.go), which gives each
//     raw record to the recorder of its table (recorder.go): those of comments,
//     worklogs and histories that stand inside the issue too (issue_list.go).
//     A recorder makes whole RECORD lines in chunks (lines.go). An attempt that
//     breaks off begins the page anew.
//   - Rest. Of lists that came cut the remainder is asked for, one issue at a
//     time (issue_rest.go, issue_children.go).
//   - Writing. run.write (run.go) is called by one goroutine, page by page in
//     order: lines go to singer.Writer, what was tolerated or is missing to the
//     account of the stream (account.go). Then the bookmark moves (issue_end.go),
//     and only then a STATE is printed. It never says more than what was written.
//   - End. run.end prints the last STATE, also after a failure; run.incomplete
//     makes an error of what is missing, and [Summary] tells of every stream.
//
// Streams that are lists go the short way: listing.go makes a task of each list
// or, below a parent (parents.go), of each row of it. Worklogs have a feed of
// their own (worklogs.go), which is read in several spans of time in turn
// (worklogs_spans.go) and passes over those of an issue that is out of sight
// (issue_sight.go), and users join those met in issues (users.go).
//
// # What holds everywhere
//
// Workers read what was set before they started. Everything that changes, the
// state, the accounts, the census, belongs to the writing side and needs no lock.
// A stream that fails ends neither the run nor the other streams: run.fails notes
// it, and the exit code shows it.
//
// Beside Sync, [Discover] makes the catalog, [Predict] says what a load would
// take, [Verify] compares state and site, and [PlanShards] cuts a first load into
// pieces whose states [shard.Merge] unites.
package tap
