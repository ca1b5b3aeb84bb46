package supervise

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"tap-jira/internal/fault"
)

// Schedule says when jobs are due.
type Schedule interface {
	// Next is the first time after the moment.
	Next(after time.Time) time.Time
}

// Every is a schedule of equal steps from a first moment on.
type Every struct {
	// From is when the first job is due.
	From time.Time
	// Step is the time between two; it must be positive.
	Step time.Duration
}

// Next implements Schedule.
func (e Every) Next(after time.Time) time.Time {
	passed := after.Sub(e.From)
	if passed < 0 {
		return e.From
	}
	return e.From.Add((passed/e.Step + 1) * e.Step)
}

// ParseCron reads a cron expression: five fields, or a name such as @daily, in the zone of the moments that Next is
// given; "CRON_TZ=Europe/Berlin " before it names another. What cannot be read, or never comes, is a fault.Usage.
func ParseCron(expression string, now time.Time) (Schedule, error) {
	const hint = "write five fields, minute hour day month weekday, as in --cron '*/30 * * * *', or @hourly, @daily"
	if strings.Contains(expression, "TZ=") && !strings.Contains(strings.TrimSpace(expression), " ") {
		return nil, fault.New(fault.Usage, hint, "--cron %q has a time zone and no schedule", expression) // the parser breaks on it
	}
	schedule, err := cron.ParseStandard(expression)
	if err != nil {
		return nil, fault.New(fault.Usage, hint, "--cron %q is no schedule: %w", expression, err)
	}
	if schedule.Next(now).IsZero() {
		return nil, fault.New(fault.Usage, hint, "--cron %q never comes", expression)
	}
	return schedule, nil
}

// Timetable says how jobs are repeated.
type Timetable struct {
	Schedule Schedule
	// AtOnce starts the first job without waiting.
	AtOnce bool
	// Jitter is up to how much later than due a job starts, so that many machines with one schedule do not ask at once.
	Jitter time.Duration
	// Random returns a number in [0,1).
	Random func() float64
	// Now is the clock.
	Now func() time.Time
	// Waiting is told when the next job starts.
	Waiting func(at time.Time)
}

// Rest asks to leave the site alone for a time: no job is started before it has passed.
type Rest time.Duration

// clockStep is after how long the clock is looked at again: it may be set, and stands still for timers while a machine
// sleeps.
const clockStep = time.Minute

// Repeat runs jobs by the timetable, one at a time, until ctx ends or a job returns an error, which it returns. Times
// that pass while a job runs are not made up for.
func (t Timetable) Repeat(ctx context.Context, job func(context.Context) (Rest, error)) error {
	var rest Rest
	for first := true; ; first = false {
		if !first || !t.AtOnce {
			at := t.next(time.Duration(rest))
			if t.Waiting != nil {
				t.Waiting(at)
			}
			if err := t.waitUntil(ctx, at); err != nil {
				return err
			}
		}
		var err error
		if rest, err = job(ctx); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return fmt.Errorf("wait for the next run: %w", context.Cause(ctx))
		}
	}
}

// next is when the next job starts.
func (t Timetable) next(rest time.Duration) time.Time {
	due := t.Schedule.Next(t.Now().Add(rest))
	return due.Add(time.Duration(t.Random() * float64(t.Jitter)))
}

// waitUntil returns when the clock shows the moment, or ctx ends.
func (t Timetable) waitUntil(ctx context.Context, at time.Time) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the next run: %w", context.Cause(ctx))
		case <-timer.C:
		}
		left := at.Sub(t.Now().Round(0)) // by the wall: the monotonic clock sleeps with the machine
		if left <= 0 {
			return nil
		}
		timer.Reset(min(left, clockStep))
	}
}

// DefaultJitter is a tenth of the time between the next two jobs, and half a minute at most.
func DefaultJitter(s Schedule, now time.Time) time.Duration {
	const share, most = 10, 30 * time.Second
	first := s.Next(now)
	return min(s.Next(first).Sub(first)/share, most)
}
