package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// siteProcess is the simulated site as the bench sees it.
type siteProcess struct {
	address
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

// startSite starts the process of the site.
func startSite(ctx context.Context, args ...string) (*siteProcess, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &siteProcess{command: exec.CommandContext(ctx, self, append([]string{"site"}, args...)...)}
	s.command.Stderr = os.Stderr
	if s.in, err = s.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.out = bufio.NewReader(out)
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	return s, s.read(&s.address)
}

// tell gives an order and returns the report.
func (s *siteProcess) tell(o order) (report, error) {
	var r report
	line, err := json.Marshal(o)
	if err != nil {
		return r, err
	}
	if _, err := s.in.Write(append(line, '\n')); err != nil {
		return r, err
	}
	if err := s.read(&r); err != nil {
		return r, err
	}
	if r.Problem != "" {
		return r, errors.New(r.Problem)
	}
	return r, nil
}

// read reads one line of the site's.
func (s *siteProcess) read(v any) error {
	line, err := s.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("hear from the site: %w", err)
	}
	return json.Unmarshal(line, v)
}

// close ends the process.
func (s *siteProcess) close() error {
	return errors.Join(s.in.Close(), s.command.Wait())
}
