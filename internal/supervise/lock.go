package supervise

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

	"tap-jira/internal/fault"
)

// lockMode is the mode of lock files.
const lockMode fs.FileMode = 0o600

// Lock is the right to be the only one who works with a state. The system takes it back when the process has ended,
// however it ended, and, where it can be inherited, those that it started. The file stays, because to remove it would
// let two processes lock two files of one name.
type Lock struct{ file *fileLock } // of no file where there is nobody to keep out

// holder is what stands in a lock file, for people.
type holder struct {
	PID   int       `json:"pid"`
	Since time.Time `json:"since"`
	// Configs are the names of the config files that the state is of.
	Configs []string `json:"configs,omitempty"`
}

// Claim says whose state it is that is locked.
type Claim struct {
	// Configs are the names of the config files of the run, without folders.
	Configs []string
	// Assumed tells that nobody named the state: it is the one of the folder.
	Assumed bool
}

// Acquire takes the lock of a state file, which is the file of that name with ".lock" behind it. A lock that another
// process holds is a fault.Usage that names the process; so is one that cannot be made, and an assumed state that runs of
// another config have kept: its bookmarks would make this config's runs leave out what they never read.
func Acquire(state string, claim Claim, now time.Time) (*Lock, error) {
	name := lockName(state)
	file, err := tryLock(name, os.O_CREATE|os.O_RDWR)
	if err != nil {
		return nil, fault.New(fault.Usage, "let --state name a file in a folder that can be written", "lock the state: %w", err)
	}
	if file == nil {
		return nil, held(state, "let it end, or stop it; jobs with different states may run at once")
	}
	if err := claim.refuse(state, name); err != nil {
		_ = file.unlock()
		return nil, err
	}
	return claim.enter(file, name, now)
}

// AcquireToChange takes the lock of a state file for somebody who is no run and writes the file all the same. A lock that
// another process holds is a fault.Usage that names the process: what that one keeps next would undo the change. No file
// is made for it: where there is none, no run has ever worked with the state, and the Lock is one of nothing.
func AcquireToChange(state string, now time.Time) (*Lock, error) {
	name := lockName(state)
	file, err := tryLock(name, os.O_RDWR)
	if errors.Is(err, fs.ErrNotExist) {
		return &Lock{}, nil
	}
	if err != nil {
		return nil, fault.New(fault.Usage, "do it as the account whose runs keep the state", "lock the state: %w", err)
	}
	if file == nil {
		return nil, held(state, "let it end, or stop it, and try again: the next state that it keeps would replace this one")
	}
	last, _ := readHolder(name) // whose state it is stays as it was
	return Claim{Configs: last.Configs}.enter(file, name, now)
}

// lockName is the name of the lock of a state file.
func lockName(state string) string { return state + ".lock" }

// held says who has the lock of a state.
func held(state, hint string) error {
	return fault.New(fault.Usage, hint, "%s works with the state %s", tellHolder(lockName(state)), state)
}

// enter writes into a lock that was taken whose it is, and gives it back where that fails.
func (c Claim) enter(file *fileLock, name string, now time.Time) (*Lock, error) {
	content, err := json.Marshal(holder{PID: os.Getpid(), Since: now.UTC().Truncate(time.Second), Configs: c.Configs})
	if err == nil {
		err = os.WriteFile(name, append(content, '\n'), lockMode)
	}
	if err != nil {
		_ = file.unlock()
		return nil, fault.New(fault.Usage, "make room, or let --state name a file elsewhere", "write the lock of the state: %w", err)
	}
	return &Lock{file: file}, nil
}

// refuse says that an assumed state is that of another config. A config to which another was added, or from which one was
// taken, is still the same.
func (c Claim) refuse(state, lock string) error {
	if _, err := os.Stat(state); err != nil || !c.Assumed {
		return nil
	}
	last, err := readHolder(lock)
	if err != nil || within(last.Configs, c.Configs) || within(c.Configs, last.Configs) {
		return nil
	}
	return fault.New(fault.Usage, "give this config files of its own by --state and --log-dir; --state "+filepath.Base(state)+" takes this one over",
		"the state %s is that of runs with %s", state, strings.Join(last.Configs, " and "))
}

// within tells that all of some names are among others.
func within(some, others []string) bool {
	return !slices.ContainsFunc(some, func(name string) bool { return !slices.Contains(others, name) })
}

// readHolder reads whose a lock is, or was last.
func readHolder(name string) (h holder, err error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return h, err
	}
	return h, json.Unmarshal(content, &h)
}

// tellHolder says who holds a lock, as far as the file can be read.
func tellHolder(name string) string {
	h, err := readHolder(name)
	switch {
	case err != nil || h.PID == 0:
		return "another process"
	case !alive(h.PID):
		return fmt.Sprintf("what a run that was killed (process %d, since %s) had started still", h.PID, h.Since.Format(time.RFC3339))
	}
	return fmt.Sprintf("another run (process %d, since %s)", h.PID, h.Since.Format(time.RFC3339))
}

// Inherited is the file to hand to the processes of a Job, so that the lock lasts as long as they do even when this
// process is killed; nil where that cannot be done.
func (l *Lock) Inherited() *os.File { return l.file.inherited() }

// Release gives the lock back, also for those who inherited it.
func (l *Lock) Release() error {
	if l.file == nil {
		return nil
	}
	if err := l.file.unlock(); err != nil {
		return fmt.Errorf("release the lock: %w", err)
	}
	return nil
}
