// Package census keeps the ids of what was printed, so that a later run can tell
// what is gone. It holds issues by project, the comments and worklogs of each
// issue, and the worklogs of the whole site, and it writes them to one file a
// generation.
//
// A file begins with a snapshot, written at once: temporary file, fsync, rename,
// fsync of the folder. What changes afterwards is appended to it, a batch a
// Commit, and synced. Each Commit gives a Mark; a reader that has a Mark finds
// exactly what was known at that Commit, whatever was appended later, torn or
// not. Every frame of the file carries a checksum of all that stands before it,
// so a file that was damaged, or replaced by another run's, is never misread.
//
// The package knows nothing of how ids are found or printed: no HTTP, no Singer,
// and no judgement on why an id is gone.
package census
