// Command bench measures the tap beside two others on one simulated site: the
// floor, a program that makes the same requests and throws the answers away,
// and singer-io's tap-jira, where Python can install it. `make bench` runs it;
// it is no part of the tap.
//
// Every program runs as a process of its own, the simulated site too, so that
// processor time and memory are each one's own. The site answers what it was
// asked before from memory, so that it does not hold the others up.
package main
