package shape_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jsonread"
	"tap-jira/internal/shape"
)

// A context of a custom field that is for all projects names none, and its key
// must not be null.
func TestAKeyThatJiraLeavesOutIsZero(t *testing.T) {
	t.Parallel()
	schema, err := shape.Load("custom_field_context_project_mappings", shape.Options{})
	require.NoError(t, err)
	require.NotContains(t, string(schema.JSON()), "x-jira")
	plan, err := shape.Compile(schema, shape.PlanOptions{Added: []string{"fieldId"}, Capture: []string{"projectId"}})
	require.NoError(t, err)
	for raw, want := range map[string]string{
		`{"contextId":"1","isGlobalContext":true}`: `"projectId":"0"`,
		`{"contextId":"1","projectId":null}`:       `"projectId":"0"`,
		`{"contextId":"1","projectId":"10000"}`:    `"projectId":"10000"`,
	} {
		var row shape.Row
		members, err := plan.AppendMembers(nil, jsonread.NewDecoder(strings.NewReader(raw)), &row)
		require.NoError(t, err)
		require.Contains(t, string(members), want)
		require.Empty(t, row.Repairs)
	}
}
