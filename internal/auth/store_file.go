package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// replacement is a file that takes the place of another at once.
type replacement struct {
	target string
	temp   *os.File
	done   bool
}

// newReplacement makes an empty temporary file (0600) beside target, or beside
// what target links to.
func newReplacement(target string) (*replacement, error) {
	if real, err := filepath.EvalSymlinks(target); err == nil {
		target = real
	}
	temp, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*") // CreateTemp makes it 0600
	if err != nil {
		return nil, err
	}
	return &replacement{target: target, temp: temp}, nil
}

// commit writes content as JSON, waits until it is on disk, and puts it in
// target's place. The folder is synced too: the rename is its change.
func (r *replacement) commit(content any) error {
	text, err := json.MarshalIndent(content, "", "  ")
	if err != nil {
		return err
	}
	_, err = r.temp.Write(append(text, '\n'))
	if err := errors.Join(err, r.temp.Sync(), r.temp.Close()); err != nil {
		return err
	}
	if err := os.Rename(r.temp.Name(), r.target); err != nil {
		return err
	}
	r.done = true
	return syncDir(filepath.Dir(r.target))
}

// discard removes the temporary file unless it was committed.
func (r *replacement) discard() {
	if r.done {
		return
	}
	_ = r.temp.Close() // a second Close after a failed commit says nothing new
	_ = os.Remove(r.temp.Name())
}

// syncDir makes a rename last through a power cut.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // folders cannot be synced there
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// ReadableByOthers returns a warning with the command that mends it when the
// file at path may be read by others than its owner, otherwise "". A missing
// file is no warning, and Windows keeps its rights elsewhere.
func ReadableByOthers(path string) string {
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS == "windows" || info.Mode().Perm()&0o077 == 0 {
		return ""
	}
	return fmt.Sprintf("%s holds secrets and others may read it (mode %04o): chmod 600 %s", path, info.Mode().Perm(), path)
}
