package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func sumOf(keys ...string) tally {
	var t tally
	for _, key := range keys {
		t.add([]byte(key))
	}
	return t
}

func TestReadMessages(t *testing.T) {
	t.Parallel()
	ledger := map[string]truth{"issues": {Columns: []string{"id"}}, "transitions": {Columns: []string{"issueId", "id"}}}
	stream := `{"type":"STATE","value":{"stream":"issues"}}
{"type":"SCHEMA","stream":"issues","schema":{},"key_properties":["id"]}
{"type":"RECORD","stream":"issues","record":{"fields":{"id":"99"},"id":"1"}}
{"type":"RECORD","stream":"issues","record":{"id":"2","key":"A-2"},"time_extracted":"2026-01-01T00:00:00Z"}
{"type":"RECORD","stream":"transitions","record":{"id":"5","issueId":"1"}}
{"type":"RECORD","stream":"transitions","record":{"id":6,"issueId":"\"\u00e9\"\\"}}
{"type":"RECORD","stream":"others","record":{"id":"5"}}
`
	got, err := readMessages(strings.NewReader(stream), ledger)
	require.NoError(t, err)
	require.Equal(t, sumOf("2", "1"), *got["issues"], "the order does not count")
	require.Equal(t, sumOf("1/5", `"é"\/6`), *got["transitions"], "keys are compared without their escapes")
	require.EqualValues(t, 1, got["others"].Records)
	require.NotEqual(t, sumOf("1", "1"), *got["issues"], "one missing and one twice is not the same")
	require.Len(t, got, 3)
}

func TestReadMessagesRefusesBrokenLines(t *testing.T) {
	t.Parallel()
	for _, stream := range []string{"{", `{"type":"RECORD"`, `{"type":"RECORD","stream":"a","record":7}`, "what?"} {
		_, err := readMessages(strings.NewReader(stream), nil)
		require.Error(t, err, stream)
	}
}
