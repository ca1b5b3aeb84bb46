package main

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"go.uber.org/goleak"
)

// TestMain lets the test's binary be the processes that the bench starts of itself.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && slices.Contains([]string{"site", "floor", "profile"}, os.Args[1]) {
		if err := run(nil, os.Args[1:]); err != nil { //nolint:staticcheck // none of them looks at it
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}
