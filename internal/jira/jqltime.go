package jira

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// dateForm is how dates are written in JQL.
type dateForm struct {
	// millis says that the site takes epoch milliseconds, which are exact.
	millis bool
	// zone is where it reads text; nil when nobody says.
	zone *time.Location
}

// tick is the smallest step of a bound: Jira's index keeps seconds, text has
// minutes.
func (f dateForm) tick() time.Duration {
	if f.millis {
		return time.Second
	}
	return time.Minute
}

// form is how dates are written now; text until ProbeDates found better.
func (c *Client) form() dateForm {
	if known := c.dates.Load(); known != nil {
		return known.dateForm
	}
	return dateForm{zone: c.zone()}
}

// zone is the account's time zone, or the site's where the account hides its own.
func (c *Client) zone() *time.Location {
	site := c.Site()
	if site == nil {
		return nil
	}
	for _, name := range []string{site.Account.TimeZone, site.TimeZone} {
		if zone, err := time.LoadLocation(name); err == nil && name != "" {
			return zone
		}
	}
	return nil
}

// JQLTime writes a comparison of field with t, as epoch milliseconds where
// ProbeDates found that the site takes them, else as text in the account's
// zone. Text is widened where it cannot say what is meant: to whole minutes,
// around a change of daylight-saving time, and by all the world's offsets when
// the zone is not known. The operators are >=, >, < and <=.
func (c *Client) JQLTime(field, operator string, t time.Time) string {
	form := c.form()
	if form.millis {
		return field + " " + operator + " " + strconv.FormatInt(t.UnixMilli(), 10)
	}
	if strings.HasPrefix(operator, ">") {
		return field + ` >= "` + form.lower(t) + `"`
	}
	return field + ` < "` + form.upper(t, operator == "<=") + `"`
}

// JQLBefore writes that field lies before t for sure: what text cannot say for sure
// is left out.
func (c *Client) JQLBefore(field string, t time.Time) string {
	form := c.form()
	if form.millis {
		return c.JQLTime(field, "<", t)
	}
	return field + ` < "` + form.lower(t) + `"`
}

// ExactDates says that JQLTime writes exact instants, as far as is known: it does
// after a ProbeDates that found so.
func (c *Client) ExactDates() bool { return c.form().millis }

const jqlLayout = "2006-01-02 15:04"

// lower is the latest text that no reading takes for an instant after t.
func (f dateForm) lower(t time.Time) string {
	wall := t.UTC().Add(slices.Min(f.offsets(t)))
	return wall.Truncate(time.Minute).Format(jqlLayout)
}

// upper is the earliest text that no reading takes for an instant before t; at
// t itself when t has to be below it.
func (f dateForm) upper(t time.Time, inclusive bool) string {
	wall := t.UTC().Add(slices.Max(f.offsets(t)))
	up := wall.Truncate(time.Minute)
	if inclusive || up.Before(wall) {
		up = up.Add(time.Minute)
	}
	return up.Format(jqlLayout)
}

// offsets are those that may be meant around t.
func (f dateForm) offsets(t time.Time) []time.Duration {
	if f.zone == nil {
		return []time.Duration{-12 * time.Hour, 14 * time.Hour}
	}
	var all []time.Duration
	for _, near := range []time.Duration{-3 * time.Hour, 0, 3 * time.Hour} {
		_, seconds := t.Add(near).In(f.zone).Zone()
		all = append(all, time.Duration(seconds)*time.Second)
	}
	return all
}

// spread is by how much what is meant around t may differ.
func (f dateForm) spread(t time.Time) time.Duration {
	if f.millis {
		return 0
	}
	offsets := f.offsets(t)
	return slices.Max(offsets) - slices.Min(offsets)
}
