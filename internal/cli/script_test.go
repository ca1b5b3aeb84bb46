package cli_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tap-jira/internal/cli"
)

// TestMain lets scripts also start tap-jira as a process of its own, for signals and pipes: `exec tap-jira-process`.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"tap-jira-process": func() { os.Exit(cli.Main(cli.OS())) },
	})
}

// TestScripts runs the contract of the command line: each file of testdata/script is a session of commands and what
// they must print. The commands are described in testdata/script/README.md.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, scriptParams())
}

// scriptParams describes the sessions and the commands that are ours.
func scriptParams() testscript.Params {
	return testscript.Params{
		Dir:                 "../../testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			env.Values[keySession] = &scriptSession{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"tap-jira": runInProcess,
			"code":     assertCode,
			"variable": setVariable,
			"input":    setInput,
			"terminal": setTerminal,
			"site":     startScriptSite,
			"front":    startScriptFront,
			"refuse":   refuseLogins,
			"hold":     holdRequest,
			"release":  releaseRequests,
			"sent":     assertSent,
			"edit":     editSite,
			"rename":   renameField,
			"fault":    scriptFault,
			"browser":  setBrowser,
			"head":     setHead,
			"signal":   setSignal,
			"pick":     pickStreams,
			"singer":   assertSinger,
			"records":  assertRecords,
			"lastline": assertLastLine,
			"mode":     assertMode,
			"waitfile": waitForFile,
		},
	}
}

// keySession finds the session among a script's values.
const keySession = "session"

// scriptSession is what the commands of one script share.
type scriptSession struct {
	code      int      // exit code of the last tap-jira
	variables []string // environment of the next ones
	input     string   // standard input of the next one
	terminal  bool     // whether a person sits at the next one
	watched   bool     // whether a person sees what it says, and not what it prints
	browser   string   // how the next one's login is answered
	head      int      // after how many lines the next one's reader goes away; 0 is never
	signal    *cue     // signal that the next one gets
	site      *scriptSite
	held      chan struct{} // closed by release: what the last hold keeps back
}

func sessionOf(ts *testscript.TestScript) *scriptSession {
	return ts.Value(keySession).(*scriptSession)
}

// runInProcess is `tap-jira ARG…`: it runs the command line in this process and fails unless the exit code is 0, or,
// after `!`, is not 0.
func runInProcess(ts *testscript.TestScript, neg bool, args []string) {
	s := sessionOf(ts)
	stderr := &watchedBuffer{}
	process := s.process(ts, args, stderr)
	if s.head > 0 {
		process.Stdout = &closedPipe{out: ts.Stdout(), lines: s.head}
	}
	if s.signal != nil {
		s.signal.attach(process)
	}
	wait := s.openBrowser(ts, process, stderr)
	s.code = cli.Main(process)
	wait()
	s.requireContract(ts)
	s.input, s.terminal, s.watched, s.browser, s.head, s.signal = "", false, false, "", 0, nil
	if (s.code == 0) == neg {
		ts.Fatalf("exit code %d", s.code)
	}
}

// process is the process that the script describes.
func (s *scriptSession) process(ts *testscript.TestScript, args []string, stderr io.Writer) *cli.Process {
	program, err := exec.LookPath("tap-jira-process")
	ts.Check(err)
	return &cli.Process{
		Args:           args,
		Program:        program,
		Dir:            ts.MkAbs("."),
		Stdin:          strings.NewReader(s.input),
		Stdout:         ts.Stdout(),
		Stderr:         io.MultiWriter(ts.Stderr(), stderr),
		StdoutTerminal: s.terminal,
		StderrTerminal: s.terminal || s.watched,
		LookupEnv:      s.lookup,
		Environ:        func() []string { return append([]string{"PATH=" + os.Getenv("PATH")}, s.variables...) },
		Now:            time.Now,
		Rand:           rand.Reader,
		Notify:         func(chan<- os.Signal) func() { return func() {} },
	}
}

// lookup is the environment's: a later variable wins.
func (s *scriptSession) lookup(name string) (string, bool) {
	for _, entry := range slices.Backward(s.variables) {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value, true
		}
	}
	return "", false
}

// assertCode is `code N`: the exit code of the last tap-jira.
func assertCode(ts *testscript.TestScript, _ bool, args []string) {
	if got := fmt.Sprint(sessionOf(ts).code); len(args) != 1 || got != args[0] {
		ts.Fatalf("exit code %s, want %v", got, args)
	}
}

// setVariable is `variable NAME=VALUE…`: the environment of the next tap-jira runs.
func setVariable(ts *testscript.TestScript, _ bool, args []string) {
	s := sessionOf(ts)
	s.variables = append(s.variables, args...)
}

// setInput is `input FILE`: standard input of the next tap-jira.
func setInput(ts *testscript.TestScript, _ bool, args []string) {
	sessionOf(ts).input = ts.ReadFile(args[0])
}

// setTerminal is `terminal [stderr]`: a person sits at the next tap-jira, or sees only its standard error.
func setTerminal(ts *testscript.TestScript, _ bool, args []string) {
	s := sessionOf(ts)
	s.watched = len(args) > 0 && args[0] == "stderr"
	s.terminal = !s.watched
}

// assertLastLine is `lastline TEXT…`: the last line of standard error is CRITICAL and holds each text, and it is the only such line.
func assertLastLine(ts *testscript.TestScript, _ bool, args []string) {
	lines := strings.Split(strings.TrimSuffix(ts.ReadFile("stderr"), "\n"), "\n")
	last := lines[len(lines)-1]
	if !strings.HasPrefix(last, "CRITICAL ") {
		ts.Fatalf("the last line is not CRITICAL: %s", last)
	}
	if n := strings.Count(ts.ReadFile("stderr"), "CRITICAL "); n != 1 {
		ts.Fatalf("%d CRITICAL lines", n)
	}
	for _, text := range args {
		if !strings.Contains(last, text) {
			ts.Fatalf("the last line lacks %q: %s", text, last)
		}
	}
}

// waitForFile is `waitfile NAME`: waits until a process in the background has written the file.
func waitForFile(ts *testscript.TestScript, _ bool, args []string) {
	const patience, pause = 20 * time.Second, 20 * time.Millisecond
	name := ts.MkAbs(args[0])
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-ticker.C {
		if _, err := os.Stat(name); err == nil {
			return
		}
	}
	ts.Fatalf("%s did not appear in %s", name, patience)
}

// setHead is `head N`: the reader of the next tap-jira's standard output goes away after N lines.
func setHead(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	sessionOf(ts).head = n
}

// closedPipe takes some lines and then behaves as a pipe whose reader has gone.
type closedPipe struct {
	out   io.Writer
	lines int
}

// Write implements io.Writer.
func (p *closedPipe) Write(b []byte) (int, error) {
	for i, c := range b {
		if p.lines == 0 {
			return i, syscall.EPIPE
		}
		if c == '\n' {
			p.lines--
		}
		if _, err := p.out.Write([]byte{c}); err != nil {
			return i, err
		}
	}
	return len(b), nil
}

// setSignal is `signal INT|TERM N`: the next tap-jira gets the signal once it has written N lines.
func setSignal(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	signals := map[string]os.Signal{"INT": os.Interrupt, "TERM": syscall.SIGTERM}
	sessionOf(ts).signal = &cue{signal: signals[args[0]], lines: n, sent: make(chan os.Signal, 1)}
}

// cue is a standard output that sends a signal after some lines.
type cue struct {
	out    io.Writer
	signal os.Signal
	lines  int
	sent   chan os.Signal // one, so that it waits for nobody
}

// attach puts the cue before the process's output and its signals.
func (c *cue) attach(process *cli.Process) {
	c.out, process.Stdout = process.Stdout, c
	process.Notify = func(signals chan<- os.Signal) func() {
		done := make(chan struct{})
		go func() {
			select {
			case s := <-c.sent:
				signals <- s
			case <-done:
			}
		}()
		return sync.OnceFunc(func() { close(done) })
	}
}

// Write implements io.Writer.
func (c *cue) Write(b []byte) (int, error) {
	c.lines -= bytes.Count(b, []byte("\n"))
	if c.lines <= 0 {
		select {
		case c.sent <- c.signal:
		default:
		}
	}
	return c.out.Write(b)
}

// assertMode is `mode FILE OCTAL`: who may read the file.
func assertMode(ts *testscript.TestScript, _ bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if mode := fmt.Sprintf("%o", info.Mode().Perm()); mode != args[1] {
		ts.Fatalf("%s has the mode %s, want %s", args[0], mode, args[1])
	}
}
