package supervise

import (
	"errors"
	"fmt"
	"io"
)

// pumpEnd is how the joining of tap and target ended.
type pumpEnd struct {
	bytes int64
	err   error // nil at the end of the tap's output
}

// errTargetGone says that the target takes no more.
var errTargetGone = errors.New("the target takes no more")

// pumpBytes is how much is carried at once: as much as a pipe of Linux holds.
const pumpBytes = 64 << 10

// pump carries what the tap prints to the target and closes the target's input behind it.
func pump(target io.WriteCloser, tap io.Reader, p *pulse) (end pumpEnd) {
	defer func() { _ = target.Close() }() // a pipe has nothing to flush
	buffer := make([]byte, pumpBytes)
	for {
		n, err := tap.Read(buffer)
		if n > 0 {
			p.offer()
			written, failed := target.Write(buffer[:n])
			p.taken()
			end.bytes += int64(written)
			if failed != nil {
				end.err = fmt.Errorf("%w: %w", errTargetGone, failed)
				return end
			}
		}
		if errors.Is(err, io.EOF) {
			p.complete()
			return end
		}
		if err != nil {
			end.err = fmt.Errorf("read what the tap prints: %w", err)
			return end
		}
	}
}
