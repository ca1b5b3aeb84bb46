package cli

import (
	"errors"

	"tap-jira/internal/config"
	"tap-jira/internal/fault"
)

// firstProblem prints all but the first problem of a config and returns the first, which becomes the last line.
func (a *app) firstProblem(err error) error {
	list, ok := errors.AsType[*config.Error](err)
	if !ok || len(list.Problems) < 2 {
		return err
	}
	for _, problem := range list.Problems[1:] {
		a.logger().Error(problem.String())
	}
	first := list.Problems[0]
	return fault.Wrap(fault.Usage, errors.New(first.What),
		first.Fix+" (the config's other problems are listed above)")
}
