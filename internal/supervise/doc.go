// Package supervise runs a tap and a target as one job: it joins them by a pipe, keeps the states that the target
// prints, ends the job when either of them dies or hangs, lets one job at a time use a state, and starts jobs by a
// schedule.
//
// It knows processes, pipes and the clock, and of Singer only that a target answers with one JSON object a line. It
// knows nothing of Jira, of the command line, or of how a run is told of.
package supervise
