package tap_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// endingEarly is a walk that ends in its middle and says nothing of it, as was
// seen of long walks on Cloud. The first page of a walk is whole.
func endingEarly(times int) jirasim.Fault {
	return jirasim.Fault{
		Name: "ends early", Method: "POST", Template: "/rest/api/{v}/search/jql", Contains: "nextPageToken",
		Times: times, Status: 200, Header: map[string]string{"Content-Type": "application/json"}, Body: `{"issues":[],"isLast":true}`,
	}
}

func TestAWalkThatEndsEarlyIsFoundOut(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Deployment: jirasim.Cloud, Issues: 6_000})
	s.Script(endingEarly(1))
	got := s.whole(t, tap.Options{Select: []string{"issues.key"}, Validate: tap.ValidateOff})
	require.Contains(t, got.log, "listing them again in small spans")
	requireLedger(t, s, merged(got.messages), "issues")
	require.Len(t, merged(got.messages).ids("issues"), len(got.records("issues")), "none is printed twice")
}

func TestAGapThatStaysIsNamedAndLookedForAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Deployment: jirasim.Cloud, Issues: 200})
	s.Script(jirasim.Fault{
		Template: "/rest/api/{v}/search/approximate-count", Contains: "created <", Times: 1, Status: 200,
		Header: map[string]string{"Content-Type": "application/json"}, Body: `{"count":400}`,
	})
	got := s.sync(t, tap.Options{Select: []string{"issues.key"}})
	require.Equal(t, fault.Incomplete, fault.KindOf(got.err))
	require.ErrorContains(t, got.err, "Jira counts more issues than it lists")
	issues := got.stream(t, "issues")
	require.Equal(t, int64(400)-issues.Records, issues.Gaps)

	next := s.whole(t, tap.Options{Select: []string{"issues.key"}, State: got.state(t)})
	require.Len(t, next.records("issues"), int(issues.Records), "the first load begins again")
	require.Empty(t, s.whole(t, tap.Options{Select: []string{"issues.key"}, State: next.state(t)}).records("issues"))
}
