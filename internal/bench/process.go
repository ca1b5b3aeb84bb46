package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// sampleEvery is how often a process' memory is looked at.
const sampleEvery = 50 * time.Millisecond

// usage is what a process cost.
type usage struct {
	Wall, CPU float64 // seconds
	PeakMB    float64
	Memory    []float64 // MB over time, a sample each sampleEvery
	Exit      int
	Stderr    string
}

// failure says how a command ended that did not end well, with the end of what it said.
func (u usage) failure() error {
	if u.Exit == 0 {
		return nil
	}
	const most = 2000
	return fmt.Errorf("it ended with %d: %s", u.Exit, u.Stderr[max(0, len(u.Stderr)-most):])
}

// lastWords is the last line that a command said that did not end well, short enough for a table.
func (u usage) lastWords() string {
	if u.Exit == 0 {
		return ""
	}
	const most = 160
	lines := strings.Split(strings.TrimSpace(u.Stderr), "\n")
	last := strings.ReplaceAll(lines[len(lines)-1], "|", " ")
	return fmt.Sprintf("exit %d, %s", u.Exit, last[:min(len(last), most)])
}

// measure runs a command; its standard output goes to out.
func measure(ctx context.Context, out io.Writer, name string, args ...string) (usage, error) {
	command := exec.CommandContext(ctx, name, args...)
	var problems bytes.Buffer
	command.Stdout, command.Stderr = out, &problems
	began := time.Now()
	if err := command.Start(); err != nil {
		return usage{}, err
	}
	ended := make(chan struct{})
	sampled := make(chan usage, 1)
	go func() { sampled <- sample(command.Process.Pid, ended) }()
	err := command.Wait()
	close(ended)
	u := <-sampled
	u.Wall = time.Since(began).Seconds()
	state := command.ProcessState
	u.CPU = (state.UserTime() + state.SystemTime()).Seconds()
	u.Exit, u.Stderr = state.ExitCode(), problems.String()
	if _, exited := errors.AsType[*exec.ExitError](err); exited {
		err = nil
	}
	return u, err
}

// sample follows a process' memory until it ended. Linux keeps the peak by
// itself; what the kernel tells of a child that has ended includes its parent.
func sample(pid int, ended <-chan struct{}) usage {
	var u usage
	ticker := time.NewTicker(sampleEvery)
	defer ticker.Stop()
	for {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if peak := kilobytes(string(status), "VmHWM:"); err == nil && peak > 0 {
			u.PeakMB = max(u.PeakMB, peak/1024)
			u.Memory = append(u.Memory, kilobytes(string(status), "VmRSS:")/1024)
		}
		select {
		case <-ended:
			return u
		case <-ticker.C:
		}
	}
}

// kilobytes reads a line of /proc/PID/status.
func kilobytes(status, name string) float64 {
	_, rest, _ := strings.Cut(status, name)
	var n float64
	_, _ = fmt.Sscan(rest, &n) // stays 0 where the line is not there
	return n
}
