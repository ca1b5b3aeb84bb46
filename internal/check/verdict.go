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
	if absence, tolerated := n.stream.Tolerates(refusal.Status, refusal.Messages); tolerated {
		n.spare(absence.Reason, errors.Is(err, jira.ErrForbidden), rights)
		return
	}
	n.refuse(n.lackOf(refusal, rights))
}

// spare takes a refusal that means "nothing here". Where it was for one row of
// a parent, or one of several values, there may be something for another.
func (n *node) spare(reason string, forbidden bool, rights stream.Rights) {
	switch {
	case forbidden:
		n.refuse(n.stream.PermissionLack(rights.Deployment))
	case n.stream.Parent != nil || n.stream.Values != nil:
		return
	default:
		n.refuse(stream.ProductLack(reason))
	}
	n.spared = true
}

// lackOf says what a refusal is for.
func (n *node) lackOf(refusal *jira.APIError, rights stream.Rights) stream.Lack {
	said := strings.Join(refusal.Messages, " ")
	switch {
	case refusal.LacksScope():
		return n.stream.ScopeLack(nil)
	case errors.Is(refusal, jira.ErrForbidden) && licence.MatchString(said):
		return stream.ProductLack("a licence for it; Jira says: " + said)
	case errors.Is(refusal, jira.ErrForbidden):
		lack := n.stream.PermissionLack(rights.Deployment)
		if n.stream.PermissionOn(rights.Deployment) == "" && said != "" {
			lack.Missing = "a permission; Jira says: " + said
		}
		return lack
	case refusal.Status == http.StatusNotFound, refusal.Status == http.StatusGone:
		return stream.Lack{Missing: "the operation on this version of Jira (" + refusal.Error() + ")", Who: whoRuns}
	}
	return stream.Lack{Missing: "an answer: " + refusal.Error(), Who: whoRuns}
}

// whoRuns can look into what is nobody's permission.
const whoRuns = "whoever runs the site can look into it"
