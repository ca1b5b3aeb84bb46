// Package progress shows how far a run is: a Tracker counts what the engine tells it, a Snapshot is the count at one
// moment, and a Reporter shows snapshots as long as the run lasts, as live bars on a terminal or as lines in a log.
//
// It knows terminals and clocks. It knows nothing of Jira or Singer, and nothing of where the counts come from; they
// may come from another process, since a Snapshot is plain JSON.
package progress
