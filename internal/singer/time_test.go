package singer_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/singer"
)

func TestTimesAreKept(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 9, 0, 0, 120_000_000, time.FixedZone("", 2*3600))
	text := singer.FormatTime(at)
	require.Equal(t, "2026-11-22T07:00:00.120000Z", text)
	back, ok := singer.ParseTime(text)
	require.True(t, ok)
	require.Equal(t, at.UTC(), back)
}

func TestParseTime(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"2026-03-01T12:00:00Z": noon, "2026-03-01T12:00:00.000000Z": noon, "2026-03-01T13:00:00+01:00": noon, "2026-03-01T11:00:00-0100": noon,
		"2026-03-01T12:00:00": noon, "2026-03-01 12:00:00": noon, "2026-03-01 13:00:00+01:00": noon, "2026-03-01": noon.Add(-12 * time.Hour),
		"2026-03-01 12:00:00.5": noon.Add(time.Second / 2),
	} {
		at, ok := singer.ParseTime(text)
		require.True(t, ok, text)
		require.Equal(t, want, at, text)
	}
	for _, text := range []string{"", "now", "2026-03", "2026-02-30", "12:00:00", "1772366400", "2026-03-01T12:00:00Zulu"} {
		at, ok := singer.ParseTime(text)
		require.False(t, ok, text)
		require.Zero(t, at)
	}
}
