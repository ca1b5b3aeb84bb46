// Package runlog keeps what there is to know of each run of tap and target: a folder with one log and one JSON summary
// a run, of which the newest stay. It lists them again, and draws them as one HTML file.
//
// It knows files and the shape of a summary. It knows neither Singer nor Jira, starts nothing, and prints nothing.
package runlog
