//go:build !unix

package supervise

import (
	"os"

	"github.com/gofrs/flock"
)

// fileLock is a lock on a file.
type fileLock struct{ file *flock.Flock }

// tryLock opens a file as the flags of os.OpenFile say and locks it; nil when another process holds the lock.
func tryLock(name string, flags int) (*fileLock, error) {
	file := flock.New(name, flock.SetFlag(flags), flock.SetPermissions(lockMode))
	taken, err := file.TryLock()
	if err != nil || !taken {
		return nil, err
	}
	return &fileLock{file: file}, nil
}

// inherited is nil: such locks belong to one process.
func (l *fileLock) inherited() *os.File { return nil }

// unlock lets go of the file.
func (l *fileLock) unlock() error { return l.file.Close() }

// alive is true: a lock that is held has a holder that is there.
func alive(int) bool { return true }
