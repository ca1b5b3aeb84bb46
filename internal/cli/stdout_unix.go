//go:build unix

package cli

import (
	"os"

	"golang.org/x/sys/unix"
)

// closed tells that a standard stream was closed when the process began. Go's runtime then opens the null device in its place,
// for reading and writing, and every write seems to succeed; a shell's `> /dev/null` opens it for writing only. Some programs
// that start others mean "discard" by the former, and cannot be told from those that have closed it.
func closed(out *os.File) bool {
	info, err := out.Stat()
	null, missing := os.Stat(os.DevNull)
	if err != nil || missing != nil || !os.SameFile(info, null) {
		return false
	}
	flags, err := unix.FcntlInt(out.Fd(), unix.F_GETFL, 0)
	return err == nil && flags&unix.O_ACCMODE == unix.O_RDWR
}
