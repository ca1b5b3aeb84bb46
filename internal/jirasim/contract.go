package jirasim

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Contract is what Atlassian documents: the operations that only read, each with its parameters.
type Contract struct {
	operations map[string][]string // "cloud GET /rest/api/{v}/field/{}" to the names
}

// ReadContract reads lines of deployment, method, path and parameters, in which a path has {} for what it is called with,
// but {v} for the version, and members of a body stand after "body.".
func ReadContract(r io.Reader) (*Contract, error) {
	c := &Contract{operations: map[string][]string{}}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if words := strings.Fields(lines.Text()); len(words) >= 3 && words[0] != "#" {
			c.operations[strings.Join(words[:3], " ")] = words[3:]
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read the documented operations: %w", err)
	}
	return c, nil
}

// Breach says what of a request no document has: the operation, as none that only reads is known, or a parameter. It is
// "" for a request that is documented whole, and for those of a login: they are no part of the API.
func (c *Contract) Breach(d Deployment, r RequestRecord) string {
	if slices.ContainsFunc(loginPaths(), func(path string) bool { return strings.HasPrefix(r.Path, path) }) {
		return ""
	}
	operation := published(d, r.Path).String() + " " + r.Method + " " + generalPath(r.Template)
	known, documented := c.operations[operation]
	if !documented {
		known, documented = c.alike(operation)
	}
	if !documented {
		return operation + " is not documented as one that reads"
	}
	for name := range r.Query {
		if !slices.Contains(known, name) && !slices.Contains(beyond()[operation], name) {
			return operation + " has no parameter " + name
		}
	}
	var members map[string]json.RawMessage
	if r.Body != "" && json.Unmarshal([]byte(r.Body), &members) != nil {
		return operation + " was sent a body that is no object"
	}
	for name := range members {
		if !slices.Contains(known, "body."+name) {
			return operation + " takes no member " + name
		}
	}
	return ""
}

// published is the deployment whose document describes a path. Of service management there is one for Cloud alone.
func published(d Deployment, path string) Deployment {
	if strings.HasPrefix(path, serviceAPI) {
		return Cloud
	}
	return d
}

// alike finds an operation of which only the path is known as it was sent, because the site has no such resource.
func (c *Contract) alike(sent string) (parameters []string, documented bool) {
	segments := strings.Split(sent, "/")
	for operation, parameters := range c.operations {
		other := strings.Split(operation, "/")
		if len(other) == len(segments) && matches(other, segments) {
			return parameters, true
		}
	}
	return nil, false
}

// matches tells whether a path has what a documented one has, and anything for its placeholders.
func matches(documented, sent []string) bool {
	for i, segment := range documented {
		if segment != sent[i] && (segment != "{}" || sent[i] == "") {
			return false
		}
	}
	return true
}

// Breaches are those of the requests so far, each told once.
func (j *Jira) Breaches(c *Contract) []string {
	told := map[string]bool{}
	for _, r := range j.Requests() {
		if said := c.Breach(j.opt.Deployment, r); said != "" {
			told[said] = true
		}
	}
	return slices.Sorted(maps.Keys(told))
}

// beyond are parameters that a document leaves out and Jira takes. Data Center's lists of worklogs are documented without
// pages; of version 9 one is known that sent twenty, and all only to those who asked on by startAt and maxResults.
func beyond() map[string][]string {
	return map[string][]string{"datacenter GET /rest/api/{v}/issue/{}/worklog": {"startAt", "maxResults"}}
}

// loginPaths begin the addresses that logins go through.
func loginPaths() []string {
	return []string{"/plugins/servlet/oauth/", "/rest/oauth2/", "/rest/pat/", "/_edge/tenant_info"}
}

var versions = regexp.MustCompile(`^/rest/api/(2|3|latest)/`)

// generalPath is a path with the names of its placeholders left out. Of an operation that the site lacks there is but
// the path as it was sent.
func generalPath(template string) string {
	template = versions.ReplaceAllString(template, "/rest/api/{v}/")
	segments := strings.Split(template, "/")
	for i, segment := range segments {
		if strings.HasPrefix(segment, "{") && segment != "{v}" {
			segments[i] = "{}"
		}
	}
	return strings.Join(segments, "/")
}
