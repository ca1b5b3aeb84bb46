package fault

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWhereAStackBroke: the first line of ours below the panic, without the folder that it was built in.
func TestWhereAStackBroke(t *testing.T) {
	t.Parallel()
	const stack = `goroutine 7 [running]:
runtime/debug.Stack()
	/usr/lib/go/src/runtime/debug/stack.go:26 +0x5e
tap-jira/internal/fault.Rescue(0xc000)
	/home/jo/tap-jira/internal/fault/panic.go:33 +0x6d
panic({0x6f0, 0x7a2})
	/usr/lib/go/src/runtime/panic.go:783 +0x132
internal/poll.(*FD).Read(0x1)
	/usr/lib/go/src/internal/poll/fd_unix.go:165 +0x27a
golang.org/x/sync/errgroup.(*Group).Go.func1()
	/home/jo/go/pkg/mod/golang.org/x/sync@v0.1.0/errgroup/errgroup.go:93 +0x50
tap-jira/internal/jira.(*Client).Pages(0x1)
	/home/jo/tap-jira/internal/jira/page.go:41 +0x1d
tap-jira/internal/tap.Sync(0x2)
	/home/jo/tap-jira/internal/tap/sync.go:12 +0x1d
`
	require.Equal(t, "internal/jira/page.go:41", whereIn(stack))
	_, below, _ := strings.Cut(stack, "panic(")
	require.Equal(t, "internal/jira/page.go:41", whereIn(below), "a stack that was cut")
	require.Equal(t, "an unknown place", whereIn("goroutine 1 [running]:\nmain.main()\n\t/home/jo/main.go:3\n"))
	require.Equal(t, "an unknown place", whereIn(""))
}
