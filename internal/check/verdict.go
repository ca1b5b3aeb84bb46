package check

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/stream"
)

// ends tells that an error concerns the login or the network and not one stream.
func ends(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, jira.ErrLoginLost) || fault.KindOf(err) == fault.Credentials {
		return true
	}
	if _, broken := errors.AsType[*fault.PanicError](err); broken {
		return true
	}
	var refusal *jira.APIError
	return errors.Is(err, jira.ErrNetwork) && !errors.As(err, &refusal)
}

// licence matches what Jira and its products say when the site or the account
// has no licence for them.
var licence = regexp.MustCompile(`(?i)licen[cs]e|\bfree plans?\b|\bpremium\b|\benterprise\b|\bedition\b`)

// judge says what an answer to the probing request means, as a sync would take
// it: some refusals mean that there is nothing.
func (n *node) judge(err error, rights stream.Rights) {
	if err == nil {
		return
	}
	if errors.Is(err, jira.ErrForbidden) && n.stream.Source == stream.UserDirectory {
		n.refuse(n.stream.PermissionLack(rights.Deployment))
		return
	}
	refusal, isRefusal := errors.AsType[*jira.APIError](err)
	if !isRefusal {
		n.refuse(stream.Lack{Missing: "an answer that can be read: " + err.Error(), Who: whoRuns})
		return
	}
	reason, tolerated := n.stream.Tolerates(refusal.Status, refusal.Messages)
	switch {
	case tolerated && errors.Is(err, jira.ErrForbidden):
		n.refuse(n.stream.PermissionLack(rights.Deployment))
		n.spared = true
	case tolerated && (n.stream.Parent != nil || n.stream.Values != nil):
		// Nothing is there for this row or value; there may be for another.
	case tolerated:
		n.refuse(stream.ProductLack(reason))
		n.spared = true
	case refusal.LacksScope():
		n.refuse(n.stream.ScopeLack(nil))
	case errors.Is(err, jira.ErrForbidden) && licence.MatchString(strings.Join(refusal.Messages, " ")):
		n.refuse(stream.ProductLack("a licence for it; Jira says: " + refusal.Messages[0]))
	case errors.Is(err, jira.ErrForbidden) && n.stream.PermissionOn(rights.Deployment) == "" && len(refusal.Messages) > 0:
		lack := n.stream.PermissionLack(rights.Deployment)
		lack.Missing = "a permission; Jira says: " + refusal.Messages[0]
		n.refuse(lack)
	case errors.Is(err, jira.ErrForbidden):
		n.refuse(n.stream.PermissionLack(rights.Deployment))
	case refusal.Status == http.StatusNotFound, refusal.Status == http.StatusGone:
		n.refuse(stream.Lack{Missing: "the operation on this version of Jira (" + refusal.Error() + ")", Who: whoRuns})
	default:
		n.refuse(stream.Lack{Missing: "an answer: " + refusal.Error(), Who: whoRuns})
	}
}

// whoRuns can look into what is nobody's permission.
const whoRuns = "whoever runs the site can look into it"
