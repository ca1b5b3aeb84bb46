package census

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
)

// Commit makes what was noted last and returns the marks that a state may name
// from now on: what it names is safe on disk. Without a change nothing is
// written. An error is final: what a later Commit wrote could not be told from
// what this one lost.
func (c *Census) Commit() (map[Part]Mark, error) {
	s := &c.store
	if err := c.Flush(); err != nil {
		return nil, err
	}
	if !c.unnamed {
		return maps.Clone(s.marks), nil
	}
	if err := s.file.Sync(); err != nil {
		return nil, c.fail(err)
	}
	c.unnamed = false
	for _, part := range parts() {
		s.marks[part] = Mark{Name: s.name, Generation: s.next, Sum: s.sum.String()}
	}
	return maps.Clone(s.marks), nil
}

// Flush writes what was noted, so that a process that is killed leaves it
// behind. It does not wait for the disk.
func (c *Census) Flush() error {
	if c.store.broken != nil || len(c.pending) == 0 {
		return c.store.broken
	}
	if err := c.write(); err != nil {
		return c.fail(err)
	}
	c.pending, c.unnamed = c.pending[:0], true
	return nil
}

// fail keeps the first error: what is written after a lost write would be no truth.
func (c *Census) fail(err error) error {
	c.store.broken = fmt.Errorf("write the census in %s: %w", c.store.dir, err)
	return c.store.broken
}

// write begins the generation or appends to it.
func (c *Census) write() error {
	if c.store.file == nil {
		return c.begin()
	}
	_, err := c.store.file.Write(c.store.sum.appendFrame(nil, frameChanges, c.pending))
	return err
}

// begin writes the snapshot of a new generation.
func (c *Census) begin() (err error) {
	s := &c.store
	head := header{Name: s.name, Generation: s.next, Replaces: s.replaces, After: s.marks}
	content, err := c.snapshot(&s.sum, head)
	if err != nil {
		return err
	}
	temporary, err := os.CreateTemp(s.dir, ".census-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, temporary.Close(), os.Remove(temporary.Name()))
		}
	}()
	if _, err := temporary.Write(content); err != nil {
		return err
	}
	if err := errors.Join(temporary.Chmod(0o600), temporary.Sync()); err != nil {
		return err
	}
	if err := temporary.Close(); err != nil {
		return err
	}
	if err := os.Rename(temporary.Name(), s.path(s.next)); err != nil {
		return err
	}
	return s.openEnd()
}

// openEnd makes the name of the new file last, and opens it for what follows.
func (s *store) openEnd() error {
	if err := syncDir(s.dir); err != nil {
		return err
	}
	file, err := os.OpenFile(s.path(s.next), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	s.file = file
	_, err = file.Seek(0, io.SeekEnd)
	return err
}

// syncDir makes a rename last. Some systems cannot sync a folder, and do not
// need to.
func syncDir(dir string) error {
	folder, err := os.Open(filepath.Clean(dir))
	if err != nil {
		return err
	}
	_ = folder.Sync()
	return folder.Close()
}

// Close lets the census go. What was not committed is lost.
func (c *Census) Close() error {
	var err error
	if c.store.file != nil {
		err = c.store.file.Close()
	}
	return errors.Join(err, c.store.lock.Unlock())
}
