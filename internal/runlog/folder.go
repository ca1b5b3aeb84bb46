package runlog

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	// nameLayout makes names that sort by time and that every file system takes.
	nameLayout = "2006-01-02T15-04-05.000Z"
	logEnding  = ".log"
	jsonEnding = ".json"
	// A log may hold names of issues and people, so only the owner reads it.
	fileMode   fs.FileMode = 0o600
	folderMode fs.FileMode = 0o700
)

// Folder is where runs are kept.
type Folder struct {
	// Path is the folder; it is made when it is not there.
	Path string
	// Keep is how many runs stay, the newest; zero keeps all.
	Keep int
}

// Entry is a run under way: its log takes what is written to it.
type Entry struct {
	folder Folder
	name   string
	log    *os.File
}

// Begin opens the log of a run that starts now.
func (f Folder) Begin(now time.Time) (*Entry, error) {
	if err := os.MkdirAll(f.Path, folderMode); err != nil {
		return nil, fmt.Errorf("make the folder of logs: %w", err)
	}
	for at := now.UTC(); ; at = at.Add(time.Millisecond) {
		name := at.Format(nameLayout)
		log, err := os.OpenFile(f.file(name, logEnding), os.O_CREATE|os.O_EXCL|os.O_WRONLY, fileMode)
		if errors.Is(err, fs.ErrExist) {
			continue // a run of another state, in the same millisecond
		}
		if err != nil {
			return nil, fmt.Errorf("begin a log: %w", err)
		}
		return &Entry{folder: f, name: name, log: log}, nil
	}
}

// LogPath is where the log is.
func (e *Entry) LogPath() string { return e.log.Name() }

// Write appends to the log. It implements io.Writer.
func (e *Entry) Write(text []byte) (int, error) { return e.log.Write(text) }

// Finish closes the log, writes the summary beside it, and removes the oldest runs.
func (e *Entry) Finish(run Run) error {
	err := e.log.Close()
	if run.Streams == nil {
		run.Streams = []Stream{} // never null
	}
	content, encodeErr := json.Marshal(run)
	err = errors.Join(err, encodeErr)
	if encodeErr == nil {
		err = errors.Join(err, writeWhole(e.folder.file(e.name, jsonEnding), append(content, '\n')))
	}
	return errors.Join(err, e.folder.prune())
}

// writeWhole writes a file under another name first, so that nobody reads half a summary.
func writeWhole(name string, content []byte) error {
	part := name + ".part"
	if err := os.WriteFile(part, content, fileMode); err != nil {
		return errors.Join(fmt.Errorf("write a summary: %w", err), os.Remove(part))
	}
	if err := os.Rename(part, name); err != nil {
		return fmt.Errorf("write a summary: %w", err)
	}
	return nil
}

// prune removes the oldest runs. Files that are not of runs stay.
func (f Folder) prune() error {
	names, err := f.names()
	if err != nil || f.Keep <= 0 || len(names) <= f.Keep {
		return err
	}
	for _, name := range names[:len(names)-f.Keep] {
		for _, ending := range []string{jsonEnding, jsonEnding + ".part", logEnding} {
			if removed := os.Remove(f.file(name, ending)); removed != nil && !errors.Is(removed, fs.ErrNotExist) {
				err = errors.Join(err, fmt.Errorf("remove an old run: %w", removed))
			}
		}
	}
	return err
}

// names returns the names of the runs, the oldest first.
func (f Folder) names() ([]string, error) {
	entries, err := os.ReadDir(f.Path)
	if err != nil {
		return nil, fmt.Errorf("list the runs: %w", err)
	}
	var names []string
	for _, entry := range entries {
		name := strings.TrimSuffix(strings.TrimSuffix(entry.Name(), logEnding), jsonEnding)
		if _, err := time.Parse(nameLayout, name); err == nil && name != entry.Name() {
			names = append(names, name)
		}
	}
	return slices.Compact(names), nil // sorted, as ReadDir gives them
}

// file is the path of a file of a run.
func (f Folder) file(name, ending string) string { return filepath.Join(f.Path, name+ending) }

// List returns the runs of the folder, the oldest first. A run whose summary is not there, or cannot be read, has its
// time and the exit code -1.
func (f Folder) List() ([]Run, error) {
	names, err := f.names()
	if err != nil {
		return nil, err
	}
	runs := make([]Run, 0, len(names))
	for _, name := range names {
		runs = append(runs, f.read(name))
	}
	return runs, nil
}

// read reads one summary.
func (f Folder) read(name string) Run {
	content, err := os.ReadFile(f.file(name, jsonEnding))
	run := Run{}
	if err == nil {
		err = json.Unmarshal(content, &run)
	}
	if err != nil {
		started, _ := time.Parse(nameLayout, name) // names took the same test
		run = Run{Exit: unfinished, Started: started}
	}
	run.Name = name
	return run
}
