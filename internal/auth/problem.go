package auth

import (
	"fmt"
	"strings"
	"unicode"
)

// Problems that Jira names in oauth_problem and that have a remedy of their own here.
const (
	problemTokenExpired  = "token_expired"
	problemTokenRejected = "token_rejected"
	problemNonceUsed     = "nonce_used"
	problemTimestamp     = "timestamp_refused"
	problemDenied        = "permission_denied"
)

// maxAdviceBytes of the server's own advice are shown.
const maxAdviceBytes = 300

// ProblemError is Jira's refusal of an OAuth 1.0a request.
type ProblemError struct {
	Code   string // the oauth_problem, such as "token_rejected"
	Advice string // what Jira adds in oauth_problem_advice and its kin; often empty
}

// Error names the problem as Jira does, for search engines and colleagues.
func (e *ProblemError) Error() string { return "oauth_problem=" + e.Code }

// ExplainProblem says what an oauth_problem means and what mends it, in the
// words of someone who administers Jira. advice is what Jira added, or "".
func ExplainProblem(problem, advice string) string {
	text := meaning(problem)
	if advice = clip(advice); advice != "" {
		text += " (Jira adds: " + advice + ")"
	}
	return text
}

// meaning is the table of problems that Jira's provider can answer, from its
// sources and Atlassian's OAuth troubleshooting guide.
func meaning(problem string) string {
	const again = "authorise again: tap-jira auth login oauth1"
	switch problem {
	case "consumer_key_unknown":
		return "Jira has no incoming application link with this consumer key; compare oauth1_consumer_key with the consumer key under " +
			"Administration > Applications > Application links > edit > Incoming Authentication, letter by letter"
	case "signature_invalid":
		return "the public key on the application link is not the other half of oauth1_private_key (paste public.pem again), or Jira sees another address than " +
			"the tap: base_url must equal Jira's Base URL in Administration > System, and a proxy must pass on host, scheme and query unchanged"
	case "signature_method_rejected":
		return "something on the way changed the request, for the tap signs with RSA-SHA1 as Jira asks; is base_url a Jira, and does a proxy rewrite the Authorization header?"
	case problemTimestamp:
		return "this machine's clock and Jira's are more than five minutes apart; set both by NTP"
	case problemNonceUsed:
		return "Jira saw the same signed request twice, so a proxy repeats requests; if it goes on, turn retries off in that proxy"
	case problemTokenRejected:
		return "Jira does not know this access token, or no longer: it was revoked, the link was made anew, the token belongs to another consumer key, or the code was mistyped; " + again
	case problemTokenExpired:
		return "the token's life is over (five years for an access token, ten minutes for the login) and it could not be renewed; " + again
	case "permission_unknown":
		return "nobody has pressed Allow yet; open the address in a browser, log in as the user that the tap shall read as, press Allow, then give the code"
	case problemDenied:
		return "someone pressed Deny, or the session behind the token has ended; " + again
	case "parameter_absent", "parameter_rejected":
		return "Jira misses or refuses a part of the login request, mostly the code or the callback; paste the whole code, or log in with --oob"
	case "version_rejected":
		return "Jira speaks OAuth 1.0 and the tap as well, so a proxy changed the request; let it pass the Authorization header unchanged"
	case "user_refused", "No user associated with the token":
		return "the Jira user who authorised the tap is gone or inactive; activate it, or log in as another user and " + again
	case "additional_authorization_required":
		return "Jira wants the user's consent anew; " + again
	case "consumer_key_rejected", "consumer_key_refused":
		return "the application link with this consumer key is switched off; a Jira administrator can enable its Incoming Authentication"
	}
	return "Jira's log (atlassian-jira-security.log) names the reason; comparing consumer key, public key and clock on the application link, then logging in again, mends most cases"
}

// clip makes foreign text short, one line, and free of what colours or
// reorders a terminal's text.
func clip(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > maxAdviceBytes {
		text = strings.ToValidUTF8(text[:maxAdviceBytes], "") + "…"
	}
	return text
}

// problemIn looks for the problem among OAuth parameters of a header or body; nil when there is none.
func problemIn(params []param) *ProblemError {
	var problem ProblemError
	var advice []string
	for _, p := range params {
		switch p.name {
		case "oauth_problem":
			problem.Code = clip(p.value)
		case "oauth_problem_advice":
			advice = append(advice, p.value)
		case "oauth_parameters_absent", "oauth_parameters_rejected", "oauth_acceptable_timestamps", "oauth_acceptable_versions":
			advice = append(advice, fmt.Sprintf("%s: %s", strings.TrimPrefix(p.name, "oauth_"), p.value))
		}
	}
	if problem.Code == "" {
		return nil
	}
	problem.Advice = clip(strings.Join(advice, "; "))
	return &problem
}
