//go:build unix

package supervise

import (
	"os"
	"os/exec"
	"syscall"
)

// ownGroup puts the process into a group of its own: what it starts can be ended with it, and a Ctrl-C on our terminal
// reaches us alone, who let the job finish.
func ownGroup(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// terminate asks the group to end.
func terminate(command *exec.Cmd) { signalGroup(command, syscall.SIGTERM) }

// killGroup ends the group at once.
func killGroup(command *exec.Cmd) { signalGroup(command, syscall.SIGKILL) }

// signalGroup signals a process and all that it started: a target is often a shell with the real one below it.
func signalGroup(command *exec.Cmd, signal syscall.Signal) {
	_ = syscall.Kill(-command.Process.Pid, signal) // a group that is gone is what was wanted
}

// signalName names the signal that ended a process, or is empty.
func signalName(state *os.ProcessState) string {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return status.Signal().String()
	}
	return ""
}
