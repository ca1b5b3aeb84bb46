package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMeasureACommand(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	u, err := measure(t.Context(), &out, "sh", "-c", "echo printed; echo said >&2; exit 3")
	require.NoError(t, err, "how it ended is a figure, not an error of the measuring")
	require.Equal(t, "printed\n", out.String())
	require.Equal(t, []any{3, "said\n"}, []any{u.Exit, u.Stderr})
	require.Positive(t, u.Wall)
	require.EqualError(t, u.failure(), "it ended with 3: said\n")

	u, err = measure(t.Context(), nil, "true")
	require.NoError(t, err)
	require.NoError(t, u.failure())
	_, err = measure(t.Context(), nil, "/nowhere/program")
	require.Error(t, err)

	long := usage{Exit: 1, Stderr: strings.Repeat("x", 5000) + "the end"}
	require.True(t, strings.HasSuffix(long.failure().Error(), "the end"), "the end of what it said tells most")
	require.Less(t, len(long.failure().Error()), 2100)
}

func TestKilobytesOfAStatus(t *testing.T) {
	t.Parallel()
	const status = "Name:\ttap-jira\nVmHWM:\t   61440 kB\nVmRSS:\t   20480 kB\n"
	require.InDelta(t, 61440, kilobytes(status, "VmHWM:"), 0)
	require.InDelta(t, 20480, kilobytes(status, "VmRSS:"), 0)
	require.Zero(t, kilobytes(status, "VmSwap:"))
	require.Zero(t, kilobytes("", "VmHWM:"), "where there is no /proc nothing is known")
}

func TestListenToAProgram(t *testing.T) {
	t.Parallel()
	ledger := map[string]truth{"issues": {Columns: []string{"id"}}}
	const record = `{"type":"RECORD","stream":"issues","record":{"id":"1"}}`
	all, _, err := listenTo(t.Context(), ledger, "printf", []string{`%s\n`, record})
	require.NoError(t, err)
	require.Equal(t, sumOf("1"), *all["issues"])

	// What is no message is an error, and the program still comes to its end.
	all, u, err := listenTo(t.Context(), ledger, "sh", []string{"-c", "echo '" + record + "'; echo what; head -c 300000 /dev/zero; exit 4"})
	require.Error(t, err)
	require.EqualError(t, program{}.failure(u), "it ended with 4: ")
	require.NoError(t, program{rival: true}.failure(u), "a rival that breaks off is a result")
	require.EqualValues(t, 1, all.total())
}
