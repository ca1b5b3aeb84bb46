package cli_test

import (
	"net/http"
	"testing"
	"time"

	"tap-jira/internal/jirasim"
)

// TestFaults is what goes wrong between a Jira and a table, a name each, through the whole tap: config, login, TLS,
// records, exit code. Each ends with the truth of the site's ledger in the output, or with a named gap, exit code 5 and
// a STATE from which the next run, undisturbed, gets what is missing. Never with a crash, a hang or a silent hole.
func TestFaults(t *testing.T) {
	t.Parallel()
	for name, play := range map[string]func(*ordeal){
		// Limits: Jira asks for patience, in each of its forms.
		"429 with seconds":                     limited(jirasim.WaitSeconds),
		"429 with a date":                      limited(jirasim.WaitDate),
		"429 with a reset time":                limited(jirasim.WaitReset),
		"429 with a reset time to the minute":  limited(jirasim.WaitResetMinutes),
		"429 without Retry-After":              limited(jirasim.WaitUnsaid),
		"429 with Retry-After 0 (Data Center)": limitedByZero,
		"429 of a Data Center's bucket":        limited(jirasim.WaitDataCenter),
		"429 that never ends":                  limitedForEver,

		// Statuses.
		"500":                              passing(jirasim.Fault{Status: http.StatusInternalServerError}),
		"502 with a page of the proxy":     passing(jirasim.Fault{Status: http.StatusBadGateway, Body: proxyPage, Header: asHTML()}),
		"503 with Retry-After":             passing(jirasim.Fault{Status: http.StatusServiceUnavailable, Header: map[string]string{"Retry-After": "30"}}),
		"504":                              passing(jirasim.Fault{Status: http.StatusGatewayTimeout}),
		"500 that stays, on a stream":      lasting(http.StatusInternalServerError),
		"503 that stays, on a stream":      lasting(http.StatusServiceUnavailable),
		"500 that stays, on the search":    searchFails(http.StatusInternalServerError),
		"500 is never taken for nothing":   fiveHundredIsNothing,
		"403 on the search":                searchFails(http.StatusForbidden),
		"an endpoint goes 410 in mid-run":  goesAway(jirasim.Fault{Status: http.StatusGone}),
		"an endpoint goes 403 in mid-run":  goesAway(jirasim.Fault{Status: http.StatusForbidden}),
		"an endpoint goes 404 in mid-run":  goesAway(jirasim.Fault{Status: http.StatusNotFound}),
		"a proxy blocks in mid-run":        goesAway(jirasim.Fault{Status: http.StatusNotFound, Body: proxyPage, Header: asHTML()}),
		"a poison issue":                   poison,
		"bulk histories answer 403 always": historiesOneByOne(http.StatusForbidden),
		"bulk histories answer 404 always": historiesOneByOne(http.StatusNotFound),
		"bulk histories answer 410 always": historiesOneByOne(http.StatusGone),

		// Connections and bodies.
		"reset before the answer":          passing(jirasim.Fault{Reset: jirasim.ResetBefore}),
		"reset in the middle of a body":    passing(jirasim.Fault{Reset: jirasim.ResetMidBody}),
		"reset for ever":                   unreachable,
		"truncated gzip":                   passing(jirasim.Fault{CutBody: true}),
		"truncated gzip that stays":        truncatedForEver,
		"a body that stops coming":         stalled,
		"an answer that never begins":      silent,
		"DNS hiccups":                      nameless,
		"HTML with 200":                    page,
		"a login page with 200":            loginPage,
		"a redirect loop":                  redirectLoop,
		"a redirect to another host":       redirectAway,
		"a redirect to a login page":       redirectToLogin,
		"the connection is closed at once": closedConnections,

		// Logins that end while the tap reads.
		"an OAuth 2.0 access token ends":              accessTokenEnds,
		"an OAuth 2.0 access token is revoked":        accessTokenIsRevoked,
		"an OAuth 1.0a access token ends (session)":   sessionGoesOn,
		"an OAuth 1.0a access token ends for good":    sessionIsOver,
		"a password is changed":                       passwordIsChanged,
		"the login is forgotten without a word (200)": forgotten,

		// What stands in the answers.
		"JSON nested 1,000 deep":                  nested,
		"invalid UTF-8":                           invalidText,
		"U+0000 in text":                          nul,
		"a lone surrogate":                        surrogate,
		"numbers outside every range":             numbers,
		"the years 0001 and 51502":                years,
		"duplicate keys":                          duplicates,
		"a field whose type differs":              otherTypes,
		"a search that makes tokens up":           repeatedToken,
		"an empty page with a token":              oddPage(jirasim.Fault{EmptyPage: true}),
		"isLast is missing":                       oddPage(jirasim.Fault{NoIsLast: true, Times: -1}),
		"serverInfo without a clock":              clockless,
		"an issue without an id":                  idless,
		"an answer that is JSON of another shape": otherShape,
	} {
		for _, deployment := range []jirasim.Deployment{jirasim.Cloud, jirasim.DataCenter} {
			if testing.Short() && deployment == jirasim.Cloud {
				continue // the race detector, with which -short runs, takes minutes over either
			}
			t.Run(name+"/"+deployment.String(), func(t *testing.T) {
				t.Parallel()
				play(newOrdeal(t, deployment))
			})
		}
	}
}

// morning is when the sites of the ordeals wake up; their base data ends at midnight.
var morning = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
