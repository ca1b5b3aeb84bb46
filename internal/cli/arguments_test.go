package cli

import (
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

func TestAnArgumentWithoutItsFlag(t *testing.T) {
	t.Parallel()
	command := func(flags ...string) *cobra.Command {
		c := &cobra.Command{Use: "tap-jira"}
		for _, flag := range flags {
			c.Flags().String(flag, "", "")
		}
		return c
	}
	sync, show := command("config", "state", "select"), command("state")
	for argument, c := range map[string]struct {
		command *cobra.Command
		hint    string
	}{
		"config.json":             {sync, "did you mean --config config.json? see tap-jira --help"},
		"conf/acme":               {sync, "did you mean --config conf/acme? see tap-jira --help"},
		`C:\conf`:                 {sync, `did you mean --config C:\conf? see tap-jira --help`},
		"stitch_jira-issues.json": {sync, "did you mean --config stitch_jira-issues.json? see tap-jira --help"},
		"jira-state.json":         {sync, "did you mean --state jira-state.json? see tap-jira --help"},
		"old.json":                {show, "did you mean --state old.json? see tap-jira --help"},
		"issues":                  {sync, "did you mean --select issues? see tap-jira --help"},
		"issue_changelog":         {sync, "did you mean --select changelogs? see tap-jira --help"},
		"stitch_jira-issues":      {sync, "did you mean --select issues? see tap-jira --help"},
		"worklogs":                {show, "see tap-jira --help"},
		"something":               {sync, "see tap-jira --help"},
		"some-thing":              {sync, "see tap-jira --help"},
		"version":                 {show, "write tap-jira --version"},
	} {
		err := noArguments(c.command, []string{argument})
		require.Equal(t, fault.Usage, fault.KindOf(err))
		require.Equal(t, c.hint, fault.HintOf(err), argument)
	}
	require.NoError(t, noArguments(sync, nil))
}
