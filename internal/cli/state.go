package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
	"tap-jira/internal/supervise"
)

// stateCommand holds the commands that read and change a state file.
func (a *app) stateCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "state",
		Short: "Show how far each stream was read, start streams over, or unite the states of shards",
		Args:  noArguments,
		RunE:  func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	command.AddCommand(a.stateShowCommand(), a.stateResetCommand(), a.stateMergeCommand())
	return command
}

// bindState defines the flag that the state's commands share.
func (a *app) bindState(command *cobra.Command) {
	command.Flags().StringVarP(&a.state, "state", "s", "", "state `FILE` (default state.json beside the config)")
}

// stateShowCommand is `state show`.
func (a *app) stateShowCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "show",
		Short: "Print the bookmark of each stream",
		Example: `  tap-jira state show --state state.json
  tap-jira state show --state state.json --format json`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error { return a.showState() },
	}
	a.bindState(command)
	command.Flags().StringVar(&a.format, "format", formatText, "text or json")
	return command
}

// stateResetCommand is `state reset`.
func (a *app) stateResetCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "reset STREAM...",
		Short: "Forget the bookmarks of streams, so that the next run reads them from the start date on",
		Long: `Forget the bookmarks of streams, so that the next run reads them from the start date on. Rows that are read again have the
same keys, so that a target writes them over. While a run works with the state nothing is changed (exit code 2): stop its
schedule first.`,
		Example:           "  tap-jira state reset issues changelogs --state state.json",
		ValidArgsFunction: a.completeBookmarks,
		RunE:              func(_ *cobra.Command, streams []string) error { return a.resetState(streams) },
	}
	a.bindState(command)
	return command
}

// stateRow is one stream in the table of bookmarks.
type stateRow struct {
	Stream  string `json:"stream"`
	Key     string `json:"replication_key"`
	Value   string `json:"replication_key_value"`
	Loading string `json:"loading,omitempty"`
	Reset   bool   `json:"reset,omitempty"` // the next run reads the stream from the start date on
}

// nameState finds out which state these commands work with, which need one.
func (a *app) nameState() error {
	a.assumeState()
	if a.state == "" {
		return fault.New(fault.Usage, "give --state FILE, or the --config that it stands beside", "there is no state")
	}
	return nil
}

// changeState lets something read and write a state file that no run works with meanwhile.
func (a *app) changeState(name string, change func() error) error {
	lock, err := supervise.AcquireToChange(a.path(name), a.Now())
	if err != nil {
		return err
	}
	defer a.release(lock)
	return change()
}

// release gives the lock of a state back.
func (a *app) release(lock *supervise.Lock) {
	if err := lock.Release(); err != nil {
		a.logger().Warn("the lock could not be given back", "error", err)
	}
}

// openState reads the file that nameState found.
func (a *app) openState() (*singer.State, error) {
	if _, err := a.readNamed("the state", a.state); err != nil {
		return nil, err
	}
	return a.readState("")
}

// showState prints what each bookmark says, in words where it is in the middle of a load.
func (a *app) showState() error {
	if err := a.textOrJSON(); err != nil {
		return err
	}
	if err := a.nameState(); err != nil {
		return err
	}
	state, err := a.openState()
	if err != nil {
		return err
	}
	rows := []stateRow{}
	for _, name := range state.Streams() {
		if row, ok := newStateRow(name, state.Bookmark(name)); ok {
			rows = append(rows, row)
		}
	}
	if a.format == formatJSON {
		return writeJSON(a.Stdout, rows)
	}
	return a.printStates(rows)
}

// newStateRow reads one bookmark; one that holds no value has none to show.
func newStateRow(name string, b singer.Bookmark) (stateRow, bool) {
	if len(b) == 0 { // a stream that is none of ours has no bookmark that we can read
		return stateRow{Stream: name, Reset: true}, stream.Canonical("")(name) != ""
	}
	var bookmark struct {
		Key     string `json:"replication_key"`
		Value   string `json:"replication_key_value"`
		Loading *struct{ Created string }
	}
	raw, err := json.Marshal(b)
	if err != nil || json.Unmarshal(raw, &bookmark) != nil || bookmark.Value == "" {
		return stateRow{}, false
	}
	row := stateRow{Stream: name, Key: bookmark.Key, Value: bookmark.Value}
	if bookmark.Loading != nil {
		row.Loading = "first load, up to what was created at " + bookmark.Loading.Created
	}
	return row, true
}

// printStates writes the bookmarks as a table.
func (a *app) printStates(rows []stateRow) error {
	table := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "STREAM\tBOOKMARK\tVALUE\tREMARK")
	for _, row := range rows {
		remark := row.Loading
		if row.Reset {
			remark = "reset: the next run reads it anew"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", row.Stream, orDash(row.Key), orDash(row.Value), remark)
	}
	return table.Flush()
}

// resetState forgets bookmarks in the file of --state, unless a run works with it.
func (a *app) resetState(streams []string) error {
	if err := a.nameState(); err != nil {
		return err
	}
	return a.changeState(a.state, func() error { return a.forget(streams) })
}

// forget takes the bookmarks of streams out of the file of --state.
func (a *app) forget(streams []string) error {
	state, err := a.openState()
	if err != nil {
		return err
	}
	if len(streams) == 0 {
		return fault.New(fault.Usage, "name streams; "+streamsOf(state), "no stream is named")
	}
	canonical := stream.Canonical("")
	for i, name := range streams {
		if own := canonical(name); own != "" {
			streams[i] = own
		}
		if !slices.Contains(state.Streams(), streams[i]) {
			return fault.New(fault.Usage, streamsOf(state), "the state has no bookmark of %q", name)
		}
	}
	for _, name := range streams {
		state.SetBookmark(name, singer.Bookmark{})
	}
	if err := a.writeState(state.Encode()); err != nil {
		return err
	}
	for _, name := range streams {
		a.logger().Info("the stream is reset, and the next run reads it anew", "stream", name)
	}
	return nil
}

// streamsOf names what can be reset.
func streamsOf(state *singer.State) string {
	if len(state.Streams()) == 0 {
		return "the state has none"
	}
	return "the state has " + strings.Join(state.Streams(), ", ")
}

// writeState replaces the file of --state.
func (a *app) writeState(state []byte) error {
	if err := a.replaceFile(a.state, append(state, '\n'), stateMode); err != nil {
		return fault.Wrap(unwritten(err), fmt.Errorf("write the state: %w", err), "check the permissions of "+a.state)
	}
	return nil
}
