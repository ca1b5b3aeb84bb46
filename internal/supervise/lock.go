package supervise

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"time"

	"tap-jira/internal/fault"
)

// lockMode is the mode of lock files.
const lockMode fs.FileMode = 0o600

// Lock is the right to be the only one who works with a state. The system takes it back when the process has ended,
// however it ended, and, where it can be inherited, those that it started. The file stays, because to remove it would
// let two processes lock two files of one name.
type Lock struct{ file *fileLock }

// holder is what stands in a lock file, for people.
type holder struct {
	PID   int       `json:"pid"`
	Since time.Time `json:"since"`
}

// Acquire takes the lock of a state file, which is the file of that name with ".lock" behind it. A lock that another
// process holds is a fault.Usage that names the process; so is one that cannot be made.
func Acquire(state string, now time.Time) (*Lock, error) {
	name := state + ".lock"
	file, err := tryLock(name)
	if err != nil {
		return nil, fault.New(fault.Usage, "let --state name a file in a folder that can be written", "lock the state: %w", err)
	}
	if file == nil {
		return nil, fault.New(fault.Usage, "let it end, or stop it; jobs with different states may run at once",
			"%s works with the state %s", readHolder(name), state)
	}
	content, err := json.Marshal(holder{PID: os.Getpid(), Since: now.UTC().Truncate(time.Second)})
	if err == nil {
		err = os.WriteFile(name, append(content, '\n'), lockMode)
	}
	if err != nil {
		_ = file.unlock()
		return nil, fault.New(fault.Usage, "make room, or let --state name a file elsewhere", "write the lock of the state: %w", err)
	}
	return &Lock{file: file}, nil
}

// readHolder says who holds a lock, as far as the file can be read.
func readHolder(name string) string {
	var h holder
	content, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(content, &h)
	}
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
	if err := l.file.unlock(); err != nil {
		return fmt.Errorf("release the lock: %w", err)
	}
	return nil
}
