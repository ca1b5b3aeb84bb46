// Package cli is the command line: commands, flags, help, signals, exit codes and the printing of errors. It is the
// only package that touches the process (arguments, environment, standard streams, files, signals, clock), and it
// does so through a Process, so that a test can run the whole of it in-process. It wires the other packages together
// and holds no rule of Jira's or Singer's.
package cli
