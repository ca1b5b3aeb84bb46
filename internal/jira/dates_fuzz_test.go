package jira

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// readings are the instants that a site in the zone may take a text of JQL for: those whose wall clock shows it, or, in
// an hour that the clocks leave out, what a lenient calendar makes of it with the offset before or after.
func readings(t *testing.T, text string, zone *time.Location) []time.Time {
	t.Helper()
	wall, err := time.Parse(jqlLayout, text)
	require.NoError(t, err)
	var all, lenient []time.Time
	for hours := -30; hours <= 30; hours++ {
		_, seconds := wall.Add(time.Duration(hours) * time.Hour).In(zone).Zone()
		at := wall.Add(-time.Duration(seconds) * time.Second)
		if at.In(zone).Format(jqlLayout) == text {
			all = append(all, at)
		}
		if hours >= -15 && hours <= 15 { // the offsets in force around that time anywhere
			lenient = append(lenient, at)
		}
	}
	if len(all) == 0 {
		return lenient
	}
	return all
}

// FuzzJQLTime writes bounds for sites in any zone: whatever a site takes the text for, nothing on the right side of the
// instant is left out, and not much more than that comes along.
func FuzzJQLTime(f *testing.F) {
	for _, zone := range []string{"", "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "America/Caracas", "no/zone"} {
		for _, at := range []string{"2026-03-29T00:59:59.999Z", "2026-10-25T01:00:00Z", "2026-11-01T05:30:00.001Z", "2011-12-30T09:59:00Z", "1900-01-01T00:00:00Z", "2026-11-22T12:00:00Z"} {
			t, _ := time.Parse(time.RFC3339, at)
			f.Add(t.UnixMilli(), zone)
		}
	}
	f.Fuzz(func(t *testing.T, millis int64, name string) {
		at := time.UnixMilli(millis).UTC()
		if at.Year() < 1971 || at.Year() > 9998 { // Jira is younger, and dates in search of another make are refused
			return
		}
		zone, err := time.LoadLocation(name)
		form := dateForm{zone: zone}
		zones := []*time.Location{zone}
		if err != nil || name == "" || name == "Local" {
			form.zone, zones = nil, nil
			for _, hours := range []int{-12, -3, 0, 5, 14} {
				zones = append(zones, time.FixedZone("", hours*3600))
			}
		}
		slack := form.spread(at) + time.Minute
		for _, zone := range zones {
			for _, read := range readings(t, form.lower(at), zone) {
				require.False(t, read.After(at), "a lower bound of %s in %s leaves out what is there: %s", at, zone, read)
				require.LessOrEqual(t, at.Sub(read), 2*slack+25*time.Hour, "a lower bound is far too low")
			}
			for _, inclusive := range []bool{false, true} {
				for _, read := range readings(t, form.upper(at, inclusive), zone) {
					require.False(t, read.Before(at), "an upper bound of %s in %s leaves out what is there: %s", at, zone, read)
					require.True(t, !inclusive || read.After(at), "the instant itself is left out")
				}
			}
		}
	})
}

// FuzzSite reads serverInfo of any make: an error that names the address, or a site with a clock and a zone or none.
func FuzzSite(f *testing.F) {
	for _, s := range []string{
		cloudInfo, dataInfo, `{}`, `{"version":"9"}`, `{"versionNumbers":[1e99]}`, `[]`, `null`, `{"version":"9","serverTime":"2026-11-22T13:00:00.000+01:00"}`,
		`{"version":"9","serverTime":"+52000-01-01T00:00:00Z","serverTimeZone":{"a":1}}`, `{"version":"9","serverTimeZone":"../etc/passwd"}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		c := New(Options{Now: func() time.Time { return epoch }})
		site, err := c.readSite([]byte(raw), time.Time{})
		if err != nil {
			require.ErrorIs(t, err, ErrNotJira)
			return
		}
		require.False(t, site.ServerTime.IsZero() && !strings.Contains(raw, "0001"), "a site without a clock")
		if at, err := parseTime(site.ServerTime.Format(time.RFC3339Nano)); err == nil {
			require.True(t, at.Equal(site.ServerTime))
		}
		c.site.Store(site)
		require.NotEmpty(t, c.JQLTime("updated", ">=", epoch))
		require.NotEmpty(t, site.release())
	})
}
