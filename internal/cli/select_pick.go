package cli

import (
	"context"

	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
)

// pickable tells whether a person can be asked: keys come in, and the list can be shown without touching standard output.
func (a *app) pickable() bool { return a.StdinTerminal && a.StderrTerminal }

// pick has a person choose. It is false when they discard their choice.
func (a *app) pick(_ context.Context, _ *singer.Catalog, _ string) (bool, error) {
	return false, fault.New(fault.Usage, "give patterns", "nobody can pick yet")
}
