package cli_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
)

// proxyPage is what a proxy says when the Jira behind it is away.
const proxyPage = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"

func asHTML() map[string]string { return map[string]string{"Content-Type": "text/html;charset=UTF-8"} }

// limited is a site that asks for patience in one of the known forms: the tap waits as long and loses nothing.
func limited(variant jirasim.RateLimitVariant) func(*ordeal) {
	return func(o *ordeal) {
		const wait = 40 * time.Minute
		before := o.clock.now()
		passing(jirasim.RateLimited(variant, before.Add(time.Minute), wait))(o)
		if variant != jirasim.WaitUnsaid {
			require.Greater(o.t, o.clock.now().Sub(before), wait-time.Minute, "it did not wait as long as it was asked to")
		}
	}
}

// limitedByZero is a Data Center that says "Retry-After: 0" with every answer, its refusals included: that asks for
// nothing, and trying again at once would be an attack.
func limitedByZero(o *ordeal) {
	before := o.clock.now()
	passing(jirasim.Fault{Status: http.StatusTooManyRequests, Header: map[string]string{"Retry-After": "0"}})(o)
	require.Greater(o.t, o.clock.now().Sub(before), 2*time.Second, "it did not rest")
}

// limitedForEver is a stream that is never let in: it is named, the others are read.
func limitedForEver(o *ordeal) {
	fault := jirasim.RateLimited(jirasim.WaitSeconds, o.clock.now(), time.Minute)
	o.onPriorities(fault)
	o.lacks("priorities failed", "429")
}

// onPriorities plays a fault on everything that gives priorities, for ever.
func (o *ordeal) onPriorities(fault jirasim.Fault) {
	fault.Times = -1
	for _, path := range []string{"/rest/api/{v}/priority", "/rest/api/{v}/priority/search"} {
		fault.Template = path
		o.site.Script(fault)
	}
}

// lasting is a stream whose endpoint is broken for good: it is named, the others are read.
func lasting(status int) func(*ordeal) {
	return func(o *ordeal) {
		o.onPriorities(jirasim.Fault{Status: status})
		o.lacks("priorities failed", strconv.Itoa(status))
		o.requireLedger(slices.DeleteFunc(tried(), func(name string) bool { return name == "priorities" })...)
	}
}

// searches are the templates by which issues are searched for and counted.
func searches() []string {
	return []string{"/rest/api/{v}/search", "/rest/api/{v}/search/jql", "/rest/api/{v}/search/approximate-count"}
}

// searchFails is a search that refuses: what needs it is named, the other streams are read, and STATE is the first line.
func searchFails(status int) func(*ordeal) {
	return func(o *ordeal) {
		for _, template := range searches() {
			o.site.Script(jirasim.Fault{Template: template, Status: status, Times: -1})
		}
		got := o.sync()
		require.Equal(o.t, 5, got.code, got.stderr)
		require.Contains(o.t, lastLine(got.stderr), "issues failed")
		require.Contains(o.t, lastLine(got.stderr), strconv.Itoa(status))
		o.requireLedger("projects", "components", "versions", "priorities")
		o.heals()
	}
}

// fiveHundredIsNothing breaks every endpoint in turn: none may be taken for one that has nothing.
func fiveHundredIsNothing(o *ordeal) {
	var templates []string
	for _, r := range o.whole().requests {
		if !slices.Contains(templates, r.Template) && !strings.HasSuffix(r.Template, "/serverInfo") && !strings.HasSuffix(r.Template, "/myself") {
			templates = append(templates, r.Template)
		}
	}
	require.Greater(o.t, len(templates), 6)
	for _, template := range templates {
		o.forgets()
		o.site.ClearScript()
		o.site.Script(jirasim.Fault{Template: template, Status: http.StatusInternalServerError, Times: -1})
		got := o.sync()
		if got.code == 0 { // another endpoint has the same to say
			o.requireLedger(tried()...)
			continue
		}
		require.Contains(o.t, []int{3, 5}, got.code, "%s: %s", template, got.stderr)
		require.Contains(o.t, lastLine(got.stderr), "500", template)
		o.gains()
	}
}

// goesAway is an endpoint that is there at first and then refused or gone, each of them in turn: the truth is met all the
// same, or the gap is named and closes by itself once the endpoint is back.
func goesAway(fault jirasim.Fault) func(*ordeal) {
	return func(o *ordeal) {
		asked := map[string]int{}
		for _, r := range o.whole().requests {
			asked[r.Template]++
		}
		for template, times := range asked {
			if times < 2 {
				continue
			}
			o.forgets()
			o.site.ClearScript()
			fault.Template, fault.From, fault.Times = template, 2, -1
			o.site.Script(fault)
			got := o.sync()
			if got.code != 5 {
				require.Zero(o.t, got.code, "%s: %s", template, got.stderr)
				o.requireLedger(tried()...)
				continue
			}
			require.Contains(o.t, lastLine(got.stderr), strconv.Itoa(fault.Status), template)
			o.gains()
		}
	}
}

// poison is an issue whose field breaks each page that it is on: it alone is missing, and is asked for again.
func poison(o *ordeal) {
	ids := slices.Sorted(o.site.Ledger().Keys("issues"))
	id := ids[len(ids)/2]
	number, err := strconv.ParseUint(id, 10, 64)
	require.NoError(o.t, err)
	o.site.Script(jirasim.Fault{Poison: number, PoisonField: "summary", Times: -1})
	got := o.sync()
	require.Equal(o.t, 5, got.code, got.stderr)
	require.Contains(o.t, lastLine(got.stderr), "issue "+id+" cannot be read")
	require.Len(o.t, o.rows("issues"), len(ids)-1)
	o.heals()
}

// historiesOneByOne is a site that never serves histories in bulk: they are read issue by issue, and an idle run costs
// nothing for it.
func historiesOneByOne(status int) func(*ordeal) {
	return func(o *ordeal) {
		if !o.cloud() {
			o.t.Skip("a Data Center embeds histories")
		}
		o.site.Script(jirasim.Fault{Template: "/rest/api/{v}/changelog/bulkfetch", Status: status, Times: -1})
		first := o.whole()
		idle := o.whole()
		require.Less(o.t, len(idle.requests), len(first.requests)/2)
		for _, r := range idle.requests {
			require.NotContains(o.t, r.Template, "changelog", "an idle run asks for histories")
			require.NotContains(o.t, r.Template, "issue/bulkfetch", "an idle run reads issues")
		}
		o.heals()
	}
}
