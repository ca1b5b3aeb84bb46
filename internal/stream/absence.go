package stream

import "strings"

// Absence is an answer that is tolerated, and why.
type Absence struct {
	// Status is the HTTP status.
	Status int
	// Text must be part of Jira's message, whatever the case of its letters;
	// empty takes any.
	Text string
	// Reason says what the answer means, for the summary.
	Reason string
	// OnlyGone tells that what is asked about always has such a part, so that the
	// answer is believed only where it is gone itself; see Itself.
	OnlyGone bool
}

// Saying narrows an absence to messages with that text.
func (a Absence) Saying(text string) Absence {
	a.Text = text
	return a
}

// Tolerates returns what is declared of an answer with this status and these
// messages that is no failure.
func (s Stream) Tolerates(status int, messages []string) (a Absence, ok bool) {
	said := strings.ToLower(strings.Join(messages, "\n"))
	for _, a := range s.Absent {
		if a.Status == status && strings.Contains(said, strings.ToLower(a.Text)) {
			return a, true
		}
	}
	return Absence{}, false
}

// On declares a tolerated answer.
func On(status int, reason string) Absence {
	return Absence{Status: status, Reason: reason}
}

// forApps are the refusals of people where Jira tells apps alone, and each of
// itself: a login that is no app has no such rows. Connect's answer is a 401.
func forApps() []Absence {
	return []Absence{
		On(403, "only apps may read it").Saying(" app"),
		On(401, "only apps may read it").Saying("Connect app"),
	}
}
