package runlog_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/runlog"
)

// noon is when the first run of a test begins.
func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// keep makes one run in the folder.
func keep(t *testing.T, folder runlog.Folder, at time.Time, run runlog.Run) {
	t.Helper()
	entry, err := folder.Begin(at)
	require.NoError(t, err)
	_, err = entry.Write([]byte("INFO begun\n"))
	require.NoError(t, err)
	run.Started = at
	require.NoError(t, entry.Finish(run))
}

func TestARunLeavesALogAndASummary(t *testing.T) {
	t.Parallel()
	folder := runlog.Folder{Path: filepath.Join(t.TempDir(), "new", "runs")}
	run := runlog.Run{
		Exit: 6, Seconds: 1.5, Requests: 12, WaitsSeconds: 0.5, States: 3, Bytes: 999, Error: "the target failed",
		Streams: []runlog.Stream{{Stream: "issues", Records: 40, Requests: 10, Reasons: []string{}}, {Stream: "users", Records: 2, Reasons: []string{"one"}}},
		Tap:     &runlog.End{}, Target: &runlog.End{Exit: 3},
	}
	keep(t, folder, noon(), run)
	run.Started, run.Name = noon(), "2026-11-22T12-00-00.000Z"

	runs, err := folder.List()
	require.NoError(t, err)
	require.Equal(t, []runlog.Run{run}, runs)
	require.EqualValues(t, 42, runs[0].Records())
	require.True(t, runs[0].Failed())

	log, err := os.ReadFile(filepath.Join(folder.Path, run.Name+".log"))
	require.NoError(t, err)
	require.Equal(t, "INFO begun\n", string(log))
	entries, err := os.ReadDir(folder.Path)
	require.NoError(t, err)
	require.Len(t, entries, 2)
	for _, entry := range entries {
		info, err := entry.Info()
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), entry.Name())
	}
	info, err := os.Stat(folder.Path)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o700), info.Mode().Perm())
}

func TestTheShapeOfASummary(t *testing.T) {
	t.Parallel()
	folder := runlog.Folder{Path: t.TempDir()}
	keep(t, folder, noon(), runlog.Run{Tap: &runlog.End{Exit: -1, Signal: "killed"}})
	text, err := os.ReadFile(filepath.Join(folder.Path, "2026-11-22T12-00-00.000Z.json"))
	require.NoError(t, err)
	require.JSONEq(t, `{"exit":0,"started":"2026-11-22T12:00:00Z","seconds":0,"requests":0,"waits_seconds":0,"streams":[],
		"tap":{"exit":-1,"signal":"killed"},"states":0,"bytes":0}`, string(text))
}

func TestOnlyTheNewestStay(t *testing.T) {
	t.Parallel()
	folder := runlog.Folder{Path: t.TempDir(), Keep: 2}
	foreign := filepath.Join(folder.Path, "notes.json")
	require.NoError(t, os.WriteFile(foreign, []byte("{}"), 0o600))
	for i := range 5 {
		keep(t, folder, noon().Add(time.Duration(i)*time.Minute), runlog.Run{Exit: i})
	}
	runs, err := folder.List()
	require.NoError(t, err)
	require.Len(t, runs, 2)
	require.Equal(t, []int{3, 4}, []int{runs[0].Exit, runs[1].Exit}, "the oldest first")
	entries, err := os.ReadDir(folder.Path)
	require.NoError(t, err)
	require.Len(t, entries, 5, "two files a run, and what is not ours")
	require.FileExists(t, foreign)
}

func TestRunsOfOneMillisecondDoNotShareALog(t *testing.T) {
	t.Parallel()
	folder := runlog.Folder{Path: t.TempDir()}
	for range 3 {
		keep(t, folder, noon(), runlog.Run{})
	}
	runs, err := folder.List()
	require.NoError(t, err)
	require.Len(t, runs, 3)
}

func TestARunWithoutSummaryIsListed(t *testing.T) {
	t.Parallel()
	folder := runlog.Folder{Path: t.TempDir()}
	_, err := folder.Begin(noon())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder.Path, "2026-11-22T13-00-00.000Z.json"), []byte(`{"exit":`), 0o600))
	runs, err := folder.List()
	require.NoError(t, err)
	require.Len(t, runs, 2)
	for i, run := range runs {
		require.True(t, run.Unfinished())
		require.False(t, run.Failed())
		require.Equal(t, noon().Add(time.Duration(i)*time.Hour), run.Started)
	}
}

func TestWhatCannotBeWrittenOrRead(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := runlog.Folder{Path: file}.Begin(noon())
	require.ErrorContains(t, err, "make the folder of logs")
	_, err = runlog.Folder{Path: file + "-not-there"}.List()
	require.ErrorIs(t, err, fs.ErrNotExist)

	folder := runlog.Folder{Path: filepath.Join(t.TempDir(), "runs")}
	entry, err := folder.Begin(noon())
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(folder.Path))
	require.ErrorContains(t, entry.Finish(runlog.Run{}), "write a summary")
}

// FuzzList: whatever stands in a summary, the run is listed, and once listed it is written and read the same.
func FuzzList(f *testing.F) {
	f.Add([]byte(`{"exit":6,"started":"2026-11-22T12:00:00Z","seconds":1.5,"streams":[{"stream":"issues","records":1}]}`))
	f.Add([]byte(`{"exit":0,"streams":null,"tap":null,"target":{"exit":-1}}`))
	f.Add([]byte(`[`))
	f.Fuzz(func(t *testing.T, summary []byte) {
		folder := runlog.Folder{Path: t.TempDir()}
		name := filepath.Join(folder.Path, "2026-11-22T12-00-00.000Z.json")
		require.NoError(t, os.WriteFile(name, summary, 0o600))
		runs, err := folder.List()
		require.NoError(t, err)
		require.Len(t, runs, 1)
		_, err = runlog.HTML(runs, noon())
		require.NoError(t, err)
		again, err := json.Marshal(runs[0])
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(name, again, 0o600))
		twice, err := folder.List()
		require.NoError(t, err)
		require.Equal(t, runs, twice)
	})
}
