//go:build !unix

package supervise

import (
	"os"
	"os/exec"
)

// ownGroup does nothing where there are no process groups.
func ownGroup(*exec.Cmd) {}

// terminate does nothing where no process can be asked to end: a tap of ours sees the end of its standard input.
func terminate(*exec.Cmd) {}

// killGroup ends the process at once.
func killGroup(command *exec.Cmd) {
	_ = command.Process.Kill() // one that is gone is what was wanted
}

// signalName is empty where there are no signals.
func signalName(*os.ProcessState) string { return "" }
