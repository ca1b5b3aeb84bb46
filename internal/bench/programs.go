package main

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"tap-jira/internal/stream"
)

// program is one of those that are compared.
type program struct {
	name string
	path string
	args []string
	// silent programs print no records.
	silent bool
	// rival is a tap of others: that it breaks off is a result, not a mistake of the bench.
	rival bool
}

// failure is why the bench cannot go on after a run of the program.
func (p program) failure(u usage) error {
	if p.rival {
		return nil
	}
	return u.failure()
}

// floorProgram repeats what another program asked.
func (b *bench) floorProgram() (program, error) {
	self, err := os.Executable()
	if err != nil {
		return program{}, err
	}
	at, err := url.Parse(b.site.URL)
	if err != nil {
		return program{}, err
	}
	return program{name: "floor", path: self, silent: true, args: []string{
		"floor", "-url", at.Scheme + "://" + at.Host, "-ca", b.site.CAFile, "-user", b.site.Username, "-password", b.site.Password,
		"-replay", b.file("asked.json"), "-concurrency", strconv.Itoa(b.concurrency),
	}}, nil
}

// tapProgram is ours.
func (b *bench) tapProgram() (program, error) {
	config := map[string]any{
		"base_url": b.site.URL, "username": b.site.Username, "password": b.site.Password, "ca_file": b.site.CAFile,
		"start_date": "2000-01-01T00:00:00Z", "concurrency": b.concurrency,
	}
	if err := writeJSON(b.file("config.json"), config); err != nil {
		return program{}, err
	}
	args := []string{"--config", b.file("config.json"), "--log-level", "warn"}
	for _, pattern := range b.streams {
		args = append(args, "--select", pattern)
	}
	return program{name: "tap-jira", path: b.tap, args: args}, nil
}

// patterns are those of the streams that the tap is to read: what was asked for, or the standard set.
func (b *bench) patterns() []string {
	if len(b.streams) > 0 {
		return b.streams
	}
	var standard []string
	for _, s := range stream.All() {
		if s.Standard {
			standard = append(standard, s.Name)
		}
	}
	return standard
}

// file is a file of the bench's own.
func (b *bench) file(name string) string { return filepath.Join(b.dir, name) }

// writeJSON writes a file for one of the programs.
func writeJSON(name string, v any) error {
	content, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, content, 0o600)
}
