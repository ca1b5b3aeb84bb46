//go:build unix

package supervise

import (
	"errors"
	"os"
	"syscall"
)

// fileLock is a lock on an open file. Processes that inherit the file hold the lock too, which is why it is not one of
// gofrs/flock's: that library keeps its file to itself.
type fileLock struct{ file *os.File }

// tryLock opens a file as the flags of os.OpenFile say and locks it; nil when another process holds the lock.
func tryLock(name string, flags int) (*fileLock, error) {
	file, err := os.OpenFile(name, flags, lockMode)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return &fileLock{file: file}, nil
	}
	_ = file.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, nil //nolint:nilnil // nobody failed, and there is no lock
	}
	return nil, &os.PathError{Op: "lock", Path: name, Err: err}
}

// inherited is what the children hold as well, so that a lock lasts as long as any of them lives.
func (l *fileLock) inherited() *os.File { return l.file }

// unlock lets go of the file.
func (l *fileLock) unlock() error {
	return errors.Join(syscall.Flock(int(l.file.Fd()), syscall.LOCK_UN), l.file.Close())
}

// alive tells whether a process is there.
func alive(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }
