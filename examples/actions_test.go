package examples_test

import (
	"os"
	"testing"

	"github.com/rhysd/actionlint"
	"github.com/stretchr/testify/require"
)

// TestActionsWorkflow checks the workflow as actionlint does: syntax, expressions, inputs of the actions it knows.
func TestActionsWorkflow(t *testing.T) {
	t.Parallel()
	const name = "github-actions/tap-jira.yml"
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	linter, err := actionlint.NewLinter(os.Stderr, &actionlint.LinterOptions{Oneline: true})
	require.NoError(t, err)
	problems, err := linter.Lint(name, content, nil)
	require.NoError(t, err)
	require.Empty(t, problems)

	broken, err := linter.Lint(name, append(content, "    - run: echo ${{ nothing.there }}\n"...), nil)
	require.NoError(t, err)
	require.Len(t, broken, 1, "the linter finds what is wrong")
}
