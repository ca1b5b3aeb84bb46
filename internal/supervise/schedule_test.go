package supervise_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/supervise"
)

// started runs a timetable over jobs of the given lengths and returns when each began, counted from the start.
func started(t *testing.T, table func(now time.Time) supervise.Timetable, rests []supervise.Rest, lengths ...time.Duration) []time.Duration {
	t.Helper()
	var began []time.Duration
	enough := errors.New("enough")
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		timetable := table(start)
		timetable.Now = time.Now
		if timetable.Random == nil {
			timetable.Random = func() float64 { return 0 }
		}
		err := timetable.Repeat(t.Context(), func(context.Context) (supervise.Rest, error) {
			n := len(began)
			began = append(began, time.Since(start))
			time.Sleep(lengths[n])
			if len(began) == len(lengths) {
				return 0, enough
			}
			if n < len(rests) {
				return rests[n], nil
			}
			return 0, nil
		})
		require.ErrorIs(t, err, enough)
	})
	return began
}

func TestEveryRepeats(t *testing.T) {
	t.Parallel()
	every := func(now time.Time) supervise.Timetable {
		return supervise.Timetable{Schedule: supervise.Every{From: now, Step: time.Minute}, AtOnce: true}
	}
	const s, m = time.Second, time.Minute
	require.Equal(t, []time.Duration{0, m, 2 * m}, started(t, every, nil, s, s, s))
	require.Equal(t, []time.Duration{0, 3 * m, 4 * m}, started(t, every, nil, 2*m+s, s, s), "missed times are not made up for")
	require.Equal(t, []time.Duration{0, 2 * m}, started(t, every, nil, m, s), "a time that is due at the end of a run is missed")
	require.Equal(t, []time.Duration{0, 61 * m, 62 * m},
		started(t, every, []supervise.Rest{supervise.Rest(time.Hour)}, s, s, s), "the site is left alone")
}

func TestJitterDelays(t *testing.T) {
	t.Parallel()
	table := func(now time.Time) supervise.Timetable {
		return supervise.Timetable{
			Schedule: supervise.Every{From: now, Step: time.Minute}, AtOnce: true,
			Jitter: 10 * time.Second, Random: func() float64 { return 0.5 },
		}
	}
	const half = 5 * time.Second
	require.Equal(t, []time.Duration{0, time.Minute + half, 2*time.Minute + half}, started(t, table, nil, 0, 0, 0))

	every := supervise.Every{Step: time.Minute}
	require.Equal(t, 6*time.Second, supervise.DefaultJitter(every, every.From))
	every.Step = time.Hour
	require.Equal(t, 30*time.Second, supervise.DefaultJitter(every, every.From))
}

func TestCronRepeats(t *testing.T) {
	t.Parallel()
	table := func(now time.Time) supervise.Timetable {
		schedule, err := supervise.ParseCron("CRON_TZ=UTC */15 * * * *", now)
		require.NoError(t, err)
		return supervise.Timetable{Schedule: schedule}
	}
	// The clock of synctest begins at midnight UTC.
	const quarter = 15 * time.Minute
	require.Equal(t, []time.Duration{quarter, 2 * quarter, 5 * quarter}, started(t, table, nil, 0, 2*quarter+time.Second, 0))
}

func TestTheFirstRunOfCronWaitsAndTellsUntilWhen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		schedule, err := supervise.ParseCron("CRON_TZ=UTC 0 6 * * *", now)
		require.NoError(t, err)
		ctx, cancel := context.WithCancelCause(t.Context())
		stop := errors.New("stop")
		timetable := supervise.Timetable{
			Schedule: schedule, Now: time.Now, Random: func() float64 { return 0 },
			Waiting: func(at time.Time) {
				require.Equal(t, now.Add(6*time.Hour), at.UTC().Local())
				time.AfterFunc(5*time.Hour, func() { cancel(stop) })
			},
		}
		err = timetable.Repeat(ctx, func(context.Context) (supervise.Rest, error) {
			t.Error("started before its time")
			return 0, nil
		})
		require.ErrorIs(t, err, stop)
		require.Equal(t, 5*time.Hour, time.Since(now), "an idle schedule ends at once")
	})
}

func TestASetClockIsNoticed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var slept atomic.Int64 // what the wall's clock is ahead: the machine slept an hour
		enough := errors.New("enough")
		runs := 0
		timetable := supervise.Timetable{
			Schedule: supervise.Every{From: start, Step: 2 * time.Hour}, AtOnce: true,
			Random: func() float64 { return 0 },
			Now:    func() time.Time { return time.Now().Add(time.Duration(slept.Load())) },
			Waiting: func(time.Time) {
				time.AfterFunc(30*time.Minute, func() { slept.Store(int64(time.Hour)) })
			},
		}
		err := timetable.Repeat(t.Context(), func(context.Context) (supervise.Rest, error) {
			if runs++; runs == 2 {
				return 0, enough
			}
			return 0, nil
		})
		require.ErrorIs(t, err, enough)
		require.LessOrEqual(t, time.Since(start), time.Hour+2*time.Minute)
	})
}

func TestParseCron(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for expression, want := range map[string]time.Time{
		"*/30 * * * *":                     now.Add(30 * time.Minute),
		"0 6 * * 1-5":                      time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC),
		"@daily":                           time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC),
		"CRON_TZ=Europe/Berlin 30 6 * * *": time.Date(2026, 11, 23, 5, 30, 0, 0, time.UTC),
	} {
		schedule, err := supervise.ParseCron(expression, now)
		require.NoError(t, err, expression)
		require.True(t, want.Equal(schedule.Next(now)), "%s: %s", expression, schedule.Next(now))
	}
	for _, expression := range []string{"", "x", "* * * *", "61 * * * *", "0 0 31 2 *", "@never", "CRON_TZ=Nowhere/City 0 0 * * *"} {
		_, err := supervise.ParseCron(expression, now)
		require.Equal(t, fault.Usage, fault.KindOf(err), expression)
		require.Contains(t, fault.Line(err), "*/30 * * * *", expression)
	}
}

// FuzzParseCron: whatever a user writes is a schedule that goes forward, or a mistake that is told.
func FuzzParseCron(f *testing.F) {
	for _, seed := range []string{"*/30 * * * *", "@every 1s", "CRON_TZ=UTC 0 0 29 2 *", "TZ= ", "CRON_TZ=", "0-59/7 * * * *", "@every -1s"} {
		f.Add(seed)
	}
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, expression string) {
		schedule, err := supervise.ParseCron(expression, now)
		if err != nil {
			require.Equal(t, fault.Usage, fault.KindOf(err))
			return
		}
		require.True(t, schedule.Next(now).After(now))
	})
}
