package progress_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"tap-jira/internal/progress"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// seen is a view that notes when it was shown what.
type seen struct {
	began  time.Time
	at     []time.Duration
	closed int
}

func (s *seen) Show(progress.Snapshot) { s.at = append(s.at, time.Since(s.began)) }
func (s *seen) Close()                 { s.closed++ }

func TestReportShowsAgainAndAgainUntilStopped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		view := &seen{began: time.Now()}
		stop := progress.Report(t.Context(), 30*time.Second, func() progress.Snapshot { return progress.Snapshot{} }, view)
		time.Sleep(100 * time.Second)
		stop()
		stop()
		require.Equal(t, []time.Duration{30 * time.Second, 60 * time.Second, 90 * time.Second}, view.at)
		require.Equal(t, 1, view.closed)
	})
}

func TestAShortRunIsNotReported(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lines int
		stop := progress.Report(t.Context(), 30*time.Second, progress.NewTracker(time.Now).Snapshot,
			progress.Lines(func(progress.Snapshot) { lines++ }))
		time.Sleep(29 * time.Second)
		stop()
		require.Zero(t, lines)
	})
}
