package cli

import (
	"os"

	"golang.org/x/sys/unix"
)

// pipeBytes is what a pipe on standard output is to hold, so that tap and target wait for each other once in a page of
// records and not each few lines. It is what Linux allows any user: /proc/sys/fs/pipe-max-size.
const pipeBytes = 1 << 20

// widen makes a pipe hold more. What is no pipe, or may not grow, stays as it is.
func widen(out *os.File) {
	raw, err := out.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		_, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, pipeBytes)
	})
}
