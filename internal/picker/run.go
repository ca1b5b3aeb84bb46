package picker

import (
	"context"
	"fmt"
	"io"

	tea "charm.land/bubbletea/v2"
)

// Options say how a list is shown.
type Options struct {
	// Heading stands above the list.
	Heading string
	// Things is what the items are called in the plural, such as "streams"; Parts is what their parts are.
	Things, Parts string
	// Target is where a saved choice goes, for the question at the end.
	Target string
	// Input is the terminal that keys come from, Output the one that shows the list.
	Input  io.Reader
	Output io.Writer
	// Environ is the environment as os.Environ gives it: TERM and NO_COLOR count.
	Environ []string
}

// Run shows the groups until the person saves, discards or interrupts, and returns them with the new choice. The terminal is
// as it was before when Run returns, also when the context ends, which is an error.
func Run(ctx context.Context, groups []*Item, options Options) ([]*Item, Outcome, error) {
	model := NewModel(groups, options)
	// Signals are the caller's; ctrl-c is a key.
	program := tea.NewProgram(model, tea.WithContext(ctx), tea.WithInput(options.Input), tea.WithOutput(options.Output),
		tea.WithEnvironment(options.Environ), tea.WithoutSignalHandler())
	if _, err := program.Run(); err != nil {
		return nil, Interrupted, fmt.Errorf("show the list: %w", err)
	}
	return model.Groups(), model.Outcome(), nil
}
