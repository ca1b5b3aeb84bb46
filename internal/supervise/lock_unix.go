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

// tryLock takes a lock; nil when another process holds it.
func tryLock(name string) (*fileLock, error) {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, lockMode)
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
