package supervise

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// killAfter is for how long a process may go on that was told to end because nobody waits for it any more.
const killAfter = 5 * time.Second

// process is a command under way, in a process group of its own, so that what it started ends with it.
type process struct {
	command *exec.Cmd
	// stdin is ours to write; stdout is ours to read when nobody was given its lines.
	stdin, stdout *os.File
	done          chan struct{} // closed when the process has ended
	ended         End           // valid once done is closed
	readers       sync.WaitGroup
	ends          []*os.File // the pipes that are read from
	broken        bool       // it failed by itself
	endOnce       sync.Once
	timer         *time.Timer // kills what does not end; set once, by end
}

// launch starts a command, which inherits a file unless that is nil. The lines of its standard output go to out; where that is nil its standard output is the
// caller's to read. The lines of its standard error go to errors.
func launch(c Command, held *os.File, out, errs func(line []byte)) (*process, error) {
	p := &process{done: make(chan struct{})}
	p.command = exec.Command(c.Path, c.Args...) //nolint:gosec,noctx // the user's own command; supervise ends it
	p.command.Dir, p.command.Env = c.Dir, c.Env
	if held != nil {
		p.command.ExtraFiles = []*os.File{held}
	}
	ownGroup(p.command)
	theirs, err := p.pipes(out, errs)
	defer func() {
		for _, file := range theirs {
			_ = file.Close() // the process has its own copy
		}
	}()
	if err == nil {
		err = p.command.Start()
	}
	if err != nil {
		_ = p.stdin.Close()
		for _, file := range p.ends {
			_ = file.Close()
		}
		return nil, err
	}
	go p.await()
	return p, nil
}

// pipes makes the three pipes, starts the readers of those whose lines are wanted, and returns the process's ends.
func (p *process) pipes(out, errs func(line []byte)) (theirs []*os.File, err error) {
	in, stdin, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p.command.Stdin, p.stdin = in, stdin
	theirs = append(theirs, in)
	stdout, outEnd, err := os.Pipe()
	if err != nil {
		return theirs, err
	}
	p.command.Stdout, p.stdout = outEnd, stdout
	theirs, p.ends = append(theirs, outEnd), append(p.ends, stdout)
	stderr, errEnd, err := os.Pipe()
	if err != nil {
		return theirs, err
	}
	p.command.Stderr = errEnd
	theirs, p.ends = append(theirs, errEnd), append(p.ends, stderr)
	if out != nil {
		p.readers.Go(func() { eachLine(stdout, out) })
	}
	p.readers.Go(func() { eachLine(stderr, errs) })
	return theirs, nil
}

// await notes how the process ends.
func (p *process) await() {
	err := p.command.Wait()
	p.ended = endOf(p.command.ProcessState, err)
	close(p.done)
}

// endRest ends what a process that broke down has left behind: the rest of a pipeline, or what a shell had started.
func (p *process) endRest() {
	p.broken = true
	terminate(p.command)
}

// wait returns when the process has ended and its lines were read. Output that something left behind in the background
// holds open is given up after a moment; and a process that was told to end, or that broke down, leaves nothing behind.
func (p *process) wait() {
	<-p.done
	giveUp := time.AfterFunc(leftoverWait, func() {
		if p.timer != nil || p.broken {
			killGroup(p.command)
		}
		p.closeEnds()
	})
	p.readers.Wait()
	if p.timer != nil {
		p.timer.Stop()
	}
	giveUp.Stop()
	p.closeEnds()
	_ = p.stdin.Close() // may be closed already
}

// closeEnds closes our copies of the child's ends: a pipe ends only when nobody holds it.
func (p *process) closeEnds() {
	for _, file := range p.ends {
		_ = file.Close() // only read from, and may be closed already
	}
}

// end asks the process and what it started to end, and kills them after the grace. A tap of ours also takes the end of
// its standard input for that, on systems without signals and when we were killed.
func (p *process) end(grace time.Duration) {
	p.endOnce.Do(func() {
		_ = p.stdin.Close()
		select {
		case <-p.done:
			return
		default:
		}
		terminate(p.command)
		p.timer = time.AfterFunc(max(grace, killAfter), p.kill)
	})
}

// kill ends the process and what it started at once.
func (p *process) kill() {
	select {
	case <-p.done:
	default:
		killGroup(p.command)
	}
}

// endOf reads how a process ended.
func endOf(state *os.ProcessState, err error) End {
	if state == nil {
		return End{Code: -1, Signal: err.Error()}
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return End{Code: exit.ExitCode(), Signal: signalName(exit.ProcessState)}
	}
	return End{Code: state.ExitCode()}
}

// maxLineBytes bounds a line that is passed on whole; states are a few KB.
const maxLineBytes = 16 << 20

// eachLine calls take with each line of a process, without its line break; the line is good until take returns. Of a
// line without bounds the head is taken
// and the rest dropped, so that the process is never blocked by us.
func eachLine(from io.Reader, take func(line []byte)) {
	reader := bufio.NewReader(from)
	var line []byte
	for {
		part, err := reader.ReadSlice('\n')
		line = append(line, part[:min(len(part), maxLineBytes-len(line))]...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err == nil || len(line) > 0 {
			take(trimBreak(line))
		}
		if err != nil {
			return
		}
		line = line[:0]
	}
}

// trimBreak cuts a line's break, of Unix or of Windows.
func trimBreak(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line
}
