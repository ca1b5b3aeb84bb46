package cli

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/term"
)

// Process is everything of the operating system's process that the tap uses.
type Process struct {
	// Args are the arguments after the program's name.
	Args []string
	// Program is our own binary, for run to start the tap with; empty when it cannot be found.
	Program string
	// Dir is the folder that relative paths start from; empty is the process's own.
	Dir string
	// Stdin, Stdout and Stderr are the standard streams.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// StdoutClosed tells that what is written to Stdout goes nowhere, though writing succeeds, and that the shell did not say
	// so: it was closed, or another program discards it. Only a sync asks; nil is no.
	StdoutClosed func() bool
	// StdinTerminal, StdoutTerminal and StderrTerminal tell which streams a person sits at.
	StdinTerminal, StdoutTerminal, StderrTerminal bool
	// StdoutColumns is how many columns the terminal at Stdout has; 0 where there is none or it does not tell.
	StdoutColumns int
	// LookupEnv and Environ read the environment, as os.LookupEnv and os.Environ do.
	LookupEnv func(name string) (string, bool)
	Environ   func() []string
	// Now is the clock.
	Now func() time.Time
	// Wait lets time pass, between two tries of a request for instance; nil is a timer.
	Wait func(ctx context.Context, d time.Duration) error
	// Dial opens connections; nil is the operating system's way.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Proxy chooses the proxy of a request, as http.ProxyFromEnvironment does; nil is none.
	Proxy func(*http.Request) (*url.URL, error)
	// Rand is the source of keys and nonces.
	Rand io.Reader
	// Notify sends SIGINT and SIGTERM to c until stop is called; after that they kill the process at once.
	Notify func(c chan<- os.Signal) (stop func())
}

// OS returns the real process. A reader that goes away is an error of the write from then on and no signal. The pace of the
// garbage collector is set, unless the variable GOGC has one.
func OS() *Process {
	// Caught and not ignored, because commands that we start would inherit an ignored signal.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	if _, set := os.LookupEnv("GOGC"); !set {
		tuneCollector()
	}
	widen(os.Stdout)
	program, err := os.Executable()
	if err != nil {
		program = ""
	}
	columns, _, err := term.GetSize(int(os.Stdout.Fd()))
	if err != nil {
		columns = 0
	}
	return &Process{
		Args:           os.Args[1:],
		Program:        program,
		Stdin:          os.Stdin,
		Stdout:         os.Stdout,
		Stderr:         os.Stderr,
		StdoutClosed:   func() bool { return closed(os.Stdout) },
		StdinTerminal:  term.IsTerminal(int(os.Stdin.Fd())),
		StdoutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		StderrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		StdoutColumns:  columns,
		LookupEnv:      os.LookupEnv,
		Environ:        os.Environ,
		Now:            time.Now,
		Proxy:          http.ProxyFromEnvironment,
		Rand:           rand.Reader,
		Notify: func(c chan<- os.Signal) func() {
			signal.Notify(c, os.Interrupt, syscall.SIGTERM)
			return func() { signal.Stop(c) }
		},
	}
}

// path returns the name of a file as the process must open it.
func (p *Process) path(name string) string {
	if p.Dir == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(p.Dir, name)
}

// maxFileBytes is more than any config, catalog or state has: a catalog of 1,500 fields has some two megabytes.
const maxFileBytes = 64 << 20

// readFile reads a file named by the user, which may also be a pipe. One that has no end, such as /dev/zero, is an error.
func (p *Process) readFile(name string) ([]byte, error) {
	file, err := os.Open(p.path(name))
	if err != nil {
		return nil, err
	}
	content, err := readBounded(file)
	if err != nil {
		err = &fs.PathError{Op: "read", Path: p.path(name), Err: cmp.Or(errors.Unwrap(err), err)}
	}
	return content, errors.Join(err, file.Close())
}

// readBounded reads to the end of what must not be longer than maxFileBytes.
func readBounded(from io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(from, maxFileBytes+1))
	if len(content) > maxFileBytes {
		return nil, errors.New("it holds more than 64 MB")
	}
	return content, err
}

// env returns an environment variable, empty when it is not set.
func (p *Process) env(name string) string {
	value, _ := p.LookupEnv(name)
	return value
}

// shell runs a command line of the user's and returns what it prints. Its standard error is ours.
func (p *Process) shell(ctx context.Context, line string) ([]byte, error) {
	command := exec.CommandContext(ctx, "sh", "-c", line) //nolint:gosec // the line is the user's own
	command.Dir = p.Dir
	command.Env = p.Environ()
	command.Stderr = p.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	content, err := readBounded(out)
	if err != nil {
		// A command that prints on finds the pipe closed and ends; how it ended says no more.
		return nil, errors.Join(err, out.Close(), onlyFailed(command.Wait()))
	}
	return content, command.Wait()
}

// onlyFailed drops the error of a command that ended, though not well.
func onlyFailed(err error) error {
	if _, ended := errors.AsType[*exec.ExitError](err); ended {
		return nil
	}
	return err
}
