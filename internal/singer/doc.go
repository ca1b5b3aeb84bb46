// Package singer speaks the Singer protocol: it reads and writes catalogs and states, answers what a catalog selects, and
// writes messages so that every known target takes them. It knows nothing of Jira, HTTP or the process; names of streams and
// columns come from the caller.
//
// The rules are those of the Singer specification 0.3 as singer-python, the Meltano SDK and their targets apply them.
package singer
