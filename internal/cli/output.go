package cli

import (
	"io"

	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
)

// output is standard output. What could not be written makes the command fail, also one that prints a document line by line
// and looks at no answer: half a report is none.
type output struct {
	to  io.Writer
	err error // the first
}

// Write implements io.Writer. An error has the kind that the exit code is made of.
func (o *output) Write(content []byte) (int, error) {
	n, err := o.to.Write(content)
	if err == nil {
		return n, nil
	}
	if singer.IsClosedPipe(err) {
		err = fault.Wrap(fault.ClosedPipe, err, "its reader ended before all was printed")
	} else {
		err = fault.Wrap(fault.Internal, err, "see where standard output goes (is the disk full?), and run it again")
	}
	if o.err == nil {
		o.err = err
	}
	return n, err
}
