package jira

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"tap-jira/internal/fault"
	"tap-jira/internal/jsonread"
)

// probeAgain is how long a site is believed to read dates as it did.
const probeAgain = 7 * 24 * time.Hour

// DateProbe is what ProbeDates found out, for runs that come after. It holds for
// one release of Jira, because the release decides how dates are read.
type DateProbe struct {
	// Jira is the deployment and its version, "datacenter 10.3.4".
	Jira string `json:"jira"`
	// Millis says that epoch milliseconds are honoured.
	Millis bool `json:"millis"`
	// Probed is the site's clock when that was found out.
	Probed time.Time `json:"probed"`
}

// knownDates is what the client goes by.
type knownDates struct {
	dateForm
	// probed is when the site was asked; believed says that an earlier run did.
	probed   time.Time
	believed bool
	// empty says that there was no issue to find out by.
	empty bool
}

// BelieveDates takes over what an earlier run found out, if it was of the same
// Jira not long ago. It concerns later calls of ProbeDates.
func (c *Client) BelieveDates(p DateProbe) {
	c.probing.Lock()
	defer c.probing.Unlock()
	site := c.Site()
	if site == nil || c.dates.Load() != nil || p.Jira != site.release() {
		return
	}
	if age := site.ServerTime.Sub(p.Probed); age < 0 || age >= probeAgain {
		return
	}
	c.dates.Store(&knownDates{dateForm: dateForm{millis: p.Millis, zone: c.zone()}, probed: p.Probed, believed: true})
}

// DateProbe returns what later runs may believe; false when nothing is known for sure.
func (c *Client) DateProbe() (DateProbe, bool) {
	known := c.dates.Load()
	if known == nil || known.empty {
		return DateProbe{}, false
	}
	return DateProbe{Jira: c.Site().release(), Millis: known.millis, Probed: known.probed.UTC().Truncate(time.Second)}, true
}

// release names what decides how dates are read.
func (s *Site) release() string {
	numbers := make([]string, len(s.Version))
	for i, n := range s.Version {
		numbers[i] = strconv.Itoa(n)
	}
	return s.Deployment.String() + " " + strings.Join(numbers, ".")
}

// ProbeDates finds out, once, whether the site takes epoch milliseconds in JQL:
// it looks for the newest issue by its own instant, from below and from above.
// A site without issues is believed to.
func (c *Client) ProbeDates(ctx context.Context) error {
	c.probing.Lock()
	defer c.probing.Unlock()
	if c.dates.Load() != nil {
		return nil
	}
	return c.probe(ctx)
}

func (c *Client) probe(ctx context.Context) error {
	found := knownDates{dateForm: dateForm{zone: c.zone()}, probed: c.Site().ServerTime}
	refs, err := c.firstIssues(ctx, `created >= "1970-01-02" ORDER BY created DESC`)
	if err == nil && len(refs) > 0 {
		found.millis, err = c.takesMillis(ctx, refs[0])
	} else {
		found.millis, found.empty = true, true
	}
	if err != nil {
		return fmt.Errorf("find out how the site reads dates: %w", err)
	}
	c.dates.Store(&found)
	return nil
}

// doubtDates asks the site again when it was believed and something speaks
// against it. It reports whether dates are now written in another way.
func (c *Client) doubtDates(ctx context.Context) (changed bool, err error) {
	c.probing.Lock()
	defer c.probing.Unlock()
	before := c.dates.Load()
	if before == nil || !before.believed {
		return false, nil
	}
	if err := c.probe(ctx); err != nil {
		return false, err
	}
	return c.dates.Load().millis != before.millis, nil
}

// takesMillis looks from below and from above at once.
func (c *Client) takesMillis(ctx context.Context, newest IssueRef) (bool, error) {
	id := strconv.FormatUint(newest.ID, 10)
	var around, after []IssueRef
	group, asking := errgroup.WithContext(ctx)
	group.Go(fault.Safely(func() (err error) {
		around, err = c.firstIssues(asking, fmt.Sprintf("id = %s AND created >= %d AND created < %d", id, newest.Time-2000, newest.Time+2000))
		return err
	}))
	group.Go(fault.Safely(func() (err error) {
		after, err = c.firstIssues(asking, fmt.Sprintf("id = %s AND created >= %d", id, newest.Time+60_000))
		return err
	}))
	err := group.Wait()
	if errors.Is(err, ErrBadRequest) {
		return false, nil
	}
	return len(around) > 0 && len(after) == 0, err
}

// firstIssues finds at most one issue with its creation.
func (c *Client) firstIssues(ctx context.Context, jql string) ([]IssueRef, error) {
	body := map[string]any{"jql": jql, "maxResults": 1, "fields": []string{"created"}}
	var refs []IssueRef
	err := c.Do(ctx, Request{Method: "POST", Path: c.searchPath(), Body: body}, func(dec *jsonread.Decoder) error {
		page, err := readRefs(dec, "created")
		refs = page.refs
		return err
	})
	return refs, err
}

// searchPath is where the site's dialect searches.
func (c *Client) searchPath() string {
	if c.deployment() == Cloud {
		return "/rest/api/{v}/search/jql"
	}
	return "/rest/api/{v}/search"
}
