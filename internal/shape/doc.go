// Package shape turns a raw record of Jira into the members of a Singer record: selected, typed as its SCHEMA says, every
// column present, every value within what targets take.
//
// A Schema says what a record holds; Compile makes a Plan of it, once; the Plan then reads each record straight from a
// JSON decoder and appends the finished members to a byte slice, without building a tree of it in memory. What had to be
// changed on the way (a broken surrogate, a number in a text column) is told in Row.Repairs, never hidden.
//
// The package knows what values Jira sends (the types of its fields, its forms of dates) but not how they are fetched, and
// it knows nothing of streams, catalogs or state.
package shape
