package fault_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

func TestRescue(t *testing.T) {
	t.Parallel()
	var nobody []int
	for name, tt := range map[string]struct {
		do   func() error
		says string
	}{
		"a runtime error":       {func() error { _ = nobody[3]; return nil }, "index out of range [3] with length 0"},
		"a text, not passed on": {func() error { panic("canary-secret") }, "a panic (string)"},
		"an error of anybody's": {func() error { panic(errors.New("canary-secret")) }, "a panic (*errors.errorString)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := fault.Safely(tt.do)()
			var caught *fault.PanicError
			require.ErrorAs(t, err, &caught)
			require.Equal(t, fault.Internal, fault.KindOf(err))
			require.ErrorContains(t, err, tt.says)
			require.Contains(t, err.Error(), "internal/fault/panic_test.go:", "it says where")
			require.NotContains(t, fault.Line(err), "canary-secret")
			require.Contains(t, caught.Stack, "goroutine")
			require.Contains(t, fault.HintOf(err), "report it")
		})
	}
	right := errors.New("an ordinary error")
	require.Equal(t, right, fault.Safely(func() error { return right })(), "what does not panic is left alone")
	require.NoError(t, fault.Safely(func() error { return nil })())
}
