package jira

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

func TestCheckScope(t *testing.T) {
	t.Parallel()
	for jql, want := range map[string]string{
		``:                                       "",
		`project = A`:                            "",
		`project = "order by"`:                   "",
		`text ~ 'a order by b' AND (x = 1)`:      "",
		`summary ~ "say \"order by\" (" and a=b`: "",
		`reorder = by`:                           "",
		`"order" = by`:                           "",
		`order = by`:                             "",
		`cf[10010] in (a, (b))`:                  "",
		`project = A ORDER BY created`:           "ORDER BY",
		"project=A\torder\n by created":          "ORDER BY",
		`order by rank`:                          "ORDER BY",
		`(project = A)order by rank`:             "ORDER BY",
		`project = "A"ORDER BY rank`:             "ORDER BY",
		`project=A order by(rank)`:               "ORDER BY",
		`a = 1) OR (b = 2`:                       "parentheses",
		`(a = 1`:                                 "parentheses",
		`a = 1)`:                                 "parentheses",
		`a = b\`:                                 "backslash",
		`a = b\\`:                                "",
		`a = "x`:                                 `quote "`,
		`a = 'x"`:                                `quote '`,
		`a = "x\"`:                               `quote "`,
	} {
		err := CheckScope(jql)
		if want == "" {
			require.NoError(t, err, jql)
			continue
		}
		require.ErrorContains(t, err, want, jql)
		require.Equal(t, fault.Usage, fault.KindOf(err))
		require.NotEmpty(t, fault.HintOf(err))
	}
}

func FuzzCheckScope(f *testing.F) {
	for _, s := range []string{`project = A`, `a = "order by"`, `order by x`, `)(`, `"\`, `a\"b`, `'`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, jql string) {
		if CheckScope(jql) != nil {
			return
		}
		// What passes stays one condition when it is wrapped.
		require.NoError(t, CheckScope("("+jql+") AND (x = 1)"))
		require.Error(t, CheckScope("("+jql+") ORDER BY x"))
		require.Error(t, CheckScope(jql+" )"))
		if !strings.ContainsAny(jql, `"'\`) {
			require.Equal(t, strings.Count(jql, "("), strings.Count(jql, ")"))
		}
	})
}

func TestScope(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]struct {
		projects []string
		jql      string
	}{
		"":                  {jql: "  \n"},
		`project in ("A")`:  {projects: []string{"A"}},
		`(status = "Done")`: {jql: `status = "Done"`},
		`project in ("A", "B\"C", "D\\") AND (status = Done OR x = 1)`: {projects: []string{"A", `B"C`, `D\`}, jql: "status = Done OR x = 1"},
	} {
		require.Equal(t, want, Scope(c.projects, c.jql))
	}
}

func TestJQLTime(t *testing.T) {
	t.Parallel()
	c := New(Options{})
	at := time.Date(2026, 11, 22, 12, 34, 56, 789e6, time.UTC)
	for name, tt := range map[string]struct {
		form dateForm
		op   string
		at   time.Time
		want string
	}{
		"milliseconds":           {dateForm{millis: true}, ">=", at, `updated >= 1795350896789`},
		"milliseconds below":     {dateForm{millis: true}, "<", at, `updated < 1795350896789`},
		"text":                   {dateForm{zone: zone(t, "Europe/Berlin")}, ">=", at, `updated >= "2026-11-22 13:34"`},
		"text, never above":      {dateForm{zone: zone(t, "Europe/Berlin")}, ">", at, `updated >= "2026-11-22 13:34"`},
		"text below":             {dateForm{zone: zone(t, "Europe/Berlin")}, "<", at, `updated < "2026-11-22 13:35"`},
		"text below, exact":      {dateForm{zone: zone(t, "UTC")}, "<", at.Truncate(time.Minute), `updated < "2026-11-22 12:34"`},
		"text up to":             {dateForm{zone: zone(t, "UTC")}, "<=", at.Truncate(time.Minute), `updated < "2026-11-22 12:35"`},
		"half an hour's zone":    {dateForm{zone: zone(t, "Asia/Kolkata")}, ">=", at, `updated >= "2026-11-22 18:04"`},
		"no zone":                {dateForm{}, ">=", at, `updated >= "2026-11-22 00:34"`},
		"no zone below":          {dateForm{}, "<", at, `updated < "2026-11-23 02:35"`},
		"the hour that is twice": {dateForm{zone: zone(t, "Europe/Berlin")}, ">=", time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC), `updated >= "2026-10-25 01:30"`},
		"the hour that is not":   {dateForm{zone: zone(t, "Europe/Berlin")}, "<", time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC), `updated < "2026-03-29 03:30"`},
	} {
		t.Run(name, func(t *testing.T) {
			c.dates.Store(&knownDates{dateForm: tt.form})
			require.Equal(t, tt.want, c.JQLTime("updated", tt.op, tt.at))
		})
	}
}

// What is counted as surely before a moment is what every reading puts before it.
func TestJQLBefore(t *testing.T) {
	t.Parallel()
	c := New(Options{})
	night := time.Date(2027, 3, 14, 5, 54, 30, 0, time.UTC) // 00:54 in New York, an hour before the clocks change
	for want, form := range map[string]dateForm{
		`updated < 1805003670000`:      {millis: true},
		`updated < "2027-03-14 05:54"`: {zone: zone(t, "UTC")},
		`updated < "2027-03-14 00:54"`: {zone: zone(t, "America/New_York")},
		`updated < "2027-03-13 17:54"`: {},
	} {
		c.dates.Store(&knownDates{dateForm: form})
		require.Equal(t, want, c.JQLBefore("updated", night))
	}
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	require.NoError(t, err)
	return z
}

// TestTextDatesNeverLoseAnInstant reads what was written in both ways a wall
// clock can be read around every change of the clocks of a year.
func TestTextDatesNeverLoseAnInstant(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia"} {
		form := dateForm{zone: zone(t, name)}
		for at := time.Date(2026, 1, 1, 0, 7, 0, 0, time.UTC); at.Year() == 2026; at = at.Add(53 * time.Minute) {
			for _, off := range form.offsets(at) {
				low, err := time.Parse(jqlLayout, form.lower(at))
				require.NoError(t, err)
				require.False(t, low.Add(-off).After(at), "%s %s", name, at)
				high, err := time.Parse(jqlLayout, form.upper(at, false))
				require.NoError(t, err)
				require.False(t, high.Add(-off).Before(at), "%s %s", name, at)
			}
		}
	}
}

func TestZoneOfTheAccountOrTheSite(t *testing.T) {
	t.Parallel()
	c := New(Options{})
	require.Nil(t, c.zone())
	c.site.Store(&Site{TimeZone: "Asia/Tokyo", Account: Account{TimeZone: "Europe/Berlin"}})
	require.Equal(t, "Europe/Berlin", c.zone().String())
	c.site.Store(&Site{TimeZone: "Asia/Tokyo"})
	require.Equal(t, "Asia/Tokyo", c.zone().String())
	c.site.Store(&Site{TimeZone: "Mars/Olympus"})
	require.Nil(t, c.zone())
}

func TestIDSet(t *testing.T) {
	t.Parallel()
	s := idSet{}
	for _, id := range []uint64{0, 1, 63, 64, 65535, 65536, 1 << 40} {
		require.False(t, s.has(id))
		require.True(t, s.add(id))
		require.False(t, s.add(id))
		require.True(t, s.has(id))
	}
	require.False(t, s.has(2))
}
